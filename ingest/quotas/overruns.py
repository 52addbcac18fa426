"""Gathers which homes send more than they may; written every few seconds, for the desk."""

import threading
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from time import monotonic

from store.db import Connection
from store.watch import home_overruns
from store.watch.home_overruns import Overrun

EVERY = 5.0
"""Real seconds between two writes."""
MOST_HOMES = 2_000


class Quota(StrEnum):
    """What a home has too much of."""

    MESSAGES = "messages"
    """Readings and states are left out."""
    DEVICES = "devices"
    """New ones are not registered."""
    LETTERS = "letters"
    """What cannot be read is not kept any more."""
    CONFIGS = "configs"
    """Descriptions of devices are not learned."""
    TIME = "time"
    """Its messages take too long: they are held, and taken in behind the others."""
    TEMPLATES = "templates"


class Overruns:
    """Thread-safe."""

    def __init__(self, every: float = EVERY) -> None:
        self._lock = threading.Lock()
        self._every, self._written_at = every, float("-inf")
        self._gathered: dict[tuple[str, Quota], Overrun] = {}

    def note(self, home: str, what: Quota, at: datetime) -> None:
        with self._lock:
            known = self._gathered.get((home, what))
            if known is not None:
                self._gathered[home, what] = replace(known, last_at=at, times=known.times + 1)
            elif len(self._gathered) < MOST_HOMES:
                self._gathered[home, what] = Overrun(home, what, at, at, 1)

    def flush(self, conn: Connection) -> None:
        """Write what was gathered, if it is time."""
        if monotonic() - self._written_at < self._every:
            return
        self._written_at = monotonic()
        with self._lock:
            gathered, self._gathered = self._gathered, {}
        if gathered:
            home_overruns.note(conn, [found for _, found in sorted(gathered.items())])
