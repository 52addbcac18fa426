"""Tells a new occurrence from a repeated or duplicated statement. Pure.

Zigbee2MQTT repeats `smoke: true` with every battery report; a broker replays retained messages
after each reconnect; QoS 1 delivers twice; a press may come as JSON and as plain text. But a mark
or a state that does not change proves a copy only while its alarm is open, or when it is retained,
or, for a mark, within minutes of the first. Afterwards it is a new call: devices restart and count
from 1 again, pendants stay on `sos` for ever, and smoke goes on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from alerts.alarm.signal_identity import REDELIVERED_WITHIN
from ingest.dialects.vocabulary.events import Statement
from store.alarm.kinds import is_call, record_of
from store.intake.dialect_state import AlarmSince

COPY_WINDOW = timedelta(seconds=3)
"""A second message of an event without a mark of its own within this is a copy of the first. A
person can hardly press again that fast, and the first press has raised the alarm already."""
RETAINED_MAX_AGE = timedelta(minutes=5)
"""A retained event that is older than this is history, even if it was never heard before."""


class Occurrence(Enum):
    COPY = auto()
    NEW = auto()
    LATCHED = auto()
    """New, from a device that has never taken the last one back: it cannot tell the next press from
    a report, and somebody must look at it."""


@dataclass(frozen=True, slots=True)
class LastStatement:
    """The last statement of this device, kind and part: what the caller keeps as a row. `mark` of a
    call that is a state is the rest of its report."""

    active: bool
    mark: str | None
    at: datetime
    alarm: AlarmSince = AlarmSince.NONE


def occurrence_of(
    statement: Statement, last: LastStatement | None, received_at: datetime
) -> Occurrence:
    """Whether the statement is to become a signal.

    States are news on the edge, and a first all-clear is none; what endangers somebody is news
    again when it is still stated after its alarm was closed. Events are news each time, except for
    copies; a retained event only if it carries its own time, recent and not known yet.
    """
    if not statement.event:
        return _state(statement, last)
    if last is not None and statement.mark is not None and statement.mark == last.mark:
        again = not statement.retained and last.alarm is not AlarmSince.OPEN
        late = received_at - last.at > REDELIVERED_WITHIN
        return Occurrence.NEW if again and late else Occurrence.COPY
    if statement.retained:
        is_new = (
            statement.claimed is not None
            and received_at - RETAINED_MAX_AGE
            <= statement.claimed
            <= received_at + RETAINED_MAX_AGE
            and (last is None or statement.claimed > last.at)
        )
        return Occurrence.NEW if is_new else Occurrence.COPY
    unmarked = last is not None and (statement.mark is None or last.mark is None)
    copied = last is not None and unmarked and received_at - last.at < COPY_WINDOW
    return Occurrence.COPY if copied else Occurrence.NEW


def _state(statement: Statement, last: LastStatement | None) -> Occurrence:
    if last is None or statement.active != last.active:
        return Occurrence.NEW if statement.active or last is not None else Occurrence.COPY
    over = statement.active and not statement.retained and last.alarm is AlarmSince.CLOSED
    if not over:
        return Occurrence.COPY
    if not is_call(statement.kind):
        return Occurrence.NEW if record_of(statement.kind).endangers else Occurrence.COPY
    return Occurrence.LATCHED if statement.rest == last.mark else Occurrence.COPY


def keeps_rest(statement: Statement) -> bool:
    """Whether the rest of the report tells the next press from a report about something else."""
    return statement.active and not statement.event and is_call(statement.kind)


def any_part_active(parts: dict[str, LastStatement]) -> bool:
    """A device's state of a kind is active while any of its parts is."""
    return any(last.active for last in parts.values())
