"""What is to be done about a home now, and when to look at it next. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.watch.activity import COOL, WARM, WRITTEN_WITHIN
from alerts.watch.activity_rules import FROST, HomeActivity, RuleBreach, breaches
from store.model import Kind, Outcome
from store.watch.activity import Activity, Closing, SensorState

LOOK_AGAIN = timedelta(hours=6)
"""For a home in which nothing lasts that could become too long."""
WATCHED = timedelta(minutes=10)
"""For one whose alarm stands: somebody may have closed it."""
SUSPENDED = timedelta(minutes=5)
"""For one that cannot be judged, because nothing of it arrives."""
FRESH = timedelta(hours=3)
"""A thermometer that has not been heard for longer tells nothing about now; most report hourly."""

CONTACT = frozenset(
    {
        Outcome.GENUINE_MEDICAL,
        Outcome.GENUINE_FALL,
        Outcome.GENUINE_FIRE,
        Outcome.GENUINE_GAS,
        Outcome.GENUINE_WATER,
        Outcome.GENUINE_WANDERING,
        Outcome.ASSISTANCE,
        Outcome.SOCIAL,
        Outcome.ACCIDENTAL,
        Outcome.AWAY,
        Outcome.NO_RESPONSE_FORCED_ENTRY,
        Outcome.REFERRED_120,
    }
)
"""Outcomes that nobody gives who has not spoken to the resident or seen them, or knows where they
are."""


@dataclass(frozen=True, slots=True)
class RuleDecision:
    """Alarms to raise, kinds whose condition is over, and when to look again."""

    raises: list[RuleBreach]
    clears: list[Kind]
    look_at: datetime


def decide_for(
    view: HomeActivity, raised: Mapping[str, Mapping[str, Any]], now: datetime
) -> RuleDecision:
    """`raised`: the kinds that have an alarm of these rules, with the limit that raised it."""
    lasting = list(breaches(view))
    late = {c.kind: c for c in lasting if rings_at(c) <= now}  # of cold the worse comes last
    raises = [c for kind, c in late.items() if _is_news(c, raised.get(kind))]
    clears = [kind for name in raised if (kind := Kind(name)) not in late]
    coming = [at for c in lasting if (at := rings_at(c)) > now]
    longest = WATCHED if raised else LOOK_AGAIN
    return RuleDecision(raises, clears, min([*coming, now + longest]))


def _is_news(found: RuleBreach, standing: Mapping[str, Any] | None) -> bool:
    """A condition that stands is raised once, and once more when cold becomes frost."""
    if standing is None:
        return True
    return found.how == FROST and standing.get("how") != FROST


def rings_at(found: RuleBreach) -> datetime:
    """A sign of life may be a minute old before the engine can see it."""
    return found.due + WRITTEN_WITHIN if found.kind == Kind.INACTIVITY else found.due


def postpone(found: RuleBreach, closed: Collection[Closing]) -> datetime | None:
    """Until when a condition is left in peace whose alarm somebody has closed: it gets its limit
    once more. None: nobody has."""
    ends = [c.closed_at for c in closed if c.kind == found.kind and c.closed_at > found.since]
    return max(ends) + found.limit if ends else None


def contact_at(closed: Collection[Closing]) -> datetime | None:
    """When somebody last had to do with the resident and closed an alarm after it."""
    spoken = [c.closed_at for c in closed if c.outcome in CONTACT or c.kind == Kind.INACTIVITY]
    return max(spoken, default=None)


def temperatures(
    signs: Activity, heard: Mapping[int, datetime], now: datetime
) -> list[SensorState]:
    """What the thermometers that are still heard said last. `heard`: by device id."""
    return [
        said
        for (device, metric), said in signs.said.items()
        if metric == "temperature" and device in heard and now - heard[device] <= FRESH
    ]


def thermometers(signs: Activity) -> list[int]:
    """Device ids of a home's thermometers, if one of them is out of the comfortable."""
    said = {d: s.value for (d, metric), s in signs.said.items() if metric == "temperature"}
    return list(said) if any(not COOL <= value <= WARM for value in said.values()) else []


def newest(signs: Activity) -> datetime | None:
    """The moment of the last thing that is known."""
    times = [signs.hit_at, signs.life_at, signs.passage_at, *(s.at for s in signs.said.values())]
    return max((at for at in times if at is not None), default=None)
