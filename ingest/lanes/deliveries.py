"""Messages between their arrival and their acknowledgement. Pure.

A message that has to wait (for its templates) holds up what its home says after it, and nobody
else; a signal in our own format waits for nothing. Acknowledgements leave in the order of arrival:
one for what was stored already waits until all before it is stored, too.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ingest.errors import UnreadableError
from ingest.packets import Message
from ingest.topics import Leaf, parse_topic

Waits = Callable[[Message], bool]
"""Whether a message has to wait; asked once, of the first of its home that is to be stored."""


@dataclass(slots=True)
class _Line:
    """A home's messages in their order; the first waits for its results."""

    messages: deque[Message] = field(default_factory=deque)
    ready: bool = False


class Deliveries:
    """Of one lane; not thread-safe."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._order: deque[Message] = deque()
        """All that is not acknowledged, while something waits."""
        self._stored: set[int] = set()

    def __len__(self) -> int:
        """How many wait."""
        return sum(len(line.messages) for line in self._lines.values())

    def is_ready(self) -> bool:
        """Whether one that has waited can be stored."""
        return any(line.ready for line in self._lines.values())

    def arrived(self, messages: Sequence[Message], waits: Waits) -> list[Message]:
        """Those to be stored now, in order: what has waited long enough, and what need not wait."""
        now = self._released(waits)
        first = len(self._order)
        waiting = False
        for message in messages:
            if self._has_to_wait(message, waits):
                waiting = True
            else:
                now.append(message)
        if waiting or first or self._lines:
            self._order.extend(messages)
        return now

    def results(self, message: Message) -> None:
        """What it waited for is there."""
        self._lines[_home(message)].ready = True

    def stored(self, messages: Iterable[Message]) -> list[Message]:
        """Those that may be acknowledged now, in the order of their arrival."""
        if not self._order:
            return list(messages)
        self._stored.update(map(id, messages))
        found = []
        while self._order and id(self._order[0]) in self._stored:
            message = self._order.popleft()
            self._stored.discard(id(message))
            found.append(message)
        return found

    def _has_to_wait(self, message: Message, waits: Waits) -> bool:
        if self._lines and (line := self._lines.get(_home(message))) is not None:
            if _is_signal(message):
                return False
            line.messages.append(message)
            return True
        if not waits(message):
            return False
        self._lines[_home(message)] = _Line(deque([message]))
        return True

    def _released(self, waits: Waits) -> list[Message]:
        """What has waited, up to the next of its home that has to wait."""
        found = []
        for home, line in [(home, line) for home, line in self._lines.items() if line.ready]:
            line.ready = False
            found.append(line.messages.popleft())
            while line.messages and not waits(line.messages[0]):
                found.append(line.messages.popleft())
            if not line.messages:
                del self._lines[home]
        return found


def _home(message: Message) -> str:
    """As far as the order of messages goes: those that name no home are one."""
    first, _, rest = message.topic.partition("/")
    return rest.partition("/")[0] if first == "homes" else ""


def _is_signal(message: Message) -> bool:
    try:
        return parse_topic(message.topic).leaf is Leaf.SIGNAL
    except UnreadableError:
        return False
