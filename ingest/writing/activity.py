"""Resident activity derived from readings, per home; written with the batch's readings."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.watch.activity import (
    COOL,
    LIFE,
    METRICS,
    WARM,
    RoomKind,
    SensorReport,
    is_outdated,
    room_kind_of,
    rule_inputs,
    with_report,
)
from store.db import Connection
from store.watch import activity
from store.watch.activity import Activity, Sensor

MAX_HOMES = 20_000
"""Homes kept in memory, about 3 kB each; of more, those silent for longest are read again."""
MAX_MILD = 200_000
SENSOR_MAX_AGE = timedelta(minutes=5)
"""So long a device is believed to hang where it hung: an installer may have moved it."""


class _Values(NamedTuple):
    device: int
    metrics: Mapping[str, float]
    at: datetime


class ActivityTracker:
    """What one writer knows of the activity in homes. Not thread-safe. The rows are the truth:
    after a transaction that failed, `forget`."""

    def __init__(self, *, history: bool = False) -> None:
        """`history`: what is given is taken in again after a fix. It is no activity of now,
        and only who gets everything of a home may write what is known of it."""
        self._history = history
        self._pending: list[_Values] = []
        self._sensors: dict[int, tuple[Sensor, RoomKind, datetime]] = {}
        self._homes: OrderedDict[int, Activity] = OrderedDict()
        self._written: dict[int, Activity] = {}
        self._locked: set[int] = set()
        """Homes whose row was held by somebody when they were to be written."""
        self._mild: set[int] = set()
        """Devices that last said a temperature that no rule is about."""

    def forget(self) -> None:
        for known in (
            self._pending,
            self._sensors,
            self._homes,
            self._written,
            self._locked,
            self._mild,
        ):
            known.clear()

    def note_values(self, device: int, metrics: Mapping[str, float], at: datetime) -> None:
        """Take note of a reading, if a rule is about it. Thousands a second come by here."""
        if self._history:
            return
        if LIFE.isdisjoint(metrics):
            celsius = metrics.get("temperature")
            if celsius is None:
                return
            if not COOL <= celsius <= WARM:
                self._mild.discard(device)
            elif device in self._mild:
                return
        self._pending.append(_Values(device, metrics, at))

    def write(self, conn: Connection, now: datetime) -> None:
        """Store what was noted, in the caller's transaction: one statement, if something is new."""
        if not self._pending and not self._locked:
            return
        values, self._pending = self._pending, []
        self._look_up(conn, {value.device for value in values}, now)
        homes = self._locked | {home for value in values if (home := self._apply(value, now))}
        due = {
            home for home in homes if rule_inputs(self._homes[home]) != self._written_inputs(home)
        }
        wanted = due | {h for h in homes if is_outdated(self._written[h], self._homes[h])}
        if wanted:
            changed = {home: self._homes[home] for home in wanted}
            written = activity.write_activity(conn, changed, due, now)
            self._written.update((home, changed[home]) for home in written)
            self._locked = wanted - written
        self._make_room()

    def _written_inputs(self, home: int) -> tuple[object, ...]:
        return rule_inputs(self._written[home])

    def _apply(self, value: _Values, now: datetime) -> int | None:
        """The home that this reading has changed, if it has."""
        known = self._sensors.get(value.device)
        if known is None:
            return None  # removed in this moment
        sensor, room_kind, _ = known
        before = after = self._homes[sensor.home_id]
        for metric in METRICS & value.metrics.keys():
            report = SensorReport(
                value.device, room_kind, metric, value.metrics[metric], min(value.at, now)
            )
            after = with_report(after, report)
        if COOL <= value.metrics.get("temperature", COOL - 1) <= WARM:
            self._mild.add(value.device)
        self._homes[sensor.home_id] = after
        self._homes.move_to_end(sensor.home_id)
        return sensor.home_id if after is not before else None

    def _look_up(self, conn: Connection, devices: Collection[int], now: datetime) -> None:
        """Read what is not known of these devices and their homes."""
        unknown = [
            d
            for d in devices
            if (known := self._sensors.get(d)) is None or now - known[2] > SENSOR_MAX_AGE
        ]
        for sensor in activity.sensors(conn, unknown) if unknown else ():
            self._sensors[sensor.id] = (sensor, room_kind_of(sensor.role, sensor.room), now)
        homes = {self._sensors[d][0].home_id for d in devices if d in self._sensors}
        new = homes - self._homes.keys()
        found = activity.activity_of(conn, new) if new else {}
        for home in new:
            self._homes[home] = self._written[home] = found.get(home, Activity())

    def _make_room(self) -> None:
        while len(self._homes) > MAX_HOMES:
            home, _ = self._homes.popitem(last=False)
            self._written.pop(home, None)
            self._locked.discard(home)
        if len(self._homes) * 20 < len(self._sensors):
            self._sensors = {d: s for d, s in self._sensors.items() if s[0].home_id in self._homes}
        if len(self._mild) > MAX_MILD:
            self._mild.clear()
