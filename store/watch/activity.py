"""What the activity rules read of a home: its sensors' last reports, its limits, what is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import orjson
from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Kind, Outcome
from store.watch.monitored_devices import DeviceWatch

SQL = Queries("watch/activity")


@dataclass(frozen=True, slots=True)
class SensorState:
    """The last value of a sensor, and since when it holds. `ends`: it has reported 0 before, so
    that a value holds until it reports another one."""

    value: float
    at: datetime
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """What is known of the activity in a home. Device ids; `sensor_states` by device and metric.

    `life_at`: the last sign of life that another one confirms; `hit_at`: the last one, confirmed or
    not, and `other_at` the last one by another sensor than that. `passage_at`: when the entrance
    was last opened or closed, `opened_at`: opened. `bed_left_at`: since when the bed is empty;
    `bath_since`, `bath_at`: first and last sign of the present stay in the bathroom.
    """

    life_at: datetime | None = None
    life_device: int | None = None
    hit_at: datetime | None = None
    hit_device: int | None = None
    other_at: datetime | None = None
    passage_at: datetime | None = None
    opened_at: datetime | None = None
    bed_left_at: datetime | None = None
    bath_since: datetime | None = None
    bath_at: datetime | None = None
    sensor_states: Mapping[tuple[int, str], SensorState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoomTemperature:
    """Since when every room is too cold, at frost, or too warm; None: it is not."""

    cold_since: datetime | None = None
    frost_since: datetime | None = None
    heat_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A device as the rules see it."""

    id: int
    home_id: int
    role: str
    room: str


@dataclass(frozen=True, slots=True)
class DueHome:
    """A home whose rules are to be checked. `raised`: by kind the alarm that the rules have raised
    and not cleared, and which limit it was. `rules`: what people have set, by rule."""

    home_id: int
    area_id: int
    activity: Activity
    temperature: RoomTemperature
    raised: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Mapping[str, Any]] | None
    hub_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine writes into a home's row after a check."""

    home_id: int
    due_at: datetime
    temperature: RoomTemperature
    raised: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Closing:
    """An alarm of the home that was closed."""

    kind: Kind
    outcome: Outcome
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class HomeRules:
    """What was set for a home, when and by which user."""

    rules: dict[str, dict[str, Any]]
    changed_at: datetime
    changed_by: int | None


_PLAIN = tuple(f.name for f in fields(Activity) if f.name != "sensor_states")


# what ingest reads and writes


def sensors(conn: Connection, ids: Iterable[int]) -> list[Sensor]:
    return fetch_all(conn, Sensor, SQL["sensors"], {"ids": list(ids)})


def activity_of(conn: Connection, homes: Iterable[int]) -> dict[int, Activity]:
    """By home id; a home of which nothing is known yet is left out."""
    rows = conn.execute(SQL["activity_of"], {"ids": list(homes)})
    return {row[0]: _activity(row[1:]) for row in rows}


def write_activity(
    conn: Connection, by_home: Mapping[int, Activity], due_now: Iterable[int], now: datetime
) -> set[int]:
    """Store the activity of these homes; those in `due_now` are due at once, and those that
    have an alarm of a rule. Returns the homes written: a locked row is left for the next time."""
    due = set(due_now)
    rows = [
        {
            "home_id": home,
            **{name: getattr(found, name) for name in _PLAIN},
            "said": _packed(found),
            "look": home in due,
        }
        for home, found in by_home.items()
    ]
    given = orjson.dumps(rows).decode()
    return {row[0] for row in conn.execute(SQL["write_activity"], {"rows": given, "now": now})}


# what the engine reads and writes


def due(conn: Connection, now: datetime, limit: int) -> list[DueHome]:
    """Locked until the transaction ends; what another engine or ingest holds is left out."""
    rows = conn.execute(SQL["due"], {"now": now, "limit": limit})
    return [
        DueHome(
            row[0],
            row[1],
            _activity(row[8:]),
            RoomTemperature(*row[2:5]),
            orjson.loads(row[5]),
            row[6] and orjson.loads(row[6]),
            row[7],
        )
        for row in rows
    ]


def next_due(conn: Connection) -> datetime | None:
    row = conn.execute(SQL["next_due"]).fetchone()
    return row[0] if row else None


def decide(conn: Connection, decisions: Sequence[Decision]) -> None:
    """Store when to check these homes again, and what was found."""
    if decisions:
        values = {
            "ids": [d.home_id for d in decisions],
            "due_ats": [d.due_at for d in decisions],
            "colds": [d.temperature.cold_since for d in decisions],
            "frosts": [d.temperature.frost_since for d in decisions],
            "heats": [d.temperature.heat_since for d in decisions],
            "raised": [orjson.dumps(d.raised).decode() for d in decisions],
        }
        conn.execute(SQL["decide"], values)


def set_next_check(conn: Connection, home_id: int, now: datetime) -> None:
    """Make a home due, once whoever holds it is done."""
    conn.execute(SQL["set_next_check"], {"home_id": home_id, "now": now})


def check_soon(conn: Connection, home_id: int, now: datetime) -> None:
    """The same without waiting, for who holds locks of alarms; what somebody holds is checked
    within WATCHED (alerts/watch/rule_schedule.py) anyway."""
    conn.execute(SQL["check_soon"], {"home_id": home_id, "now": now})


def last_heard(conn: Connection, devices: Iterable[int]) -> dict[int, datetime]:
    """When devices (by id) last reported anything."""
    return dict(conn.execute(SQL["last_heard"], {"ids": list(devices)}).fetchall())


def watches(conn: Connection, devices: Iterable[int]) -> list[DeviceWatch]:
    """Devices as device monitoring sees them."""
    return fetch_all(conn, DeviceWatch, SQL["watches"], {"ids": list(devices)})


def last_call(conn: Connection, home_id: int, since: datetime) -> datetime | None:
    """When somebody of the home last called, if after `since`."""
    row = conn.execute(SQL["last_call"], {"home_id": home_id, "since": since}).fetchone()
    return row[0] if row else None


def closings(conn: Connection, home_id: int, since: datetime) -> list[Closing]:
    """The home's alarms that people have closed after `since`."""
    return fetch_all(conn, Closing, SQL["closings"], {"home_id": home_id, "since": since})


# settings and what is shown


def rules_of(conn: Connection, home_id: int) -> HomeRules | None:
    """None: nobody has set anything."""
    return fetch_one(conn, HomeRules, SQL["rules_of"], {"home_id": home_id})


def set_rules(
    conn: Connection, home_id: int, rules: Mapping[str, Any], by: int, now: datetime
) -> None:
    values = {"home_id": home_id, "rules": Jsonb(dict(rules)), "by": by, "now": now}
    conn.execute(SQL["set_rules"], values)


def raised_in(conn: Connection, home_id: int) -> dict[str, dict[str, Any]]:
    """By kind, as in DueHome."""
    row = conn.execute(SQL["raised_in"], {"home_id": home_id}).fetchone()
    return row[0] if row else {}


def _activity(row: Sequence[Any]) -> Activity:
    """From the columns in the order of the fields. JSON as text: read faster than by the driver."""
    sensor_states = {
        (device, metric): SensorState(value, datetime.fromisoformat(at), ends)
        for device, metric, value, at, ends in orjson.loads(row[10])
    }
    return Activity(**dict(zip(_PLAIN, row[:10], strict=True)), sensor_states=sensor_states)


def _packed(activity: Activity) -> list[list[Any]]:
    return [[d, metric, s.value, s.at, s.ends] for (d, metric), s in activity.sensor_states.items()]
