"""Writes a batch of MQTT messages to the database in one transaction; called by each lane.

A batch is one transaction. A message that cannot be written is taken out by a savepoint and
becomes a dead letter with the reason; nothing behind it waits.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import psycopg
import structlog

from alerts.alarm.receiving import receive_signal
from alerts.metrics import DEAD_LETTERS
from alerts.policy import Policy
from ingest.device_time import is_late
from ingest.dialects.native import reader as native
from ingest.dialects.vocabulary.template_renders import LEFT_OUT
from ingest.errors import NotUnderstoodError, UnreadableConfigError, UnreadableError
from ingest.packets import Message
from ingest.quotas.home_quotas import HomeQuotas, OverQuotaError
from ingest.quotas.overruns import Quota
from ingest.rendering.job import Job
from ingest.topics import (
    TOPIC_DIALECTS,
    UNDER_CONFIGS,
    Leaf,
    TopicAddress,
    parse_topic,
    source_of,
)
from ingest.writing.activity import ActivityTracker
from ingest.writing.admission import Admission, hold
from ingest.writing.batch import Batch, Publication, ack_of, late_hours, refusal_of
from ingest.writing.change_filter import ChangeFilter
from ingest.writing.dialect_events import TAKEN_IN_PREFIX
from ingest.writing.dialect_messages import DialectHandler
from ingest.writing.last_seen import LastSeen
from ingest.writing.native_readings import ReadingHandler
from ingest.writing.suspicion import Suspicion
from ingest.writing.unread_hints import is_watched
from ingest.writing.unread_topics import UnreadTopics
from store.alarm import alarms
from store.batching import begin_with
from store.clock import Clock
from store.database_errors import is_outage
from store.db import Connection
from store.home import registry
from store.intake import dead_letters, readings, rollups

MAX_PAYLOAD = 1024 * 1024
"""Bytes; a backlog of a day's readings stays well below."""

BATCH_ATTEMPTS = 5
"""Times that a batch is tried which the database refuses for want of room or memory: some 2 s, in
which most want passes. Then each message for itself, so that one cannot hold up the others."""

URGENT_LEAVES = frozenset({Leaf.SIGNAL, Leaf.DIALECT})
"""Of dialects only what the devices in its subscriptions state."""
NEVER_RETAINED = frozenset({Leaf.SIGNAL, Leaf.READING})
"""An empty message to these, if it is no retained one, clears nothing: a hub has failed."""
TELEMETRY = frozenset({Leaf.READING, Leaf.STATUS})
"""What is left out first."""
BULK_LEAVES = frozenset(Leaf) - {Leaf.SIGNAL, Leaf.FROM_CENTRE}

log = structlog.get_logger(__name__)


class BatchWriter:
    """Writes batches of the leaves it is for. One a lane; not thread-safe."""

    def __init__(
        self,
        clock: Clock,
        policy: Policy,
        last_seen: LastSeen,
        leaves: frozenset[Leaf],
        *,
        sole: bool = False,
        unread: UnreadTopics | None = None,
        quotas: HomeQuotas | None = None,
    ) -> None:
        """`sole`: what is given here comes to no other lane. `unread`: takes the topics that no
        format reads. `quotas`: what homes may send; None: as much as they like."""
        self._admission = Admission(quotas)
        self._clock = clock
        self._policy = policy
        self._last_seen = last_seen
        self._leaves = leaves
        self._change_filter = ChangeFilter()
        self._activity = ActivityTracker(history=sole)
        self._readings = ReadingHandler(last_seen, self._activity, quotas, late=sole)
        self._refusals = 0
        self._done: dict[int, list[Publication]] = {}
        self.suspicion = Suspicion()
        """Of messages that have ended a process: they are set aside."""
        self._urgent = leaves == URGENT_LEAVES
        self._unread = unread
        self._dialects = DialectHandler(
            clock, policy, last_seen, urgent=self._urgent, sole=sole, quotas=quotas
        )

    def write(self, conn: Connection, messages: Sequence[Message]) -> list[Publication]:
        """Store a batch in one transaction; returns what to publish now that it is committed.

        A message that cannot be stored becomes a dead letter with the reason, and nothing behind
        it waits. Raises psycopg.OperationalError when the database is away, and the first times
        that it refuses for want of room or memory: the same batch is to be tried again.
        """
        try:
            publications = self._write_together(conn, messages)
        except psycopg.OperationalError as error:
            self._refusals += not is_outage(error)
            if is_outage(error) or self._refusals < BATCH_ATTEMPTS:
                raise
            log.exception("batch refused again and again", messages=len(messages))
            publications = self._write_each(conn, messages)
        except Exception:
            log.exception("batch refused, storing its messages one by one", messages=len(messages))
            publications = self._write_each(conn, messages)
        self._refusals = 0
        self._done.clear()
        self._dialects.written(messages)
        return publications

    def load(self, conn: Connection, messages: Sequence[Message]) -> None:
        """What reading ahead needs to know; before `read_ahead`, and in no transaction."""
        if Leaf.DIALECT in self._leaves:
            self._dialects.load(conn, messages)

    def read_ahead(self, message: Message) -> Job | None:
        """What has to be rendered elsewhere before this message can be stored."""
        if self.suspicion.falls_on(message):
            return None
        return self._dialects.read_ahead(message)

    def render(self, job: Job, done: Callable[[], None]) -> None:
        """Have that done; `done` is called by another thread, whatever happens."""
        self._dialects.render(job, done)

    def rendered(self, message: Message) -> None:
        """It is done: the message can be stored."""
        self._dialects.rendered(message)

    def stop(self) -> None:
        """End what was started beside this thread."""
        self._dialects.stop()

    def _write_each(self, conn: Connection, messages: Sequence[Message]) -> list[Publication]:
        """One by one; those that were stored before the database went away are not stored again
        when the same batch is tried again."""
        for message in messages:
            if id(message) not in self._done:
                self._done[id(message)] = self._write_alone(conn, message)
        return [publication for message in messages for publication in self._done[id(message)]]

    def take_stored_seqs(self) -> dict[tuple[str, str], int]:
        """Highest seq stored by (home, device) since this was last asked."""
        return self._readings.take_stored_seqs()

    def _write_together(self, conn: Connection, messages: Sequence[Message]) -> list[Publication]:
        try:
            return self._write_batch(conn, messages)
        except BaseException:
            self._dialects.forget()
            self._change_filter.forget()
            self._activity.forget()
            raise

    def _write_batch(self, conn: Connection, messages: Sequence[Message]) -> list[Publication]:
        batch = Batch()
        self._admission.begin(messages)
        with begin_with(conn, lambda: self._prefetch(conn, messages, batch)):
            if Leaf.DIALECT in self._leaves:
                self._dialects.prepare(conn, messages)
            if Leaf.READING in self._leaves:
                self._readings.begin(conn, messages)
            for message in messages:
                try:
                    self._handle_in_time(conn, message, batch)
                except OverQuotaError as error:
                    self._admission.lost(message, error.what)
                except UnreadableError as error:
                    once = isinstance(error, UnreadableConfigError)
                    kept = self._complain(conn, message, str(error), once=once)
                    if kept and isinstance(error, NotUnderstoodError) and not message.retain:
                        batch.publications.append(refusal_of(message, str(error)))
            hold(conn, batch.held)
            readings.store_readings(conn, batch.rows)
            rollups.note_late(conn, late_hours(batch.rows, self._clock.now()))
            self._readings.finish(conn)
            self._activity.write(conn, self._clock.now())
            self._dialects.finish(conn)
        self._readings.committed()
        return batch.publications

    def _prefetch(self, conn: Connection, messages: Sequence[Message], batch: Batch) -> None:
        """For the devices whose signals these are: what leaves together with BEGIN."""
        if Leaf.SIGNAL not in self._leaves:
            return
        for message in messages:
            with suppress(UnreadableError):  # it is reported when the message's turn comes
                at = parse_topic(message.topic)
                key = (at.home, at.device)
                if at.leaf == Leaf.SIGNAL and key not in batch.prefetched:
                    batch.prefetched[key] = registry.prefetch_device(conn, *key)

    def _write_alone(self, conn: Connection, message: Message) -> list[Publication]:
        try:
            return self._write_together(conn, [message])
        except Exception as error:
            if isinstance(error, psycopg.OperationalError) and is_outage(error):
                raise
            log.exception("message refused", topic=message.topic[:120])
            self._dead_letter(conn, message, f"could not be stored: {type(error).__name__}")
            return []

    def _handle_in_time(self, conn: Connection, message: Message, batch: Batch) -> None:
        if not self._admission.is_timed(message):
            self._handle(conn, message, batch)
            return
        with self._admission.timed(message):
            self._handle(conn, message, batch)

    def _handle(self, conn: Connection, message: Message, batch: Batch) -> None:
        if self.suspicion.falls_on(message) and self.suspicion.set_aside(conn, message):
            return
        try:
            address = self._address(conn, message)
        except UnreadableError as error:
            if message.retain and not message.payload:
                return
            if self._admission.is_over(message) or self._admission.is_busy(message):
                raise OverQuotaError(Quota.MESSAGES) from error
            raise
        if address.leaf not in self._leaves:
            return
        if not message.payload and (message.retain or address.leaf not in NEVER_RETAINED):
            self._cleared(conn, address, message, batch)
            return
        if len(message.payload) > MAX_PAYLOAD:
            raise UnreadableError(f"payload: more than {MAX_PAYLOAD} bytes")
        if address.leaf in TELEMETRY and self._admission.is_over(message):
            raise OverQuotaError(Quota.MESSAGES)
        if address.leaf is Leaf.READING:
            batch.rows += self._readings.handle(conn, address, message)
        elif address.leaf is Leaf.SIGNAL:
            self._signal(conn, address, message, batch)
        elif address.leaf in (Leaf.STATUS, Leaf.HUB_STATUS):
            self._status(conn, address, message)
        elif address.leaf == Leaf.CUTOVER:
            self._dialects.handle_cutover(conn, address, message)
        else:
            self._dialect(conn, address, message, batch)

    def _cleared(self, conn: Connection, at: TopicAddress, message: Message, batch: Batch) -> None:
        """An empty message clears a retained topic; who hears it at once gets it without the mark
        of a retained one. To some formats it is news, to none of them what cannot be read."""
        if at.leaf is Leaf.DIALECT:
            with suppress(UnreadableError):
                self._dialect(conn, at, message, batch)

    def _address(self, conn: Connection, message: Message) -> TopicAddress:
        """A config of the home may name topics outside the grammar, and a device's status; others
        are known by their form."""
        dialects = self._dialects
        try:
            address = parse_topic(message.topic)
        except UnreadableError:
            found = dialects.configured_address(conn, message.topic)
            if found is None:
                found = dialects.entity_address(message)
            if found is None:
                self._note_unread(message, addressed=False, refused=True)
                raise
            return found
        if address.leaf == Leaf.STATUS or address.dialect in UNDER_CONFIGS:
            return dialects.configured_address(conn, message.topic) or address
        return address

    def _dialect(self, conn: Connection, at: TopicAddress, message: Message, batch: Batch) -> None:
        if self._admission.is_busy(message) and self._admission.is_held(
            message, batch, self._dialects.dangers(at, message)
        ):
            return
        over = self._admission.is_over(message)
        try:
            outcome = self._dialects.handle(conn, at, message, alarms_only=over)
        except UnreadableError:
            self._note_unread(message, addressed=True, refused=True)
            raise
        for what in outcome.lost:
            self._admission.lost(message, what)
        if not outcome.silent:
            if self._unread is not None:
                self._unread.read(message.topic)
        elif is_watched(outcome.dialect, outcome.rest):
            self._note_unread(message, addressed=True, refused=False)
        for device, reading in outcome.readings:
            row = self._readings.row(device, reading)
            self._activity.note_values(
                device, row.metrics, row.at
            )  # before filtering: a hit is a hit
            if at.dialect in TOPIC_DIALECTS and reading.seq is None:
                row = row._replace(metrics=self._change_filter.changed(device, row.metrics, row.at))
            if row.metrics:
                batch.rows.append(row)
        for complaint in outcome.complaints:
            self._complain(conn, message, f"{TAKEN_IN_PREFIX}: {complaint}")
        if any(LEFT_OUT in refusal for refusal in outcome.refusals):
            self._admission.lost(message, Quota.TEMPLATES)
        for refusal in outcome.refusals:
            self._complain(conn, message, refusal, once=True)

    def _note_unread(self, message: Message, *, addressed: bool, refused: bool) -> None:
        if self._unread is not None:
            self._unread.note(
                message.topic,
                message.payload,
                message.received_at,
                addressed=addressed,
                refused=refused,
            )

    def _signal(self, conn: Connection, at: TopicAddress, message: Message, batch: Batch) -> None:
        signal, complaints = native.read_signal(at.device, message.payload, message.received_at)
        read = batch.prefetched.pop((at.home, at.device), None)
        known = read and read()
        if self._admission.is_signal_held(at.home, signal, message, batch):
            return
        device = known or registry.find_device(conn, at.home, at.device)
        if device is None:
            name = self._admission.room_for(at, message)
            device = registry.find_or_add_device(conn, at.home, name, now=message.received_at)
        if device is None:
            raise UnreadableError(f"home: there is no home {at.home[:40]!r}")
        if message.retain and signal.signal_id is None:
            raise UnreadableError("a retained copy is history, not a new signal")
        now = self._clock.now()
        if is_late(signal.at, now) and not signal.late:  # it waited with us, or is replayed
            signal = replace(signal, late=True)
        receipt = receive_signal(conn, device, signal, now, self._policy, retained=message.retain)
        if signal.active:
            self._admission.raised(at.home, signal.kind, receipt.alarm_id)
        if receipt.alarm_id is not None and not signal.active:
            self._dialects.changed(device.home_id, at.home)
        for complaint in complaints:
            self._complain(conn, message, f"{TAKEN_IN_PREFIX}; {complaint}")
        self._last_seen.note_device(at.home, device.id, message.received_at)
        batch.publications.append(ack_of(at.home, signal, receipt.alarm_id))

    def _status(self, conn: Connection, at: TopicAddress, message: Message) -> None:
        online = native.read_status(message.payload)
        if not registry.home_exists(conn, at.home):
            raise UnreadableError(f"home: there is no home {at.home[:40]!r}")
        if online and not message.retain:  # a retained copy is what was said long ago
            self._last_seen.note_hub(at.home, message.received_at)
        if at.leaf == Leaf.HUB_STATUS:
            registry.set_hub_online(conn, at.home, online, message.received_at)
            return
        if registry.find_device(conn, at.home, at.device) is None:
            self._admission.new_device(at)
            registry.find_or_add_device(conn, at.home, at.device, now=message.received_at)
        changed = registry.set_device_online(conn, at.home, at.device, online, message.received_at)
        if changed is not None:
            alarms.notify(conn, "device", changed)

    def _complain(
        self, conn: Connection, message: Message, reason: str, *, once: bool = False
    ) -> bool:
        """What the urgent lane gets beside signals comes to the bulk lane, too, which keeps it.
        `once`: not again while a letter of this device with this reason waits. Whether it is
        kept."""
        if self._urgent and not message.topic.endswith("/signal"):
            return False
        if once and self._is_told(conn, message, reason):
            return False
        return self._dead_letter(conn, message, reason)

    def _is_told(self, conn: Connection, message: Message, reason: str) -> bool:
        return dead_letters.is_told(conn, *source_of(message.topic), reason)

    def _dead_letter(self, conn: Connection, message: Message, reason: str) -> bool:
        """Whether its home has room for one more."""
        DEAD_LETTERS.labels(reason.partition(":")[0][:40]).inc()
        if not self._admission.new_letter(message):
            return False
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
        return True
