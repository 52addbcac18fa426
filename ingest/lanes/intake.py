"""What one client of a lane has delivered and is not acknowledged yet; used by its runner."""

import queue
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from ingest.lanes.deliveries import Deliveries
from ingest.lanes.lane_client import LaneClient
from ingest.packets import Message
from ingest.writing.batch import Publication
from ingest.writing.batch_writer import BatchWriter

LATER_AT_ONCE = 10
"""Publications that are not urgent, in one round."""


class Intake:
    """Reads ahead, and lets messages wait whose templates are rendered elsewhere."""

    def __init__(self, lane: LaneClient, writer: BatchWriter) -> None:
        self.lane, self.writer = lane, writer
        self._deliveries = Deliveries()
        self._later: deque[Publication] = deque()
        self._rendered: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._deliveries)

    def note_rendered(self) -> bool:
        """Whether something that has waited can be stored."""
        with suppress(queue.Empty):
            while True:
                message = self._rendered.get_nowait()
                self.writer.rendered(message)
                self._deliveries.results(message)
        return self._deliveries.is_ready()

    def arrived(self, messages: Sequence[Message]) -> list[Message]:
        """Those to be stored now, with those that have waited."""
        return self._deliveries.arrived(messages, self._waits)

    def stored(self, messages: Sequence[Message]) -> None:
        """Acknowledge what can be, in the order of arrival."""
        self.lane.ack(self._deliveries.stored(messages))

    def publish(self, publications: Sequence[Publication]) -> None:
        """Each takes as long as a reading: what is not urgent leaves little by little (`flush`)."""
        for publication in publications:
            if publication.later:
                self._later.append(publication)
            else:
                self.lane.publish(publication.topic, publication.payload)

    def flush(self) -> bool:
        """Whether some are left to be published."""
        for _ in range(min(LATER_AT_ONCE, len(self._later))):
            publication = self._later.popleft()
            self.lane.publish(publication.topic, publication.payload)
        return bool(self._later)

    def _waits(self, message: Message) -> bool:
        job = self.writer.read_ahead(message)
        if job is None:
            return False

        def done() -> None:
            self._rendered.put(message)
            self.lane.messages.put(None)  # do not wait for another one

        self.writer.render(job, done)
        return True
