"""What a sensor's report says about the life in a home. Pure.

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
"""Whoever leaves is seen in the hall until then, at most: 18 s on a real home. Signs after it mean
that somebody is in."""
WRITTEN_WITHIN = timedelta(minutes=1)
"""A home that is lived in is written so often at most; what is judged is as old as that."""
IN_BED_AT_LEAST = timedelta(minutes=5)
"""Somebody was in bed, and not a mat that flickers."""
STUCK = timedelta(hours=1)
"""A motion sensor that says "moving" for longer, though it can say that it ended, is stuck."""

MOVING = frozenset({"motion", "presence"})
LIFE = MOVING | {"bed", "door"}
"""Metrics that show life."""
METRICS = LIFE | {"temperature"}
ENTRANCE = "entrance"
"""The metric under which the state of an entrance door is kept."""
COOL, WARM = 20.0, 26.0
"""°C: between them nobody has to know it more exactly; limits of rules lie outside."""


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
    place: RoomKind
    metric: str
    value: float
    at: datetime


def room_kind_of(role: str, room: str) -> RoomKind:
    """By the installer's words for a device. A door is the entrance only when its role or room
    says so: the silence after it is taken for an empty home."""
    text = f"{role} {room}".casefold()
    for place, words in _WORDS:
        if any(word in text for word in words):
            return place
    return RoomKind.INSIDE


def with_report(signs: Activity, report: SensorReport) -> Activity:
    """The signs with a report. One that is older than the same sensor's last changes nothing."""
    metric = report.metric
    if metric == "temperature":
        return _temperature(signs, report)
    if metric == "door" and report.place == RoomKind.ENTRANCE:
        metric = ENTRANCE
    key = (report.device, metric)
    last = signs.said.get(key)
    if last is not None and report.at < last.at:
        return signs
    changed = last is None or last.value != report.value
    if changed:
        ends = not report.value or (last is not None and last.ends)
        said = {**signs.said, key: SensorState(report.value, report.at, ends)}
        signs = replace(signs, said=said)
    if report.metric in MOVING:
        return _hit(signs, report) if _moves(report, last) else signs
    if not changed:
        return signs
    if report.metric == "bed":
        return _bed(signs, report, last)
    return _door(signs, report, known=last is not None)


def _temperature(signs: Activity, report: SensorReport) -> Activity:
    """Kept when it reaches another step of half a degree, a whole step being one of its own: so
    that "below 16" and "9 or less" are exact and a sensor that wavers costs nothing."""
    key = (report.device, report.metric)
    last = signs.said.get(key)
    if report.place == RoomKind.OUTSIDE or (last is not None and report.at < last.at):
        return signs
    if last is not None and step(last.value) == step(report.value):
        return signs
    return replace(signs, said={**signs.said, key: SensorState(report.value, report.at)})


def step(celsius: float) -> int:
    """Which half degree: an even number exactly on it, an odd one between two. What is neither cold
    nor warm is one."""
    if COOL <= celsius <= WARM:
        celsius = COOL
    return math.floor(2 * celsius) + math.ceil(2 * celsius)


def _moves(report: SensorReport, last: SensorState | None) -> bool:
    """A radar sees somebody who lies still, too: only what it sees begin or end is a movement. A
    motion sensor ends by itself, and one that never says so means each time anew."""
    was = last is not None and last.value != 0
    if report.metric == "presence":
        return bool(report.value) != was
    if not report.value:
        return False
    return last is None or not was or not last.ends or report.at - last.at < STUCK


def _hit(signs: Activity, report: SensorReport, *, certain: bool = False) -> Activity:
    """`certain`: it needs no other to be believed."""
    at, same = report.at, signs.hit_device == report.device
    other_at = signs.other_at if same else signs.hit_at
    certain |= _near(at, other_at, OTHER_SENSOR)
    certain |= same and _near(at, signs.hit_at, SAME_SENSOR)
    signs = _bathroom(signs, report)
    if certain and (signs.life_at is None or at > signs.life_at):
        signs = replace(signs, life_at=at, life_device=report.device)
    if signs.hit_at is not None and at < signs.hit_at:
        return signs
    return replace(signs, hit_at=at, hit_device=report.device, other_at=other_at)


def _near(at: datetime, hit: datetime | None, within: timedelta) -> bool:
    return hit is not None and abs(at - hit) <= within


def _bathroom(signs: Activity, report: SensorReport) -> Activity:
    if report.place == RoomKind.BATHROOM:
        return replace(signs, bath_since=signs.bath_since or report.at, bath_at=report.at)
    if signs.bath_at is None or report.at < signs.bath_at:
        return signs
    return replace(signs, bath_since=None, bath_at=None)


def _bed(signs: Activity, report: SensorReport, last: SensorState | None) -> Activity:
    """Whoever gets up after a while has moved, whatever else was seen; a mat that flickers is one
    hit."""
    if report.value:
        signs = replace(signs, bed_left_at=None)
    elif last is None:
        return signs
    elif in_bed_since(signs) is None:
        signs = replace(signs, bed_left_at=report.at)
    lay = last is not None and not report.value and report.at - last.at >= IN_BED_AT_LEAST
    return _hit(signs, report, certain=lay)


def _door(signs: Activity, report: SensorReport, *, known: bool) -> Activity:
    """A closed door that was never heard of before says nothing; an open one does."""
    if not known and not report.value:
        return signs
    if report.place != RoomKind.ENTRANCE:
        return _hit(signs, report)
    opened = report.at if report.value else signs.opened_at
    signs = replace(signs, passage_at=report.at, opened_at=opened)
    return replace(signs, bath_since=None, bath_at=None)


def in_bed_since(signs: Activity) -> datetime | None:
    """Since when somebody is in bed, by the bed's sensor."""
    return min((s.at for (_, m), s in signs.said.items() if m == "bed" and s.value), default=None)


def is_out(signs: Activity) -> bool:
    """Presumed: the entrance was used and nothing moved inside after it."""
    if signs.passage_at is None:
        return False
    return signs.life_at is None or signs.life_at < signs.passage_at + LEAVING_TIME


def rule_inputs(signs: Activity) -> tuple[object, ...]:
    """What limits hang on: two of these differ when something has begun or ended. Of a home that is
    merely lived in they are the same, hour after hour."""
    in_bathroom = signs.bath_since is not None and signs.bath_since != signs.bath_at
    after = signs.passage_at and signs.passage_at + LEAVING_TIME
    return (
        signs.passage_at,
        signs.opened_at,
        signs.bed_left_at,
        in_bathroom and signs.bath_since,
        signs.life_at is None,
        is_out(signs),
        after and signs.hit_at is not None and signs.hit_at >= after,
        {key: said for key, said in signs.said.items() if key[1] not in MOVING},
    )


def is_outdated(written: Activity, signs: Activity) -> bool:
    """Whether what is written is too old to be judged by; see WRITTEN_WITHIN."""
    pairs = ((written.life_at, signs.life_at), (written.hit_at, signs.hit_at))
    return any(
        new is not None and (old is None or new - old >= WRITTEN_WITHIN) for old, new in pairs
    )
