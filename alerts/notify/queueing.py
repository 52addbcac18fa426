"""Puts messages into the outbox, in the transaction that gives the reason for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.notify.contact_methods import ContactMethod
from alerts.notify.wording.own_words import in_own_words
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.notify import callees, metered_lane, outbox
from store.notify.outbox import NewNotification


def queue_message(conn: Connection, new: NewNotification) -> int | None:
    """Put it into the outbox, and wake its sender. None: it was queued before."""
    number = outbox.queue(conn, new)
    if number is not None:
        alarms.notify(conn, "notification", number, int(new.lane), new.channel)
    return number


def queue_by_method(
    conn: Connection, new: NewNotification, method: ContactMethod, policy: Policy
) -> int | None:
    """Queue and journal a message by one contact method; each method only once a message."""
    new = replace(new, body=in_own_words(new.body, policy.own_texts))
    (message,) = with_bundling(conn, [with_method(new, method)], policy)
    number = queue_message(conn, message)
    if number is not None and new.alarm_id is not None:
        alarms.journal(
            conn,
            new.alarm_id,
            "queued",
            at=new.now,
            actor="system",
            via=method.channel,
            notification=number,
            person=new.person_id,
            purpose=new.purpose,
        )
    return number


def line_is_free(conn: Connection, address: str, now: datetime) -> None:
    """A call on that telephone is over: the most urgent one that waits for it leaves now."""
    waiting = callees.line_is_free(conn, address, now)
    if waiting is not None:
        alarms.notify(conn, "notification", waiting.id, int(waiting.lane), waiting.channel)


def with_method(new: NewNotification, method: ContactMethod) -> NewNotification:
    """The message as it goes by that contact method; each method only once a message."""
    return replace(
        new, channel=method.channel, address=method.address, dedupe=f"{new.chain}:{method.key}"
    )


def with_bundling(
    conn: Connection, messages: Sequence[NewNotification], policy: Policy
) -> list[NewNotification]:
    """Let those that may be bundled wait for others, or go with those that wait already."""
    people = [n.person_id for n in messages if n.bundle and n.person_id is not None]
    waiting = metered_lane.bundles_due(conn, people) if people else {}
    return [
        replace(
            n,
            due_at=waiting.get((n.person_id, n.channel))
            or n.now + timedelta(seconds=policy.bundle),
        )
        if n.bundle and n.person_id is not None and n.due_at == n.now
        else n
        for n in messages
    ]
