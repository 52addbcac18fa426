"""Devices with an urgent subscription of their own, and the cutover between the two lanes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all
from store.intake import dialect_state

SQL = Queries("intake/urgent_devices")


@dataclass(frozen=True, slots=True)
class UrgentDevice:
    """A device and its row; `token` None: it has none, "": nothing is under way. `network_id`: its
    name at a LoRaWAN server."""

    device_id: int
    home_id: int
    home: str
    code: str
    dialect: str
    network_id: str | None
    wanted: bool
    filters: list[str] | None
    token: str | None
    subscribed: bool
    alone: bool
    left_at: datetime | None


def list_devices(
    conn: Connection, kinds: Collection[str], ids: Collection[int] | None = None
) -> list[UrgentDevice]:
    """Devices that state these kinds, and those that have a row. `ids` None: of all devices."""
    values = {"kinds": list(kinds), "ids": None if ids is None else list(ids)}
    return fetch_all(conn, UrgentDevice, SQL["list_devices"], values)


def subscribe(conn: Connection, device_id: int, filters: list[str], token: str) -> bool:
    """False: the bulk lane has not passed the end of an earlier subscription yet."""
    values = {"device_id": device_id, "filters": filters, "token": token}
    return conn.execute(SQL["subscribe"], values).fetchone() is not None


def subscribed(conn: Connection, device_id: int, token: str) -> None:
    """The broker has confirmed."""
    conn.execute(SQL["subscribed"], {"device_id": device_id, "token": token})


def unsubscribe(conn: Connection, device_id: int, now: datetime) -> None:
    """Not wanted any more. Its token stays until the bulk lane has come to the mark."""
    conn.execute(SQL["unsubscribe"], {"device_id": device_id, "now": now})


def unsubscribed(conn: Connection, device_id: int) -> None:
    """The broker has confirmed that nothing more is sent."""
    conn.execute(SQL["unsubscribed"], {"device_id": device_id})


def forget_unsubscribed(conn: Connection, before: datetime) -> set[int]:
    """Remove what was left before that; returns the homes."""
    return {row[0] for row in conn.execute(SQL["forget_unsubscribed"], {"before": before})}


def start_again(conn: Connection) -> set[int]:
    """Nothing is subscribed to any more; returns the homes."""
    return {row[0] for row in conn.execute(SQL["start_again"])}


def filters_in_use(conn: Connection) -> set[str]:
    return {row[0] for row in conn.execute(SQL["filters_in_use"])}


def mark(conn: Connection, home: str, device_id: int, token: str, *, alone: bool) -> str | None:
    """The bulk lane has come to a mark; returns the home whose knowledge has changed. `home`: in
    whose topic the mark came, "" for a topic that no hub may write to."""
    dialect_state.lock_device(conn, device_id)
    values = {"device_id": device_id, "token": token, "home": home}
    row = conn.execute(SQL["mark_alone" if alone else "mark_shared"], values).fetchone()
    if row is None:
        return None
    conn.execute(SQL["drop_copies"], {"device_id": device_id})
    return str(row[0])


def add_copy(conn: Connection, device_id: int, token: str, digest: bytes) -> None:
    """The urgent lane has decided this. The caller holds the device."""
    conn.execute(SQL["add_copy"], {"device_id": device_id, "token": token, "digest": digest})


def take_copy(conn: Connection, device_id: int, token: str, digest: bytes) -> bool:
    """Whether the urgent lane has decided this already; each of its decisions counts once. The
    caller holds the device."""
    values = {"device_id": device_id, "token": token, "digest": digest}
    return conn.execute(SQL["take_copy"], values).fetchone() is not None


def copies_left(conn: Connection, device_id: int, token: str) -> bool:
    """Whether the urgent lane has decided something that the bulk lane has not come to yet."""
    values = {"device_id": device_id, "token": token}
    return conn.execute(SQL["copies_left"], values).fetchone() is not None
