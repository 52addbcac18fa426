"""Finds problems of the centre itself: late timers, stuck messages, silent processes.

Called by the thread watchdog, the desk's pages and the readiness route. Pure apart from what takes
a connection, which reads. All limits are real seconds, also in a simulation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf

import psycopg

from alerts.engine.late_messages import LateMessages, find_late
from alerts.notify.channels.registry import TO_PEOPLE
from store.clock import WRONG_FROM, Clock, is_wrong
from store.db import Connection
from store.engine import backlog, heartbeats
from store.engine.backlog import Backlog
from store.engine.clock_state import CLOCK_DETAIL
from store.engine.heartbeats import Heartbeat


@dataclass(frozen=True, slots=True)
class Limits:
    """Real seconds after which something is not as it should be."""

    timer: float = 5.0
    """Escalation is promised to the second; with this much something is stuck."""
    queued_life: float = 15.0
    """A life-safety message that is due and has not been sent. Its retries have later times."""
    queued_other: float = 600.0
    """The rest is metered at the carrier's pace."""
    sending: float = 60.0
    """Abandoned sends are taken over after 20 seconds."""
    supervision: float = 120.0
    probe: float = 60.0
    """The urgent lane's own message goes round every 10 s; the bulk lane's may wait."""
    heartbeat: float = 30.0
    """Processes beat every few seconds."""


LIMITS = Limits()
NEEDED = ("ingest", "alerts")


def find_problems(conn: Connection, clock: Clock, limits: Limits = LIMITS) -> list[str]:
    """What is wrong right now, one line each, codes and numbers only. [] when all is well."""
    late = late_messages(conn, clock, limits)
    return [message.line for message in late] + other_problems(conn, clock, late, limits)


def late_messages(conn: Connection, clock: Clock, limits: Limits = LIMITS) -> list[LateMessages]:
    """Which messages to people do not leave as they should."""
    people = [record.name for record in TO_PEOPLE]
    found = backlog.deliveries(conn, clock.now(), people)
    return find_late(found, real_second(clock), limits.queued_life)


def other_problems(
    conn: Connection, clock: Clock, late: Iterable[LateMessages], limits: Limits = LIMITS
) -> list[str]:
    """Everything else: what waits, who is silent. Not what `late` says already."""
    beats = heartbeats.latest(conn)
    return [
        *late_work(conn, clock, late, limits),
        *silent_ones(silence(beats, clock), limits),
        *wrong_clocks(beats, clock, limits),
        *lost_probes(beats, clock, limits),
    ]


def late_work(
    conn: Connection, clock: Clock, late: Iterable[LateMessages], limits: Limits = LIMITS
) -> list[str]:
    found = backlog.measure(conn, clock.now())
    told = {int(message.lane) for message in late}
    other = {lane: s for lane, s in found.outbox_seconds.items() if lane not in told}
    return overdue(replace(found, outbox_seconds=other), real_second(clock), limits)


def real_second(clock: Clock) -> float:
    """Real seconds in one second of the clock: less than 1 in a simulation that runs faster."""
    return max(0.0, -clock.seconds_until(clock.now() - timedelta(seconds=1)))


def overdue(found: Backlog, second: float = 1.0, limits: Limits = LIMITS) -> list[str]:
    """What waits for longer than it may. `second`: real seconds in one second of the clock."""
    others = max(found.outbox_seconds.get(2, 0.0), found.outbox_seconds.get(3, 0.0))
    waits = [
        ("timers", found.overdue_seconds, limits.timer),
        ("messages for life to be sent", found.outbox_seconds.get(1, 0.0), limits.queued_life),
        ("messages to be sent", others, limits.queued_other),
        ("messages being sent", found.sending_seconds, limits.sending),
        ("supervision", found.supervision_overdue_seconds, limits.supervision),
    ]
    return [
        f"{what}: {late * second:.0f} s late"
        for what, late, limit in waits
        if late * second > limit
    ]


def silence(beats: Iterable[Heartbeat], clock: Clock) -> dict[str, float]:
    """Real seconds since the newest heartbeat of each process, by its name. One from the future is
    no sign of life: nobody knows how old it is."""
    ages: dict[str, float] = {}
    for beat in beats:
        age = age_of(beat, clock)
        ages[beat.process] = min(age, ages.get(beat.process, age))
    return ages


def age_of(beat: Heartbeat, clock: Clock) -> float:
    """Real seconds since the heartbeat; infinite when it is from the future."""
    age = -clock.seconds_until(beat.at)
    return max(0.0, age) if age >= -WRONG_FROM else inf


def wrong_clocks(beats: Iterable[Heartbeat], clock: Clock, limits: Limits = LIMITS) -> list[str]:
    """Of those that live."""
    return [
        f"{beat.process}: the clock of {beat.instance} is {clock_fault(beat.detail[CLOCK_DETAIL])}"
        for beat in beats
        if is_wrong(beat.detail.get(CLOCK_DETAIL)) and age_of(beat, clock) <= limits.heartbeat
    ]


def clock_fault(ahead: float) -> str:
    """`600 s ahead of the database's`."""
    if ahead > 0:
        return f"{ahead:.0f} s ahead of the database's"
    return f"{-ahead:.0f} s behind the database's"


def database_fault(error: Exception, seconds: float) -> str:
    """What to say of a database that did not do what it was asked."""
    if isinstance(error, psycopg.errors.DiskFull):
        return "database: its disk is full"
    return f"database: no answer within {seconds:.0f} s"


def silent_ones(ages: Mapping[str, float], limits: Limits = LIMITS) -> list[str]:
    lines = []
    for process in NEEDED:
        if process not in ages:
            lines.append(f"{process}: has never reported")
        elif ages[process] == inf:
            lines.append(f"{process}: its heartbeat is from the future: a clock was put back")
        elif ages[process] > limits.heartbeat:
            lines.append(f"{process}: silent for {ages[process]:.0f} s")
    return lines


def lost_probes(beats: Iterable[Heartbeat], clock: Clock, limits: Limits = LIMITS) -> list[str]:
    """Where ingest lives, but what it sends to itself through the broker does not come back."""
    lines = []
    for beat in beats:
        probe = beat.detail.get("canary", {}).get("urgent") if beat.process == "ingest" else None
        fresh = age_of(beat, clock) <= limits.heartbeat
        if probe and fresh and probe["age_seconds"] > limits.probe:
            lines.append(f"ingest: no message through the broker for {probe['age_seconds']:.0f} s")
    return lines
