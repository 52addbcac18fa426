"""Conversations an operator holds through the carrier, and the telephones in them (legs)."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one

SQL = Queries("response/conversations")


@dataclass(frozen=True, slots=True)
class Conversation:
    """`ended_at` None: the operator has not hung up yet."""

    id: int
    alarm_id: int
    user_id: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone. `part`: operator, home, person or service. `seconds` it was talked with."""

    id: int
    conversation_id: int
    part: str
    person_id: int | None
    service: str
    address: str
    notification_id: int | None
    state: str
    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a page shows it; `by` is the operator's name."""

    id: int
    user_id: int
    by: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TalkLeg:
    """One telephone of a talk; `name` empty: the home's or a service's."""

    id: int
    conversation_id: int
    part: str
    person_id: int | None
    name: str
    service: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None


def begin(conn: Connection, alarm_id: int, user_id: int, now: datetime) -> Conversation:
    """The alarm must be locked, and no other talk of the two be live."""
    made = fetch_one(
        conn, Conversation, SQL["start"], {"alarm_id": alarm_id, "user_id": user_id, "now": now}
    )
    assert made is not None  # noqa: S101  an insert returns its row
    return made


def live(conn: Connection, alarm_id: int, user_id: int) -> Conversation | None:
    return fetch_one(conn, Conversation, SQL["live"], {"alarm_id": alarm_id, "user_id": user_id})


def get(conn: Connection, conversation_id: int) -> Conversation | None:
    return fetch_one(conn, Conversation, SQL["get"], {"id": conversation_id})


def end(conn: Connection, conversation_id: int, now: datetime) -> None:
    conn.execute(SQL["finish"], {"id": conversation_id, "now": now})


def add_leg(
    conn: Connection,
    conversation_id: int,
    part: str,
    address: str,
    now: datetime,
    *,
    person_id: int | None = None,
    service: str = "",
) -> Leg:
    made = fetch_one(
        conn,
        Leg,
        SQL["add_leg"],
        {
            "conversation_id": conversation_id,
            "part": part,
            "address": address,
            "now": now,
            "person_id": person_id,
            "service": service,
        },
    )
    assert made is not None  # noqa: S101
    return made


def legs(conn: Connection, conversation_id: int) -> list[Leg]:
    return fetch_all(conn, Leg, SQL["legs"], {"conversation_id": conversation_id})


def leg_of(conn: Connection, notification_id: int) -> Leg | None:
    return fetch_one(conn, Leg, SQL["leg_of"], {"notification_id": notification_id})


def call_leg(conn: Connection, leg_id: int, notification_id: int) -> None:
    conn.execute(SQL["call_leg"], {"id": leg_id, "notification_id": notification_id})


def leg_talks(conn: Connection, leg_id: int, now: datetime) -> Leg | None:
    """None: it was talking before, or is over."""
    return fetch_one(conn, Leg, SQL["leg_talks"], {"id": leg_id, "now": now})


def leg_over(
    conn: Connection, leg_id: int, state: str, seconds: int | None, now: datetime
) -> Leg | None:
    """None: it was over before."""
    return fetch_one(
        conn, Leg, SQL["leg_over"], {"id": leg_id, "state": state, "seconds": seconds, "now": now}
    )


def belongs_to_alarm(conn: Connection, alarm_id: int, person_id: int) -> bool:
    row = conn.execute(
        SQL["person_of_alarm"], {"alarm_id": alarm_id, "person_id": person_id}
    ).fetchone()
    return bool(row and row[0])


def resident_phone(conn: Connection, home_id: int) -> str | None:
    row = conn.execute(SQL["resident_phone"], {"home_id": home_id}).fetchone()
    return row[0] if row else None


def of_alarm(conn: Connection, alarm_id: int) -> list[Talk]:
    """The newest first."""
    return fetch_all(conn, Talk, SQL["of_alarm"], {"alarm_id": alarm_id})


def legs_of_alarm(conn: Connection, alarm_id: int) -> list[TalkLeg]:
    """The telephones of all its talks, in the order in which they were asked for."""
    return fetch_all(conn, TalkLeg, SQL["legs_of_alarm"], {"alarm_id": alarm_id})
