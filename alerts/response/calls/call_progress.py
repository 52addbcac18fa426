"""How far a call has come: only a higher rank changes anything, in whatever order reports come."""

from collections.abc import Mapping
from datetime import datetime

from alerts.notify import message_journal, queueing
from alerts.notify.carriers.twilio.record import TWILIO
from store.db import Connection
from store.model import Notification, NotificationState
from store.notify import callees, outbox

ANSWERED, HEARD, OVER, PRESSED, HUNG_UP = 3, 4, 5, 6, 7
"""Ranks; an answer by key is worth more than any ending. ANSWERED: the telephone was picked up.
HEARD: somebody pressed the key to hear the rest. HUNG_UP: a call that was answered is over."""
RANKS: Mapping[str, int] = {
    "queued": 1,
    "initiated": 1,
    "ringing": 2,
    "in-progress": ANSWERED,
    "answered": ANSWERED,
    "completed": OVER,
    "busy": OVER,
    "no-answer": OVER,
    "failed": OVER,
    "canceled": OVER,
}
"""By the carrier's word for it."""
NO_KEY, HEARD_ONLY = "no_key", "heard_only"
"""Why a call that was picked up is no answer: nobody showed that they were there, or somebody heard
it and pressed nothing more."""
_JOURNALED = {ANSWERED: "call_answered", HEARD: "call_heard"}


def move_call(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    state: NotificationState,
    rank: int,
    now: datetime,
    code: str | None = None,
) -> Notification | None:
    """None: the call has been further than that before."""
    moved = outbox.callback(
        conn,
        notification.id,
        carrier=notification.carrier or TWILIO,
        provider_id=provider_id,
        state=state,
        rank=rank,
        error_code=code,
        now=now,
    )
    if moved is not None and state == NotificationState.DELIVERED:
        message_journal.record_event(conn, moved, "delivered", now)
    elif moved is not None and rank in _JOURNALED:
        message_journal.record_event(conn, moved, _JOURNALED[rank], now)
    return moved


def line_is_free(conn: Connection, notification: Notification, now: datetime) -> None:
    """The call is over: the next one that waits for its telephone leaves."""
    callees.hung_up(conn, notification.id, talks=PRESSED, rank=HUNG_UP)
    queueing.line_is_free(conn, notification.address, now)


def not_answered(notification: Notification) -> str:
    """Why a call that somebody or something picked up is no answer."""
    return HEARD_ONLY if notification.provider_rank >= HEARD else NO_KEY
