"""Every alarm's state can be rebuilt from its journal alone.

Random sequences of use cases on a real database; after them each row equals what its journal
tells. Broken on purpose: leave `owner` away in `_acknowledged`, or the journal line away in
`shelving.hide`, and a sequence is found that shows it.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.alarm import linking, shelving
from alerts.alarm.operator_actions import transfer
from alerts.alarm.rebuild import as_rebuilt, rebuild
from alerts.errors import AlertsError
from alerts.watch import home_modes
from alerts.watch.device_monitoring import monitor_devices
from alerts.work import flapping
from store.access import desk_presence
from store.home import registry
from store.model import DispatchState, Outcome
from store.watch.home_modes import Mode
from tests.sizes import sized
from tests.world import World

Step = tuple[str, int, int]
HOUR = timedelta(hours=1)


def _press(world: World, one: int, two: int) -> None:
    kinds = ("help_call", "smoke", "tamper", "inactivity", "water_leak")
    at = world.time - timedelta(minutes=(0, 1, 60)[two % 3])
    world.press(kinds[one % 5], active=two % 4 != 3, at=at, device=("button-1", "smoke-1")[two % 2])


def _alarm(world: World, number: int) -> int:
    ids = world.sql("SELECT id FROM alarms ORDER BY id")
    return int(ids[number % len(ids)]) if ids else 0


def _acknowledge(world: World, one: int, two: int) -> None:
    world.acknowledge(_alarm(world, one), two % 2)


def _transfer(world: World, one: int, two: int) -> None:
    to = world.district.operators[two % 2].id
    world.run(desk_presence.saw, [to], world.time)
    world.run(transfer, _alarm(world, one), to, world.district.operator, world.time, world.policy)


def _dispatch(world: World, one: int, two: int) -> None:
    number = _alarm(world, one)
    made = world.dispatch(number)
    for state in list(DispatchState)[1 : 1 + two % 6]:
        with suppress(AlertsError):
            world.move(made.id, state)


def _close(world: World, one: int, two: int) -> None:
    world.close(_alarm(world, one), list(Outcome)[two % len(Outcome)])


def _shelve(world: World, one: int, two: int) -> None:
    by = world.district.operators
    alarm, until = _alarm(world, one), world.time + timedelta(minutes=10)
    world.run(shelving.shelve, alarm, until, "why", by[two % 2], world.time)
    if two % 3:
        world.run(shelving.confirm, alarm, by[1 - two % 2], world.time)


def _unshelve(world: World, one: int, two: int) -> None:
    by = world.district.operators[two % 2]
    world.run(shelving.unshelve, _alarm(world, one), by, world.time, world.policy)


def _link(world: World, one: int, two: int) -> None:
    by = world.district.operator
    world.run(linking.link, _alarm(world, one), _alarm(world, two), by, world.time)


def _mode(world: World, one: int, two: int) -> None:
    world.run(
        home_modes.set_mode,
        world.home.id,
        list(Mode)[one % 4],
        starts_at=world.time,
        ends_at=world.time + timedelta(minutes=5 + two),
        by=world.district.operator,
        via="api",
        now=world.time,
    )


def _pass(world: World, one: int, two: int) -> None:
    world.pass_time((60, 400, 2000)[one % 3])
    while monitor_devices(world.pool, world.time, world.policy):
        pass


def _hubs(world: World, one: int, two: int) -> None:
    homes = [home.code for home in world.district.homes]
    world.run(registry.touch_hubs, dict.fromkeys(homes[: 1 + one % len(homes)], world.time))


STEPS: dict[str, Callable[[World, int, int], None]] = {
    "press": _press,
    "acknowledge": _acknowledge,
    "transfer": _transfer,
    "dispatch": _dispatch,
    "close": _close,
    "shelve": _shelve,
    "unshelve": _unshelve,
    "link": _link,
    "mode": _mode,
    "pass": _pass,
    "hubs": _hubs,
}


def check(world: World) -> int:
    """Every row against its journal, when what was counted of repeats is in it; how many there
    were."""
    world.run(flapping.journal_repeats, world.time + timedelta(minutes=1), world.policy)
    rows = world.alarms()
    for row in rows:
        assert rebuild(world.journal(row.id)) == as_rebuilt(row)
    return len(rows)


@pytest.fixture
def village(pool: object) -> World:
    """Enough homes for an outage."""
    return World(pool, homes=6, contacts=1)  # type: ignore[arg-type]


@settings(
    max_examples=sized(40, 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 11), st.integers(0, 11)),
        min_size=5,
        max_size=25,
    )
)
def test_whatever_was_done_the_journal_tells_it(village: World, steps: list[Step]) -> None:
    """The world goes on from one example to the next; a step that is refused is no step."""
    _press(village, 0, 0)
    for name, one, two in steps:
        with suppress(AlertsError):
            STEPS[name](village, one, two)
        village.time += timedelta(seconds=7)
    assert check(village) > 0


def test_an_outage_that_widened_and_ended_is_told_in_full(village: World) -> None:
    _hubs(village, 5, 0)
    village.time += HOUR
    _pass(village, 0, 0)
    village.time += timedelta(minutes=1)
    _hubs(village, 4, 0)
    village.time += timedelta(minutes=1)
    _pass(village, 0, 0)
    assert check(village) == 7
    told = {event for number in range(7) for event in village.events(_alarm(village, number))}
    assert {"inhibited", "released", "cleared", "closed"} <= told


def test_a_journal_that_does_not_begin_is_refused() -> None:
    with pytest.raises(ValueError, match="raised"):
        rebuild([])
