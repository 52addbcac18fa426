"""When silence, a stay or a temperature is an alarm. Pure.

Each rule says since when its condition lasts and when that is too long; the engine raises at that
time, and clears when the rule does not say so any more.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.watch.activity import LEAVING_TIME, in_bed_since, is_out
from alerts.watch.rule_settings import Inactivity, Rules
from store.model import Kind
from store.watch.activity import Activity, RoomTemperature, SensorState

FROST = "frost"
"""The worse of the two limits of cold."""
NEITHER = RoomTemperature()
"""Neither too cold nor too warm."""


@dataclass(frozen=True, slots=True)
class RuleBreach:
    """Something that lasts since `since` and is an alarm at `due`. `how`: which of the rule's
    limits; `device`: of the last sign of life."""

    kind: Kind
    how: str
    since: datetime
    due: datetime
    limit: timedelta
    device: int | None = None


@dataclass(frozen=True, slots=True)
class HomeActivity:
    """What the rules read of a home. `watched_from`: since when it reports without a break; what it
    reported before may be missing. `well_at`: when the resident last called or was spoken to, or a
    mode ended that excused the silence."""

    activity: Activity
    rules: Rules
    zone: ZoneInfo
    temperature: RoomTemperature = NEITHER
    watched_from: datetime | None = None
    well_at: datetime | None = None


def rule_breaches(view: HomeActivity) -> Iterator[RuleBreach]:
    """What lasts in the home, due or not yet."""
    for rule in (inactivity, bed_absence, bathroom_long, wandering, door_open, heat):
        found = rule(view)
        if found is not None:
            yield found
    yield from cold(view)


# silence


def inactivity(view: HomeActivity) -> RuleBreach | None:
    """None: no sign of life has ever been seen, so that none can be missing.

    What we did not hear is not silence: the limit counts from when we hear again, but never to
    more than twice the limit, or a hub that comes and goes would suspend the rule for ever.
    """
    rule, activity = view.rules.inactivity, view.activity
    seen = [at for at in (activity.life_at, activity.passage_at) if at is not None]
    if not rule.on or not seen:
        return None
    last = max(seen)
    how, start = _how(view, last)
    if view.well_at is not None:
        start = max(start, view.well_at)
    due = _silence_over(how, start, rule, view.zone)
    if view.watched_from is not None and view.watched_from > start:
        twice = _silence_over(how, due, rule, view.zone)
        due = min(_silence_over(how, view.watched_from, rule, view.zone), twice)
    device = None if last == activity.passage_at else activity.life_device
    return RuleBreach(Kind.INACTIVITY, how, last, due, due - start, device)


def _how(view: HomeActivity, last: datetime) -> tuple[str, datetime]:
    """Which limit holds, and from when."""
    if is_out(view.activity):
        return "out", last
    lying = in_bed_since(view.activity)
    return ("home", last) if lying is None else ("in_bed", max(last, lying))


def _silence_over(how: str, start: datetime, rule: Inactivity, zone: ZoneInfo) -> datetime:
    if how == "out":
        return start + timedelta(hours=rule.out_hours)
    if how == "in_bed":
        return start + timedelta(hours=rule.in_bed_hours)
    return two_level(start, rule, zone)


def two_level(start: datetime, rule: Inactivity, zone: ZoneInfo) -> datetime:
    """The first moment of the day with `day_hours` of silence behind it, or any with
    `night_hours`. Hours that pass, whatever the clock on the wall is set to in between."""
    first, last = (start + timedelta(hours=hours) for hours in (rule.day_hours, rule.night_hours))
    local = first.astimezone(zone)
    if rule.day_from <= local.time() < rule.day_to:
        return first
    day = local.date() + timedelta(days=local.time() >= rule.day_to)
    morning = datetime.combine(day, rule.day_from, zone).astimezone(UTC)
    return min(max(first, morning), last)


# stays


def bed_absence(view: HomeActivity) -> RuleBreach | None:
    rule, left = view.rules.bed_absence, view.activity.bed_left_at
    if not rule.on or left is None:
        return None
    limit = timedelta(minutes=rule.minutes)
    if not all(
        is_within(at, rule.night_from, rule.night_to, view.zone) for at in (left, left + limit)
    ):
        return None
    return _stay(view, Kind.BED_ABSENCE, "bed", left, limit)


def bathroom_long(view: HomeActivity) -> RuleBreach | None:
    """One hit alone is nobody who went in."""
    rule, since, at = view.rules.bathroom_long, view.activity.bath_since, view.activity.bath_at
    if not rule.on or since is None or at is None or at <= since:
        return None
    limit = timedelta(minutes=rule.minutes)
    return _stay(view, Kind.BATHROOM_LONG, "bathroom", since, limit)


def wandering(view: HomeActivity) -> RuleBreach | None:
    """Whoever goes is still seen in the hall for a moment; who stays is seen after it."""
    rule, activity = view.rules.wandering, view.activity
    opened, passage = activity.opened_at, activity.passage_at
    if not rule.on or opened is None or passage is None:
        return None
    if not is_within(opened, rule.night_from, rule.night_to, view.zone):
        return None
    if activity.hit_at is not None and activity.hit_at >= passage + LEAVING_TIME:
        return None
    found = _stay(view, Kind.WANDERING, "left", opened, timedelta(minutes=rule.minutes))
    return replace(found, due=max(found.due, passage + LEAVING_TIME))


def door_open(view: HomeActivity) -> RuleBreach | None:
    rule, limit = view.rules.door_open, timedelta(minutes=view.rules.door_open.minutes)
    opened = [
        (state.at, device)
        for (device, metric), state in view.activity.sensor_states.items()
        if metric == "entrance" and state.value
    ]
    if not rule.on or not opened:
        return None
    since, device = min(opened)
    return replace(_stay(view, Kind.DOOR_OPEN, "open", since, limit), device=device)


def _stay(
    view: HomeActivity, kind: Kind, how: str, since: datetime, limit: timedelta
) -> RuleBreach:
    """What ended while we did not hear may still look as if it lasted: it gets the whole limit
    from when we hear again."""
    start = max(since, view.watched_from or since)
    return RuleBreach(kind, how, since, start + limit, limit)


def is_within(at: datetime, begins: time, ends: time, zone: ZoneInfo) -> bool:
    """Whether a moment lies between two hours of the wall clock, over midnight or not."""
    hour = at.astimezone(zone).time()
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


# temperatures


def cold(view: HomeActivity) -> Iterator[RuleBreach]:
    """Frost is cold, too: of the two that lasts which is worse counts."""
    rule, temperature, limit = (
        view.rules.cold,
        view.temperature,
        timedelta(hours=view.rules.cold.hours),
    )
    if rule.on and temperature.cold_since is not None:
        yield RuleBreach(
            Kind.COLD, "cold", temperature.cold_since, temperature.cold_since + limit, limit
        )
    if rule.on and temperature.frost_since is not None:
        yield RuleBreach(
            Kind.COLD, FROST, temperature.frost_since, temperature.frost_since + limit, limit
        )


def heat(view: HomeActivity) -> RuleBreach | None:
    rule, since = view.rules.heat, view.temperature.heat_since
    if not rule.on or since is None:
        return None
    limit = timedelta(hours=rule.hours)
    return RuleBreach(Kind.HEAT, "heat", since, since + limit, limit)


def temperature_since(
    before: RoomTemperature, rules: Rules, temperatures: Collection[SensorState]
) -> RoomTemperature:
    """Since when it is too cold or too warm everywhere in the home: one heated room is a place to
    be, and so is one cool one. Without a temperature nothing is known to have changed."""
    if not temperatures:
        return before
    warmest = max(state.value for state in temperatures)
    coolest = min(state.value for state in temperatures)
    newest = max(state.at for state in temperatures)

    def since(known: datetime | None, *, holds: bool) -> datetime | None:
        return (known or newest) if holds else None

    return RoomTemperature(
        since(before.cold_since, holds=warmest < rules.cold.below),
        since(before.frost_since, holds=warmest <= rules.cold.frost),
        since(before.heat_since, holds=coolest >= rules.heat.above),
    )
