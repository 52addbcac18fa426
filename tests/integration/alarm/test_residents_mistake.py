"""A resident who says "pressed by mistake" stands nothing down: somebody speaks to them.

Broken on purpose by letting the cancel touch the plan, a timer, a message or the alarm's state
(receiving._cancelled_call).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.alarm.closing import NOT_SPOKEN
from alerts.alarm.receiving import receive_signal
from alerts.policy import Policy
from store.db import Connection, Pool
from store.home import registry
from store.model import DispatchState, Kind, Outcome, Role, Signal
from tests.integration.api.api_kit import House, build_house
from tests.world import World

CANCELLED, CALLED = "H0001", "H0002"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def cancel(house: House, seconds: int = 5) -> None:
    """The button of the first home says that it was a mistake."""
    house.clock.move(seconds=seconds)
    device = registry.find_device(house.conn, CANCELLED, "button-1")
    assert device is not None
    now = house.clock.now()
    signal = Signal("button-1", Kind.HELP_CALL, False, False, None, now, now, True, False)
    with house.conn.transaction():
        receive_signal(house.conn, device, signal, now, Policy())


def _nothing(world: World, alarm: int) -> None:
    pass


def _acknowledge(world: World, alarm: int) -> None:
    world.acknowledge(alarm)


def _accepted(world: World, alarm: int) -> None:
    world.acknowledge(alarm)
    world.move(world.dispatch(alarm).id, DispatchState.ACCEPTED)


@pytest.mark.parametrize("before", [_nothing, _acknowledge, _accepted])
def test_nothing_is_stood_down(world: World, before: Callable[[World, int], None]) -> None:
    """Two homes call at the same moment and one takes it back: for two hours, plan, timers, calls
    to the desk, messages and states of both are the same to the second."""
    alarms = [world.raised(home=home).id for home in (CANCELLED, CALLED)]
    for alarm in alarms:
        before(world, alarm)
    world.pass_time(10)
    world.press(home=CANCELLED, active=False)
    assert "cancelled_by_resident" in world.events(alarms[0])
    world.pass_time(7200)
    taken_back, called = (_story(world, alarm) for alarm in alarms)
    assert taken_back == called
    assert len(called["journal"]) > 5, "there was something to stand down"


def _story(world: World, alarm: int) -> dict[str, Any]:
    found = world.alarm(alarm)
    return {
        "journal": [
            (line.event, line.at, line.data.get("step"), line.data.get("purpose"))
            for line in world.journal(alarm)
            if line.event != "cancelled_by_resident"
        ],
        "messages": [
            (m.purpose, m.channel, m.state, m.lane, m.due_at) for m in world.messages(alarm)
        ],
        "timers": world.sql(
            "SELECT kind, due_at FROM timers WHERE alarm_id = %s ORDER BY 1, 2", alarm
        ),
        "alarm": (found.state, found.priority, found.count, found.cleared_at, found.shelved_until),
    }


def test_a_call_after_a_cancel_rings_as_ever_also_under_its_id(world: World) -> None:
    """Red before for the same id: the call was taken for a copy of what had taken one back."""
    alarm = world.raised(id="1").id
    world.time += timedelta(seconds=3)
    world.press(id="2", active=False)
    world.time += timedelta(seconds=3)
    again = world.press(id="2")
    assert not again.known
    assert world.alarm(alarm).count == 2
    assert "repeated" in world.events(alarm)
    world.acknowledge(alarm)
    world.close(alarm, Outcome.ASSISTANCE)
    world.press(id="3", active=False)
    assert world.press(id="3").raised


def test_the_screen_hears_of_it_and_rings_on(house: House) -> None:
    desk, alarm = house.client(Role.OPERATOR), house.press()
    before = desk.get(f"/api/v1/alarms/{alarm}").json()
    assert before["mistake_at"] is None
    cancel(house)
    after = desk.get(f"/api/v1/alarms/{alarm}").json()
    assert after["mistake_at"] == "2026-11-21T04:00:05Z"
    assert after["version"] > before["version"]
    for what in ("state", "priority", "called_at", "calls_owner", "cleared_at", "attendance"):
        assert after[what] == before[what], what
    pane = house.browser().get(f"/console/alarms/{alarm}").text
    top = pane.index("data-mistake")
    assert top < pane.index("data-attendance"), "it is the first line"
    house.clock.move(seconds=1)
    house.press()
    assert desk.get(f"/api/v1/alarms/{alarm}").json()["mistake_at"] is None, "called again"


def test_it_is_closed_as_a_mistake_only_by_who_has_spoken_to_them(
    house: House, conn: Connection
) -> None:
    desk, alarm = house.client(Role.OPERATOR), house.press()
    cancel(house)
    path = f"/api/v1/alarms/{alarm}"
    desk.post(f"{path}/acknowledge")
    pane = house.browser().get(f"/console/alarms/{alarm}").text
    assert 'name="spoken_to"' in pane
    assert "data-suggested" in pane
    refused = _closed(desk, path, outcome="accidental")
    assert (refused.status_code, refused.json()["detail"]) == (409, NOT_SPOKEN)
    assert _closed(desk, path, outcome="accidental", spoken_to=True).status_code == 200
    lines = "SELECT data ->> 'spoken_to' FROM alarm_events WHERE event = 'closed'"
    assert conn.execute(lines).fetchall() == [("true",)]


def test_any_other_outcome_and_any_other_alarm_need_no_such_word(house: House) -> None:
    desk, first, second = house.client(Role.OPERATOR), house.press(), house.press("H0002")
    cancel(house)
    for alarm, outcome in ((first, "social"), (second, "accidental")):
        desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
        assert _closed(desk, f"/api/v1/alarms/{alarm}", outcome=outcome).status_code == 200


def _closed(desk: TestClient, path: str, **body: Any) -> Any:
    return desk.post(f"{path}/close", json=body)
