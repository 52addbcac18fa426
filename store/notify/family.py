"""Reads whom a home's alarm is sent to, with their preferences, in one round trip."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from store.batching import flush
from store.db import Connection, Queries, rows_of
from store.home.homes import HomeBrief
from store.model import Hears, Person
from store.notify.preferences import Preferences
from store.records import read_code

SQL = Queries("notify/family")


@dataclass(frozen=True, slots=True)
class Family:
    """A home's contacts in their order, each with their preferences. `last_going`: when one of them
    last said about this alarm that they are going, and not how long they need; `due_by`: when the
    last of those who said it wants to be there."""

    home: HomeBrief
    members: list[tuple[Person, Preferences]]
    last_going: datetime | None
    due_by: datetime | None = None


def of_alarm(conn: Connection, alarm_id: int, home_id: int, count_since: datetime) -> Family:
    """`count_since`: since when the SMS to each of them are counted."""
    return prefetch_of_alarm(conn, alarm_id, home_id, count_since)()


def prefetch_of_alarm(
    conn: Connection, alarm_id: int | None, home_id: int, count_since: datetime
) -> Callable[[], Family]:
    """Execute of_alarm; what is returned fetches its answer. `alarm_id` None: of an alarm that is
    still to be raised."""
    cursor = conn.cursor(row_factory=_rows).execute(
        SQL["of_alarm"], {"alarm_id": alarm_id, "home_id": home_id, "since": count_since}
    )

    def fetch() -> Family:
        rows = cursor.fetchall()
        home, last_going, due_by = rows[0][:3]
        members = [(person, wanted) for *_, person, wanted in rows if person.id is not None]
        return Family(HomeBrief(**home), members, last_going, due_by)

    return fetch


@dataclass(frozen=True, slots=True)
class Notified:
    """Somebody who was notified of an alarm, and what they want to hear of how it goes on."""

    person: Person
    hears: Hears


def notified(conn: Connection, alarm_ids: Sequence[int]) -> list[Notified]:
    """Who was notified of one of the alarms of a home, each once."""
    flush(conn)
    with conn.cursor() as cursor:
        cursor.execute(SQL["notified"], {"ids": list(alarm_ids)})
        person = rows_of(Person)(cursor)
        return [Notified(person(row), read_code(Hears, row[-1])) for row in cursor]


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody who is a contact, and the names of the residents that this is about."""

    person: Person
    residents: str


def of_outage(conn: Connection, alarm_id: int) -> list[Relative]:
    """Contacts of the homes whose hubs are down because of an area's alarm."""
    return _relatives(conn, "of_outage", alarm_id)


def informed_of_outage(conn: Connection, alarm_id: int) -> list[Relative]:
    """Those who were informed of it and whose homes are heard again."""
    return _relatives(conn, "informed_of_outage", alarm_id)


def _relatives(conn: Connection, query: str, alarm_id: int) -> list[Relative]:
    with conn.cursor() as cursor:
        cursor.execute(SQL[query], {"alarm_id": alarm_id})
        person = rows_of(Person)(cursor)
        return [Relative(person(row), row[-1]) for row in cursor]


_Row = tuple[dict[str, Any], datetime | None, datetime | None, Person, Preferences]


def _rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], _Row]:
    person, preferences = rows_of(Person)(cursor), rows_of(Preferences)(cursor)
    return lambda values: (*values[:3], person(values), preferences(values))
