"""An area's time zone counts in rules, quiet hours, replies, charts and sums by day.

The district is in Shanghai, the homes of one grid two hours west. Break, for each: the
installation's zone instead of the area's.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.engine import housekeeping
from alerts.notify.notifying import zone_of_quiet
from alerts.policy import Policy
from alerts.response.replies.reply_meaning import Around, understand_reply
from store.db import Connection, Pool
from store.duty import areas
from store.home import household
from store.model import Role
from store.notify.preferences import Preferences
from store.watch import liveness
from tests.district import NOON
from tests.integration.api.api_kit import build_house
from tests.sensor_home import HOUR, MINUTE, Home
from tests.world import World

URUMQI = "Asia/Urumqi"


def west(world: World) -> None:
    """The whole district, by the zone of its uppermost area: it counts below."""
    world.sql("UPDATE areas SET timezone = %s WHERE parent_id IS NULL", URUMQI)


def area_of(world: World, home: str = "H0001") -> int:
    (area,) = world.sql("SELECT area_id FROM homes WHERE code = %s", home)
    return int(area)


def test_a_zone_counts_for_what_lies_below(world: World) -> None:
    area, home = area_of(world), world.home.id
    assert world.run(areas.zone_of_home, home) is None
    assert world.policy.zone(None) == ZoneInfo("Asia/Shanghai")
    west(world)
    assert world.run(areas.zone_of, area) == URUMQI
    assert world.run(areas.zone_of_home, home) == URUMQI
    assert world.run(areas.zones_of, [area]) == {area: URUMQI}
    world.sql("UPDATE areas SET timezone = 'Asia/Tokyo' WHERE id = %s", area)
    assert world.run(areas.zones_of, [area]) == {area: "Asia/Tokyo"}
    assert set(world.run(areas.zones_in_use)) == {URUMQI, "Asia/Tokyo"}


def test_quiet_hours_are_where_the_home_is(world: World) -> None:
    west(world)
    quiet = Preferences(quiet_from=time(22), quiet_to=time(7))
    calm = world.raised("low_battery", device="button-1")
    life = world.raised("help_call")
    assert world.run(zone_of_quiet, calm, quiet, world.policy) == ZoneInfo(URUMQI)
    assert world.run(zone_of_quiet, life, quiet, world.policy) == world.policy.timezone


def test_a_press_asks_for_no_zone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs no statement more. Break: look the zone up for every message."""
    west(world)
    world.sql("UPDATE person_wishes SET quiet_from = '22:00', quiet_to = '07:00'")

    def refuse(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(areas, "zone_of", refuse)
    world.raised("help_call")


@pytest.mark.parametrize(("zone", "alarms"), [(None, 0), (URUMQI, 1)])
def test_rules_have_their_night_where_the_home_is(
    world: World, zone: str | None, alarms: int
) -> None:
    """Five hours of silence by day, eight at night: after 23 o'clock in Shanghai nobody need be up,
    and in Urumqi it is 21."""
    world.sql("UPDATE areas SET timezone = %s WHERE parent_id IS NULL", zone)
    world.run(liveness.note, NOON - 24 * HOUR, anew=True)
    home = Home(world)
    world.time = NOON + 6 * HOUR
    home.moves()
    assert len(home.judged(world.time + 5 * HOUR + MINUTE)) == alarms


def test_a_time_in_a_reply_is_the_homes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who answers "I come at 8" means the clocks there."""
    west(world)
    meant: list[str] = []

    def noting(body: str, around: Around) -> object:
        meant.append(str(around.zone))
        return understand_reply(body, around)

    monkeypatch.setattr("alerts.response.sms_replies.understand_reply", noting)
    world.raised("help_call")
    world.text(world.home.phones[0], "1")
    assert meant == [URUMQI]


def test_a_day_is_summed_up_where_the_home_is(world: World) -> None:
    """Midnight in Urumqi is 18:00 UTC: a reading of 17:30 is of the day before, which in Shanghai
    is the same day already."""
    west(world)
    device = world.sql("SELECT id FROM devices ORDER BY id LIMIT 1")[0]
    midnight = datetime(2026, 11, 20, 18, tzinfo=UTC)
    for at in (midnight - timedelta(minutes=30), midnight + timedelta(minutes=30)):
        world.sql(
            "INSERT INTO readings (device_id, at, temperature) VALUES (%s, %s, 20)",
            device,
            at,
        )
    world.time = midnight + timedelta(days=2)
    world.run(housekeeping.clean_up, world.now(), world.policy)
    days = world.sql("SELECT day FROM readings_daily WHERE device_id = %s ORDER BY day", device)
    assert days == [date(2026, 11, 20), date(2026, 11, 21)]


def test_a_day_is_over_when_it_is_over_everywhere(world: World) -> None:
    """In Shanghai it is the 22nd, in Urumqi not yet."""
    west(world)
    world.sql(
        "INSERT INTO readings (device_id, at, temperature) SELECT min(id), %s, 20 FROM devices",
        datetime(2026, 11, 19, 12, tzinfo=UTC),
    )
    world.time = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    world.run(housekeeping.clean_up, world.now(), world.policy)
    assert world.sql("SELECT days_until FROM rollup_state") == [date(2026, 11, 21)]


def test_a_chart_has_its_days_where_the_home_is(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    house = build_house(pool, conn, database_url)
    conn.execute("UPDATE areas SET timezone = %s WHERE parent_id IS NULL", [URUMQI])
    home = household.home(conn, "H0001")
    assert home is not None
    device = household.devices(conn, home.id)[0]
    conn.execute(
        "INSERT INTO readings (device_id, at, temperature) VALUES (%s, %s, 20)",
        [device.id, NOON - timedelta(hours=1)],
    )
    answer = house.client(Role.OPERATOR).get(
        "/api/v1/homes/H0001/readings",
        params={
            "metric": "temperature",
            "bucket": "1d",
            "from": (NOON - timedelta(days=2)).isoformat(),
            "to": NOON.isoformat(),
        },
    )
    (point,) = answer.json()["series"][0]["points"]
    begins = datetime.fromisoformat(point["at"]).astimezone(ZoneInfo(URUMQI))
    assert (begins.hour, begins.minute) == (0, 0)
    assert Policy().timezone.key != URUMQI
