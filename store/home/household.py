"""The household file: residents, contacts, key holders, devices of a home."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.home.registry import DeviceRow
from store.model import Hears, Role

SQL = Queries("home/household")


@dataclass(frozen=True, slots=True)
class Home:
    """A home. `hub_online` None: its hub was never heard of, or it has none."""

    id: int
    code: str
    area_id: int
    area: str
    address: str
    phone: str | None
    access_notes: str
    latitude: float | None
    longitude: float | None
    created_at: datetime
    hub_online: bool | None
    hub_last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resident:
    id: int
    person_id: int
    name: str
    phone: str | None
    language: str
    birth_year: int | None
    risks: str


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    person_id: int
    name: str
    phone: str | None
    language: str
    relation: str
    position: int
    hears: Hears
    opted_out: bool


@dataclass(frozen=True, slots=True)
class KeyHolder:
    id: int
    person_id: int
    name: str
    phone: str | None
    language: str
    note: str


@dataclass(frozen=True, slots=True)
class Operator:
    id: int
    name: str
    role: Role


def home(conn: Connection, code: str) -> Home | None:
    return fetch_one(conn, Home, SQL["home"], {"code": code})


def home_by_id(conn: Connection, home_id: int) -> Home | None:
    return fetch_one(conn, Home, SQL["home_by_id"], {"id": home_id})


def homes(
    conn: Connection,
    *,
    only: Sequence[int] | None = None,
    areas: Sequence[int] | None = None,
    search: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[Home]:
    """By code. `search` looks in code, address and residents' names; `after` is a code."""
    return fetch_all(
        conn,
        Home,
        SQL["homes"],
        {
            "homes": None if only is None else list(only),
            "areas": None if areas is None else list(areas),
            "search": None if search is None else f"%{_literal(search)}%",
            "after": after,
            "limit": limit,
        },
    )


def lock_home(conn: Connection, code: str) -> bool:
    """Hold the home's row until the transaction ends. False: no such home."""
    return conn.execute(SQL["lock_home"], {"code": code}).fetchone() is not None


def change_home(conn: Connection, changed: Home) -> bool:
    """Store a home's area, address, phone, access notes and place. False: no such area."""
    values = {
        "id": changed.id,
        "area": changed.area,
        "address": changed.address,
        "phone": changed.phone,
        "access_notes": changed.access_notes,
        "latitude": changed.latitude,
        "longitude": changed.longitude,
    }
    return conn.execute(SQL["change_home"], values).fetchone() is not None


def residents(conn: Connection, home_id: int) -> list[Resident]:
    return fetch_all(conn, Resident, SQL["residents"], {"home_id": home_id})


def contacts(conn: Connection, home_id: int) -> list[Contact]:
    """In the order in which they are asked."""
    return fetch_all(conn, Contact, SQL["contacts"], {"home_id": home_id})


def key_holders(conn: Connection, home_id: int) -> list[KeyHolder]:
    return fetch_all(conn, KeyHolder, SQL["key_holders"], {"home_id": home_id})


def devices(conn: Connection, home_id: int) -> list[DeviceRow]:
    return fetch_all(conn, DeviceRow, SQL["devices"], {"home_id": home_id})


def known_person(conn: Connection, name: str, phone: str | None) -> int | None:
    """The person with this name and number, if there is one."""
    row = conn.execute(SQL["known_person"], {"name": name, "phone": phone}).fetchone()
    return row[0] if row else None


def change_person(
    conn: Connection, person_id: int, *, name: str, phone: str | None, language: str
) -> None:
    conn.execute(
        SQL["change_person"],
        {"person_id": person_id, "name": name, "phone": phone, "language": language},
    )


def change_resident(
    conn: Connection, resident_id: int, *, birth_year: int | None, risks: str
) -> None:
    conn.execute(
        SQL["change_resident"], {"id": resident_id, "birth_year": birth_year, "risks": risks}
    )


def change_contact(conn: Connection, contact_id: int, *, relation: str, hears: Hears) -> None:
    values = {"id": contact_id, "relation": relation, "hears": hears}
    conn.execute(SQL["change_contact"], values)


def number_contacts(conn: Connection, contacts: Sequence[int]) -> None:
    """A home's contacts, by id, are asked in this order."""
    conn.execute(SQL["number_contacts"], {"ids": list(contacts)})


def change_key_holder(conn: Connection, key_holder_id: int, *, note: str) -> None:
    conn.execute(SQL["change_key_holder"], {"id": key_holder_id, "note": note})


def remove_resident(conn: Connection, home_id: int, resident_id: int) -> bool:
    return _removed(conn, "remove_resident", home_id, resident_id)


def remove_contact(conn: Connection, home_id: int, contact_id: int) -> bool:
    return _removed(conn, "remove_contact", home_id, contact_id)


def remove_key_holder(conn: Connection, home_id: int, key_holder_id: int) -> bool:
    return _removed(conn, "remove_key_holder", home_id, key_holder_id)


def change_device(
    conn: Connection,
    device_id: int,
    *,
    model: str,
    role: str,
    room: str,
    call_actions: list[str] | None,
    now: datetime,
) -> None:
    """Place a device; one that was only found is bound from now on. `call_actions`: the presses
    that call; None: as the role says."""
    values = {"id": device_id, "model": model, "role": role, "room": room, "now": now}
    conn.execute(SQL["change_device"], {**values, "call_actions": call_actions})


def remove_device(conn: Connection, device_id: int) -> bool:
    """False: it has signals, alarms or readings, which would lose their device."""
    return conn.execute(SQL["remove_device"], {"id": device_id}).fetchone() is not None


def operators(conn: Connection) -> list[Operator]:
    """Everybody who can own an alarm, without the programs."""
    return fetch_all(conn, Operator, SQL["operators"])


def _removed(conn: Connection, statement: str, home_id: int, row_id: int) -> bool:
    found = conn.execute(SQL[statement], {"id": row_id, "home_id": home_id}).fetchone()
    return found is not None


def _literal(search: str) -> str:
    """% and _ stand for themselves."""
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
