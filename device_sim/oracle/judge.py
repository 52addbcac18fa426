"""Judges a run: compares what was sent with what the centre stored and sent. Pure.

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
from device_sim.oracle.check_context import CheckContext
from device_sim.oracle.ledger import SentRecord
from device_sim.oracle.observed import Observed
from device_sim.oracle.verdict import Latency, Verdict
from device_sim.plan.compiler import RunPlan


def judge_run(
    plan: RunPlan, sent: Sequence[SentRecord], observed: Observed, epoch: float
) -> Verdict:
    """Everything that is wrong with a run, and the times it took."""
    case = CheckContext(plan, sent, observed, epoch)
    check_signals.check_signals_stored(case)
    check_readings.check_readings_stored(case)
    check_readings.check_dead_letters(case)
    check_signals.check_refused(case)
    check_alarms.check_causes(case)
    if observed.paged is not None:
        check_pages.check_notified(case, observed.paged)
    check_answers.check_answered(case)
    check_alarms.check_expected(case)
    limits = plan.scenario.limits
    case.verdict.latencies = [
        Latency.of("signal acknowledged", case.acknowledged, limits.acknowledged),
        Latency.of("reading acknowledged", case.readings, limits.readings),
        Latency.of("person told", case.paged, limits.paged),
    ]
    return case.verdict
