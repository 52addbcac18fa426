"""What of a home's messages is taken in now, held, or left out; used by the batch writer."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from time import thread_time

from ingest.packets import Message
from ingest.quotas.home_quotas import OVERFLOW_DEVICE, HomeQuotas, OverQuotaError, home_of
from ingest.quotas.overruns import Quota
from ingest.topics import TopicAddress, source_of
from ingest.writing.batch import Batch, ack_of
from store.db import Connection
from store.intake import dead_letters
from store.model import Signal

HELD = "held: its home sends more than its share; it is taken in behind the others"
"""The reason of a letter that waits its turn."""
MOST_ALARMS = 5_000
"""Remembered, the latest."""


class Admission:
    """Without quotas everything is taken in at once."""

    def __init__(self, quotas: HomeQuotas | None) -> None:
        self._quotas = quotas
        self._alarms: OrderedDict[tuple[str, str], int] = OrderedDict()

    def raised(self, home: str, kind: str, alarm: int | None) -> None:
        """A signal of this kind belongs to this alarm: so will those that are held."""
        if self._quotas is not None and alarm is not None:
            self._alarms[home, kind] = alarm
            self._alarms.move_to_end((home, kind))
            if len(self._alarms) > MOST_ALARMS:
                self._alarms.popitem(last=False)

    def begin(self, messages: Sequence[Message]) -> None:
        """A batch has come."""
        if self._quotas is not None:
            self._quotas.count(messages)

    @contextmanager
    def timed(self, message: Message) -> Iterator[None]:
        """What is done in the block is its home's time: of the processor, since a busy machine
        is not its fault."""
        began = thread_time()
        try:
            yield
        finally:
            if self._quotas is not None:
                self._quotas.spent(home_of(message.topic), thread_time() - began)

    def is_timed(self, message: Message) -> bool:
        """Readings in our own format take next to nothing."""
        return self._quotas is not None and not message.topic.endswith("/reading")

    def lost(self, message: Message, what: Quota) -> None:
        if self._quotas is not None:
            self._quotas.note(home_of(message.topic), what, message.received_at)

    def is_over(self, message: Message) -> bool:
        """Whether its home's telemetry is left out."""
        return self._quotas is not None and self._quotas.is_over(home_of(message.topic))

    def is_busy(self, message: Message) -> bool:
        """Whether its home has had its share of this lane's time."""
        return self._quotas is not None and self._quotas.is_busy(home_of(message.topic))

    def is_held(self, message: Message, batch: Batch, dangers: Collection[str]) -> bool:
        """A busy home's message in another format, and the kinds of danger that it states. Raises
        OverQuotaError when too many are held already."""
        home = home_of(message.topic)
        if self._quotas is None or any(self._quotas.first_of_kind(home, k) for k in dangers):
            return False
        self._quotas.hold(home, message.received_at)
        batch.held.append(message)
        return True

    def is_signal_held(self, home: str, signal: Signal, message: Message, batch: Batch) -> bool:
        """Too many of a home: the first of each kind are taken in at once, the others behind what
        everybody else sends. They are stored all the same, and their hub need not repeat them."""
        quotas = self._quotas
        if quotas is None or not quotas.is_busy(home) or quotas.first_of_kind(home, signal.kind):
            return False
        quotas.note(home, Quota.TIME, message.received_at)
        batch.held.append(message)
        alarm = self._alarms.get((home, signal.kind)) if signal.active else None
        batch.publications.append(ack_of(home, signal, alarm, later=True))
        return True

    def room_for(self, at: TopicAddress, message: Message) -> str:
        """The name under which a signal's unknown device is registered."""
        try:
            self.new_device(at)
        except OverQuotaError as error:
            self.lost(message, error.what)
            return OVERFLOW_DEVICE
        return at.device

    def new_device(self, at: TopicAddress) -> None:
        """One is to be registered. Raises OverQuotaError when its home has no room for more."""
        if self._quotas is not None:
            self._quotas.new_device(at.home)

    def new_letter(self, message: Message) -> bool:
        """Whether it is kept. Those of signals have an allowance of their own."""
        return self._quotas is None or self._quotas.new_letter(
            home_of(message.topic), message.received_at, signal=message.topic.endswith("/signal")
        )


def hold(conn: Connection, messages: Sequence[Message]) -> None:
    """To be taken in behind the others; in one statement."""
    letters = [(m.topic, m.payload, m.received_at, *source_of(m.topic), m.retain) for m in messages]
    if letters:
        dead_letters.hold(conn, letters, HELD)
