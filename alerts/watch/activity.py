"""Works a sensor's report into what is known of the activity in its home. Pure.

A sign of life is a movement that somebody made just now: a motion sensor or a radar that begins to
see somebody, a bed entered or left, a door opened or closed. One hit by itself is none: a sensor of
an empty home fires about four times a day (measured on real homes of one person), and a rule that
believes it never misses anybody. Two hits near each other are: strays of one sensor within two
minutes, or of two sensors within ten, come about once in ten days.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from store.watch.activity import Activity, SensorState

SAME_SENSOR = timedelta(minutes=2)
"""Two hits of one sensor within that time confirm each other."""
OTHER_SENSOR = timedelta(minutes=10)
"""And of two sensors."""
LEAVING_TIME = timedelta(minutes=2)
"""Whoever leaves is seen in the hall until then, at most: 18 s on a real home. Movements after it
mean that somebody is in."""
WRITTEN_WITHIN = timedelta(minutes=1)
"""An active home is written so often at most; what the rules read is as old as that."""
IN_BED_AT_LEAST = timedelta(minutes=5)
"""Somebody was in bed, and not a mat that flickers."""
STUCK = timedelta(hours=1)
"""A motion sensor that reports movement for longer, though it can report its end, is stuck."""

MOVING = frozenset({"motion", "presence"})
LIFE = MOVING | {"bed", "door"}
"""Metrics that show life."""
METRICS = LIFE | {"temperature"}
ENTRANCE = "entrance"
"""The metric under which the state of an entrance door is kept."""
COOL, WARM = 20.0, 26.0
"""°C: between them the exact value does not matter; limits of rules lie outside."""


class RoomKind(StrEnum):
    """Rooms that mean something to a rule."""

    ENTRANCE = "entrance"
    BATHROOM = "bathroom"
    OUTSIDE = "outside"
    """Not the air that the resident breathes: the balcony, the fridge."""
    INSIDE = ""


_WORDS: tuple[tuple[RoomKind, tuple[str, ...]], ...] = (
    (
        RoomKind.OUTSIDE,
        (
            "outdoor",
            "balcony",
            "garden",
            "fridge",
            "freezer",
            "refrigerator",
            "室外",
            "阳台",
            "冰箱",
            "冷柜",
            "院子",
        ),
    ),
    (
        RoomKind.ENTRANCE,
        (
            "entrance",
            "entry",
            "front door",
            "outside door",
            "hallway door",
            "门口",
            "入户",
            "大门",
            "玄关",
            "进门",
        ),
    ),
    (RoomKind.BATHROOM, ("bath", "toilet", "wc", "shower", "卫生间", "洗手间", "浴室", "厕所")),
)


@dataclass(frozen=True, slots=True)
class SensorReport:
    """One value of one sensor. 1 is moving, there, open, in bed; temperatures in °C."""

    device: int
    room: RoomKind
    metric: str
    value: float
    at: datetime


def room_kind_of(role: str, room: str) -> RoomKind:
    """By the installer's words for a device. A door is the entrance only when its role or room
    says so: the silence after it is taken for an empty home."""
    text = f"{role} {room}".casefold()
    for room, words in _WORDS:
        if any(word in text for word in words):
            return room
    return RoomKind.INSIDE


def with_report(activity: Activity, report: SensorReport) -> Activity:
    """The activity after a report; one older than the same sensor's last changes nothing."""
    metric = report.metric
    if metric == "temperature":
        return _temperature(activity, report)
    if metric == "door" and report.room == RoomKind.ENTRANCE:
        metric = ENTRANCE
    key = (report.device, metric)
    last = activity.sensor_states.get(key)
    if last is not None and report.at < last.at:
        return activity
    changed = last is None or last.value != report.value
    if changed:
        ends = not report.value or (last is not None and last.ends)
        states = {**activity.sensor_states, key: SensorState(report.value, report.at, ends)}
        activity = replace(activity, sensor_states=states)
    if report.metric in MOVING:
        return _hit(activity, report) if _moves(report, last) else activity
    if not changed:
        return activity
    if report.metric == "bed":
        return _bed(activity, report, last)
    return _door(activity, report, known=last is not None)


def _temperature(activity: Activity, report: SensorReport) -> Activity:
    """Kept when it reaches another step of half a degree, a whole step being one of its own: so
    that "below 16" and "9 or less" are exact and a sensor that wavers costs nothing."""
    key = (report.device, report.metric)
    last = activity.sensor_states.get(key)
    if report.room == RoomKind.OUTSIDE or (last is not None and report.at < last.at):
        return activity
    if last is not None and half_degree_step(last.value) == half_degree_step(report.value):
        return activity
    return replace(
        activity,
        sensor_states={**activity.sensor_states, key: SensorState(report.value, report.at)},
    )


def half_degree_step(celsius: float) -> int:
    """Which half degree: an even number exactly on it, an odd one between two. What is neither cold
    nor warm is one."""
    if COOL <= celsius <= WARM:
        celsius = COOL
    return math.floor(2 * celsius) + math.ceil(2 * celsius)


def _moves(report: SensorReport, last: SensorState | None) -> bool:
    """A radar sees somebody who lies still, too: only what it sees begin or end is a movement. A
    motion sensor ends by itself; of one that never reports the end each report is a movement."""
    was = last is not None and last.value != 0
    if report.metric == "presence":
        return bool(report.value) != was
    if not report.value:
        return False
    return last is None or not was or not last.ends or report.at - last.at < STUCK


def _hit(activity: Activity, report: SensorReport, *, certain: bool = False) -> Activity:
    """`certain`: it needs no other to be believed."""
    at, same = report.at, activity.hit_device == report.device
    other_at = activity.other_at if same else activity.hit_at
    certain |= _near(at, other_at, OTHER_SENSOR)
    certain |= same and _near(at, activity.hit_at, SAME_SENSOR)
    activity = _bathroom(activity, report)
    if certain and (activity.life_at is None or at > activity.life_at):
        activity = replace(activity, life_at=at, life_device=report.device)
    if activity.hit_at is not None and at < activity.hit_at:
        return activity
    return replace(activity, hit_at=at, hit_device=report.device, other_at=other_at)


def _near(at: datetime, hit: datetime | None, within: timedelta) -> bool:
    return hit is not None and abs(at - hit) <= within


def _bathroom(activity: Activity, report: SensorReport) -> Activity:
    if report.room == RoomKind.BATHROOM:
        return replace(activity, bath_since=activity.bath_since or report.at, bath_at=report.at)
    if activity.bath_at is None or report.at < activity.bath_at:
        return activity
    return replace(activity, bath_since=None, bath_at=None)


def _bed(activity: Activity, report: SensorReport, last: SensorState | None) -> Activity:
    """Whoever gets up after a while has moved, whatever else was seen; a mat that flickers is one
    hit."""
    if report.value:
        activity = replace(activity, bed_left_at=None)
    elif last is None:
        return activity
    elif in_bed_since(activity) is None:
        activity = replace(activity, bed_left_at=report.at)
    lay = last is not None and not report.value and report.at - last.at >= IN_BED_AT_LEAST
    return _hit(activity, report, certain=lay)


def _door(activity: Activity, report: SensorReport, *, known: bool) -> Activity:
    """The first report of a door means nothing when it is closed; when it is open it does."""
    if not known and not report.value:
        return activity
    if report.room != RoomKind.ENTRANCE:
        return _hit(activity, report)
    opened = report.at if report.value else activity.opened_at
    activity = replace(activity, passage_at=report.at, opened_at=opened)
    return replace(activity, bath_since=None, bath_at=None)


def in_bed_since(activity: Activity) -> datetime | None:
    """Since when somebody is in bed, by the bed's sensor."""
    return min(
        (s.at for (_, m), s in activity.sensor_states.items() if m == "bed" and s.value),
        default=None,
    )


def is_out(activity: Activity) -> bool:
    """Presumed: the entrance was used and nothing moved inside after it."""
    if activity.passage_at is None:
        return False
    return activity.life_at is None or activity.life_at < activity.passage_at + LEAVING_TIME


def rule_inputs(activity: Activity) -> tuple[object, ...]:
    """What the rules depend on: two of these differ when something has begun or ended. While
    somebody merely moves about at home they stay the same, hour after hour."""
    in_bathroom = activity.bath_since is not None and activity.bath_since != activity.bath_at
    after = activity.passage_at and activity.passage_at + LEAVING_TIME
    return (
        activity.passage_at,
        activity.opened_at,
        activity.bed_left_at,
        in_bathroom and activity.bath_since,
        activity.life_at is None,
        is_out(activity),
        after and activity.hit_at is not None and activity.hit_at >= after,
        {key: state for key, state in activity.sensor_states.items() if key[1] not in MOVING},
    )


def is_outdated(written: Activity, activity: Activity) -> bool:
    """Whether what is written is too old to be judged by; see WRITTEN_WITHIN."""
    pairs = ((written.life_at, activity.life_at), (written.hit_at, activity.hit_at))
    return any(
        new is not None and (old is None or new - old >= WRITTEN_WITHIN) for old, new in pairs
    )
