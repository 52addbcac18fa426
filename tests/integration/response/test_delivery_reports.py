"""What the carrier reports: in any order, twice, about strangers; the end is the same."""

from itertools import permutations
from typing import Any

import pytest

from alerts.engine.sender import Sender
from alerts.response.delivery_reports import receive_callback
from store.model import Notification, NotificationState, OutboxLane
from store.notify import outbox
from tests.integration.engine.test_sender import Carrier
from tests.world import World

S = NotificationState
Status = tuple[str, str | None]


def a_message(world: World) -> Notification:
    (message,) = world.messages(world.raised().id)
    return message


def report(world: World, number: int | None, status: Status, sid: str = "SM1") -> str:
    return world.run(receive_callback, number, sid, *status, world.now(), world.policy)


def state_of(world: World, number: int) -> tuple[Any, ...]:
    found = world.run(outbox.get, number)
    assert found is not None
    return found.state, found.provider_id, found.provider_rank, found.error_code, found.finished_at


STORIES: list[list[Status]] = [
    [("queued", None), ("sending", None), ("sent", None), ("delivered", None)],
    [("queued", None), ("sent", None), ("undelivered", "30003")],
    [("accepted", None), ("failed", "30008")],
    [("sent", None), ("undelivered", "30005"), ("delivered", None)],
    [("sent", None), ("delivered", None), ("read", None)],
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: "-".join(s for s, _ in story))
@pytest.mark.parametrize("recorded", ["before", "after", "never"])
def test_every_order_of_the_same_callbacks_ends_the_same(
    world: World, story: list[Status], recorded: str
) -> None:
    """Also against our own record of the sending, which may come before or after all of them."""
    ends = set()
    message = a_message(world)
    for order in permutations(story):
        world.sql(
            "UPDATE notifications SET state = 'QUEUED', provider_id = NULL, provider_rank = 0,"
            " error_code = NULL, sent_at = NULL, finished_at = NULL, attempts = 0"
        )

        def all_of_them(order: tuple[Status, ...] = order) -> str:
            for status in order:
                report(world, message.id, status)
            return "SM1"

        plan = all_of_them if recorded == "after" else "SM1"
        if recorded != "never":
            Sender(world.pool, {"sms": Carrier(plan)}, world, world.policy, "one").send_next(
                OutboxLane.LIFE
            )
        if recorded != "after":
            all_of_them()
        once = state_of(world, message.id)
        for status in order:  # and everything once more
            assert report(world, message.id, status) == "known"
        assert state_of(world, message.id) == once
        ends.add(once)
    assert len(ends) == 1, ends


def test_a_failed_delivery_hurries_the_plan_and_a_replay_does_not(world: World) -> None:
    message = a_message(world)
    assert report(world, message.id, ("undelivered", "30003")) == S.FAILED
    assert world.fire_due() == 1
    journal = world.journal(message.alarm_id or 0)
    assert [e.data["error"] for e in journal if e.event == "delivery_failed"] == ["30003"]
    assert report(world, message.id, ("undelivered", "30003")) == "known"
    assert report(world, message.id, ("failed", "30003")) == "known"
    assert world.fire_due() == 0


def test_a_stopped_number_is_opted_out(world: World) -> None:
    message = a_message(world)
    report(world, message.id, ("failed", "21610"))
    assert world.sql("SELECT opted_out_at FROM people WHERE phone = %s", world.home.phones[0]) == [
        world.now()
    ]


def test_sent_is_said_once_however_many_report_it(world: World) -> None:
    message = a_message(world)

    def reported_first() -> str:
        report(world, message.id, ("sent", None))
        return "SM1"

    Sender(world.pool, {"sms": Carrier(reported_first)}, world, world.policy, "one").send_next(
        OutboxLane.LIFE
    )
    report(world, message.id, ("sending", None))
    assert world.events(message.alarm_id or 0).count("sent") == 1


@pytest.mark.parametrize(
    ("number", "sid", "status", "said"),
    [
        (None, "SM-unknown", "delivered", "unknown message"),
        (999999, "SM1", "delivered", "unknown message"),
        (None, "SM1", "exploded", "unknown status"),
        ("the message", "SM-other", "failed", "unknown message"),
    ],
)
def test_what_concerns_no_message_of_ours_changes_nothing(
    world: World, number: "int | str | None", sid: str, status: str, said: str
) -> None:
    message = a_message(world)
    world.sql("UPDATE notifications SET state = 'SENT', provider_id = 'SM1' WHERE channel = 'sms'")
    before = state_of(world, message.id)
    named = message.id if number == "the message" else number
    assert report(world, named, (status, None), sid) == said  # type: ignore[arg-type]
    assert state_of(world, message.id) == before


def test_by_the_carriers_id_alone(world: World) -> None:
    message = a_message(world)
    world.sql("UPDATE notifications SET state = 'SENT', provider_id = 'SM1' WHERE channel = 'sms'")
    assert report(world, None, ("delivered", None)) == S.DELIVERED
    assert state_of(world, message.id)[0] == S.DELIVERED


def test_a_cancelled_message_stays_so(world: World) -> None:
    message = a_message(world)
    world.sql("UPDATE notifications SET state = 'CANCELLED'")
    assert report(world, message.id, ("delivered", None)) == "known"
    assert state_of(world, message.id)[0] == S.CANCELLED
