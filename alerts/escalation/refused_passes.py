"""When a pass of a plan does not count: nothing of it has left the carrier, which refuses. Pure but
for `messages_before`, which reads."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.escalation.plan_position import PlanPosition
from alerts.policy import Policy
from store.db import Connection
from store.model import Notification
from store.notify import outbox


def messages_before(
    conn: Connection, alarm_id: int, position: PlanPosition, run: int
) -> list[Notification]:
    """What the pass before the one that begins at `position` has sent."""
    return messages_of_pass(alarm_id, run, position.cycle - 1, outbox.of_alarm(conn, alarm_id))


def messages_of_pass(
    alarm_id: int, run: int, cycle: int, sent: Iterable[Notification]
) -> list[Notification]:
    """What a pass of the plan sent to contacts and others it names, and the offers made meanwhile,
    whose chains do not name the pass."""
    everything = list(sent)
    prefix = f"step:{alarm_id}:{run}:{cycle}:"
    named = [n for n in everything if n.chain.startswith(prefix)]
    begin = min((n.created_at for n in named), default=None)
    offers = [
        n for n in everything if n.purpose == "offer" and (begin is None or n.created_at >= begin)
    ]
    return [*named, *offers]


def only_refused(of_pass: Sequence[Notification]) -> bool:
    """Whether carriers refused a pass: something of it waits because of them, nothing has left."""
    return any(n.fault for n in of_pass) and not any(n.sent_at for n in of_pass)


def rest_of_pause(of_pass: Sequence[Notification], now: datetime, policy: Policy) -> int:
    """Seconds before the next pass: who was reached only now that the carrier is well again gets
    time to answer."""
    left = [(n.sent_at, n.refused_at) for n in of_pass if n.sent_at]
    if not left or not all(refused_at for _, refused_at in left):
        return 0
    until = min(sent_at for sent_at, _ in left) + timedelta(seconds=policy.pass_pause)
    return max(0, math.ceil((until - now).total_seconds()))
