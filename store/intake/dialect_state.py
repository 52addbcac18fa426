"""State of the wire formats: learned descriptions, last statements, devices' own names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all

SQL = Queries("intake/dialect_state")

MAX_KEY = 500
"""Characters of a description's key."""


@dataclass(frozen=True, slots=True)
class LearnedRow:
    home_id: int
    dialect: str
    key: str
    doc: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class DeviceSetting:
    """What the installer declared of a device, and whether it last counted as online."""

    id: int
    home_id: int
    code: str
    role: str
    call_actions: list[str] | None
    online: bool | None
    uid: str
    suggests: str
    filters: list[str] | None
    """Topics it has in the urgent lane as well; None: none."""
    token: str | None
    alone: bool | None


@dataclass(frozen=True, slots=True)
class RenamedDevice:
    id: int
    old_name: str


class AlarmSince(StrEnum):
    """What became of the alarm of a statement."""

    NONE = ""
    """It raised none: suppressed, a test, or no such alarm since."""
    OPEN = "open"
    CLOSED = "closed"
    """One of its kind was closed after the statement, and none is open."""


@dataclass(frozen=True, slots=True)
class StateRow:
    device_id: int
    kind: str
    part: str
    active: bool
    mark: str | None
    at: datetime
    alarm: AlarmSince = AlarmSince.NONE
    """Read, never written."""


def versions(conn: Connection, homes: Collection[str]) -> dict[str, tuple[int, int]]:
    """Id and version by code, of those homes that exist."""
    rows = conn.execute(SQL["versions"], {"homes": list(homes)})
    return {code: (number, version) for code, number, version in rows}


def bump(conn: Connection, home_id: int) -> int:
    """The new version; holds the row until the transaction ends, so versions come in order."""
    row = conn.execute(SQL["bump"], {"home_id": home_id}).fetchone()
    assert row is not None  # noqa: S101  an upsert returns its row
    return int(row[0])


def learned(conn: Connection, homes: Sequence[int]) -> list[LearnedRow]:
    return fetch_all(conn, LearnedRow, SQL["learned"], {"homes": list(homes)})


def learn(conn: Connection, home_id: int, dialect: str, key: str, doc: Any, now: datetime) -> None:
    """Keep a description; None forgets it."""
    values = {"home_id": home_id, "dialect": dialect, "key": key}
    if doc is None:
        conn.execute(SQL["forget"], values)
    else:
        conn.execute(SQL["learn"], {**values, "doc": Jsonb(doc), "now": now})


def devices(conn: Connection, homes: Sequence[int]) -> list[DeviceSetting]:
    return fetch_all(conn, DeviceSetting, SQL["devices"], {"homes": list(homes)})


def states(conn: Connection, devices: Sequence[int], kind: str | None = None) -> list[StateRow]:
    """What these devices last stated, of one kind or of all, and what became of its alarm."""
    return fetch_all(conn, StateRow, SQL["states"], {"devices": list(devices), "kind": kind})


def lock_device(conn: Connection, device_id: int) -> None:
    """Who decides what a device's message means holds it until the transaction ends."""
    conn.execute(SQL["lock_device"], {"id": device_id})


def locked_states(conn: Connection, device_id: int, kind: str) -> list[StateRow]:
    """What a device last stated of a kind, the device held until the transaction ends."""
    lock_device(conn, device_id)
    return states(conn, [device_id], kind)


def set_state(conn: Connection, row: StateRow) -> None:
    conn.execute(SQL["set_state"], {name: getattr(row, name) for name in StateRow.__slots__})


def introduce(conn: Connection, device_id: int, about: Mapping[str, Any]) -> bool:
    """Keep dialect, uid, vendor, model, description, suggests and actions; False: all known."""
    return conn.execute(SQL["introduce"], {"id": device_id, **about}).fetchone() is not None


def renamed(
    conn: Connection, home_id: int, dialect: str, uid: str, code: str
) -> RenamedDevice | None:
    """The device with this maker's address under another name than `code`. None: there is none, or
    several, or somebody has set up a device of the new name."""
    values = {"home_id": home_id, "dialect": dialect, "uid": uid, "code": code}
    found = fetch_all(conn, RenamedDevice, SQL["renamed"], values)
    return found[0] if len(found) == 1 else None


def rename(conn: Connection, home_id: int, device_id: int, code: str) -> None:
    """Give a device its new name; what had it without being set up gets one that nobody sends."""
    conn.execute(SQL["retire_name"], {"home_id": home_id, "code": code})
    conn.execute(SQL["rename"], {"id": device_id, "code": code})


def note_press(conn: Connection, device_id: int, said: str, at: datetime) -> None:
    conn.execute(SQL["note_press"], {"id": device_id, "said": said, "at": at})


def lorawan(
    conn: Connection, names: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Home and device (codes) by dialect and network id; what nobody registered is missing."""
    pairs = list(names)
    values = {"dialects": [p[0] for p in pairs], "ids": [p[1] for p in pairs]}
    rows = conn.execute(SQL["lorawan"], values)
    return {(dialect, name): (home, device) for dialect, name, home, device in rows}


def bind_lorawan(conn: Connection, dialect: str, network_id: str, device_id: int) -> None:
    """Raises psycopg.errors.UniqueViolation when the name leads to a device already."""
    values = {"dialect": dialect, "network_id": network_id, "device_id": device_id}
    conn.execute(SQL["bind_lorawan"], values)
