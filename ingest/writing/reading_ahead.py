"""Reads messages whose templates have to be rendered before their transaction begins.

Reading is pure, so what was read ahead holds as long as the home's knowledge is the same object;
else the message is read again, with the results that are there already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.dialects.readers import HomeKnowledge, read_message
from ingest.dialects.vocabulary.events import DialectEvent, WireMessage
from ingest.dialects.vocabulary.template_renders import OverBudgetError
from ingest.errors import UnreadableError
from ingest.packets import Message
from ingest.rendering.budget import HomeBudget
from ingest.rendering.job import Job
from ingest.rendering.message_renders import MessageRenders
from ingest.rendering.render_process import RenderProcess

READS = 3
"""The first finds what is missing, the second has it; a config that changes in between is met by
one more."""


@dataclass(slots=True)
class _Read:
    renders: MessageRenders
    knowledge: HomeKnowledge
    topic: str
    events: list[DialectEvent] | None = None
    error: UnreadableError | None = None


class ReadingAhead:
    """Messages of one dialect, by their identity as objects. Not thread-safe: one a writer."""

    def __init__(self, dialect: str, budget: HomeBudget) -> None:
        self._dialect, self._budget = dialect, budget
        self._process = RenderProcess(budget)
        self._read: dict[int, _Read] = {}

    @property
    def process(self) -> RenderProcess:
        return self._process

    def begin(
        self, home: str, message: Message, wire: WireMessage, knowledge: HomeKnowledge
    ) -> Job | None:
        """Read it; what has to be rendered elsewhere before it can be read."""
        text = wire.payload.decode(errors="replace")
        renders = MessageRenders(home, text, wire.received_at, self._budget)
        read = self._read[id(message)] = _Read(renders, knowledge, wire.topic)
        missing = self._once(read, wire)
        return renders.missing if missing else None

    def results(self, message: Message) -> None:
        """The job that `begin` gave for it is done."""
        self._read[id(message)].renders.take_results()

    def events(
        self, home: str, message: Message, wire: WireMessage, knowledge: HomeKnowledge
    ) -> list[DialectEvent]:
        """What it says. Waits for the process where nothing was read ahead. Raises
        UnreadableError."""
        read = self._read.get(id(message))
        if read is None:
            self.begin(home, message, wire, knowledge)
            read = self._read[id(message)]
        elif read.knowledge is not knowledge or read.topic != wire.topic:
            read.events = read.error = None
        for _ in range(READS):
            if read.error is None and read.events is None:
                self._again(read, wire, knowledge)
        if read.error is not None:
            raise read.error
        if read.events is None:
            raise OverBudgetError
        return read.events

    def forget(self, messages: Iterable[Message]) -> None:
        """They are stored."""
        if self._read:
            for message in messages:
                self._read.pop(id(message), None)

    def _again(self, read: _Read, wire: WireMessage, knowledge: HomeKnowledge) -> None:
        if not read.renders.missing.is_empty():
            self._process.finish(read.renders.missing)
            read.renders.take_results()
        read.knowledge, read.topic = knowledge, wire.topic
        self._once(read, wire)

    def _once(self, read: _Read, wire: WireMessage) -> bool:
        """Whether results are missing: then nothing of what it says counts yet."""
        events: list[DialectEvent] | None = None
        error: UnreadableError | None = None
        read.renders.begin()
        try:
            events = read_message(
                self._dialect, replace(wire, renders=read.renders), read.knowledge
            )
        except UnreadableError as found:
            error = found
        finally:
            missing = read.renders.end()
        if not missing:
            read.events, read.error = events, error
        return missing


def own_format(topic: str) -> bool:
    """Whether it is a signal or a reading in our own format, by its form: no config can name it.
    Said of thousands a second."""
    return topic.endswith(("/signal", "/reading")) and topic.count("/") == 3


def homes_to_load(messages: Sequence[Message]) -> set[str]:
    """Homes whose knowledge may be needed to read these."""
    found = set()
    for message in messages:
        if not own_format(message.topic):
            first, _, rest = message.topic.partition("/")
            home = rest.partition("/")[0]
            if first == "homes" and home and "\x00" not in home:
                found.add(home)
    return found
