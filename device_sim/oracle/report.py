"""The result of a run as text for people, JSON for programs, JUnit for CI. Pure."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from device_sim.oracle.run_statistics import RunStatistics
from device_sim.oracle.verdict import Verdict, Violation

SHOWN = 20
"""Findings in the summary; the JSON has all."""


@dataclass(frozen=True)
class RunResult:
    """What a run came to. `real_s`: how long it took, without settling."""

    name: str
    seed: int
    start: str
    homes: int
    sent: int
    simulated_s: float
    real_s: float
    verdict: Verdict
    day: RunStatistics | None
    """None: nobody asked the centre, only traffic was made."""
    cpu_s: float = 0.0
    """Processor time the simulator itself took, and its largest size in memory."""
    memory_mb: float = 0.0

    @property
    def exit_status(self) -> int:
        """0: all was well, 1: not, 3: nothing was looked at."""
        if self.verdict.good:
            return 0
        return 1 if self.verdict.judged else 3

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "scenario": self.name,
            "good": self.verdict.good,
            "seed": self.seed,
            "start": self.start,
            "homes": self.homes,
            "sent": self.sent,
            "simulated_s": self.simulated_s,
            "real_s": round(self.real_s, 3),
            "cpu_s": round(self.cpu_s, 3),
            "memory_mb": round(self.memory_mb, 1),
            "checked": self.verdict.checked,
            "findings": [asdict(finding) for finding in self.verdict.findings],
            "latencies": [asdict(latency) for latency in self.verdict.latencies],
            "day": self.day.document() if self.day else None,
        }


def text_summary(outcome: RunResult) -> str:
    """For people: what was looked at, what is wrong, how long it took."""
    verdict = outcome.verdict
    lines = [
        f"{outcome.name}: {outcome.homes} homes, {outcome.sent} sent, "
        f"{_length(outcome.simulated_s)} simulated in {_length(outcome.real_s)}, "
        f"seed {outcome.seed}, start {outcome.start}"
    ]
    if verdict.checked:
        checked = ", ".join(f"{name} {count}" for name, count in verdict.checked.items())
        lines.append(f"  checked   {checked}")
    for latency in verdict.latencies:
        if latency.count:
            limit = f", limit {latency.limit:g} s" if latency.limit is not None else ""
            lines.append(
                f"  {latency.name:<21} p50 {latency.p50 * 1000:.0f} ms, p99 "
                f"{latency.p99 * 1000:.0f} ms, most {latency.most * 1000:.0f} ms "
                f"({latency.count}{limit})"
            )
    if outcome.real_s > 0 and outcome.cpu_s > 0:
        lines.append(
            f"  simulator {outcome.sent / outcome.real_s:.0f} sent/s, CPU {outcome.cpu_s:.1f} s "
            f"({outcome.cpu_s / outcome.real_s:.0%} of one), {outcome.memory_mb:.0f} MB at most"
        )
    lines += _day_lines(outcome.day) if outcome.day else []
    lines += _finding_lines(verdict.findings)
    if outcome.day is None:
        lines.append("SENT; nothing was compared: give --api and --token, or --send-only")
    elif not verdict.judged:
        lines.append("NOTHING was looked at: the scenario sends and expects nothing")
    else:
        lines.append("GOOD" if verdict.good else f"WRONG: {counted(verdict.findings)}")
    return "\n".join(lines)


def _day_lines(day: RunStatistics) -> list[str]:
    lines = []
    for kind in day.kinds:
        made = kind.document()
        answer = made["answer_s"]
        answers = (
            f"answered {made['answered']} (p50 {answer['p50']:.0f} s, p99 {answer['p99']:.0f} s, "
            f"{made['answered_in_60_s']} within 60 s)"
            if answer
            else "answered 0"
        )
        lines.append(
            f"  alarms    {kind.kind:<15} {kind.raised} raised, {kind.false} false, "
            f"{answers}, closed {kind.closed}"
        )
    counted: dict[str, list[float | None]] = defaultdict(list)
    for one in day.noticed:
        counted[one.what].append(one.after)
    for what, afters in counted.items():
        observed = sorted(after for after in afters if after is not None)
        took = f", after {observed[len(observed) // 2]:.0f} s (median)" if observed else ""
        lines.append(f"  troubles  {what}: {len(observed)} of {len(afters)} came to an alarm{took}")
    return lines


def _finding_lines(findings: list[Violation]) -> list[str]:
    lines = [f"  {line_of(finding)}" for finding in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(f"  … and {len(findings) - SHOWN} more, see the JSON")
    return lines


def line_of(finding: Violation) -> str:
    return f"{finding.wrong.upper()} {finding.check}: {finding.subject}: {finding.detail}"


def counted(findings: list[Violation]) -> str:
    counts = Counter(finding.wrong.value for finding in findings)
    return ", ".join(f"{count} {wrong}" for wrong, count in counts.items())


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
