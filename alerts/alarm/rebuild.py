"""Rebuilds an alarm's state from its journal alone. Pure.

Promise: the journal says how an alarm came to be as it is. The row is a convenience.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from store.model import Alarm, AlarmEvent, AlarmState, Kind, Outcome, Priority
from store.records import read_code


@dataclass(slots=True)
class Rebuilt:
    """All that an alarm's row holds, apart from `version`, which only counts for the screens."""

    id: int
    code: str
    home_id: int | None
    area_id: int
    device_id: int | None
    kind: Kind
    subject: str
    priority: Priority
    raised_at: datetime
    occurred_at: datetime
    late: bool
    last_signal_at: datetime
    plan_id: int | None
    count: int = 1
    state: AlarmState = AlarmState.RAISED
    cleared_at: datetime | None = None
    owner_id: int | None = None
    acknowledged_at: datetime | None = None
    on_scene_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    shelved_until: datetime | None = None
    inhibited_by: int | None = None
    linked_to: int | None = None
    shelve_asked_by: int | None = None
    shelve_asked_until: datetime | None = None
    flapping_at: datetime | None = None


def rebuild(events: Sequence[AlarmEvent]) -> Rebuilt:
    """The state after these lines, which begin with `raised`. ValueError when they do not."""
    if not events or events[0].event != "raised":
        raise ValueError("a journal begins with the line that raised the alarm")
    alarm = _raised(events[0])
    for line in events[1:]:
        change = _CHANGES.get(line.event)
        if change is not None:
            change(alarm, line)
    return alarm


def as_rebuilt(row: Alarm) -> Rebuilt:
    """The row in the same form, to compare."""
    return Rebuilt(**{f.name: getattr(row, f.name) for f in fields(Rebuilt)})


def _raised(line: AlarmEvent) -> Rebuilt:
    data = line.data
    return Rebuilt(
        id=line.alarm_id,
        code=data["code"],
        home_id=data["home"],
        area_id=data["area"],
        device_id=data["device"],
        kind=read_code(Kind, data["kind"]),
        subject=data["subject"],
        priority=read_code(Priority, data["priority"]),
        raised_at=line.at,
        occurred_at=_time(data["occurred_at"]),
        late=data["late"],
        last_signal_at=_time(data["last_signal_at"]),
        plan_id=data["plan"],
    )


def _repeated(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.count = line.data["count"]
    alarm.last_signal_at = _time(line.data["last_signal_at"])
    cleared = line.data["cleared_at"]
    alarm.cleared_at = _time(cleared) if cleared else None


def _cleared(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.cleared_at = _time(line.data["occurred_at"])


def _acknowledged(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.state, alarm.acknowledged_at = AlarmState.ACKNOWLEDGED, line.at
    alarm.owner_id = _user(line)


def _transferred(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.owner_id = line.data["to"]


def _taken_over(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.owner_id = _user(line)


def _re_alarmed(alarm: Rebuilt, line: AlarmEvent) -> None:  # noqa: ARG001
    alarm.state, alarm.owner_id, alarm.acknowledged_at = AlarmState.RAISED, None, None


def _state(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.state = read_code(AlarmState, line.data["state"])
    if alarm.state == AlarmState.ON_SCENE:
        alarm.on_scene_at = line.at


def _closed(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.state, alarm.closed_at = AlarmState.CLOSED, line.at
    alarm.outcome = read_code(Outcome, line.data["outcome"])


def _shelving_asked(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.shelve_asked_by, alarm.shelve_asked_until = _user(line), _time(line.data["until"])


def _shelved(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.shelved_until = _time(line.data["until"])
    alarm.shelve_asked_by = alarm.shelve_asked_until = None


def _unshelved(alarm: Rebuilt, line: AlarmEvent) -> None:  # noqa: ARG001
    alarm.shelved_until = alarm.shelve_asked_by = alarm.shelve_asked_until = None


def _inhibited(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.inhibited_by = line.data["by"]


def _released(alarm: Rebuilt, line: AlarmEvent) -> None:  # noqa: ARG001
    alarm.inhibited_by = None


def _flapping(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.flapping_at = line.at


def _widened(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.area_id = line.data["area"]


def _linked(alarm: Rebuilt, line: AlarmEvent) -> None:
    alarm.linked_to = line.data["alarm"]


_CHANGES: dict[str, Callable[[Rebuilt, AlarmEvent], None]] = {
    "repeated": _repeated,
    "cleared": _cleared,
    "acknowledged": _acknowledged,
    "transferred": _transferred,
    "taken_over": _taken_over,
    "re_alarmed": _re_alarmed,
    "state": _state,
    "closed": _closed,
    "shelving_asked": _shelving_asked,
    "shelved": _shelved,
    "unshelved": _unshelved,
    "inhibited": _inhibited,
    "released": _released,
    "flapping": _flapping,
    "widened": _widened,
    "linked": _linked,
}
"""The events that change the alarm itself; all others record what was done about it."""


def _time(text: Any) -> datetime:
    return datetime.fromisoformat(text)


def _user(line: AlarmEvent) -> int:
    """Who did it: `user:7`."""
    return int(line.actor.partition(":")[2])
