"""One closing ends what is over in a home, and nothing that nobody has looked at."""

import pytest

from alerts.alarm import closing
from alerts.alarm.closing import AlsoClosed
from alerts.errors import RefusedError
from store.attendance import Attendance
from store.model import Alarm, Outcome
from tests.integration.alarm.emergency.emergency_kit import (
    D,
    S,
    are_told_by_their_journals,
    attendance,
    fire,
    lines,
    states,
    take,
)
from tests.world import World


def close(world: World, main: Alarm, *also: tuple[Alarm, Outcome], count: int = 1) -> Alarm:
    return world.run(
        closing.close,
        main.id,
        Outcome.ASSISTANCE,
        "a pan on the stove",
        world.district.operator,
        world.time,
        world.policy,
        asked=False,
        count=count,
        also=[AlsoClosed(alarm.id, outcome, 1) for alarm, outcome in also],
    )


def test_one_closing_ends_what_is_over_each_with_its_outcome(world: World) -> None:
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke = fire(world)
    world.messages_leave()
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED)
    world.press("smoke", device="smoke-1", active=False)
    close(world, call, (smoke, Outcome.GENUINE_FIRE))
    outcomes = [world.alarm(a.id).outcome for a in (call, smoke)]
    assert outcomes == [Outcome.ASSISTANCE, Outcome.GENUINE_FIRE]
    (ended,) = world.dispatches(call.id)
    assert ended.state == D.CANCELLED
    for event in ("closed", "dispatch_cancelled"):
        assert lines(world, call, event)[0]["act"] == lines(world, smoke, event)[0]["act"]
    over = [m for a in (call, smoke) for m in world.messages(a.id, "over")]
    family = [m for m in over if m.person_id in world.home.contacts]
    assert len(family) == len({m.person_id for m in family}), "each hears it once"
    assert "help call, smoke" in family[0].body
    assert are_told_by_their_journals(world)


def test_what_a_detector_still_reports_is_never_closed_along(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    with pytest.raises(RefusedError, match="still reported"):
        close(world, call, (smoke, Outcome.GENUINE_FIRE))
    assert states(world, call, smoke) == [S.ACKNOWLEDGED, S.ACKNOWLEDGED]


def test_what_came_again_since_they_looked_is_never_closed(world: World) -> None:
    call = world.raised("help_call")
    fall = world.raised("fall")
    take(world, call, fall)
    world.press("fall")
    with pytest.raises(RefusedError, match="came again"):
        close(world, call, (fall, Outcome.GENUINE_FALL))
    world.press("help_call")
    with pytest.raises(RefusedError, match="came again"):
        close(world, call)
    assert S.CLOSED not in states(world, call, fall)
    close(world, call, count=2)
    assert states(world, call, fall) == [S.CLOSED, S.ACKNOWLEDGED]


def test_what_nobody_has_taken_is_never_closed_along(world: World) -> None:
    call = world.raised("help_call")
    world.acknowledge(call.id)
    fall = world.raised("fall")
    with pytest.raises(RefusedError, match="acknowledge"):
        close(world, call, (fall, Outcome.GENUINE_FALL))


def test_who_goes_goes_on_while_another_danger_is_open(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.fire_due()
    close(world, call)
    (kept,) = world.dispatches(smoke.id)
    assert (kept.id, kept.state) == (sent.id, D.OFFERED)
    assert lines(world, call, "dispatch_kept")[0]["alarms"] == [smoke.id]
    assert world.messages(call.id, "offer")[0].state == "QUEUED", "the question still stands"
    world.pass_time(world.policy.accept)
    assert world.dispatches(smoke.id)[0].state == D.NO_ANSWER, "its deadline went along"
    assert attendance(world, smoke) == ["nobody"]
    assert are_told_by_their_journals(world)


def test_with_the_last_danger_the_dispatch_ends(world: World) -> None:
    call, smoke = fire(world)
    take(world, call, smoke)
    sent = world.dispatch(call.id)
    world.move(sent.id, D.ACCEPTED)
    world.press("smoke", device="smoke-1", active=False)
    close(world, smoke)
    assert attendance(world, call) == [Attendance.GOING]
    close(world, call)
    assert world.dispatches(call.id)[0].state == D.CANCELLED
    called_off = [m for m in world.messages(call.id, "over") if "called off" in m.body]
    assert len(called_off) == 1
