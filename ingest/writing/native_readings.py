"""Turns readings in our own format into rows; called by the batch writer.

This is the way of nearly all messages: what is not needed for a row is not made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ingest.dialects.native import reader as native
from ingest.errors import UnreadableError
from ingest.packets import Message
from ingest.quotas.home_quotas import HomeQuotas
from ingest.topics import Leaf, TopicAddress, parse_topic
from ingest.writing.activity import ActivityTracker
from ingest.writing.last_seen import LastSeen
from store.db import Connection
from store.home import registry
from store.intake.readings import Row
from store.model import Reading

DeviceKey = tuple[str, str]
"""Home and device, as in the topic."""
DeviceSeq = tuple[int, int]
"""A device's id, and the highest seq stored of it; -1: none."""

_TICK = timedelta(microseconds=1)
_APART = timedelta(milliseconds=1)
"""More than all readings of a device that one look at the socket brings."""


class ReadingHandler:
    """Remembers devices, so that their readings ask the database nothing. One a writer; not
    thread-safe."""

    def __init__(
        self,
        last_seen: LastSeen,
        activity: ActivityTracker,
        quotas: HomeQuotas | None = None,
        *,
        late: bool = False,
    ) -> None:
        """`late`: these were never stored, though later ones of their device may be."""
        self._late = late
        self.apart = False
        """What came with them is stored already: not at the same moment."""
        self._quotas = quotas
        self._last_seen = last_seen
        self._activity = activity
        self._known: dict[DeviceKey, DeviceSeq] = {}
        self._found: dict[DeviceKey, DeviceSeq] = {}
        self._last_seqs: dict[DeviceKey, DeviceSeq] = {}
        self._last_arrival: dict[int, datetime] = {}
        self._stored: dict[DeviceKey, int] = {}

    def begin(self, conn: Connection, messages: Sequence[Message]) -> None:
        """A new transaction: nothing of one that failed counts. Devices that are not known yet are
        looked up together: after a start that is all of them."""
        self._found, self._last_seqs = {}, {}
        new = {key for message in messages if (key := self._unknown(message.topic))}
        self._found.update(registry.find_readers(conn, sorted(new)))

    def finish(self, conn: Connection) -> None:
        """Keep how far each device has come. Near the end of a transaction: it holds their rows."""
        registry.advance_stored_seq(conn, dict(self._last_seqs.values()))

    def committed(self) -> None:
        """What the transaction found may be believed from now on."""
        self._known.update(self._found)
        self._known.update(self._last_seqs)
        self._stored.update((key, seq) for key, (_, seq) in self._last_seqs.items())

    def take_stored_seqs(self) -> dict[DeviceKey, int]:
        """Highest seq stored since this was last asked."""
        stored, self._stored = self._stored, {}
        return stored

    def handle(self, conn: Connection, at: TopicAddress, message: Message) -> list[Row]:
        """What is new in a message. Raises UnreadableError when it cannot be read."""
        found = native.read_readings(at.device, message.payload, message.received_at)
        key = (at.home, at.device)
        device, last_seq = self._last_seqs.get(key) or self._device(conn, key, message.received_at)
        self._last_seen.note_device(at.home, device, message.received_at)
        rows, highest = [], -1
        for reading in found:
            if reading.seq is not None:
                highest = max(highest, reading.seq)
                if reading.seq <= last_seq and not (reading.device_time or self._late):
                    continue  # stored with its first arrival's time
            row = self.row(device, reading)
            if reading.device_time or not message.retain:  # else of no known age
                self._activity.note_values(device, row.metrics, row.at)
            rows.append(row)
        if highest >= 0:
            self._last_seqs[key] = (device, max(last_seq, highest))
        return rows

    def row(self, device: int, reading: Reading) -> Row:
        """Two reports without a time of their own never fall into the same microsecond."""
        at = reading.at
        if (battery := reading.metrics.get("battery")) is not None:
            self._last_seen.note_battery(device, battery, at)
        if not reading.device_time:
            if self.apart:
                at -= _APART
            last = self._last_arrival.get(device)
            if last is not None and at <= last:
                at = last + _TICK
            self._last_arrival[device] = at
        return Row(device, at, reading.metrics, not reading.device_time)

    def _unknown(self, topic: str) -> DeviceKey | None:
        try:
            at = parse_topic(topic)
        except UnreadableError:
            return None
        key = (at.home, at.device)
        return key if at.leaf is Leaf.READING and key not in self._known else None

    def _device(self, conn: Connection, key: DeviceKey, now: datetime) -> DeviceSeq:
        """For good only after COMMIT: one registered in a transaction that fails has no id."""
        known = self._known.get(key) or self._found.get(key)
        if known is None:
            if self._quotas is not None:
                self._quotas.new_device(key[0])
            device = registry.find_or_add_device(conn, *key, now=now)
            if device is None:
                raise UnreadableError(f"home: there is no home {key[0][:40]!r}")
            last_seq = -1 if device.upto is None else device.upto
            known = self._found[key] = (device.id, last_seq)
        return known
