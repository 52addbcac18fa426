"""A plan that would leave somebody lying is not saved, and the message says which step is wrong."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation.plan_position import (
    START,
    PlanPosition,
    next_position,
    plan_continues,
    reason_to_skip,
)
from alerts.escalation.plan_validation import Draft, Facts, Team, check_plan
from alerts.escalation.steps import ASKED, Hours, PlanError, Step, Target, When, read_steps
from alerts.notify.unanswered import ChannelOrder
from store.attendance import Attendance
from store.model import AlarmState, Kind
from tests.sample_rows import plan

ANYWHERE = Facts(
    people={7: True, 8: False}, areas={"G2"}, teams={Team("grid_worker", "grid")}, supervised=True
)
CONSOLE = {"after_seconds": 0, "target": "console"}
CHILD = {"after_seconds": 0, "target": "contact", "position": 1}
NIGHT = {"from": "22:00", "to": "06:00"}


def draft(*steps: Any, kind: Kind | None = None, home: str | None = None, cycles: int = 2) -> Draft:
    return Draft("p", kind, home, list(steps), cycles)


def test_a_plan_with_every_target_is_accepted() -> None:
    steps = check_plan(
        draft(
            CONSOLE,
            CHILD,
            {"after_seconds": 30, "target": "contacts_in_order", "every_seconds": 45},
            {"after_seconds": 30, "target": "grid_responder", "skills": ["lift"]},
            {"after_seconds": 30, "target": "station", "area": "G2"},
            {"after_seconds": 30, "target": "community", "kind": "volunteer", "hours": NIGHT},
            {"after_seconds": 30, "target": "contacts"},
            {"after_seconds": 30, "target": "supervisor", "when": "not_arrived"},
            {"after_seconds": 30, "target": "person", "person": 7},
            {"after_seconds": 30, "target": "outside", "service": "120"},
        ),
        ANYWHERE,
    )
    assert [step.target for step in steps] == [
        Target.CONSOLE,
        Target.CONTACT,
        Target.CONTACTS_IN_ORDER,
        Target.GRID_RESPONDER,
        Target.STATION,
        Target.COMMUNITY,
        Target.CONTACTS,
        Target.SUPERVISOR,
        Target.PERSON,
        Target.OUTSIDE,
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"after_seconds": 7200, "target": "contacts"}, "step 3: waits longer"),
        (
            {"after_seconds": 0, "target": "contacts_in_order", "every_seconds": 7200},
            "step 3: waits longer",
        ),
        ({"after_seconds": 0, "target": "contact", "position": 10}, "step 3: there is no contact"),
        ({"after_seconds": 0, "target": "person", "person": 9}, "step 3: there is no person 9"),
        ({"after_seconds": 0, "target": "person"}, "step 3: person must be"),
        ({"after_seconds": 0, "target": "station", "area": "G9"}, "step 3: there is no area G9"),
        ({"after_seconds": 0, "target": "outside", "service": "911"}, "step 3: service must be"),
        ({"after_seconds": 0, "target": "station", "kind": "x"}, "step 3: kind must be"),
        ({"after_seconds": 0, "target": "console", "positon": 1}, "step 3: there is no field posi"),
        ({"after_second": 0, "target": "console"}, "step 3 of the plan is not readable"),
        ({"after_seconds": 0, "target": "console", "when": "late"}, "step 3 of the plan is not"),
        ({"after_seconds": 0, "target": "console", "hours": {"from": "22"}}, "step 3 of the plan"),
        (
            {"after_seconds": 0, "target": "contacts", "hours": {"from": "22:00", "to": "22:00"}},
            "step 3: hours that begin and end",
        ),
        (CHILD | {"channels": "voice"}, "step 3 of the plan is not readable"),
        (CHILD | {"channels": ["pigeon"]}, "step 3: channels must be an order of sms, voice"),
        (CHILD | {"channels": ["sms", "sms"]}, "step 3: channels must be an order"),
        (CHILD | {"channels": ["sms"]}, "step 3: a text that nobody answers becomes a call"),
        (CHILD | {"by": "voice", "channels": ["sms", "voice"]}, "step 3: by voice calls them"),
        (CHILD | {"unanswered_seconds": 0}, "step 3: unanswered_seconds must be from 15"),
        (CHILD | {"unanswered_seconds": 14}, "step 3: unanswered_seconds must be from 15"),
        (CHILD | {"unanswered_seconds": 301}, "step 3: unanswered_seconds must be from 15 to 300"),
        (CONSOLE | {"channels": ["voice"]}, "step 3: there is no field channels for console"),
        (
            {"after_seconds": 0, "target": "home", "unanswered_seconds": 45},
            "step 3: there is no field unanswered_seconds for home",
        ),
    ],
)
def test_a_step_that_is_wrong_is_named(step: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        check_plan(draft(CONSOLE, CHILD, step), ANYWHERE)


@pytest.mark.parametrize("target", sorted(ASKED))
def test_who_is_asked_may_be_asked_by_channels_in_time(target: Target) -> None:
    """People who are told and responders who are asked to go, all of them."""
    own = {Target.CONTACT: {"position": 1}, Target.PERSON: {"person": 7}}.get(target, {})
    raw = {"after_seconds": 0, "target": str(target), **own}
    asked = raw | {"channels": ["sms", "voice"], "unanswered_seconds": 30}
    _, step = check_plan(draft(CHILD, asked), ANYWHERE)
    assert step.channel_order == ChannelOrder(("sms", "voice"), 30)
    _, usual = check_plan(draft(CHILD, raw), ANYWHERE)
    assert usual.channel_order == ChannelOrder()


def test_silence_calls_nobody_because_of_what_endangers_nobody() -> None:
    written = {"after_seconds": 0, "target": "contacts", "channels": ["sms"]}
    assert check_plan(draft(CONSOLE, written, kind=Kind.LOW_BATTERY), ANYWHERE)
    late = written | {"unanswered_seconds": 60}
    with pytest.raises(PlanError, match="step 2: unanswered_seconds is for dangers"):
        check_plan(draft(CONSOLE, late, kind=Kind.LOW_BATTERY), ANYWHERE)


@pytest.mark.parametrize("cycles", [-1, 0, 1, 21])
def test_a_plan_goes_round_at_least_twice(cycles: int) -> None:
    with pytest.raises(PlanError, match="cycles must be from 2 to 20"):
        check_plan(draft(CHILD, cycles=cycles), ANYWHERE)


@pytest.mark.parametrize(
    ("steps", "facts"),
    [
        ([CONSOLE, {"after_seconds": 9, "target": "outside", "service": "119"}], ANYWHERE),
        ([CHILD], Facts(contacts=[False, True])),
        ([{"after_seconds": 0, "target": "contacts"}], Facts(contacts=[False, False])),
        ([{"after_seconds": 0, "target": "contacts"}], Facts(contacts=[])),
        ([{"after_seconds": 0, "target": "grid_responder"}], Facts()),
        ([{"after_seconds": 0, "target": "station"}], ANYWHERE),
        ([{"after_seconds": 0, "target": "community"}], ANYWHERE),
        ([{"after_seconds": 0, "target": "supervisor"}], Facts()),
        ([{"after_seconds": 0, "target": "person", "person": 8}], ANYWHERE),
    ],
)
def test_a_plan_that_reaches_nobody_is_refused(steps: list[Any], facts: Facts) -> None:
    with pytest.raises(PlanError, match=r"nobody but the operators is reached \(step 1: "):
        check_plan(draft(*steps), facts)


def test_a_plan_that_reaches_nobody_by_day_is_refused() -> None:
    with pytest.raises(PlanError, match=r"at 06:00 nobody .* step 2: not at this hour"):
        check_plan(draft(CONSOLE, {**CHILD, "hours": NIGHT}), ANYWHERE)


def test_the_first_person_is_asked_within_five_minutes() -> None:
    late = {"after_seconds": 200, "target": "console"}
    with pytest.raises(PlanError, match="400 s until somebody"):
        check_plan(draft(late, late, CHILD), ANYWHERE)
    assert check_plan(draft(late, CHILD), ANYWHERE)


def test_the_operators_are_enough_for_what_endangers_nobody() -> None:
    slow = {"after_seconds": 86_400, "target": "console"}
    assert check_plan(draft(CONSOLE, slow, kind=Kind.LOW_BATTERY), Facts())
    for kind in (Kind.HELP_CALL, Kind.COLD, None):
        with pytest.raises(PlanError):
            check_plan(draft(CONSOLE, kind=kind), Facts())


targets = st.sampled_from(["console", "contact", "contacts", "station", "supervisor", "person"])
hours = st.none() | st.fixed_dictionaries(
    {
        "from": st.sampled_from(["00:00", "06:00", "22:00"]),
        "to": st.sampled_from(["07:30", "12:00"]),
    }
)
raw_steps = st.lists(
    st.builds(
        lambda target, wait, position, person, when: {
            "target": target,
            "after_seconds": wait,
            "hours": when,
            **({"position": position} if target == "contact" else {}),
            **({"person": person} if target == "person" else {}),
        },
        targets,
        st.integers(0, 200),
        st.integers(1, 3),
        st.sampled_from([7, 8]),
        hours,
    ),
    min_size=1,
    max_size=6,
)


@given(raw_steps, st.lists(st.booleans(), max_size=3), st.booleans(), st.integers(0, 1439))
def test_whatever_is_accepted_reaches_somebody_at_any_minute_of_the_day(
    raw: list[dict[str, Any]], contacts: list[bool], supervised: bool, minute: int
) -> None:
    """Walked here step by step, as an alarm at that minute would."""
    facts = Facts(contacts=contacts, people={7: True, 8: False}, supervised=supervised)
    try:
        steps = check_plan(Draft("p", None, "H0001", raw, 2), facts)
    except PlanError:
        return
    at = time(minute // 60, minute % 60)
    reached = set()
    for step in steps:
        if reason_to_skip(step, AlarmState.RAISED, attendance=Attendance.NOBODY, local=at):
            continue
        if step.target == Target.CONTACT:
            reached |= {"contact" for ok in contacts[step.position - 1 : step.position] if ok}
        elif step.target == Target.CONTACTS:
            reached |= {"contact" for ok in contacts if ok}
        elif step.target == Target.SUPERVISOR and supervised:
            reached.add("supervisor")
        elif step.target == Target.PERSON and step.person == 7:
            reached.add("person")
    assert reached


@given(st.times(), st.times(), st.times())
def test_hours_hold_or_their_complement_does(starts: time, ends: time, at: time) -> None:
    if starts != ends:
        assert Hours(starts, ends).hold(at) != Hours(ends, starts).hold(at)
        assert Hours(starts, ends).hold(starts)
        assert not Hours(starts, ends).hold(ends)


def test_why_a_step_is_passed_over() -> None:
    usual, late = Step(0, Target.CONSOLE), Step(0, Target.CONSOLE, when=When.NOT_ARRIVED)
    by_night = Step(0, Target.CONSOLE, hours=Hours(time(22), time(6)))
    offer, second = Step(0, Target.STATION), Step(0, Target.STATION, when=When.NOT_ARRIVED)
    life = Step(0, Target.STATION, guards="life")
    going = "responder_going"
    table: list[tuple[Step, AlarmState, Attendance, str]] = [
        (usual, AlarmState.RAISED, Attendance.THERE, ""),
        (usual, AlarmState.DISPATCHED, Attendance.NOBODY, "acknowledged"),
        (late, AlarmState.DISPATCHED, Attendance.NOBODY, ""),
        (late, AlarmState.RAISED, Attendance.THERE, "arrived"),
        (by_night, AlarmState.RAISED, Attendance.NOBODY, "hours"),
        (offer, AlarmState.RAISED, Attendance.GOING, going),
        (second, AlarmState.RAISED, Attendance.GOING, ""),
        (life, AlarmState.RAISED, Attendance.NOBODY, ""),
    ]
    for step, state, attendance, why in table:
        expected = going if attendance == Attendance.GOING else ""
        found = reason_to_skip(
            step, state, attendance=attendance, local=time(12), expected=expected
        )
        assert found == why, step


@pytest.mark.parametrize(
    ("step", "guards_life", "console_only", "why"),
    [
        (Step(0, Target.STATION, guards="life"), False, False, "no_life"),
        (Step(0, Target.STATION), False, False, ""),
        (Step(0, Target.STATION), True, True, "exhausted"),
        (Step(0, Target.CONSOLE), True, True, ""),
    ],
)
def test_a_fault_wakes_nobody_for_a_thermometer_and_the_console_is_the_last_to_know(
    step: Step, guards_life: bool, console_only: bool, why: str
) -> None:
    assert why == reason_to_skip(
        step,
        AlarmState.RAISED,
        attendance=Attendance.NOBODY,
        local=time(12),
        guards_life=guards_life,
        console_only=console_only,
    )


def test_a_plan_outlasts_the_acknowledgement_only_for_an_arrival_and_not_for_ever() -> None:
    made = plan([CONSOLE])
    usual = read_steps([CONSOLE])
    late = read_steps([{**CONSOLE, "when": "not_arrived"}])
    for cycle in (0, 1, 2, 9):
        assert plan_continues(AlarmState.RAISED, usual, PlanPosition(cycle, 0), made)
        assert not plan_continues(AlarmState.ACKNOWLEDGED, usual, PlanPosition(cycle, 0), made)
        assert plan_continues(AlarmState.DISPATCHED, late, PlanPosition(cycle, 0), made) == (
            cycle < 2
        )
        assert not plan_continues(AlarmState.ON_SCENE, late, PlanPosition(cycle, 0), made)


def test_who_is_asked_in_turn_comes_before_the_next_step() -> None:
    steps = read_steps([CONSOLE, CHILD])
    assert next_position(START, steps, more=True) == PlanPosition(0, 0, 1)
    assert next_position(PlanPosition(0, 0, 1), steps) == PlanPosition(0, 1)
