"""Statistics of a run: alarms by kind, answers, detections, false alarms. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from device_sim.oracle.check_alarms import cause_of
from device_sim.oracle.check_answers import seconds_to
from device_sim.oracle.observed import parse_time
from device_sim.oracle.verdict import percentile
from device_sim.plan.compiler import RunPlan

ANSWERED_S = (60, 180)
"""Telecare practice: 97.5 % of calls answered within 60 s, 99 % within 180 s."""


@dataclass
class AlarmKindStatistics:
    """Alarms of one kind. Times in simulated seconds."""

    kind: str
    raised: int = 0
    false: int = 0
    """Raised although nothing in the scenario explains it."""
    repeats: int = 0
    answered: list[float] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    closed: int = 0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        ordered = sorted(self.answered)
        return {
            "kind": self.kind,
            "raised": self.raised,
            "false": self.false,
            "signals": self.repeats,
            "answered": len(ordered),
            "answer_s": _figures(ordered),
            "on_site_s": _figures(sorted(self.arrived)),
            "closed": self.closed,
            **{
                f"answered_in_{limit}_s": sum(took <= limit for took in ordered)
                for limit in ANSWERED_S
            },
        }


@dataclass(frozen=True)
class Detection:
    """A trouble, and the alarm that it came to. `after` None: nobody noticed."""

    what: str
    home: str
    at: float
    kind: str
    after: float | None


@dataclass
class RunStatistics:
    """The report of a run."""

    kinds: list[AlarmKindStatistics] = field(default_factory=list)
    noticed: list[Detection] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "alarms": [kind.document() for kind in self.kinds],
            "troubles": [
                {
                    "what": one.what,
                    "home": one.home,
                    "at_s": one.at,
                    "kind": one.kind,
                    "noticed_after_s": one.after,
                }
                for one in self.noticed
            ],
        }


def statistics_of_run(plan: RunPlan, alarms: list[dict[str, Any]]) -> RunStatistics:
    """What the alarms of a run say about the day, beside what really happened."""
    kinds: dict[str, AlarmKindStatistics] = {}
    by_trouble: dict[tuple[int, float, str], list[dict[str, Any]]] = defaultdict(list)
    for alarm in alarms:
        kind = kinds.setdefault(alarm["kind"], AlarmKindStatistics(alarm["kind"]))
        kind.raised += 1
        kind.repeats += alarm["count"]
        kind.closed += alarm["state"] == "CLOSED"
        for times, took in (
            (kind.answered, seconds_to(alarm, "acknowledged")),
            (kind.arrived, seconds_to(alarm, "arrived")),
        ):
            if took is not None:
                times.append(took)
        cause = cause_of(plan, alarm)
        if cause is None:
            kind.false += 1
        else:
            by_trouble[cause.home, cause.at, cause.what].append(alarm)
    noticed = []
    mine = set(plan.mine)
    for trouble in plan.troubles:
        if trouble.home not in mine:
            continue
        found = by_trouble.get((trouble.home, trouble.at, trouble.what), [])
        first = min(found, key=lambda alarm: alarm["raised_at"], default=None)
        after = (
            (parse_time(first["raised_at"]) - plan.start).total_seconds() - trouble.at
            if first
            else None
        )
        home = plan.homes[trouble.home - 1].home
        kind_name = first["kind"] if first else ""
        noticed.append(Detection(trouble.what, home, trouble.at, kind_name, after))
    return RunStatistics(sorted(kinds.values(), key=lambda kind: -kind.raised), noticed)


def _figures(ordered: list[float]) -> dict[str, float] | None:
    if not ordered:
        return None
    return {
        "p50": round(percentile(ordered, 0.5), 1),
        "p90": round(percentile(ordered, 0.9), 1),
        "p99": round(percentile(ordered, 0.99), 1),
    }
