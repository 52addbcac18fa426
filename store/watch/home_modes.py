"""Modes of homes (test, away, …): who set what, and the signals they suppress."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all, fetch_one, prefetch
from store.model import Alarm, Kind

SQL = Queries("watch/home_modes")


class Mode(StrEnum):
    TEST = "test"
    AWAY = "away"
    MAINTENANCE = "maintenance"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class HomeMode:
    """A mode of a home for a limited time. `devices`: ids of a walk test's devices; `hides_life`
    holds only once another person than `set_by` has consented. User ids."""

    id: int
    home_id: int
    mode: Mode
    starts_at: datetime
    ends_at: datetime
    set_by: int
    devices: list[int] = field(default_factory=list)
    hides_life: bool = False
    consented_by: int | None = None
    consented_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ModeEvent:
    """One line of a mode's append-only history."""

    at: datetime
    event: str
    actor: str
    via: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """A signal that a mode suppressed."""

    id: int
    device_id: int
    code: str
    home_id: int
    home: str
    area_id: int
    kind: Kind
    at: datetime
    late: bool


def add(
    conn: Connection,
    *,
    home_id: int,
    mode: Mode,
    starts_at: datetime,
    ends_at: datetime,
    set_by: int,
    devices: Sequence[int],
    hides_life: bool,
) -> HomeMode | None:
    """None: the home is in this mode already."""
    values = {
        "home_id": home_id,
        "mode": mode,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "set_by": set_by,
        "devices": list(devices),
        "hides_life": hides_life,
    }
    return fetch_one(conn, HomeMode, SQL["add"], values)


def in_force(conn: Connection, home_id: int, now: datetime) -> list[HomeMode]:
    return prefetch_in_force(conn, home_id, now)()


def prefetch_in_force(
    conn: Connection, home_id: int, now: datetime
) -> Callable[[], list[HomeMode]]:
    """Execute in_force; what is returned fetches its answer."""
    return prefetch(conn, HomeMode, SQL["in_force"], {"home_id": home_id, "now": now}).fetchall


def of_home(conn: Connection, home_id: int, limit: int = 50) -> list[HomeMode]:
    """The newest first."""
    return fetch_all(conn, HomeMode, SQL["of_home"], {"home_id": home_id, "limit": limit})


def lock(conn: Connection, mode_id: int) -> HomeMode | None:
    return fetch_one(conn, HomeMode, SQL["lock"], {"id": mode_id})


def consent(conn: Connection, mode_id: int, by: int, now: datetime) -> HomeMode | None:
    return fetch_one(conn, HomeMode, SQL["consent"], {"id": mode_id, "by": by, "now": now})


def finish(conn: Connection, mode_id: int, now: datetime) -> HomeMode | None:
    """None: it had ended before."""
    return fetch_one(conn, HomeMode, SQL["finish"], {"id": mode_id, "now": now})


def due(conn: Connection, now: datetime, limit: int) -> list[HomeMode]:
    return fetch_all(conn, HomeMode, SQL["due"], {"now": now, "limit": limit})


def journal_mode(
    conn: Connection, mode_id: int, event: str, *, at: datetime, actor: str, via: str, **data: Any
) -> None:
    """Append one line; ids and codes only."""
    values = {"mode_id": mode_id, "at": at, "event": event, "actor": actor, "via": via}
    conn.execute(SQL["journal_mode"], {**values, "data": Jsonb(data)})


def events_of(conn: Connection, mode_id: int) -> list[ModeEvent]:
    return fetch_all(conn, ModeEvent, SQL["events_of"], {"id": mode_id})


def suppress(conn: Connection, signal: int, mode_id: int) -> None:
    conn.execute(SQL["suppress"], {"id": signal, "mode_id": mode_id})


def still_active(conn: Connection, mode_id: int) -> list[KeptSignal]:
    return fetch_all(conn, KeptSignal, SQL["still_active"], {"mode_id": mode_id})


def waiting_alarms(conn: Connection, home_id: int) -> list[Alarm]:
    """Locked until the transaction ends."""
    return fetch_all(conn, Alarm, SQL["waiting_alarms"], {"home_id": home_id})


def shelved_alarms(conn: Connection, home_id: int) -> list[Alarm]:
    """Locked until the transaction ends."""
    return fetch_all(conn, Alarm, SQL["shelved_alarms"], {"home_id": home_id})


def device_ids(conn: Connection, home_id: int, codes: Sequence[str]) -> list[int]:
    values = {"home_id": home_id, "codes": list(codes)}
    return [row[0] for row in conn.execute(SQL["device_ids"], values)]
