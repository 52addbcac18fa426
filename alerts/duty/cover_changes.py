"""Compares the gaps in an area's cover with those of the check before. Pure.

A gap that is still there is the same gap, though the period checked now ends later and what is past
is not checked any more: it is found once, not every ten minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.duty.shift_rules import Period


@dataclass(frozen=True, slots=True)
class KnownGap:
    id: int
    period: Period


@dataclass(frozen=True, slots=True)
class Changes:
    """`new` gaps, those that `moved` (with their new period), and those that are `over`."""

    new: list[Period]
    moved: list[KnownGap]
    over: list[KnownGap]


def compare_gaps(known: Sequence[KnownGap], found: Sequence[Period]) -> Changes:
    """Gaps that overlap or touch are one and the same; a gap that was split goes on as its
    first part and begins anew as the others, and of several that grew together one goes on."""
    left = list(found)
    moved, over = [], []
    for old in sorted(known, key=lambda k: k.period):
        same = next((p for p in left if _touch(p, old.period)), None)
        if same is None:
            over.append(old)
            continue
        left.remove(same)
        started = min(old.period.starts_at, same.starts_at)
        if Period(started, same.ends_at) != old.period:
            moved.append(KnownGap(old.id, Period(started, same.ends_at)))
    return Changes(left, moved, over)


def _touch(one: Period, other: Period) -> bool:
    return one.starts_at <= other.ends_at and other.starts_at <= one.ends_at
