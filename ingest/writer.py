"""Messages into the store: understood, written, and what is to be said back to the hubs.

A batch is one transaction. A message that cannot be written is taken out by a savepoint and
becomes a dead letter with the reason; nothing behind it waits.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import psycopg
import structlog

from alerts.metrics import DEAD_LETTERS
from alerts.policy import Policy
from alerts.receive import receive_signal
from ingest.dialects import native
from ingest.errors import UnreadableError
from ingest.lane import Message
from ingest.seen import Seen
from ingest.take_dialect import DialectTaker
from ingest.thinning import Thinner
from ingest.times import is_late
from ingest.topics import DIALECTS, Address, Leaf, parse, source_of
from store import alarms, dead_letters, readings, registry, rollups
from store.clock import Clock
from store.db import Connection
from store.leaving import beginning
from store.model import Device, Reading
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
    uptos: dict[int, int] = field(default_factory=dict)
    homes_of: dict[int, tuple[str, str]] = field(default_factory=dict)
    found: dict[tuple[str, str], tuple[int, int | None]] = field(default_factory=dict)
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
        self._ids: dict[tuple[str, str], tuple[int, int | None]] = {}
        self._uptos: dict[tuple[str, str], int] = {}
        self._last_arrival: dict[int, datetime] = {}
        self._thinner = Thinner()
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
        taken, self._uptos = self._uptos, {}
        return taken

    def _write_together(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        try:
            return self._write_batch(conn, messages)
        except BaseException:
            self._dialects.forget()
            self._thinner.forget()
            raise

    def _write_batch(self, conn: Connection, messages: Sequence[Message]) -> list[Answer]:
        batch = Batch()
        with beginning(conn, lambda: self._ask(conn, messages, batch)):
            if Leaf.DIALECT in self._leaves:
                self._dialects.prepare(conn, messages)
            for message in messages:
                try:
                    self._take(conn, message, batch)
                except UnreadableError as error:
                    self._complain(conn, message, str(error))
            readings.store_readings(conn, batch.rows)
            rollups.note_late(conn, _late(batch.rows, self._clock.now()))
            registry.advance_upto(conn, batch.uptos)
            self._dialects.finish(conn)
        self._ids.update(batch.found)
        for device, upto in batch.uptos.items():
            self._ids[batch.homes_of[device]] = (device, upto)
            self._uptos[batch.homes_of[device]] = upto
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
        if address.leaf == Leaf.SIGNAL:
            self._signal(conn, address, message, batch)
        elif address.leaf == Leaf.READING:
            self._readings(conn, address, message, batch)
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
            row = self._row(device, reading)
            if at.dialect in DIALECTS and reading.seq is None:
                row = replace(row, metrics=self._thinner.thin(device, row.metrics, row.at))
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

    def _readings(self, conn: Connection, at: Address, message: Message, batch: Batch) -> None:
        found = native.read_readings(at.device, message.payload, message.received_at)
        device, upto = self._device(conn, at, message, batch)
        batch.homes_of[device] = (at.home, at.device)
        self._seen.note(at.home, device, message.received_at)
        upto = max(batch.uptos.get(device, -1), -1 if upto is None else upto)
        for reading in found:
            if reading.seq is not None and not reading.device_time and reading.seq <= upto:
                continue  # stored with its first arrival's time
            batch.rows.append(self._row(device, reading))
        highest = max((r.seq for r in found if r.seq is not None), default=-1)
        if highest >= 0:
            batch.uptos[device] = max(upto, highest)

    def _row(self, device: int, reading: Reading) -> Row:
        """Two reports without a time of their own never fall into the same microsecond."""
        at = reading.at
        if "battery" in reading.metrics:
            self._seen.note_battery(device, reading.metrics["battery"], at)
        if not reading.device_time:
            last = self._last_arrival.get(device)
            if last is not None and at <= last:
                at = last + timedelta(microseconds=1)
            self._last_arrival[device] = at
        return Row(device, at, reading.metrics, arrival_time=not reading.device_time)

    def _device(
        self, conn: Connection, at: Address, message: Message, batch: Batch
    ) -> tuple[int, int | None]:
        """Id and upto of a device, remembered: readings come thousands a second. For good only
        after COMMIT: a device registered in a transaction that fails has no id."""
        key = (at.home, at.device)
        known = self._ids.get(key) or batch.found.get(key)
        if known is None:
            device = registry.find_or_add_device(conn, at.home, at.device, now=message.received_at)
            if device is None:
                raise UnreadableError(f"home: there is no home {at.home[:40]!r}")
            known = batch.found[key] = (device.id, device.upto)
        return known

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
        dead_letters.add(conn, topic=message.topic, payload=message.payload, reason=reason,
                         now=message.received_at, home=home, device=device,
                         retained=message.retain)  # fmt: skip


def _late(rows: Sequence[Row], now: datetime) -> set[tuple[int, datetime]]:
    """Devices' hours that were over before this reading of them was stored."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return {
        (row.device_id, row.at.replace(minute=0, second=0, microsecond=0))
        for row in rows
        if row.at < this_hour
    }
