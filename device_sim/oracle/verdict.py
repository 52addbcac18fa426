"""The verdict on a run: violations, what was checked, latencies."""

from dataclasses import dataclass, field
from enum import StrEnum

CHECKS = (
    "stored",
    "acknowledged",
    "readings",
    "dead letters",
    "refused",
    "alarms",
    "raised",
    "paged",
    "messages",
    "calls",
    "answered",
    "expected",
)
"""All that a run can be looked at for. What was not is told, too: it proves nothing."""


class ViolationKind(StrEnum):
    """The ways in which a run can be wrong."""

    MISSING = "missing"
    DOUBLED = "doubled"
    LATE = "late"
    UNEXPECTED = "unexpected"
    STALE = "stale"
    """It was counted to an alarm that was open before the run: nothing of it can be judged."""
    BREACH = "breach"
    """Something that had to be refused was let in."""


@dataclass(frozen=True)
class Violation:
    """`check` is the part of the way: stored, raised, paged, acknowledged, …"""

    wrong: ViolationKind
    check: str
    subject: str
    detail: str
    final: bool = False
    """No more time can help: the centre has said that it has what it has not."""


@dataclass(frozen=True)
class Latency:
    """Seconds of real time; `limit` None: not looked at."""

    name: str
    count: int
    p50: float
    p99: float
    most: float
    limit: float | None

    @classmethod
    def of(cls, name: str, seconds: list[float], limit: float | None) -> "Latency":
        """The figures of a sample, zeros for an empty one."""
        ordered = sorted(seconds)
        if not ordered:
            return cls(name, 0, 0.0, 0.0, 0.0, limit)
        return cls(
            name,
            len(ordered),
            percentile(ordered, 0.5),
            percentile(ordered, 0.99),
            ordered[-1],
            limit,
        )


@dataclass
class Verdict:
    """The result of a run: good when nothing is wrong."""

    findings: list[Violation] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    """How many were looked at, by check: a check of nothing proves nothing."""
    latencies: list[Latency] = field(default_factory=list)

    @property
    def judged(self) -> bool:
        """Whether anything was looked at."""
        return any(self.checked.values()) or bool(self.findings)

    @property
    def good(self) -> bool:
        """Something was looked at, and nothing missing, doubled, late, unexpected or let in."""
        return self.judged and not self.findings

    @property
    def waiting(self) -> bool:
        """May more time still help? What is missing may be on its way."""
        return any(one.wrong == ViolationKind.MISSING and not one.final for one in self.findings)

    def count(self, check: str) -> None:
        """One more was looked at."""
        self.checked[check] = self.checked.get(check, 0) + 1

    def add(
        self, wrong: ViolationKind, check: str, subject: str, detail: str, *, final: bool = False
    ) -> None:
        """Something is wrong."""
        self.findings.append(Violation(wrong, check, subject, detail, final))


def percentile(ordered: list[float], share: float) -> float:
    """The value below which that share of a sorted sample lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
