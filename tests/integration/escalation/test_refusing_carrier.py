"""A carrier that refuses does not use up a plan: no pass counts of which nothing has left."""

from datetime import timedelta

import pytest

from alerts.engine.sender import Sender
from alerts.notify.channels.interface import Fault, SendError
from store.model import DispatchState, Notification, OutboxLane
from tests.integration.engine.test_sender import Carrier
from tests.world import World

CONTACTS = (
    {"after_seconds": 0, "target": "console"},
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 60, "target": "contact", "position": 2},
    {"after_seconds": 60, "target": "contacts"},
)
BUSY = SendError("429", fault=Fault.CARRIER)


class Refusing(Carrier):
    """Refuses everything until it is well."""

    well = False

    def send(self, notification: Notification) -> str:
        if not self.well:
            self.plans = [BUSY]
        return super().send(notification)


def carry_on(world: World, carrier: Carrier, seconds: int) -> None:
    """Let time pass second by second, with a sender at work."""
    one = Sender(world.pool, {"sms": carrier}, world, world.policy, "one")
    for _ in range(seconds):
        world.pass_time(1)
        while one.send_next(OutboxLane.LIFE):
            """Everything due."""
        one.probe()


def passes(world: World, alarm: int) -> list[int]:
    """The cycle of each pass that began."""
    return [
        e.data["cycle"]
        for e in world.journal(alarm)
        if e.event in ("step_fired", "step_empty", "step_skipped") and e.data["step"] == 0
    ]


@pytest.mark.long
def test_no_pass_counts_that_failed_only_at_the_carrier(world: World) -> None:
    """Break: return False from refused_passes.only_refused: the plan is through in minutes."""
    world.plan(*CONTACTS)
    alarm, carrier = world.raised(), Refusing()
    carry_on(world, carrier, 600)
    assert set(passes(world, alarm.id)) == {0}
    assert "plan_exhausted" not in world.events(alarm.id)
    assert len(world.messages(alarm.id)) == 3 + 2, "what waits is not queued a second time"
    shouts = [e.at for e in world.journal(alarm.id) if e.event == "console_called"]
    assert len(shouts) >= 3, "the operators are called meanwhile"

    carrier.well, recovered = True, world.now()
    carry_on(world, carrier, 5)
    left = [m.sent_at for m in world.messages(alarm.id)]
    assert all(left), "all that waited has left"
    assert min(at for at in left if at) - recovered <= timedelta(seconds=5)
    carry_on(world, carrier, world.policy.pass_pause - 5)
    assert set(passes(world, alarm.id)) == {0}, "they have time to answer"
    carry_on(world, carrier, 180)
    assert passes(world, alarm.id)[-1] == 1, "then the next pass begins"


def test_a_pass_of_which_one_message_left_counts(world: World) -> None:
    world.plan(*CONTACTS)
    alarm, carrier = world.raised(), Carrier("SM1", *[BUSY] * 1000)
    carry_on(world, carrier, 240)
    assert passes(world, alarm.id)[:2] == [0, 1]


def test_a_pass_that_failed_for_other_reasons_counts(world: World) -> None:
    world.plan(*CONTACTS)
    alarm, carrier = world.raised(), Carrier(*[SendError("21211", permanent=True)] * 1000)
    carry_on(world, carrier, 240)
    assert passes(world, alarm.id)[:2] == [0, 1]


def test_a_responder_whom_the_carrier_did_not_reach_has_not_been_silent(world: World) -> None:
    """Break: journal dispatch_unanswered whatever became of the offer."""
    world.plan({"after_seconds": 0, "target": "grid_responder"})
    alarm, carrier = world.raised(), Refusing()
    carry_on(world, carrier, world.policy.accept + 1)
    events = world.events(alarm.id)
    assert "dispatch_unreached" in events
    assert "dispatch_unanswered" not in events
    assert world.dispatches(alarm.id)[0].state == DispatchState.NO_ANSWER


@pytest.mark.parametrize("refused", [True, False])
def test_a_responder_who_was_asked_and_says_nothing_did_not_answer(
    world: World, refused: bool
) -> None:
    world.plan({"after_seconds": 0, "target": "grid_responder"})
    alarm, carrier = world.raised(), Carrier(*[BUSY] * 2 * refused)
    carry_on(world, carrier, world.policy.accept + 1)
    assert "dispatch_unanswered" in world.events(alarm.id)
    assert "dispatch_unreached" not in world.events(alarm.id)
