"""Tells a new occurrence from a repeated or duplicated statement. Pure.

Zigbee2MQTT repeats `smoke: true` with every battery report; a broker replays retained messages
after each reconnect; QoS 1 delivers twice; a press may come as JSON and as plain text.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.dialects.vocabulary.events import Statement

COPY_WINDOW = timedelta(seconds=3)
"""A second message of an event without a mark of its own within this is a copy of the first. A
person can hardly press again that fast, and the first press has raised the alarm already."""
RETAINED_MAX_AGE = timedelta(minutes=5)
"""A retained event that is older than this is history, even if it was never heard before."""


@dataclass(frozen=True, slots=True)
class LastStatement:
    """The last statement of this device, kind and part: what the caller keeps as a row."""

    active: bool
    mark: str | None
    at: datetime


def is_new_occurrence(
    statement: Statement, last: LastStatement | None, received_at: datetime
) -> bool:
    """True when the statement is to become a signal.

    States are news on the edge only, and a first all-clear is none. Events are news each time,
    except for copies; a retained event only if it carries its own time, recent and not known yet.
    """
    if not statement.event:
        return statement.active if last is None else statement.active != last.active
    same_mark = last is not None and statement.mark is not None and statement.mark == last.mark
    if same_mark:
        return False
    if statement.retained:
        return (
            statement.claimed is not None
            and received_at - RETAINED_MAX_AGE
            <= statement.claimed
            <= received_at + RETAINED_MAX_AGE
            and (last is None or statement.claimed > last.at)
        )
    unmarked = last is not None and (statement.mark is None or last.mark is None)
    return not (last is not None and unmarked and received_at - last.at < COPY_WINDOW)


def any_part_active(parts: dict[str, LastStatement]) -> bool:
    """A device's state of a kind is active while any of its parts is."""
    return any(last.active for last in parts.values())
