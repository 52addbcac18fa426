"""One message by one way into the outbox, inside the transaction that gives the reason for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from alerts.notify.contact_methods import ContactMethod
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.notify import metered_lane, outbox
from store.notify.outbox import NewNotification


def queue(conn: Connection, new: NewNotification) -> int | None:
    """Into the outbox, and wake who sends it. None: it was queued before."""
    number = outbox.queue(conn, new)
    if number is not None:
        alarms.notify(conn, "notification", number, int(new.lane), new.channel)
    return number


def queue_by_method(
    conn: Connection, new: NewNotification, way: ContactMethod, policy: Policy
) -> int | None:
    """Queue and journal a message on one of a person's ways; the same way only once a message."""
    (message,) = with_bundling(conn, [with_method(new, way)], policy)
    number = queue(conn, message)
    if number is not None and new.alarm_id is not None:
        alarms.journal(
            conn,
            new.alarm_id,
            "queued",
            at=new.now,
            actor="system",
            via=way.channel,
            notification=number,
            person=new.person_id,
            purpose=new.purpose,
        )
    return number


def with_method(new: NewNotification, way: ContactMethod) -> NewNotification:
    """The message as it goes by that way; the same way only once a message."""
    return replace(new, channel=way.channel, address=way.address, dedupe=f"{new.chain}:{way.key}")


def with_bundling(
    conn: Connection, news: Sequence[NewNotification], policy: Policy
) -> list[NewNotification]:
    """Let those that may be bundled wait for others, or leave with those that wait already."""
    people = [n.person_id for n in news if n.bundle and n.person_id is not None]
    waiting = metered_lane.bundles_due(conn, people) if people else {}
    return [
        replace(
            n,
            due_at=waiting.get((n.person_id, n.channel))
            or n.now + timedelta(seconds=policy.bundle),
        )
        if n.bundle and n.person_id is not None and n.due_at == n.now
        else n
        for n in news
    ]
