"""Bundles technical messages to one person within minutes into one. Never life-safety.

A message that may be bundled waits a little; when it is sent, whatever else waits for the same
person on the same channel is sent inside it.
"""

from collections.abc import Sequence
from datetime import datetime

from alerts.notify import texts
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.model import Notification, Priority
from store.notify import metered_lane

BUNDLED_PURPOSES = frozenset({"alarm", "told", "over"})


def may_bundle(purpose: str, priority: Priority, policy: Policy) -> bool:
    """Whether a message may wait for others: comfort and technical alarms only."""
    return policy.bundle > 0 and purpose in BUNDLED_PURPOSES and priority >= Priority.COMFORT


def join_waiting(conn: Connection, leader: Notification, now: datetime) -> Notification:
    """Add what waits for the same person to a message just claimed, in the caller's transaction;
    the message as it is to be sent."""
    others = metered_lane.take_bundle(conn, leader, now)
    if not others:
        return leader
    for other in others:
        if other.alarm_id is not None:
            alarms.journal(
                conn,
                other.alarm_id,
                "bundled",
                at=now,
                actor="system",
                via=other.channel,
                notification=other.id,
                person=other.person_id,
                into=leader.id,
            )
            alarms.notify(conn, "alarm", other.alarm_id)
    body = texts.bundle_text(_bodies([leader, *others]))
    spoken = texts.bundle_text([m.spoken or m.body for m in [leader, *others]])
    return metered_lane.set_body(conn, leader.id, body, spoken) or leader


def _bodies(messages: Sequence[Notification]) -> list[str]:
    return [message.body for message in messages]
