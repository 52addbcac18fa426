"""Alarms, their journal, notes and responses; wakes engines and pages by NOTIFY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.batching import DeferredRows, defer, flush
from store.db import Connection, Queries, fetch_all, fetch_one, rows_of
from store.model import Alarm, AlarmEvent, AlarmState, Answer, Kind, Outcome
from store.records import read_code

SQL = Queries("alarm/alarms")


@dataclass(frozen=True, slots=True)
class NewAlarm:
    """What is needed to raise an alarm, or to repeat the open one with the same dedup key."""

    codes: list[str]
    """Candidates; the first that no open alarm has becomes its code."""
    home_id: int | None
    area_id: int
    device_id: int | None
    kind: Kind
    dedup_key: str
    priority: int
    now: datetime
    occurred_at: datetime
    late: bool
    plan_id: int | None


def raise_or_repeat(conn: Connection, new: NewAlarm) -> tuple[Alarm, bool]:
    """The open alarm, and whether this raised it (False: it was repeated)."""
    values = {name: getattr(new, name) for name in NewAlarm.__slots__}
    with conn.cursor() as cursor:
        row = cursor.execute(SQL["raise_or_repeat"], values).fetchone()
        assert row is not None  # noqa: S101  an upsert returns its row
        return rows_of(Alarm)(cursor)(row), bool(row[-1])


def clear(
    conn: Connection, home_id: int, device_id: int, kind: Kind, dedup_key: str, at: datetime
) -> Alarm | None:
    """Note that the condition is over, as a device says. None: nothing open, cleared already,
    `at` is stale, or another device of the home still says otherwise."""
    flush(conn)
    return fetch_one(
        conn,
        Alarm,
        SQL["clear"],
        {
            "home_id": home_id,
            "device_id": device_id,
            "kind": kind,
            "dedup_key": dedup_key,
            "at": at,
        },
    )


def get(conn: Connection, alarm_id: int) -> Alarm | None:
    return fetch_one(conn, Alarm, SQL["get"], {"id": alarm_id})


def lock(conn: Connection, alarm_id: int) -> Alarm | None:
    """The alarm, held until the transaction ends."""
    return fetch_one(conn, Alarm, SQL["lock"], {"id": alarm_id})


def lock_open(conn: Connection, home_id: int, kind: Kind) -> Alarm | None:
    """The home's open alarm of this kind, held until the transaction ends."""
    return fetch_one(conn, Alarm, SQL["lock_open"], {"home_id": home_id, "kind": kind})


def acknowledge(conn: Connection, alarm_id: int, owner_id: int, now: datetime) -> Alarm | None:
    """None: it was not RAISED any more."""
    return fetch_one(
        conn, Alarm, SQL["acknowledge"], {"id": alarm_id, "owner_id": owner_id, "now": now}
    )


def set_state(conn: Connection, alarm_id: int, state: AlarmState, now: datetime) -> None:
    conn.execute(SQL["set_state"], {"id": alarm_id, "state": state, "now": now})


def re_alarm(conn: Connection, alarm_id: int) -> Alarm | None:
    return fetch_one(conn, Alarm, SQL["re_alarm"], {"id": alarm_id})


def transfer(conn: Connection, alarm_id: int, to: int) -> None:
    conn.execute(SQL["transfer"], {"id": alarm_id, "to": to})


def close(conn: Connection, alarm_id: int, outcome: Outcome, now: datetime) -> Alarm | None:
    """None: it was closed already."""
    return fetch_one(conn, Alarm, SQL["close"], {"id": alarm_id, "outcome": outcome, "now": now})


def open_for_person(conn: Connection, person_id: int) -> list[Alarm]:
    """Open alarms this person was notified of or is dispatched to, most urgent first."""
    flush(conn)
    return fetch_all(conn, Alarm, SQL["open_for_person"], {"person_id": person_id})


def untold(conn: Connection, people: Sequence[int]) -> list[Alarm]:
    """Open alarms of their homes of which none of these people was notified, most urgent first."""
    return fetch_all(conn, Alarm, SQL["untold"], {"people": list(people)})


def journal(
    conn: Connection,
    alarm_id: int,
    event: str,
    *,
    at: datetime,
    actor: str,
    via: str = "",
    **data: Any,
) -> None:
    """Append one line, by the end of the transaction. `data` holds codes and ids only: nothing
    that would have to be erased.

    Who subscribed to changes gets a message in the outbox, in this very transaction.
    """
    line = {
        "alarm_id": alarm_id,
        "at": at,
        "event": event,
        "actor": actor,
        "via": via,
        "data": data,
    }
    defer(conn, DeferredRows.LINES, line)


def touch(conn: Connection, alarm_id: int) -> None:
    """Mark the alarm as changed for the screens, when something that belongs to it did."""
    conn.execute(SQL["touch"], {"id": alarm_id})


def notify(conn: Connection, what: str, number: int, *more: object) -> None:
    """Wake engines and screens when this transaction commits: `notify(conn, "alarm", 12)`."""
    payload = " ".join(str(part) for part in (what, number, *more))
    defer(conn, DeferredRows.PAYLOADS, {"payload": payload})


def events_of(conn: Connection, alarm_id: int) -> list[AlarmEvent]:
    flush(conn)
    return fetch_all(conn, AlarmEvent, SQL["events_of"], {"alarm_id": alarm_id})


def add_note(conn: Connection, alarm_id: int, *, at: datetime, actor: str, text: str) -> int:
    row = conn.execute(
        SQL["add_note"], {"alarm_id": alarm_id, "at": at, "actor": actor, "text": text}
    ).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


@dataclass(frozen=True, slots=True)
class NewResponse:
    """What a contact answers. `eta_minutes`: how long the way takes, None: they do not say;
    `others`: ids of those with the same number of whom it may be one instead; `said_at`: when, if
    it comes late."""

    alarm_id: int
    person_id: int
    answer: Answer
    at: datetime
    via: str
    eta_minutes: int | None = None
    others: Sequence[int] = ()
    said_at: datetime | None = None


RENEWS_AFTER = timedelta(seconds=60)
"""That somebody goes is said again, and not twice: telephones and people repeat themselves within
seconds."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """`eta_minutes`: what holds for the way now."""

    eta_minutes: int | None


def set_response(conn: Connection, new: NewResponse) -> StoredResponse | None:
    """None: the person had answered the same before, or something else after `said_at`. That they
    go may be said again: it counts from then."""
    values = {name: getattr(new, name) for name in NewResponse.__slots__}
    values |= {"at": new.said_at or new.at, "others": list(new.others)}
    values |= {"renews_after": RENEWS_AFTER}
    return fetch_one(conn, StoredResponse, SQL["set_response"], values)


def supersede(
    conn: Connection, alarm_id: int, person_id: int, others: Sequence[int], at: datetime
) -> None:
    """One of a household answers: what the others with the number had said by then is over."""
    conn.execute(
        SQL["supersede"],
        {"alarm_id": alarm_id, "person_id": person_id, "others": list(others), "at": at},
    )


def answer_of(conn: Connection, alarm_id: int, person_id: int) -> Answer | None:
    """What the person, or somebody with their number, last said about the alarm; None: nothing
    yet."""
    values = {"alarm_id": alarm_id, "person_id": person_id}
    row = conn.execute(SQL["answer_of"], values).fetchone()
    return read_code(Answer, row[0]) if row else None


def has_answered(conn: Connection, alarm_id: int, person_id: int, since: datetime) -> bool:
    """Whether the person has said something about the alarm since then."""
    values = {"alarm_id": alarm_id, "person_id": person_id, "since": since}
    row = conn.execute(SQL["has_answered"], values).fetchone()
    return bool(row and row[0])
