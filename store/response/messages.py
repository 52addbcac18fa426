"""Messages between people and the centre, as threads and as lists for operators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Priority

SQL = Queries("response/messages")
SHOWN = 100
"""Messages shown with an alarm: more than anybody reads while somebody lies on the floor."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread. `meaning`: what an inbound one was taken for, the purpose of an
    outgoing one. `state` is RECEIVED or that of the notification; `unread`: waits for the desk."""

    direction: Literal["in", "out"]
    id: int
    at: datetime
    person_id: int | None
    name: str
    alarm_id: int | None
    text: str
    meaning: str
    channel: str
    state: str
    error_code: str | None
    unread: bool


@dataclass(frozen=True, slots=True)
class ThreadPosition:
    """Where a page of a thread ends."""

    at: datetime
    direction: Literal["in", "out"]
    id: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a person wrote, as the desk's list shows it. `person_id` None: a number nobody
    knows."""

    id: int
    received_at: datetime
    address: str
    person_id: int | None
    name: str
    alarm_id: int | None
    understood: str
    text: str
    read_at: datetime | None
    read_by: int | None


def thread(
    conn: Connection, person_id: int, before: ThreadPosition | None, limit: int
) -> list[Message]:
    """A person's messages in both directions, the newest first."""
    values = {
        "person_id": person_id,
        "limit": limit,
        "at": before and before.at,
        "direction": before and before.direction,
        "id": before and before.id,
    }
    return fetch_all(conn, Message, SQL["thread"], values)


def about_alarm(conn: Connection, alarm_id: int) -> list[Message]:
    """What was written about an alarm while it was open, the oldest first."""
    values = {"alarm_id": alarm_id, "limit": SHOWN, "least": Priority.PERSON_AT_RISK}
    return fetch_all(conn, Message, SQL["about_alarm"], values)[::-1]


def for_desk(
    conn: Connection, *, unread: bool | None, before: int | None, limit: int
) -> list[Inbound]:
    """What no rule understood, the newest first; `unread` None: read or not."""
    values = {"unread": unread, "before": before, "limit": limit}
    return fetch_all(conn, Inbound, SQL["for_desk"], values)


def get(conn: Connection, message_id: int) -> Inbound | None:
    return fetch_one(conn, Inbound, SQL["get"], {"id": message_id})


def hold(conn: Connection, message_id: int) -> Inbound | None:
    """The message as nobody else changes it until the transaction ends."""
    conn.execute(SQL["hold"], {"id": message_id})
    return get(conn, message_id)


def leave_for_desk(conn: Connection, provider_id: str) -> None:
    """No rule understood it: a person must read it."""
    conn.execute(SQL["leave_for_desk"], {"provider_id": provider_id})


def mark_read(conn: Connection, message_id: int, user_id: int, now: datetime) -> bool:
    """False: somebody had read it before."""
    values = {"id": message_id, "user_id": user_id, "now": now}
    return conn.execute(SQL["mark_read"], values).fetchone() is not None


def tie_to_alarm(
    conn: Connection, message_id: int, alarm_id: int, user_id: int, now: datetime
) -> None:
    """What it is about was found by this user, who has read it by that."""
    values = {"id": message_id, "alarm_id": alarm_id, "user_id": user_id, "now": now}
    conn.execute(SQL["tie_to_alarm"], values)


def about(conn: Connection, provider_id: str, alarm_id: int) -> None:
    """An alarm was raised for it."""
    conn.execute(SQL["about"], {"provider_id": provider_id, "alarm_id": alarm_id})


def mark_answered(conn: Connection, person_id: int, user_id: int, now: datetime) -> None:
    conn.execute(SQL["mark_answered"], {"person_id": person_id, "user_id": user_id, "now": now})


def concerned(conn: Connection, person_id: int, alarm_id: int) -> bool:
    """Whether the person has to do with the alarm."""
    values = {"person_id": person_id, "alarm_id": alarm_id}
    row = conn.execute(SQL["concerned"], values).fetchone()
    return bool(row and row[0])


def desk_wrote_last(conn: Connection, person_id: int, by: datetime) -> bool:
    """Whether what reached the person last before that moment was written by the desk."""
    row = conn.execute(SQL["desk_wrote_last"], {"person_id": person_id, "by": by}).fetchone()
    return bool(row and row[0])


def answers_since(conn: Connection, person_id: int, kind: str, since: datetime) -> int:
    """How many answers to what they wrote the person was sent after that moment. `kind`: how their
    dedupe keys begin; empty: any."""
    values = {"person_id": person_id, "kind": kind, "since": since}
    row = conn.execute(SQL["answers_since"], values).fetchone()
    return int(row[0]) if row else 0
