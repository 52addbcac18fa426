"""The registry of homes, devices and hubs: adds and finds them, notes when they were seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, prefetch
from store.model import Device
from store.statements import array_of

SQL = Queries("home/registry")


def find_device(conn: Connection, home: str, device: str) -> Device | None:
    return prefetch_device(conn, home, device)()


def role_of(conn: Connection, device_id: int) -> str | None:
    """What the device is there for; None: there is none such."""
    row = conn.execute(SQL["role_of"], {"id": device_id}).fetchone()
    return row[0] if row else None


def prefetch_device(conn: Connection, home: str, device: str) -> Callable[[], Device | None]:
    """Execute find_device; what is returned fetches its answer."""
    return prefetch(conn, Device, SQL["find_device"], {"home": home, "device": device}).fetchone


def find_or_add_device(
    conn: Connection,
    home: str,
    device: str,
    *,
    now: datetime,
    dialect: str = "native",
    model: str = "",
) -> Device | None:
    """The device, registered as found if the home did not have it. None: no such home."""
    known = find_device(conn, home, device)
    if known is None:
        conn.execute(
            SQL["add_found_device"],
            {"home": home, "device": device, "dialect": dialect, "model": model, "now": now},
        )
        known = find_device(conn, home, device)
    return known


def find_readers(
    conn: Connection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Id and highest stored seq (-1: none) of those devices, by home and code, that there are."""
    if not wanted:
        return {}
    homes, devices = zip(*wanted, strict=True)
    values = {"homes": list(homes), "devices": list(devices)}
    return {(r[0], r[1]): (r[2], r[3]) for r in conn.execute(SQL["find_readers"], values)}


def home_exists(conn: Connection, home: str) -> bool:
    return conn.execute(SQL["home_exists"], {"home": home}).fetchone() is not None


def touch_devices(conn: Connection, seen: Mapping[int, datetime]) -> set[int]:
    """Note when devices (by id) were last seen; a time never goes backwards.

    Returns the ids written: one that another transaction holds is left for the next time.
    """
    if not seen:
        return set()
    values = {"ids": array_of(seen), "ats": array_of(at.isoformat() for at in seen.values())}
    return {row[0] for row in conn.execute(SQL["touch_devices"], values)}


def advance_stored_seq(conn: Connection, seqs: Mapping[int, int]) -> None:
    """Note the highest reading seq stored per device id."""
    if seqs:
        ids = sorted(seqs)
        values = {"ids": array_of(ids), "uptos": array_of(seqs[i] for i in ids)}
        conn.execute(SQL["advance_stored_seq"], values)


def touch_hubs(conn: Connection, seen: Mapping[str, datetime]) -> set[str]:
    """Note when the hubs of homes (by code) were last seen; returns those written."""
    if not seen:
        return set()
    values = {"homes": list(seen), "ats": list(seen.values())}
    return {row[0] for row in conn.execute(SQL["touch_hubs"], values)}


def set_hub_online(conn: Connection, home: str, online: bool, now: datetime) -> int | None:
    """The home's id if the hub's state changed by this; None if it was so already."""
    row = conn.execute(SQL["set_hub_online"], {"home": home, "online": online, "now": now})
    found = row.fetchone()
    return found[0] if found else None


def set_device_online(
    conn: Connection, home: str, device: str, online: bool, now: datetime
) -> int | None:
    row = conn.execute(
        SQL["set_device_online"], {"home": home, "device": device, "online": online, "now": now}
    ).fetchone()
    return row[0] if row else None


def remove_found(conn: Connection, device_id: int) -> bool:
    """Remove what was found and turned out to be no device. False: a person has placed it, or it
    has said something."""
    return conn.execute(SQL["remove_found"], {"id": device_id}).fetchone() is not None


def add_hub(conn: Connection, home: str, now: datetime) -> bool:
    """False: no such home."""
    return conn.execute(SQL["add_hub"], {"home": home, "now": now}).fetchone() is not None


def revoke_hub(conn: Connection, home: str, now: datetime) -> bool:
    """False: no such hub, or revoked already."""
    return conn.execute(SQL["revoke_hub"], {"home": home, "now": now}).fetchone() is not None


def hubs(conn: Connection) -> list[str]:
    """Codes of the homes whose hub may log in, sorted."""
    return [row[0] for row in conn.execute(SQL["hubs"])]


def homes_without_hub(conn: Connection) -> list[str]:
    """Codes of the homes that never had a hub, sorted. A revoked one is not forgotten here."""
    return [row[0] for row in conn.execute(SQL["homes_without_hub"])]


def add_home(
    conn: Connection,
    *,
    code: str,
    area: str,
    address: str,
    now: datetime,
    phone: str | None = None,
    access_notes: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> int | None:
    """The new home's id; None: no area with that code."""
    row = conn.execute(
        SQL["add_home"],
        {
            "code": code,
            "area": area,
            "address": address,
            "phone": phone,
            "access_notes": access_notes,
            "latitude": latitude,
            "longitude": longitude,
            "now": now,
        },
    ).fetchone()
    return row[0] if row else None


def add_device(
    conn: Connection,
    *,
    home_id: int,
    code: str,
    role: str,
    room: str,
    now: datetime,
    dialect: str = "native",
    model: str = "",
) -> int:
    """Bind a device by hand; returns its id."""
    row = conn.execute(
        SQL["add_device"],
        {
            "home_id": home_id,
            "code": code,
            "dialect": dialect,
            "model": model,
            "role": role,
            "room": room,
            "now": now,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return int(row[0])


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as pages show it. `online` None: never heard of. `suggests`: a role to propose;
    `actions`: the presses it says it knows; `last_press`: the last one that called nobody."""

    id: int
    home_id: int
    home: str
    code: str
    dialect: str
    model: str
    role: str
    room: str
    online: bool | None
    found_at: datetime
    bound_at: datetime | None
    last_seen_at: datetime | None
    vendor: str
    suggests: str
    actions: list[str]
    call_actions: list[str] | None
    last_press: str
    last_press_at: datetime | None
