"""The message queues of the account: at least once, hidden for a while, deleted by a handle."""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

QUEUE_PREFIX = "Alicom-Queue-"
ACCOUNT_ID = "1000000000000001"


class MessageType(StrEnum):
    """What a queue carries."""

    SMS_REPORT = "SmsReport"
    SMS_UP = "SmsUp"
    VOICE_REPORT = "VoiceReport"
    VOICE_CALL_REPORT = "VoiceCallReport"

    @property
    def queue_name(self) -> str:
        """The queue's name as the console shows it."""
        return f"{QUEUE_PREFIX}{ACCOUNT_ID}-{self.value}"


@dataclass
class QueuedMessage:
    """One message. Times are on one clock, in seconds; only their differences count."""

    body: bytes
    enqueued_at: float
    visible_at: float
    id: str = field(default_factory=lambda: secrets.token_hex(16).upper())
    handle: str = ""
    """Of the newest receipt; who received it earlier cannot delete it any more."""
    dequeued: int = 0
    first_dequeued_at: float = 0.0


class UnknownHandleError(LookupError):
    """Deleted already, visible again, or received by somebody else since."""


class MessageQueues:
    """One queue a type. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[MessageType, list[QueuedMessage]] = {kind: [] for kind in MessageType}
        self._listeners: list[Callable[[], object]] = []

    def put(self, kind: MessageType, content: Mapping[str, Any], now: float) -> None:
        """Append a message."""
        body = json.dumps(content, ensure_ascii=False).encode()
        with self._lock:
            self._queues[kind].append(QueuedMessage(body, now, now))
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def receive(
        self, kind: MessageType, most: int, now: float, visibility_s: float
    ) -> list[QueuedMessage]:
        """Up to so many that are visible; they are hidden for `visibility_s`."""
        with self._lock:
            taken = [m for m in self._queues[kind] if m.visible_at <= now][:most]
            for message in taken:
                message.visible_at = now + visibility_s
                message.handle = f"{message.dequeued + 1}-{secrets.token_hex(12)}"
                message.dequeued += 1
                message.first_dequeued_at = message.first_dequeued_at or now
            return [QueuedMessage(**vars(message)) for message in taken]

    def next_visible_in(self, kind: MessageType, now: float) -> float | None:
        """Seconds until a hidden message is visible again; None when there is none."""
        with self._lock:
            return min((max(0.0, m.visible_at - now) for m in self._queues[kind]), default=None)

    def delete(self, kind: MessageType, handle: str, now: float) -> None:
        """The message was handled. UnknownHandleError."""
        with self._lock:
            self._queues[kind].remove(self._found(kind, handle, now))

    def change_visibility(
        self, kind: MessageType, handle: str, now: float, visibility_s: float
    ) -> QueuedMessage:
        """Hide it that long from now; it gets a new handle. UnknownHandleError."""
        with self._lock:
            message = self._found(kind, handle, now)
            message.visible_at = now + visibility_s
            message.handle = f"{message.dequeued}-{secrets.token_hex(12)}"
            return QueuedMessage(**vars(message))

    def left(self, kind: MessageType) -> list[dict[str, Any]]:
        """What nobody has deleted, hidden or not, oldest first."""
        with self._lock:
            return [json.loads(message.body) for message in self._queues[kind]]

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` (which must be quick) on every new message; returns how to stop that."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return stop

    def _found(self, kind: MessageType, handle: str, now: float) -> QueuedMessage:
        for message in self._queues[kind]:
            if message.handle and message.handle == handle and message.visible_at > now:
                return message
        raise UnknownHandleError(handle)
