"""What a home has sent, row by row, as programs compare it with what was sent."""

from datetime import timedelta

import pytest

from store.db import Connection, Pool
from store.home import registry
from store.intake import readings
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house

HOME = "/api/v1/homes/H0001"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def test_signals_come_in_the_order_of_arrival_page_by_page(house: House) -> None:
    """Breaks when a page begins at the last row of the one before (`>=` for `>`)."""
    alarm = house.press()
    house.clock.move(seconds=1)
    assert house.press() == alarm
    house.press("H0002")
    house.clock.move(seconds=1)
    desk = house.client(Role.OPERATOR)
    first = desk.get(f"{HOME}/signals?limit=1").json()
    rest = desk.get(f"{HOME}/signals?limit=1&after={first['next']}").json()
    (a,), (b,) = first["items"], rest["items"]
    assert (a["device"], a["kind"], a["alarm"]) == ("button-1", "help_call", alarm)
    assert (a["received_at"], b["received_at"]) == ("2026-11-21T04:00:00Z", "2026-11-21T04:00:01Z")
    assert rest["next"] is None
    before = desk.get(f"{HOME}/signals?to=2026-11-21T04:00:01Z").json()["items"]
    assert [item["row"] for item in before] == [a["row"]]


def test_reports_hold_what_was_measured_and_nothing_else(house: House, conn: Connection) -> None:
    """Breaks when null columns are shown, or when two devices of one moment share a page's end."""
    rows = []
    for device in ("button-1", "smoke-1"):
        found = registry.find_device(conn, "H0001", device)
        assert found is not None
        rows += [
            readings.Row(found.id, NOON - timedelta(minutes=m), {"battery": 80.5 + m}, m == 1)
            for m in (1, 2)
        ]
    readings.store_readings(conn, rows)
    desk = house.client(Role.OPERATOR)
    items, cursor = [], ""
    while True:
        page = desk.get(f"{HOME}/reports?limit=1", params={"cursor": cursor} if cursor else {})
        items += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert [(i["device"], i["at"][14:16], i["metrics"], i["arrival_time"]) for i in items] == [
        ("button-1", "58", {"battery": 82.5}, False),
        ("smoke-1", "58", {"battery": 82.5}, False),
        ("button-1", "59", {"battery": 81.5}, True),
        ("smoke-1", "59", {"battery": 81.5}, True),
    ]


@pytest.mark.parametrize(
    "query",
    ["reports?cursor=nonsense", "reports?cursor=2026-11-21~1", "signals?from=1066-10-14T00:00:00Z"],
)
def test_what_no_page_can_begin_with_is_refused(house: House, query: str) -> None:
    assert house.client(Role.OPERATOR).get(f"{HOME}/{query}").status_code == 422
