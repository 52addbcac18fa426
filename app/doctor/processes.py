"""Checks the other processes by their heartbeats: alive, each lane held, probes back."""

from collections.abc import Iterator, Sequence

import psycopg

from alerts.engine.self_check import LIMITS, NEEDED, age_of, wrong_clocks
from app.bootstrap.wiring import clock_of
from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong
from store.answer_limits import connect
from store.clock import Clock
from store.engine import clock_state, heartbeats
from store.engine.heartbeats import Heartbeat

FRESH = LIMITS.heartbeat


def check_processes(settings: Settings) -> Iterator[CheckResult]:
    """By the heartbeats that they write to the database."""
    if not settings.database_url:
        return
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            clock = clock_of(settings)
            clock_state.compare(conn, clock)
            reports = heartbeats.latest(conn)
    except psycopg.Error as error:
        yield wrong("processes", f"the database does not say: {error}")
        return
    for name in NEEDED:
        yield _process(name, [report for report in reports if report.process == name], clock)
    alive_ingest = [b for b in reports if b.process == "ingest" and _age(b, clock) <= FRESH]
    for line in wrong_clocks(reports, clock):
        yield wrong("clock", f"{line}: correct it, see that NTP runs there")
    for check in (_lanes, _probes, _dropped):
        yield from check(alive_ingest)


def _process(name: str, reports: Sequence[Heartbeat], clock: Clock) -> CheckResult:
    if not reports:
        return wrong(name, f"has never reported: start `anxin {name}`")
    ages = [_age(report, clock) for report in reports]
    if min(ages) > FRESH:
        return wrong(name, f"silent for {min(ages):.0f} s: look at its log, start `anxin {name}`")
    alive = sum(age <= FRESH for age in ages)
    return ok(name, f"{alive} of {len(reports)} alive, the last sign {min(ages):.0f} s ago")


def _lanes(reports: Sequence[Heartbeat]) -> Iterator[CheckResult]:
    """One of the living must hold each lane; the others stand by."""
    for lane in sorted(
        {lane for report in reports for lane in report.detail if _is_lane(report, lane)}
    ):
        states = {report.instance: report.detail.get(lane) for report in reports}
        holders = [instance for instance, state in states.items() if state == "connected"]
        if holders:
            yield ok(f"lane {lane}", f"held by {', '.join(holders)}")
        else:
            yield wrong(f"lane {lane}", f"nobody takes it in: {states}")


def _is_lane(report: Heartbeat, name: str) -> bool:
    """What else a process says of itself are numbers and lists of them."""
    return isinstance(report.detail[name], str)


def _probes(reports: Sequence[Heartbeat]) -> Iterator[CheckResult]:
    """Whether what ingest sends itself through the broker comes back, by lane."""
    for report in reports:
        for lane, probe in sorted(report.detail.get("canary", {}).items()):
            took, age = probe["seconds"], probe["age_seconds"]
            what = f"canary {lane}"
            if age > LIMITS.probe:
                text = f"{report.instance}'s own message has not come back for {age:.0f} s"
                yield wrong(what, f"{text}: the lane is behind, or the broker does not deliver")
            elif took is not None:
                yield ok(what, f"{report.instance}'s own message came back after {took:.3f} s")


def _dropped(reports: Sequence[Heartbeat]) -> Iterator[CheckResult]:
    """What the broker says it has thrown away; not every broker says."""
    counts = [
        count for report in reports if (count := report.detail.get("broker_dropped")) is not None
    ]
    if any(counts):
        text = f"the broker has dropped {max(counts):,} messages since it was started"
        yield warning("dropped", f"{text}: a queue was full; who was away, and how long?")
    elif counts:
        yield ok("dropped", "the broker has dropped nothing since it was started")


def _age(report: Heartbeat, clock: Clock) -> float:
    return age_of(report, clock)
