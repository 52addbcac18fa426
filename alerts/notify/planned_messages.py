"""Messages as they are to be queued: once a telephone, with the time its reader has to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.notify.channels.registry import CHANNELS
from store.alarm import alarms
from store.db import Connection
from store.escalation import timers
from store.escalation.timers import UNANSWERED_TIMER
from store.model import Alarm
from store.notify.outbox import NewNotification


@dataclass(frozen=True, slots=True)
class Planned:
    """A message as it is to be queued, and how many seconds its reader has to answer until their
    next channel is taken; None: silence changes nothing. `channels`: those it may go on to."""

    message: NewNotification
    wait: int | None
    channels: tuple[str, ...] = ()


def once_a_telephone(
    conn: Connection, alarm: Alarm, all_planned: Sequence[Planned]
) -> list[Planned]:
    """Who shares a telephone is called for help once: whoever picks up has heard it."""
    kept: dict[object, Planned] = {}
    for planned in all_planned:
        new = planned.message
        shared = new.purpose == "alarm" and CHANNELS[new.channel].by_phone
        key = (new.channel, new.address) if shared else new.dedupe
        if kept.setdefault(key, planned) is not planned:
            alarms.journal(
                conn,
                alarm.id,
                "same_telephone",
                at=new.now,
                actor="system",
                via=new.channel,
                person=new.person_id,
            )
    return list(kept.values())


def expect_answer(conn: Connection, alarm: Alarm, planned: Planned) -> None:
    """Set when the next channel is taken, counted from when the message was queued: no carrier can
    put it off."""
    if planned.wait is not None:
        timers.set_timer(
            conn,
            alarm.id,
            UNANSWERED_TIMER,
            planned.message.due_at + timedelta(seconds=planned.wait),
            ref=planned.message.chain,
            seconds=planned.wait,
            channels=list(planned.channels),
        )
