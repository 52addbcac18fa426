"""Compares what was sent with what the centre stored, raised and sent. Pure.

Every check counts what it looked at. Times in the ledger are monotonic seconds; `epoch` is what has
to be added to compare them with the carrier's seconds since 1970.
"""

from collections.abc import Sequence

from device_sim.oracle import (
    check_alarms,
    check_answers,
    check_pages,
    check_readings,
    check_signals,
)
from device_sim.oracle.case import Case
from device_sim.oracle.findings import Latency, Verdict
from device_sim.oracle.ledger import Sent
from device_sim.oracle.observed import Observed
from device_sim.plan.compile import Plan


def judge(plan: Plan, sent: Sequence[Sent], seen: Observed, epoch: float) -> Verdict:
    """Everything that is wrong with a run, and the times it took."""
    case = Case(plan, sent, seen, epoch)
    check_signals.signals(case)
    check_readings.readings(case)
    check_readings.dead_letters(case)
    check_signals.refusals(case)
    check_alarms.alarms(case)
    if seen.paged is not None:
        check_pages.pages(case, seen.paged)
    check_answers.answers(case)
    check_alarms.expectations(case)
    limits = plan.scenario.limits
    case.verdict.latencies = [
        Latency.of("signal acknowledged", case.acknowledged, limits.acknowledged),
        Latency.of("reading acknowledged", case.readings, limits.readings),
        Latency.of("person told", case.paged, limits.paged),
    ]
    return case.verdict
