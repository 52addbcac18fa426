"""What Alibaba Cloud keeps of a sending or call beside what the network of phones keeps."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from time import monotonic
from typing import Any


class SendStatus(IntEnum):
    """How far a message is, as QuerySendDetails says it."""

    WAITING = 1
    FAILED = 2
    DELIVERED = 3


@dataclass(frozen=True)
class Sending:
    """One message to one number."""

    sid: str
    biz_id: str
    number: str
    sign_name: str
    template_code: str
    content: str
    dest_code: str
    out_id: str
    sent_at: datetime
    taken_at: float
    """`time.monotonic()`."""
    status: SendStatus = SendStatus.WAITING
    err_code: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True)
class VoiceCall:
    """One call. `status_code` is empty until it has ended."""

    call_id: str
    product_id: str
    number: str
    show_number: str
    out_id: str
    asked_at: datetime
    taken_at: float
    status_code: str = ""
    ring_time: datetime | None = None
    hangup_direction: str = ""


def new_id() -> str:
    """A BizId or CallId: two numbers joined by a caret."""
    first, second = secrets.randbelow(9 * 10**11) + 10**11, secrets.randbelow(9 * 10**11) + 10**11
    return f"{first}^{second}"


class Ledger:
    """All sendings and calls. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sendings: dict[str, Sending] = {}
        self._calls: dict[str, VoiceCall] = {}

    def add_sending(self, sending: Sending) -> None:
        """Keep a new one."""
        with self._lock:
            self._sendings[sending.sid] = sending

    def add_call(self, call: VoiceCall) -> None:
        """Keep a new one."""
        with self._lock:
            self._calls[call.call_id] = call

    def update_sending(self, sid: str, **changes: Any) -> Sending:
        """Change its fields; returns it as it is now."""
        with self._lock:
            self._sendings[sid] = replace(self._sendings[sid], **changes)
            return self._sendings[sid]

    def update_call(self, call_id: str, **changes: Any) -> VoiceCall:
        """Change its fields; returns it as it is now."""
        with self._lock:
            self._calls[call_id] = replace(self._calls[call_id], **changes)
            return self._calls[call_id]

    def sendings(self, fits: Callable[[Sending], bool]) -> list[Sending]:
        """Those that fit, newest first."""
        with self._lock:
            return [sending for sending in reversed(self._sendings.values()) if fits(sending)]

    def call(self, call_id: str) -> VoiceCall | None:
        """The call, None if there is none."""
        with self._lock:
            return self._calls.get(call_id)

    def last_call_to(self, number: str, within_s: float) -> VoiceCall | None:
        """The newest call to a number, if it was taken so short a time ago."""
        since = monotonic() - within_s
        with self._lock:
            for call in reversed(self._calls.values()):
                if call.taken_at < since:
                    return None
                if call.number == number:
                    return call
            return None
