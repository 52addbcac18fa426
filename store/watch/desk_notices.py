"""What operators must know apart from alarms: unread messages, modes, silent hubs, overdue."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from store.db import Connection, Queries, fetch_all
from store.response.messages import Inbound
from store.watch.home_modes import Mode

SQL = Queries("watch/desk_notices")
MOST = 200
"""Lines of a list on a page; nobody reads more."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A home of which no contact can be counted on: how many there are, how many have stopped."""

    home: str
    address: str
    contacts: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class OptedOut:
    """A contact of a home who has stopped our messages."""

    home: str
    address: str
    person_id: int
    name: str
    phone: str | None
    relation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ModeRow:
    """A mode of a home; `set_by` is a user."""

    id: int
    home: str
    address: str
    mode: Mode
    ends_at: datetime
    set_by: int


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote to the centre, with their last message and how many are unread."""

    person_id: int
    name: str
    phone: str | None
    opted_out_at: datetime | None
    at: datetime
    text: str
    unread: int


@dataclass(frozen=True, slots=True)
class HubsDown:
    """How many hubs of an area are silent, and since when the first of them."""

    area: str
    name: str
    down: int
    since: datetime


def unread(conn: Connection) -> int:
    return _count(conn, "unread", None)


def overdue(conn: Connection, now: datetime) -> int:
    """Work orders and tasks whose date has passed."""
    return _count(conn, "overdue", now)


def out_of_reach(conn: Connection) -> list[OutOfReach]:
    return _list(conn, OutOfReach, "out_of_reach")


def opted_out(conn: Connection) -> list[OptedOut]:
    """The last first."""
    return _list(conn, OptedOut, "opted_out")


def wanting_consent(conn: Connection, now: datetime) -> list[ModeRow]:
    """Modes that ask to hide danger to life and wait for the second person."""
    return _list(conn, ModeRow, "wanting_consent", now=now)


def modes_in_force(conn: Connection, now: datetime) -> list[ModeRow]:
    return _list(conn, ModeRow, "modes_in_force", now=now)


def writers(conn: Connection, since: datetime) -> list[Writer]:
    """Who has written since then or waits for an answer; who waits is first."""
    return _list(conn, Writer, "writers", since=since)


def strangers(conn: Connection) -> list[Inbound]:
    """Unread messages from numbers nobody knows."""
    return _list(conn, Inbound, "strangers")


def cries(conn: Connection) -> list[Inbound]:
    """What asks for help and nobody has read, the oldest first."""
    return _list(conn, Inbound, "cries")


def outages(conn: Connection) -> list[int]:
    """Alarm ids of the open outages of areas, the newest first."""
    return [row[0] for row in conn.execute(SQL["outages"], {"limit": MOST})]


def hubs_down(conn: Connection) -> list[HubsDown]:
    """The worst area first."""
    return _list(conn, HubsDown, "hubs_down")


def _list(conn: Connection, cls: type[_T], name: str, **values: datetime) -> list[_T]:
    return fetch_all(conn, cls, SQL[name], {"limit": MOST, **values})


def _count(conn: Connection, name: str, now: datetime | None) -> int:
    row = conn.execute(SQL[name], {"now": now}).fetchone()
    assert row is not None  # noqa: S101  a count is one row
    return int(row[0])
