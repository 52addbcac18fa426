"""Hubs and devices as device monitoring reads them: due rows, and what was concluded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Alarm
from store.statements import array_of

SQL = Queries("watch/monitored_devices")


@dataclass(frozen=True, slots=True)
class HubWatch:
    """A hub that is to be checked. `changed_at`: when `online` last changed; `back_at`: when it
    last came back; `alarm_id`: the alarm of its present silence."""

    home_id: int
    area_id: int
    report_seconds: int
    online: bool | None
    changed_at: datetime | None
    last_seen_at: datetime | None
    back_at: datetime | None
    down_since: datetime | None
    alarm_id: int | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceWatch:
    """A device that is to be checked; percentages for the battery."""

    id: int
    home_id: int
    area_id: int
    code: str
    report_seconds: int
    bound_at: datetime | None
    last_seen_at: datetime | None
    offline_at: datetime | None
    down_since: datetime | None
    alarm_id: int | None
    battery: float | None
    battery_low: float
    low_since: datetime | None
    hub_down: bool
    hub_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class AreaHubs:
    """An area, and how many hubs are directly in it."""

    id: int
    parent_id: int | None
    hubs: int


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """How a device is monitored, and its present state."""

    code: str
    report_seconds: int
    battery_low: float
    battery: float | None
    battery_at: datetime | None
    last_seen_at: datetime | None
    down_since: datetime | None


def try_lock_monitoring(conn: Connection) -> bool:
    """Whether this transaction may monitor; another engine may be doing it."""
    row = conn.execute(SQL["try_lock_monitoring"]).fetchone()
    return bool(row and row[0])


def next_due(conn: Connection) -> datetime | None:
    row = conn.execute(SQL["next_due"]).fetchone()
    return row[0] if row else None


# hubs


def due_hubs(conn: Connection, now: datetime, limit: int) -> list[HubWatch]:
    return fetch_all(conn, HubWatch, SQL["due_hubs"], {"now": now, "limit": limit})


def unraised_hubs(conn: Connection, now: datetime, limit: int) -> list[HubWatch]:
    return fetch_all(conn, HubWatch, SQL["unraised_hubs"], {"now": now, "limit": limit})


def returned_hubs(conn: Connection, limit: int) -> list[HubWatch]:
    return fetch_all(conn, HubWatch, SQL["returned_hubs"], {"limit": limit})


def hub_of(conn: Connection, home_id: int) -> HubWatch | None:
    return fetch_one(conn, HubWatch, SQL["hub_of"], {"home_id": home_id})


def postpone_hubs(conn: Connection, until: Mapping[int, datetime]) -> None:
    """By home id: when to check again."""
    if until:
        conn.execute(SQL["postpone_hubs"], {"ids": list(until), "ats": list(until.values())})


def mark_hubs_down(conn: Connection, homes: Sequence[int], now: datetime) -> None:
    conn.execute(SQL["mark_hubs_down"], {"ids": list(homes), "now": now})


def tie_hub(conn: Connection, home_id: int, alarm_id: int) -> None:
    conn.execute(SQL["tie_hub"], {"home_id": home_id, "alarm_id": alarm_id})


def hub_back(conn: Connection, home_id: int, now: datetime, check_at: datetime) -> None:
    conn.execute(SQL["hub_back"], {"home_id": home_id, "now": now, "check_at": check_at})


# outages


def area_hubs(conn: Connection) -> list[AreaHubs]:
    return fetch_all(conn, AreaHubs, SQL["area_hubs"])


def recently_down(conn: Connection, since: datetime) -> dict[int, int]:
    """Area id by home id."""
    return dict(conn.execute(SQL["recently_down"], {"since": since}).fetchall())


def open_outages(conn: Connection) -> list[Alarm]:
    return fetch_all(conn, Alarm, SQL["open_outages"])


def lone_hub_alarms(conn: Connection, areas: Sequence[int]) -> list[Alarm]:
    """Locked until the transaction ends."""
    return fetch_all(conn, Alarm, SQL["lone_hub_alarms"], {"areas": list(areas)})


def children_of(conn: Connection, alarm_id: int) -> list[int]:
    return [row[0] for row in conn.execute(SQL["children_of"], {"id": alarm_id})]


def children_count(conn: Connection, alarm_id: int) -> tuple[int, int]:
    """All children of an outage, and those still down."""
    row = conn.execute(SQL["children_count"], {"id": alarm_id}).fetchone()
    assert row is not None  # noqa: S101  counts are one row
    return row[0], row[1]


def orphans(conn: Connection, limit: int) -> list[Alarm]:
    return fetch_all(conn, Alarm, SQL["orphans"], {"limit": limit})


def inhibit(conn: Connection, alarm_id: int, by: int | None) -> Alarm | None:
    return fetch_one(conn, Alarm, SQL["inhibit"], {"id": alarm_id, "by": by})


def move_outage(conn: Connection, alarm_id: int, area_id: int) -> Alarm | None:
    return fetch_one(conn, Alarm, SQL["move_outage"], {"id": alarm_id, "area_id": area_id})


def clear_alarm(conn: Connection, alarm_id: int, at: datetime) -> Alarm | None:
    """None: closed or cleared already, or signalled again after `at`."""
    return fetch_one(conn, Alarm, SQL["clear_alarm"], {"id": alarm_id, "at": at})


# devices


def due_devices(conn: Connection, now: datetime, limit: int) -> list[DeviceWatch]:
    return fetch_all(conn, DeviceWatch, SQL["due_devices"], {"now": now, "limit": limit})


def returned_devices(conn: Connection, limit: int) -> list[DeviceWatch]:
    return fetch_all(conn, DeviceWatch, SQL["returned_devices"], {"limit": limit})


def postpone_devices(conn: Connection, until: Mapping[int, datetime]) -> None:
    """By device id: when to check again."""
    if until:
        conn.execute(SQL["postpone_devices"], {"ids": list(until), "ats": list(until.values())})


def device_down(conn: Connection, device_id: int, alarm_id: int, now: datetime) -> None:
    conn.execute(SQL["device_down"], {"id": device_id, "alarm_id": alarm_id, "now": now})


def device_back(conn: Connection, device_id: int, now: datetime) -> None:
    conn.execute(SQL["device_back"], {"id": device_id, "now": now})


def device_low(conn: Connection, device_id: int, low_since: datetime | None) -> None:
    conn.execute(SQL["device_low"], {"id": device_id, "low_since": low_since})


def note_batteries(conn: Connection, seen: Mapping[int, tuple[float, datetime]]) -> None:
    """Percent and time by device id; older than what is known changes nothing."""
    if seen:
        ids = sorted(seen)
        conn.execute(
            SQL["note_batteries"],
            {
                "ids": array_of(ids),
                "percents": array_of(seen[i][0] for i in ids),
                "ats": array_of(seen[i][1] for i in ids),
            },
        )


def check_home_again(conn: Connection, home_id: int, now: datetime) -> None:
    """Make a home's hub and devices due."""
    conn.execute(SQL["check_home_again"], {"home_id": home_id, "now": now})
    conn.execute(SQL["check_devices_again"], {"home_id": home_id, "now": now})


# settings


def settings_of(conn: Connection, home_id: int) -> list[DeviceSettings]:
    return fetch_all(conn, DeviceSettings, SQL["settings"], {"home_id": home_id})


def set_hub_interval(conn: Connection, home_id: int, seconds: int, now: datetime) -> bool:
    """False: the home has no hub."""
    values = {"home_id": home_id, "seconds": seconds, "now": now}
    return conn.execute(SQL["set_hub_interval"], values).fetchone() is not None


def set_device(
    conn: Connection,
    home_id: int,
    code: str,
    *,
    report_seconds: int | None,
    battery_low: float | None,
    now: datetime,
) -> bool:
    """Change what is not None. False: no such device."""
    values = {
        "home_id": home_id,
        "code": code,
        "report_seconds": report_seconds,
        "battery_low": battery_low,
        "now": now,
    }
    return conn.execute(SQL["set_device"], values).fetchone() is not None
