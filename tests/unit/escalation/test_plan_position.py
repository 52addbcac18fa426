"""Plans walked step by step: always forward, never faster than meant, never silent."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation.plan_position import (
    START,
    PlanPosition,
    contacts_of_step,
    delay_before,
    is_exhausted,
    next_position,
    paused_for_family,
    way_ends,
)
from alerts.escalation.steps import BUILT_IN, PlanError, Step, Target, steps_of, usable_plan
from alerts.policy import Policy
from store.model import AlarmState
from tests.district import NOON
from tests.sample_rows import person, plan

POLICY = Policy()
S = AlarmState

NAMING = (Target.PERSON, Target.OUTSIDE)
"""Targets that need to say whom or what."""

raw_steps = st.lists(
    st.fixed_dictionaries(
        {
            "after_seconds": st.integers(0, 7200),
            "target": st.sampled_from([t.value for t in Target if t not in NAMING]),
            "position": st.integers(1, 9),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(raw_steps, st.integers(2, 5), st.integers(1, 200))
def test_any_plan_goes_on_for_ever_and_never_faster_than_the_pauses(
    raw: list[dict[str, Any]], cycles: int, moves: int
) -> None:
    made = plan(raw, cycles)
    steps = steps_of(made)
    position, visited = START, []
    for _ in range(moves):
        visited.append(position)
        wait = delay_before(position, steps, made, POLICY)
        assert wait >= steps[position.step].after_seconds >= 0
        if position.cycle > 0 and position.step == 0:
            assert wait >= POLICY.pass_pause
        if is_exhausted(position, made) and position.step > 0:
            assert wait >= POLICY.exhausted_pause
        position = next_position(position, steps)
    # every step of every cycle, in order, none left out: nothing gets stuck, nobody is passed over
    assert visited == [PlanPosition(i // len(steps), i % len(steps)) for i in range(moves)]


@given(raw_steps, st.integers(2, 5), st.integers(0, 3), st.integers(0, 2))
def test_who_may_decide_about_a_life_is_called_at_least_every_five_minutes(
    raw: list[dict[str, Any]], cycles: int, more: int, turn: int
) -> None:
    """Each step of an exhausted plan calls one more of them, however long a plan's own waits are;
    before that, and for less than a life, the plan's own waits hold."""
    made = plan(raw, cycles)
    steps = steps_of(made)
    for number in range(len(steps)):
        through = PlanPosition(cycles + more, number, turn)
        assert delay_before(through, steps, made, POLICY, life=True) <= POLICY.exhausted_pause
        before = PlanPosition(cycles - 1, number, turn)
        assert delay_before(before, steps, made, POLICY, life=True) == delay_before(
            before, steps, made, POLICY
        )


@given(raw_steps, st.integers(2, 5))
def test_a_plan_is_exhausted_after_its_cycles_and_stays_so(
    raw: list[dict[str, Any]], cycles: int
) -> None:
    made = plan(raw, cycles)
    assert not any(is_exhausted(PlanPosition(c, len(raw) - 1), made) for c in range(cycles))
    assert all(is_exhausted(PlanPosition(cycles + c, 0), made) for c in range(3))


@given(raw_steps)
def test_the_first_pass_keeps_to_the_plan(raw: list[dict[str, Any]]) -> None:
    made = plan(raw)
    waits = [
        delay_before(PlanPosition(0, i), steps_of(made), made, POLICY) for i in range(len(raw))
    ]
    assert waits == [step["after_seconds"] for step in raw]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"after_seconds": 1},
        {"target": "console"},
        {"after_seconds": "soon", "target": "console"},
        {"after_seconds": None, "target": "console"},
        {"after_seconds": 1, "target": "the_moon"},
        {"after_seconds": -1, "target": "console"},
        {"after_seconds": 10**15, "target": "console"},
        {"after_seconds": float("inf"), "target": "console"},
        {"after_seconds": 1, "target": "contact"},
        {"after_seconds": 1, "target": "contact", "position": 0},
    ],
)
def test_a_step_that_cannot_be_meant_is_named(raw: dict[str, Any]) -> None:
    with pytest.raises(PlanError, match="step 2"):
        steps_of(plan([{"after_seconds": 0, "target": "console"}, raw]))


@pytest.mark.parametrize("steps", [[], None, 7, {"after_seconds": 0}, [7], [None]])
def test_what_is_no_list_of_steps_is_refused_and_replaced(steps: Any) -> None:
    with pytest.raises(PlanError):
        steps_of(plan(steps))
    assert usable_plan(plan(steps)) is BUILT_IN
    assert usable_plan(None) is BUILT_IN


def test_the_built_in_plan_can_be_used_and_a_usable_one_is_kept() -> None:
    assert {step.target for step in steps_of(BUILT_IN)} >= {Target.CONSOLE, Target.CONTACTS}
    own = plan([{"after_seconds": 0, "target": "console"}])
    assert usable_plan(own) is own


def test_who_a_step_is_for() -> None:
    first, silent, gone, last = (
        person(1),
        person(2, None),
        person(3, opted_out_at=NOON),
        person(4, "+8613800000004"),
    )
    family = [first, silent, gone, last]
    by_position = [contacts_of_step(Step(0, Target.CONTACT, n), family) for n in range(1, 6)]
    assert by_position == [[first], [silent], [gone], [last], []]
    assert contacts_of_step(Step(0, Target.CONTACTS), family) == family
    assert contacts_of_step(Step(0, Target.CONSOLE), family) == []
    assert contacts_of_step(Step(0, Target.GRID_RESPONDER), family) == []


@pytest.mark.parametrize("state", [S.ACKNOWLEDGED, S.DISPATCHED, S.ON_SCENE])
def test_the_family_waits_for_as_long_as_the_way_takes(state: AlarmState) -> None:
    """Without minutes for as long as the policy says; of several for the last."""
    moment = timedelta(microseconds=1)
    pause = NOON + timedelta(seconds=POLICY.contact_pause)
    due = NOON + timedelta(minutes=25)
    late = due + timedelta(seconds=POLICY.arrive_grace)
    assert not paused_for_family(state, None, None, NOON, POLICY)
    for said, due_by, end in ((NOON, None, pause), (None, due, late), (NOON, due, late)):
        assert paused_for_family(state, said, due_by, end - moment, POLICY)
        assert not paused_for_family(state, said, due_by, end, POLICY)
    assert way_ends(NOON, None, POLICY) == pause
    assert way_ends(NOON, 25, POLICY) == late


@pytest.mark.parametrize("state", [S.RAISED, S.CLOSED])
def test_nobody_waits_for_the_family_while_nobody_owns_the_alarm(state: AlarmState) -> None:
    assert not paused_for_family(state, NOON, NOON + timedelta(minutes=25), NOON, POLICY)
