"""What the checks of a run share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from device_sim.oracle.findings import Verdict, Wrong
from device_sim.oracle.ledger import Sent
from device_sim.oracle.observed import Observed
from device_sim.plan.compile import Plan


@dataclass
class Case:
    """What the checks share."""

    plan: Plan
    sent: Sequence[Sent]
    seen: Observed
    epoch: float
    verdict: Verdict = field(default_factory=Verdict)
    acknowledged: list[float] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    paged: list[float] = field(default_factory=list)
    first_of: dict[int, Sent] = field(default_factory=dict)
    """The first signal of each alarm."""


def name_of(sent: Sent) -> str:
    label = f"{sent.what} {sent.number}: {sent.home}/{sent.device}"
    return f"{label} {sent.kind}" if sent.kind else label


def note_late(case: Case, check: str, sent: Sent, took: float, limit: float | None) -> None:
    if limit is not None and took > limit:
        case.verdict.add(Wrong.LATE, check, name_of(sent), f"after {took:.2f} s, limit {limit:g} s")
