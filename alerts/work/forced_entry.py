"""A door is forced: decided, entered or called off, secured. Each function is one transaction.

All raise NotFoundError, TakenError or RefusedError. The journal holds ids and codes; names and
texts stand in forced_entries, where they can be erased.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.alarm import lifecycle, locking, re_alarming
from alerts.errors import NotFoundError, RefusedError, UnacceptableError
from alerts.policy import Policy
from alerts.work.entry_grounds import grounds_of
from store.alarm import alarms
from store.db import Connection
from store.home import entry_consents
from store.model import Alarm, Priority, User
from store.work import forced_entries, tasks
from store.work.forced_entries import ForcedEntry, NewForcedEntry
from store.work.tasks import NewTask, TaskState

TO_SECURE = {
    "zh": "破门后加固并锁好房门（报警 #{code}）",
    "en": "Secure the door that was forced (alarm #{code})",
}
NOTHING_FORCED = {"zh": "未破门", "en": "Nothing was forced"}
A_MINUTE = timedelta(minutes=1)
"""People write times without seconds."""


@dataclass(frozen=True, slots=True)
class EntryDecision:
    """What an operator states. `police`: an officer's name or 110's number for it; `reason`: what
    was seen and heard; `locksmith_phone`: as it is written: nothing is refused for its form now."""

    police_present: bool = False
    life_in_danger: bool = False
    police: str = ""
    reason: str = ""
    locksmith: str = ""
    locksmith_phone: str = ""


def decide(
    conn: Connection, alarm_id: int, said: EntryDecision, by: User, now: datetime, policy: Policy
) -> ForcedEntry:
    """The door is to be forced: recorded with its grounds, and a task to secure the door."""
    with conn.transaction():
        alarm = locking.owned_alarm(conn, alarm_id, by)
        lifecycle.check_open(alarm)
        if alarm.home_id is None or alarm.priority > Priority.PERSON_AT_RISK:
            raise RefusedError("a door is forced only where a person of a home may be in danger")
        if any(entry.is_open for entry in forced_entries.of_alarm(conn, alarm_id)):
            raise RefusedError("a forced entry is recorded already: go on with that one")
        consent = next(iter(entry_consents.in_force(conn, alarm.home_id)), None)
        grounds = grounds_of(
            life_in_danger=said.life_in_danger,
            police_present=said.police_present,
            consent=consent is not None,
        )
        number = forced_entries.decide(
            conn,
            NewForcedEntry(
                alarm_id,
                by.id,
                now,
                consent.id if consent else None,
                said.police_present,
                said.life_in_danger,
                said.police,
                said.reason,
                said.locksmith,
                said.locksmith_phone,
                _task(conn, alarm, by, now, policy),
            ),
        )
        assert number is not None  # noqa: S101  the alarm is locked, and none was open
        _journal(
            conn,
            alarm_id,
            "forced_entry_decided",
            by,
            now,
            entry=number,
            grounds=grounds,
            consent=consent.id if consent else None,
        )
        re_alarming.note_progress(conn, alarm, by, now, policy)
        return _entry(conn, alarm_id, number)


def enter(
    conn: Connection,
    alarm_id: int,
    entry_id: int,
    at: datetime | None,
    by: User,
    now: datetime,
    policy: Policy,
) -> ForcedEntry:
    """The door is open, since `at` (None: now). UnacceptableError: that cannot be."""
    with conn.transaction():
        alarm, entry = _open_entry(conn, alarm_id, entry_id)
        if entry.entered_at is not None:
            raise RefusedError("the entry is recorded already")
        if at is not None and not alarm.raised_at - A_MINUTE <= at <= now:
            raise UnacceptableError("entered_at must be between the alarm and now")
        forced_entries.enter(conn, entry_id, at or now)
        _journal(conn, alarm_id, "forced_entry_done", by, now, entry=entry_id)
        return _shown(conn, alarm, entry_id, by, now, policy)


def call_off(
    conn: Connection, alarm_id: int, entry_id: int, by: User, now: datetime, policy: Policy
) -> ForcedEntry:
    """Somebody has opened: nothing is forced, and no door has to be secured."""
    with conn.transaction():
        alarm, entry = _open_entry(conn, alarm_id, entry_id)
        if entry.entered_at is not None:
            raise RefusedError("the door was forced: say who has secured it")
        forced_entries.call_off(conn, entry_id, now)
        _finish_task(conn, entry, NOTHING_FORCED[_language(policy)], by, now)
        _journal(conn, alarm_id, "forced_entry_called_off", by, now, entry=entry_id)
        return _shown(conn, alarm, entry_id, by, now, policy)


def secure(
    conn: Connection,
    alarm_id: int,
    entry_id: int,
    how: str,
    at: datetime | None,
    by: User,
    now: datetime,
    policy: Policy,
) -> ForcedEntry:
    """The door is secured since `at` (None: now); `how`: who has done it. Also when the alarm is
    closed, by anybody at the desk. UnacceptableError: it cannot be since then."""
    with conn.transaction():
        if not how.strip():
            raise RefusedError("say who has secured the door, and how")
        alarm, entry = _open_entry(conn, alarm_id, entry_id)
        if at is not None and not (entry.entered_at or entry.decided_at) - A_MINUTE <= at <= now:
            raise UnacceptableError("secured_at must be between the entry and now")
        forced_entries.secure(conn, entry_id, by=by.id, how=how.strip(), at=at or now)
        _finish_task(conn, entry, how.strip(), by, now)
        _journal(conn, alarm_id, "door_secured", by, now, entry=entry_id)
        return _shown(conn, alarm, entry_id, by, now, policy)


def secured_by_task(conn: Connection, task_id: int, note: str, by: User, now: datetime) -> None:
    """A task was done; the door that it was about, if any, is secured by that. In the caller's
    transaction."""
    found = forced_entries.open_of_task(conn, task_id)
    if found is None:
        return
    alarm_id, entry_id = found
    locking.locked_alarm(conn, alarm_id)
    forced_entries.secure(conn, entry_id, by=by.id, how=note, at=now)
    _journal(conn, alarm_id, "door_secured", by, now, entry=entry_id)
    locking.show_change(conn, alarm_id)


def _task(conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy) -> int:
    """Whoever decided has to see to the door; overdue it comes to the supervisor."""
    return tasks.add(
        conn,
        NewTask(
            TO_SECURE[_language(policy)].format(code=alarm.code),
            now + timedelta(seconds=policy.secure_door),
            by.id,
            now,
            owner_id=by.id,
            home_id=alarm.home_id,
            alarm_id=alarm.id,
        ),
    )


def _finish_task(conn: Connection, entry: ForcedEntry, note: str, by: User, now: datetime) -> None:
    task = tasks.lock(conn, entry.task_id) if entry.task_id is not None else None
    if task is not None and task.state == TaskState.OPEN:
        tasks.finish(conn, task.id, by.id, note, now)


def _open_entry(conn: Connection, alarm_id: int, entry_id: int) -> tuple[Alarm, ForcedEntry]:
    alarm = locking.locked_alarm(conn, alarm_id)
    entry = _entry(conn, alarm_id, entry_id)
    if not entry.is_open:
        raise RefusedError("this forced entry is finished already")
    return alarm, entry


def _entry(conn: Connection, alarm_id: int, entry_id: int) -> ForcedEntry:
    for entry in forced_entries.of_alarm(conn, alarm_id):
        if entry.id == entry_id:
            return entry
    raise NotFoundError("the alarm has no such forced entry")


def _journal(
    conn: Connection, alarm_id: int, event: str, by: User, now: datetime, **data: Any
) -> None:
    alarms.journal(conn, alarm_id, event, at=now, actor=locking.actor_of(by), **data)


def _shown(
    conn: Connection, alarm: Alarm, entry_id: int, by: User, now: datetime, policy: Policy
) -> ForcedEntry:
    re_alarming.note_progress(conn, alarm, by, now, policy)
    return _entry(conn, alarm.id, entry_id)


def _language(policy: Policy) -> str:
    return policy.language if policy.language in TO_SECURE else "zh"
