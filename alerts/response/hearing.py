"""Of which alarms a message has reached somebody: only of these do they say something."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from alerts.response.calls.call_progress import HEARD, HEARD_ONLY, OVER
from store.alarm import emergencies
from store.alarm.emergencies import Hearing
from store.db import Connection
from store.model import Alarm

READ_BY_THEN = timedelta(seconds=30)
"""What the carrier took so long ago counts as read by who answers something else, where it does not
tell what it has delivered: a text arrives within seconds, or long after."""
CARRIERS_CLOCK = timedelta(seconds=5)
"""How far the carrier's clock, which counts whole seconds, may be behind ours."""
OFFERS = ("offer", "access", "also")
"""Purposes of messages that ask somebody to go, or tell who was asked more."""
ALARMS = ("alarm",)
_ANY = (*ALARMS, *OFFERS, "told", "reply")


def heard_of(
    conn: Connection,
    who: Collection[int],
    about: Sequence[Alarm],
    by: datetime,
    *,
    beside: bool = False,
    purposes: Sequence[str] = _ANY,
) -> set[int]:
    """Of which of these alarms a message had reached one of these people at that moment, by id.
    `beside`: they answer another one, so that what has just left has not been read; `purposes`: of
    the messages that count."""
    if not about:
        return set()
    sent_before = by - READ_BY_THEN if beside else by + CARRIERS_CLOCK
    hearing = Hearing(
        purposes=list(purposes),
        by=by + CARRIERS_CLOCK,
        sent_before=sent_before,
        leaving=not beside,
        said=HEARD,
        over=OVER,
        heard_only=HEARD_ONLY,
    )
    return emergencies.heard_of(conn, who, [alarm.id for alarm in about], hearing)
