"""Messages into the store: understood, written, and what is to be said back to the hubs.

A batch is one transaction. A message that cannot be written is taken out by a savepoint and
becomes a dead letter with the reason; nothing behind it waits.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

import psycopg
import structlog

from alerts.metrics import DEAD_LETTERS
from alerts.policy import Policy
from alerts.receive import receive_signal
from ingest.dialects import native
from ingest.errors import UnreadableError
from ingest.life import Life
from ingest.packets import Message
from ingest.seen import Seen
from ingest.take_dialect import DialectTaker
from ingest.take_reading import ReadingTaker
from ingest.thinning import Thinner
from ingest.times import is_late
from ingest.topics import DIALECTS, Address, Leaf, parse, source_of
from store import alarms, dead_letters, readings, registry, rollups
from store.clock import Clock
from store.db import Connection
from store.leaving import beginning
from store.model import Device
from store.outage import is_outage
from store.readings import Row

MAX_PAYLOAD = 1024 * 1024
"""Bytes; a backlog of a day's readings stays well below."""

PATIENCE = 5
"""Times that a batch is tried which the database refuses for want of room or memory: some 2 s, in
which most want passes. Then each message for itself, so that one cannot hold up the others."""

URGENT = frozenset({Leaf.SIGNAL, Leaf.DIALECT})
"""Of dialects only what the devices in its subscriptions state."""
BULK = frozenset(Leaf) - {Leaf.SIGNAL, Leaf.OURS}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something to publish after COMMIT."""

    topic: str
    payload: str


@dataclass
class Batch:
    """What one transaction has gathered beside its rows."""

    answers: list[Answer] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    asked: dict[tuple[str, str], Callable[[], Device | None]] = field(default_factory=dict)


class Writer:
    """Writes batches of the leaves it is for. One a lane; not thread-safe."""

    def __init__(
        self,
        clock: Clock,
        policy: Policy,
        seen: Seen,
        leaves: frozenset[Leaf],
        *,
        sole: bool = False,
    ) -> None:
        """`sole`: what is given here comes to no other lane."""
        self._clock = clock
        self._policy = policy
        self._seen = seen
        self._leaves = leaves
        self._thinner = Thinner()
        self._life = Life(history=sole)
        self._readings = ReadingTaker(seen, self._life)
        self._refusals = 0
        self._done: dict[int, list[Answer]] = {}
        self._urgent = leaves == URGENT
        self._dialects = DialectTaker(clock, policy, seen, urgent=self._urgent, sole=sole)

    def write(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        """Store a batch in one transaction; returns what to publish now that it is committed.

        A message that cannot be stored becomes a dead letter with the reason, and nothing behind
        it waits. Raises psycopg.OperationalError when the database is away, and the first times
        that it refuses for want of room or memory: the same batch is to be tried again.
        """
        try:
            answers = self._write_together(conn, messages)
        except psycopg.OperationalError as error:
            self._refusals += not is_outage(error)
            if is_outage(error) or self._refusals < PATIENCE:
                raise
            log.exception("batch refused again and again", messages=len(messages))
            answers = self._write_each(conn, messages)
        except Exception:
            log.exception("batch refused, storing its messages one by one", messages=len(messages))
            answers = self._write_each(conn, messages)
        self._refusals = 0
        self._done.clear()
        return answers

    def _write_each(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        """One by one; those that were stored before the database went away are not stored again
        when the same batch is tried again."""
        for message in messages:
            if id(message) not in self._done:
                self._done[id(message)] = self._write_alone(conn, message)
        return [answer for message in messages for answer in self._done[id(message)]]

    def take_uptos(self) -> dict[tuple[str, str], int]:
        """Highest seq stored by (home, device) since this was last asked."""
        return self._readings.take_uptos()

    def _write_together(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        try:
            return self._write_batch(conn, messages)
        except BaseException:
            self._dialects.forget()
            self._thinner.forget()
            self._life.forget()
            raise

    def _write_batch(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        batch = Batch()
        with beginning(conn, lambda: self._ask(conn, messages, batch)):
            if Leaf.DIALECT in self._leaves:
                self._dialects.prepare(conn, messages)
            if Leaf.READING in self._leaves:
                self._readings.begin(conn, messages)
            for message in messages:
                try:
                    self._take(conn, message, batch)
                except UnreadableError as error:
                    self._complain(conn, message, str(error))
            readings.store_readings(conn, batch.rows)
            rollups.note_late(conn, _late(batch.rows, self._clock.now()))
            self._readings.finish(conn)
            self._life.write(conn, self._clock.now())
            self._dialects.finish(conn)
        self._readings.committed()
        return batch.answers

    def _ask(self, conn: Connection, messages: Sequence[Message], batch: Batch) -> None:
        """For the devices whose signals these are: what leaves together with BEGIN."""
        if Leaf.SIGNAL not in self._leaves:
            return
        for message in messages:
            with suppress(UnreadableError):  # it is said when the message's turn comes
                at = parse(message.topic)
                key = (at.home, at.device)
                if at.leaf == Leaf.SIGNAL and key not in batch.asked:
                    batch.asked[key] = registry.asking_device(conn, *key)

    def _write_alone(self, conn: Connection, message: Message) -> list[Answer]:
        try:
            return self._write_together(conn, [message])
        except Exception as error:
            if isinstance(error, psycopg.OperationalError) and is_outage(error):
                raise
            log.exception("message refused", topic=message.topic[:120])
            self._dead_letter(conn, message, f"could not be stored: {type(error).__name__}")
            return []

    def _take(self, conn: Connection, message: Message, batch: Batch) -> None:
        address = self._address(conn, message.topic)
        if address.leaf not in self._leaves:
            return
        if len(message.payload) > MAX_PAYLOAD:
            raise UnreadableError(f"payload: more than {MAX_PAYLOAD} bytes")
        if address.leaf is Leaf.READING:
            batch.rows += self._readings.take(conn, address, message)
        elif address.leaf is Leaf.SIGNAL:
            self._signal(conn, address, message, batch)
        elif address.leaf in (Leaf.STATUS, Leaf.HUB_STATUS):
            self._status(conn, address, message)
        elif address.leaf == Leaf.MARK:
            self._dialects.mark(conn, address, message)
        else:
            self._dialect(conn, address, message, batch)

    def _address(self, conn: Connection, topic: str) -> Address:
        """A config of the home may name topics outside the grammar, and a device's status."""
        try:
            address = parse(topic)
        except UnreadableError:
            found = self._dialects.elsewhere(conn, topic)
            if found is None:
                raise
            return found
        if address.leaf == Leaf.STATUS:
            return self._dialects.elsewhere(conn, topic) or address
        return address

    def _dialect(self, conn: Connection, at: Address, message: Message, batch: Batch) -> None:
        taken = self._dialects.take(conn, at, message)
        for device, reading in taken.readings:
            row = self._readings.row(device, reading)
            self._life.hear(device, row.metrics, row.at)  # before thinning: a hit is a hit
            if at.dialect in DIALECTS and reading.seq is None:
                row = row._replace(metrics=self._thinner.thin(device, row.metrics, row.at))
            if row.metrics:
                batch.rows.append(row)
        for complaint in taken.complaints:
            self._complain(conn, message, f"taken in nevertheless: {complaint}")

    def _signal(self, conn: Connection, at: Address, message: Message, batch: Batch) -> None:
        signal, complaints = native.read_signal(at.device, message.payload, message.received_at)
        asked = batch.asked.pop((at.home, at.device), None)
        device = (asked and asked()) or registry.find_or_add_device(
            conn, at.home, at.device, now=message.received_at
        )
        if device is None:
            raise UnreadableError(f"home: there is no home {at.home[:40]!r}")
        if message.retain and signal.signal_id is None:
            raise UnreadableError("a retained copy is history, not a new signal")
        now = self._clock.now()
        if is_late(signal.at, now) and not signal.late:  # it waited with us, or is replayed
            signal = replace(signal, late=True)
        receipt = receive_signal(conn, device, signal, now, self._policy)
        for complaint in complaints:
            self._complain(conn, message, f"taken in nevertheless; {complaint}")
        self._seen.note(at.home, device.id, message.received_at)
        answer = {
            "id": signal.signal_id,
            "device": at.device,
            "kind": signal.kind,
            "alarm": receipt.alarm_id,
            "at": message.received_at.isoformat(),
        }
        batch.answers.append(Answer(f"homes/{at.home}/ack", json.dumps(answer)))

    def _status(self, conn: Connection, at: Address, message: Message) -> None:
        online = native.read_status(message.payload)
        if not registry.home_exists(conn, at.home):
            raise UnreadableError(f"home: there is no home {at.home[:40]!r}")
        if online and not message.retain:  # a retained copy is what was said long ago
            self._seen.note_hub(at.home, message.received_at)
        if at.leaf == Leaf.HUB_STATUS:
            registry.set_hub_online(conn, at.home, online, message.received_at)
            return
        registry.find_or_add_device(conn, at.home, at.device, now=message.received_at)
        changed = registry.set_device_online(conn, at.home, at.device, online, message.received_at)
        if changed is not None:
            alarms.notify(conn, "device", changed)

    def _complain(self, conn: Connection, message: Message, reason: str) -> None:
        """What the urgent lane gets beside signals comes to the bulk lane, too, which keeps it."""
        if not self._urgent or message.topic.endswith("/signal"):
            self._dead_letter(conn, message, reason)

    def _dead_letter(self, conn: Connection, message: Message, reason: str) -> None:
        DEAD_LETTERS.labels(reason.partition(":")[0][:40]).inc()
        log.warning("dead letter", topic=message.topic[:120], reason=reason[:200])
        home, device = source_of(message.topic)
        dead_letters.add(
            conn,
            topic=message.topic,
            payload=message.payload,
            reason=reason,
            now=message.received_at,
            home=home,
            device=device,
            retained=message.retain,
        )


def _late(rows: Sequence[Row], now: datetime) -> set[tuple[int, datetime]]:
    """Devices' hours that were over before this reading of them was stored."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return {
        (row.device_id, row.at.replace(minute=0, second=0, microsecond=0))
        for row in rows
        if row.at < this_hour
    }
