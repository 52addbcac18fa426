"""Records everything that the player sent, and what the hubs had acknowledged."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from device_sim.hubs.press import Press
from device_sim.plan.actions import Fate


@dataclass(slots=True)
class SentRecord:
    """One thing that was sent. Times are seconds of `time.monotonic()`.

    `published` None: there was no connection at that moment, so how long it took says nothing
    about the centre. `press`: the hub's own account of a signal that it repeats.
    """

    number: int
    home: str
    device: str
    what: str
    kind: str
    when: datetime
    fate: Fate
    published: float | None
    id: str | None = None
    seq: int | None = None
    active: bool = True
    test: bool = False
    topic: str = ""
    size: int = 0
    values: Mapping[str, float | bool] = field(default_factory=dict)
    acknowledged: float | None = None
    press: Press | None = None
    breached: bool = False
    """Something that had to be refused was let in."""

    @property
    def calls(self) -> bool:
        """Must it raise an alarm?"""
        return self.what == "signal" and self.active and not self.test and self.fate == Fate.STORED


class Ledger:
    """Thread-safe: hubs acknowledge from their own thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[SentRecord] = []
        self._open: dict[str, dict[str, deque[SentRecord]]] = {}
        self._pressed: dict[str, list[SentRecord]] = {}

    def __len__(self) -> int:
        return len(self._all)

    @property
    def sent(self) -> list[SentRecord]:
        """All of it, by number."""
        with self._lock:
            return list(self._all)

    def add(
        self,
        home: str,
        device: str,
        what: str,
        when: datetime,
        fate: Fate,
        *,
        connected: bool,
        kind: str = "",
        seq: int | None = None,
    ) -> SentRecord:
        """Give it the next number and keep it."""
        with self._lock:
            published = monotonic() if connected else None
            sent = SentRecord(len(self._all) + 1, home, device, what, kind, when, fate, published)
            sent.seq = seq
            self._all.append(sent)
            if seq is not None:
                self._open.setdefault(home, {}).setdefault(device, deque()).append(sent)
        return sent

    def follow(self, sent: SentRecord, press: Press) -> None:
        """The hub repeats this one until it is acknowledged."""
        with self._lock:
            sent.press = press
            self._pressed.setdefault(sent.home, []).append(sent)

    def acknowledged(self, home: str, device: str, last_seq: int) -> None:
        """The centre has this device's readings up to that seq."""
        now = monotonic()
        with self._lock:
            waiting = self._open.get(home, {}).get(device)
            while waiting and (waiting[0].seq or 0) <= last_seq:
                waiting.popleft().acknowledged = now

    def cut(self, home: str) -> None:
        """The connection broke: what is still open takes as long as the break lasts."""
        with self._lock:
            for waiting in self._open.get(home, {}).values():
                for sent in waiting:
                    sent.published = None
            still = [s for s in self._pressed.get(home, []) if s.press and not s.press.acknowledged]
            for sent in still:
                sent.published = None
            self._pressed[home] = still

    def outstanding(self) -> int:
        """How much of what hubs wait for has not been acknowledged."""
        with self._lock:
            readings = sum(len(w) for by in self._open.values() for w in by.values())
            presses = sum(
                1
                for by in self._pressed.values()
                for sent in by
                if sent.press and not sent.press.acknowledged
            )
        return readings + presses

    def all_confirmed(self) -> bool:
        """Does the centre acknowledge everything that was sent, and has it?"""
        with self._lock:
            silent = any(sent.press is None and sent.seq is None for sent in self._all)
        return not silent and not self.outstanding()
