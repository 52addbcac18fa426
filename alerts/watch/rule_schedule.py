"""Decides which alarms of a home's rules to raise or clear now, and when to check again. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.watch.activity import COOL, WARM, WRITTEN_WITHIN
from alerts.watch.activity_rules import FROST, HomeActivity, RuleBreach, rule_breaches
from store.alarm.outcomes import CONTACT
from store.model import Kind
from store.records import is_known, read_code
from store.watch.activity import Activity, Closing, SensorState

LOOK_AGAIN = timedelta(hours=6)
"""For a home in which nothing lasts that could become too long."""
WATCHED = timedelta(minutes=10)
"""For one whose alarm stands: somebody may have closed it."""
SUSPENDED = timedelta(minutes=5)
"""For one that cannot be judged, because nothing of it arrives."""
FRESH = timedelta(hours=3)
"""A thermometer that has not reported for longer tells nothing about now; most report hourly."""


@dataclass(frozen=True, slots=True)
class RuleDecision:
    """Alarms to raise, kinds whose condition is over, and when to check again."""

    raises: list[RuleBreach]
    clears: list[Kind]
    check_at: datetime


def decide_for(
    view: HomeActivity, raised: Mapping[str, Mapping[str, Any]], now: datetime
) -> RuleDecision:
    """`raised`: the kinds that have an alarm of these rules, with the limit that raised it. A kind
    that only a newer process knows is that process's to clear."""
    lasting = list(rule_breaches(view))
    late = {c.kind: c for c in lasting if raise_at(c) <= now}  # of cold the worse comes last
    raises = [c for kind, c in late.items() if _is_new(c, raised.get(kind))]
    standing = [read_code(Kind, name) for name in raised]
    clears = [kind for kind in standing if is_known(kind) and kind not in late]
    coming = [at for c in lasting if (at := raise_at(c)) > now]
    longest = WATCHED if raised else LOOK_AGAIN
    return RuleDecision(raises, clears, min([*coming, now + longest]))


def _is_new(found: RuleBreach, standing: Mapping[str, Any] | None) -> bool:
    """A condition that stands is raised once, and once more when cold becomes frost."""
    if standing is None:
        return True
    return found.how == FROST and standing.get("how") != FROST


def raise_at(found: RuleBreach) -> datetime:
    """When a breach becomes an alarm. A movement may be a minute old before the engine sees it."""
    return found.due + WRITTEN_WITHIN if found.kind == Kind.INACTIVITY else found.due


def postpone(found: RuleBreach, closed: Collection[Closing]) -> datetime | None:
    """Until when a condition is not raised whose alarm somebody has closed: it gets its limit
    once more. None: nobody has."""
    ends = [c.closed_at for c in closed if c.kind == found.kind and c.closed_at > found.since]
    return max(ends) + found.limit if ends else None


def contact_at(closed: Collection[Closing]) -> datetime | None:
    """When somebody last had to do with the resident and closed an alarm after it."""
    contacted_at = [
        c.closed_at for c in closed if c.outcome in CONTACT or c.kind == Kind.INACTIVITY
    ]
    return max(contacted_at, default=None)


def temperatures(
    activity: Activity, last_heard: Mapping[int, datetime], now: datetime
) -> list[SensorState]:
    """The last temperatures of the thermometers that still report. `last_heard`: by device id."""
    return [
        state
        for (device, metric), state in activity.sensor_states.items()
        if metric == "temperature" and device in last_heard and now - last_heard[device] <= FRESH
    ]


def thermometers(activity: Activity) -> list[int]:
    """Device ids of a home's thermometers, if one of them is out of the comfortable."""
    states = {
        d: s.value for (d, metric), s in activity.sensor_states.items() if metric == "temperature"
    }
    return list(states) if any(not COOL <= value <= WARM for value in states.values()) else []


def newest(activity: Activity) -> datetime | None:
    """The time of the newest report."""
    times = [
        activity.hit_at,
        activity.life_at,
        activity.passage_at,
        *(s.at for s in activity.sensor_states.values()),
    ]
    return max((at for at in times if at is not None), default=None)
