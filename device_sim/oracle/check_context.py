"""What the checks of one run share: plan, what was sent and observed, the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from device_sim.oracle.ledger import SentRecord
from device_sim.oracle.observed import Observed
from device_sim.oracle.verdict import Verdict, ViolationKind
from device_sim.plan.compiler import RunPlan


@dataclass
class CheckContext:
    """What the checks share."""

    plan: RunPlan
    sent: Sequence[SentRecord]
    observed: Observed
    epoch: float
    verdict: Verdict = field(default_factory=Verdict)
    acknowledged: list[float] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    paged: list[float] = field(default_factory=list)
    first_of: dict[int, SentRecord] = field(default_factory=dict)
    """The first signal of each alarm."""


def label_of(sent: SentRecord) -> str:
    label = f"{sent.what} {sent.number}: {sent.home}/{sent.device}"
    return f"{label} {sent.kind}" if sent.kind else label


def record_if_late(
    case: CheckContext, check: str, sent: SentRecord, took: float, limit: float | None
) -> None:
    if limit is not None and took > limit:
        case.verdict.add(
            ViolationKind.LATE, check, label_of(sent), f"after {took:.2f} s, limit {limit:g} s"
        )
