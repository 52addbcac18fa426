"""The thread of one lane: holds its lock and moves its messages to the batch writer."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeVar

import psycopg
import psycopg_pool
import structlog

from alerts.policy import Policy
from ingest.lanes import former_sessions
from ingest.lanes.caution import Caution
from ingest.lanes.former_sessions import named
from ingest.lanes.hub_channel import sending_to_hubs
from ingest.lanes.intake import Intake
from ingest.lanes.lane_client import Broker, LaneClient, LaneProbe
from ingest.lanes.leadership import Leadership, leadership
from ingest.lanes.reading_acks import ReadingAcks
from ingest.lanes.urgent_subscriptions import following_devices
from ingest.packets import Message
from ingest.quotas.overruns import Overruns
from ingest.writing.batch import Publication
from ingest.writing.batch_writer import BatchWriter
from ingest.writing.last_seen import LastSeen
from ingest.writing.unread_topics import UnreadTopics
from store.clock import Clock
from store.db import Connection, Pool

log = structlog.get_logger(__name__)

T = TypeVar("T")

STALLED_AFTER = 30.0
"""Seconds without a round after which a runner counts as stuck."""
RESTART_AFTER = 120.0
"""Seconds after which a lane that hangs ends the process, so that it is started again."""
RESTART_WHEN_CAREFUL = 10.0
"""The same while messages are taken in one by one: it hangs at this one."""
_LONGEST_WAIT = 0.5
_SHORT_WAIT = 0.01
"""While hubs are to be told more than may be under way at a time."""
LINGER_BELOW = 80
"""Messages that are worth a transaction of their own: nobody lingers for more. Below the 100 that
the embedded broker hands out without an acknowledgement."""

MAX_BATCH_BYTES = 512 * 1024
"""Of payload in a transaction: some 6,000 readings of a backlog that comes as arrays."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What `anxin ingest` hands to the lanes."""

    pool: Pool
    database_url: str
    broker: Broker
    clock: Clock
    policy: Policy
    instance: str
    last_seen: LastSeen
    unread: UnreadTopics = field(default_factory=UnreadTopics)
    overruns: Overruns = field(default_factory=Overruns)


@dataclass(frozen=True, slots=True)
class LaneSpec:
    """What tells the lanes apart. `sends_to_hubs`: also publishes the
    notifications to hubs.

    `linger`: seconds to wait for more after a first message. A transaction for each reading would
    keep interpreter and database busy just when a press needs them.
    """

    name: str
    lock: int
    topics: list[str]
    writer: Callable[[Deps], BatchWriter]
    batch: int
    receive_maximum: int
    sends_to_hubs: bool = False
    linger: float = 0.0


class LaneRunner(threading.Thread):
    """One lane's thread. `state` is standby, no broker or connected."""

    def __init__(self, deps: Deps, spec: LaneSpec, stopping: threading.Event) -> None:
        super().__init__(name=spec.name, daemon=True)
        self.state = "standby"
        self._deps = deps
        self._spec = spec
        self._stopping = stopping
        self._last_round = monotonic()
        self._newest_message = monotonic()
        self._lane: LaneClient | None = None
        self._conn: Connection | None = None
        self._caution: Caution | None = None

    def idle_seconds(self) -> float:
        """Since the last round; a standby has none to make."""
        return monotonic() - self._last_round if self._lane is not None else 0.0

    def hangs(self) -> bool:
        """Whether it cannot be helped from within. Sooner while a message is suspected."""
        caution = self._caution
        careful = caution is not None and caution.careful
        return self.idle_seconds() > (RESTART_WHEN_CAREFUL if careful else RESTART_AFTER)

    def message_age(self) -> float:
        """Real seconds since the lane last got a message, or since it began."""
        return monotonic() - self._newest_message

    def probe(self) -> LaneProbe | None:
        """The lane's; None while another process holds it."""
        lane = self._lane
        return lane.probe if lane is not None else None

    def send_probe(self) -> None:
        if (lane := self._lane) is not None:
            lane.send_probe()

    def look(self) -> None:
        """Do not wait for a message: something is to be seen, like the end."""
        if (lane := self._lane) is not None:
            lane.messages.put(None)

    def healthy(self) -> bool:
        """False: the thread or paho's is gone, or a round takes far too long."""
        if not self.is_alive():
            return False
        lane = self._lane
        if lane is None:
            return True
        return lane.alive() and monotonic() - self._last_round <= STALLED_AFTER

    def run(self) -> None:
        deps, spec = self._deps, self._spec
        while not self._stopping.is_set():
            self.state = "standby"
            try:
                with leadership(deps.database_url, spec.lock, spec.name, self._stopping) as held:
                    if held is not None:
                        self._hold(held)
            except Exception:
                log.exception("lane failed, starting it again", lane=spec.name)
                self._stopping.wait(1.0)

    def _hold(self, held: Leadership) -> None:
        deps, spec = self._deps, self._spec
        broker = named(deps.pool, deps.broker, deps.clock)
        lane = LaneClient(
            broker, f"ingest-{spec.name}", spec.topics, deps.clock, spec.receive_maximum
        )
        self._last_round = monotonic()
        self._lane = lane
        intake = Intake(lane, spec.writer(deps))
        caution = Caution(spec.name, spec.batch)
        lane.start()
        try:
            now = deps.clock.now()
            if not self._do(lambda conn: caution.begin(conn, now), held):
                return
            intake.writer.suspicion.begin(caution.suspects)
            self._caution = caution
            if not self._empty_former_sessions(held, intake, broker):
                return
            if spec.sends_to_hubs:
                with (
                    sending_to_hubs(
                        deps.pool, deps.database_url, lane, deps.clock, deps.policy, deps.instance
                    ),
                    following_devices(deps.pool, deps.database_url, lane, deps.clock),
                ):
                    self._work(held, intake)
            else:
                self._work(held, intake)
            with suppress(psycopg.Error, psycopg_pool.PoolTimeout):  # then the next is careful
                caution.let_go(self._connection())
        finally:
            self._lane = self._caution = None
            self._return_connection()
            intake.writer.stop()
            lane.stop()

    def _work(self, held: Leadership, intake: Intake) -> None:
        lane, acks = intake.lane, ReadingAcks(intake.lane)
        wait = _LONGEST_WAIT
        while held.held() and not self._stopping.is_set():
            self.state = "connected" if lane.connected.is_set() else "no broker"
            if not self._take_in(held, intake, wait):
                return
            acks.add(intake.writer.take_stored_seqs())
            more = intake.flush() | acks.flush()
            wait = _SHORT_WAIT if more else _LONGEST_WAIT

    def _take_in(self, held: Leadership, intake: Intake, wait: float) -> bool:
        """One round: what is there is stored, acknowledged and told. False: the lane was lost."""
        self._last_round = monotonic()
        lane = intake.lane
        caution = self._caution
        careful = caution is not None and caution.careful
        arrived = _gather(lane, self._spec, wait, 1 if careful else self._spec.batch)
        if caution is not None and careful and (arrived or lane.connected.is_set()):
            self._do(partial(caution.before, messages=arrived), held)
        if not intake.note_rendered() and not arrived:
            return True
        if any(message.topic != lane.probe.topic for message in arrived):
            self._newest_message = monotonic()
        if not self._load(intake.writer, arrived, held):
            return False
        batch = intake.arrived(arrived)
        publications = self._write(intake.writer, batch, held) if batch else []
        if publications is None:
            return False
        intake.stored(batch)
        intake.publish(publications)
        return True

    def _empty_former_sessions(self, held: Leadership, own: Intake, broker: Broker) -> bool:
        """False: the lane was lost, or we are to stop."""
        acks, formers = ReadingAcks(own.lane), dict[int, Intake]()

        def work(former: LaneClient) -> bool | None:
            if not held.held() or self._stopping.is_set():
                return None
            old = formers.setdefault(id(former), Intake(former, own.writer))
            some = not former.messages.empty() or len(old) > 0
            self.state = "connected" if former.connected.is_set() else "no broker"
            # What comes under the own name meanwhile does not wait for what is old.
            going_on = all(self._take_in(held, one, _SHORT_WAIT) for one in (own, old))
            acks.add(own.writer.take_stored_seqs())
            own.flush()
            acks.flush()
            return some if going_on else None

        spec = self._spec
        what = former_sessions.Lane(spec.name, spec.topics, spec.receive_maximum, work)
        return former_sessions.empty_former_sessions(
            self._deps.pool, broker, self._deps.clock, what
        )

    def _connection(self) -> Connection:
        """The lane's own for as long as it works: its statements are planned already when a press
        comes after a quiet night."""
        if self._conn is None:
            self._conn = self._deps.pool.getconn(timeout=5)
        return self._conn

    def _return_connection(self) -> None:
        if self._conn is not None:
            self._deps.pool.putconn(self._conn)
            self._conn = None

    def _write(
        self, writer: BatchWriter, batch: list[Message], held: Leadership
    ) -> list[Publication] | None:
        """Try until it is stored. None: the lane was lost or we are to stop; nothing is acked, so
        the broker delivers it all again."""
        return self._insist(lambda conn: writer.write(conn, batch), len(batch), held)

    def _load(self, writer: BatchWriter, arrived: list[Message], held: Leadership) -> bool:
        """As _write. False: the lane was lost or we are to stop."""
        return self._do(lambda conn: writer.load(conn, arrived), held, len(arrived))

    def _do(self, work: Callable[[Connection], None], held: Leadership, messages: int = 0) -> bool:
        """As _write. False: the lane was lost or we are to stop."""

        def done(conn: Connection) -> bool:
            work(conn)
            return True

        return bool(self._insist(done, messages, held))

    def _insist(self, work: Callable[[Connection], T], messages: int, held: Leadership) -> T | None:
        failures = 0
        while True:
            try:
                return work(self._connection())
            except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
                failures += 1
                self._return_connection()
                self._deps.pool.check()
                log.warning(
                    "not stored yet, trying again",
                    lane=self.name,
                    messages=messages,
                    error=str(error).strip(),
                )
                self._last_round = monotonic()
                if self._stopping.wait(min(2.0, 0.05 * 2**failures)) or not held.held():
                    return None


def _gather(lane: LaneClient, spec: LaneSpec, wait: float, most: int) -> list[Message]:
    """Wait for a message (at most `wait` seconds), then take along whatever else is there, in
    order, up to `most`; a lane that lingers waits a moment for more."""
    batch: list[Message] = []
    size = 0
    with suppress(queue.Empty):
        message = lane.messages.get(timeout=wait)
        until = monotonic() + spec.linger
        while message is not None:
            batch.append(message)
            size += len(message.payload)
            if len(batch) >= most or size >= MAX_BATCH_BYTES:
                break
            left = until - monotonic() if len(batch) < LINGER_BELOW else 0.0
            message = lane.messages.get(block=left > 0, timeout=max(left, 0.0))
    return batch
