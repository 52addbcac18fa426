"""A scenario worked out: the same seed and start give the same bytes."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.plan.actions import Cut, Join, Measure, Raw, Signal
from device_sim.plan.compiler import RunPlan, compile_plan
from device_sim.runs.traffic import each_message
from device_sim.scenario import library
from device_sim.scenario.model import Scenario
from device_sim.scenario.parser import ScenarioError

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
DEVICES = tuple(
    DeviceSpec(f"{name}-{number}", kind, room)
    for name, number, kind, room in (
        ("button", 1, "help_call", "bathroom"),
        ("button", 2, "help_call", "bedroom"),
        ("smoke", 1, "smoke", "kitchen"),
        ("smoke", 2, "smoke", "living"),
        ("gas", 1, "gas_leak", "kitchen"),
        ("water", 1, "water_leak", "bathroom"),
        ("climate", 1, "climate", "living"),
        ("motion", 1, "motion", "living"),
        ("door", 1, "door", "hall"),
        ("bed", 1, "bed", "bedroom"),
    )
)
HOMES = [HomeSpec(f"H{n:04}", "x", DEVICES) for n in range(1, 9)]
SMALL = [name for name in library.names() if library.load(name).homes <= 8]


def scenario(**parts: object) -> Scenario:
    given = {"name": "x", "about": "made for a test", "lasts": "10m"} | parts
    return Scenario.model_validate(given)


def plan(*steps: dict[str, object], homes: int = 1, **parts: object) -> RunPlan:
    return compile_plan(scenario(steps=list(steps), homes=homes, **parts), HOMES, START)


def traffic(wanted: Scenario, start: datetime = START) -> list[tuple[str, bytes]]:
    said: list[tuple[str, bytes]] = []
    each_message(wanted, HOMES, start, lambda topic, payload: said.append((topic, payload)))
    return said


@pytest.mark.parametrize("name", SMALL)
def test_the_same_seed_sends_the_same_bytes(name: str) -> None:
    """Breaks when an id comes from uuid4(), or a payload from an unseeded generator."""
    ready = library.load(name)
    if ready.lasts > 3600:
        ready = ready.model_copy(
            update={"lasts": ready.lasts, "homes": min(2, ready.homes), "steps": ready.steps[:2]}
        )
    first = traffic(ready)
    assert first
    assert first == traffic(ready)


def test_another_seed_or_start_sends_other_bytes() -> None:
    ready = library.load("hub-dead")
    assert traffic(ready) != traffic(ready.model_copy(update={"seed": 1}))
    assert traffic(ready) != traffic(ready, START + timedelta(seconds=1))


def test_actions_come_in_order_and_nothing_after_the_end() -> None:
    made = plan(
        {"at": "9m", "do": "press"},
        {"at": "1m", "do": "smoke", "homes": 2, "lasts": "30m"},
        homes=2,
        life={"days": "everyday"},
    )
    ats = [action.at for action in made.actions()]
    assert ats == sorted(ats)
    assert ats[-1] <= 600


def test_every_signal_has_an_id_of_its_own() -> None:
    made = plan({"at": "0s", "do": "press", "homes": "all", "times": 5}, homes=3)
    ids = [action.id for action in made.actions() if isinstance(action, Signal)]
    assert len(set(ids)) == 15


def test_a_duplicate_is_one_signal_said_again() -> None:
    said = list(plan({"at": "0s", "do": "duplicate", "times": 4}).actions())
    assert [a.again for a in said if isinstance(a, Signal)] == [False, True, True, True]
    assert len({a.id for a in said if isinstance(a, Signal)}) == 1


def test_a_late_press_carries_its_own_time() -> None:
    (late,) = plan({"at": "1m", "do": "late", "by": "30m"}).actions()
    assert isinstance(late, Signal)
    assert late.when == START - timedelta(minutes=29)


def test_a_wrong_clock_is_in_everything_the_hub_says_in_its_time() -> None:
    """Breaks when the steps are worked out in the order of the file: the clock is said last."""
    made = plan(
        {"at": "1m", "do": "press"},
        {"at": "5m", "do": "press"},
        {"at": "30s", "do": "clock_skew", "by": "1h", "lasts": "2m"},
        life={"days": "everyday"},
    )
    for action in made.actions():
        if isinstance(action, Measure | Signal):
            off = timedelta(hours=-1) if 30 <= action.at < 150 else timedelta()
            assert action.when == made.start + timedelta(seconds=action.at) + off


def test_reordered_readings_are_sent_newest_first() -> None:
    said = list(plan({"at": "1m", "do": "reordered", "count": 3}).actions())
    times = [orjson.loads(a.payload)["at"] for a in said if isinstance(a, Raw)]
    assert times == sorted(times, reverse=True)


def test_a_bad_line_goes_down_and_up() -> None:
    said = list(
        plan({"at": "1m", "do": "flapping", "times": 2, "down": "5s", "up": "10s"}).actions()
    )
    assert [(type(a), a.at) for a in said] == [(Cut, 60), (Join, 65), (Cut, 75), (Join, 80)]


def test_homes_do_it_one_after_the_other_within_the_spread() -> None:
    said = plan({"at": "1m", "do": "press", "homes": "1-4", "spread": "2m"}, homes=4).actions()
    assert [(a.home, a.at) for a in said] == [(1, 60), (2, 90), (3, 120), (4, 150)]


@pytest.mark.parametrize(
    ("steps", "homes", "complaint"),
    [
        ([{"at": "0s", "do": "press", "device": "button-9"}], 1, "has only button-1, button-2"),
        ([], 9, "needs 9 homes, but there are only 8"),
        ([{"at": "0s", "do": "foreign_topic", "victim": 3}], 2, "there is no home 3"),
    ],
)
def test_what_the_homes_do_not_have_is_said(
    steps: list[dict[str, object]], homes: int, complaint: str
) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        plan(*steps, homes=homes)


def test_what_really_happened_says_what_it_explains() -> None:
    made = plan({"at": "1m", "do": "fall"}, {"at": "0s", "do": "press", "kind": "fall"})
    assert [(t.what, t.must) for t in made.troubles] == [
        ("press fall", "fall"),
        ("fall without a press", ""),
    ]
    assert "inactivity" in made.troubles[1].causes
