"""What the desk and programs see of a relative who is on the way, and of one of a couple.

Broken on purpose by showing who is late as arrived, or by naming the first of a couple alone.
"""

from datetime import timedelta

import pytest

from store.db import Connection, Pool
from store.model import Role
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


def going(house: House, minutes: int | None = 20) -> int:
    alarm = house.press()
    said = {"answer": "going"} | ({} if minutes is None else {"eta_minutes": minutes})
    answer = house.client(Role.FAMILY).post(f"/api/v1/alarms/{alarm}/respond", json=said)
    assert answer.status_code == 200, answer.text
    (shown,) = answer.json()["responses"]
    assert (shown["answer"], shown["eta_minutes"]) == ("going", minutes)
    return alarm


def pane(house: House, alarm: int) -> str:
    page = house.browser().get(f"/console/alarms/{alarm}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    return str(page.text)


def test_the_pane_shows_by_when_a_relative_is_due_and_that_they_are_late(house: House) -> None:
    alarm = going(house)
    shown = pane(house, alarm)
    assert 'data-relative="going"' in shown
    due = house.clock.now().astimezone(house.app.state.deps.policy.timezone) + timedelta(minutes=20)
    assert f"{due:%H:%M}" in shown
    house.clock.move(minutes=21)
    assert 'data-relative="going"' in pane(house, alarm), "time to park"
    house.clock.move(minutes=2)
    shown = pane(house, alarm)
    assert 'data-relative="late"' in shown
    assert 'data-relative="going"' not in shown


def test_without_minutes_nothing_is_due(house: House) -> None:
    alarm = going(house, None)
    house.clock.move(hours=2)
    assert 'data-relative="going"' in pane(house, alarm)


def test_minutes_of_who_does_not_go_are_none(house: House) -> None:
    """Break: keep the minutes whatever the answer is."""
    alarm = house.press()
    said = {"answer": "cannot", "eta_minutes": 20}
    shown = house.client(Role.FAMILY).post(f"/api/v1/alarms/{alarm}/respond", json=said).json()
    assert [r["eta_minutes"] for r in shown["responses"]] == [None]


@pytest.mark.parametrize("minutes", [-1, 181, "soon"])
def test_minutes_that_no_way_takes_are_refused(house: House, minutes: object) -> None:
    alarm = house.press()
    said = {"answer": "going", "eta_minutes": minutes}
    answer = house.client(Role.FAMILY).post(f"/api/v1/alarms/{alarm}/respond", json=said)
    assert answer.status_code == 422


def test_both_of_a_couple_are_named(house: House) -> None:
    alarm = going(house)
    wife, husband = house.district.home.contacts[:2]
    house.conn.execute("UPDATE responses SET others = %s", [[husband]])
    (shown,) = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{alarm}").json()["responses"]
    assert (shown["person_id"], shown["other_ids"]) == (wife, [husband])
    assert (shown["name"], shown["others"]) == ("Wang Child 1-1", ["Wang Child 1-2"])
    assert "Wang Child 1-1或Wang Child 1-2" in pane(house, alarm)
