"""The ingest process, started by `anxin ingest`: runs both lanes and writes the heartbeat."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

import psycopg
import psycopg_pool
import structlog

from alerts.metrics import ClockAhead, Parts, Probes, exposed
from alerts.policy import Policy
from ingest.errors import StalledError
from ingest.lanes import liveness
from ingest.lanes.broker_counters import BrokerCounters
from ingest.lanes.lane_client import Broker
from ingest.lanes.runner import Deps, LaneRunner, LaneSpec
from ingest.quotas.home_quotas import URGENT_SECONDS, HomeQuotas
from ingest.trials import Trials
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.dead_letter_replay import DeadLetterReplayer
from ingest.writing.last_seen import LastSeen
from store.clock import Clock, ComparedClock
from store.db import Connection, Pool
from store.engine import clock_state, heartbeats
from store.engine.clock_state import clock_detail

log = structlog.get_logger(__name__)

HEARTBEAT_EVERY = 1.0
"""Seconds between two heartbeats, and between two writes of who was last seen."""

HEAD_START = 0.3
"""Seconds that the bulk lane waits for the urgent one to be connected."""
PROBE_EVERY = 10.0
"""Seconds between two probes of a lane."""

LANES = (
    LaneSpec(
        name="urgent",
        lock=7_236_451_901,
        topics=["homes/+/+/signal"],
        writer=lambda deps: BatchWriter(
            deps.clock,
            deps.policy,
            deps.last_seen,
            URGENT_LEAVES,
            quotas=HomeQuotas(deps.overruns, URGENT_SECONDS),
        ),
        batch=50,
        receive_maximum=200,
        sends_to_hubs=True,
    ),
    LaneSpec(
        name="bulk",
        lock=7_236_451_902,
        topics=["homes/#", "application/+/device/+/event/+", "v3/+/devices/+/+"],
        writer=lambda deps: BatchWriter(
            deps.clock,
            deps.policy,
            deps.last_seen,
            BULK_LEAVES,
            unread=deps.unread,
            quotas=HomeQuotas(deps.overruns),
        ),
        batch=2000,
        receive_maximum=5000,
        linger=0.05,
    ),
)


class Ingest:
    """One ingest process. Several may run: each lane is worked by one, the others stand by."""

    def __init__(
        self,
        pool: Pool,
        database_url: str,
        broker: Broker,
        clock: Clock,
        policy: Policy,
        instance: str,
        beat: float = HEARTBEAT_EVERY,
        trial: Sequence[str] | None = None,
    ) -> None:
        """`beat`: real seconds between two heartbeats. `trial`: the command that takes in one dead
        letter, whose id is put behind it."""
        self._deps = Deps(pool, database_url, broker, clock, policy, instance, LastSeen())
        self._replays = DeadLetterReplayer(clock, policy, self._deps.last_seen, self._deps.overruns)
        self._trials = Trials(pool, clock, trial)
        self._beat_every = beat
        self._stopping = threading.Event()
        self._counters = BrokerCounters(broker, self._stopping)
        self._probe_at = 0.0
        self._runners = [LaneRunner(self._deps, spec, self._stopping) for spec in LANES]

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; what was committed by then has been acknowledged.

        StalledError: a lane hangs for good. Nothing of it was acknowledged: the broker delivers
        it again to whoever takes the lane.
        """
        parts = Parts(self._idle, self._connected, self._message_ages)
        probes = Probes(self._probes, self._dropped)
        with exposed(parts, probes, ClockAhead(self._deps.clock)):
            self._run(stop)

    def _run(self, stop: threading.Event) -> None:
        self._deps.policy.own_texts.first_look(self._deps.pool)
        self._start(stop)
        self._counters.start()
        log.info("ingest running", instance=self._deps.instance)
        while not stop.wait(self._beat_every):
            if monotonic() >= self._probe_at:
                self._probe_at = monotonic() + PROBE_EVERY
                for runner in self._runners:
                    runner.send_probe()
            self._beat()
            hanging = [runner.name for runner in self._runners if runner.hangs()]
            if hanging:
                raise StalledError(f"{', '.join(hanging)}: hangs; the process has to start again")
        self._stopping.set()
        for runner in self._runners:
            runner.look()
        for runner in self._runners:
            runner.join(timeout=15)
        self._trials.stop()
        self._beat()
        log.info("ingest stopped", instance=self._deps.instance)

    def _start(self, stop: threading.Event) -> None:
        """The urgent lane first: while the broker hands out a backlog it answers nobody else. The
        clock is compared before, so that no press gets a wrong time; with a database that is away
        none is stored anyway."""
        self._with_database(self._compare_clock)
        urgent, *others = self._runners
        urgent.start()
        until = monotonic() + HEAD_START
        while urgent.state != "connected" and monotonic() < until and not stop.wait(0.01):
            pass
        for runner in others:
            runner.start()

    def _idle(self) -> dict[str, float]:
        return {runner.name: runner.idle_seconds() for runner in self._runners}

    def _connected(self) -> dict[str, float]:
        return {runner.name: float(runner.state == "connected") for runner in self._runners}

    def _message_ages(self) -> dict[str, float]:
        return {runner.name: runner.message_age() for runner in self._runners}

    def _probes(self) -> dict[str, tuple[float | None, float]]:
        """By lane that this process holds: seconds of the last probe, and how long ago it was."""
        found = {runner.name: runner.probe() for runner in self._runners}
        return {
            name: (probe.seconds, probe.age()) for name, probe in found.items() if probe is not None
        }

    def _dropped(self) -> int | None:
        return self._counters.dropped

    def _detail(self) -> dict[str, Any]:
        """What the heartbeat says, for /readyz."""
        detail: dict[str, Any] = {runner.name: runner.state for runner in self._runners}
        detail["canary"] = {
            name: {"seconds": took, "age_seconds": round(age, 1)}
            for name, (took, age) in self._probes().items()
        }
        ages = self._message_ages()
        detail["newest_message_age_seconds"] = {n: round(ages[n], 1) for n in detail["canary"]}
        detail["broker_dropped"] = self._dropped()
        detail |= clock_detail(self._deps.clock)
        return detail

    def _beat(self) -> None:
        """Say that this process is alive, but only while every part of it moves."""
        stalled = [runner.name for runner in self._runners if not runner.healthy()]
        if stalled and not self._stopping.is_set():
            log.error("ingest part stalled", parts=stalled)
        self._with_database(partial(self._write_beat, stalled=bool(stalled)))

    def _write_beat(self, conn: Connection, *, stalled: bool) -> None:
        self._compare_clock(conn)
        self._deps.policy.own_texts.look(conn)
        self._deps.last_seen.flush(conn)
        liveness.record_liveness(conn, self._deps.clock, self._probes().get("bulk"))
        if not stalled:
            now = self._deps.clock.now()
            heartbeats.beat(conn, "ingest", self._deps.instance, now, self._detail())
        self._replays.step(conn)
        self._trials.step(conn)
        self._deps.unread.flush(conn)
        self._deps.overruns.flush(conn)

    def _compare_clock(self, conn: Connection) -> None:
        """A press is never refused: a process with a wrong clock goes by the database's."""
        clock = self._deps.clock
        if not isinstance(clock, ComparedClock):
            return
        clock_state.compare(conn, clock)
        if clock.wrong:
            log.error(
                "this machine's clock is wrong: correct it; going by the database's",
                seconds_ahead=round(clock.ahead or 0.0, 1),
            )

    def _with_database(self, work: Callable[[Connection], None]) -> None:
        try:
            with self._deps.pool.connection(timeout=5) as conn:
                work(conn)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("no heartbeat: database away", error=str(error).strip())
