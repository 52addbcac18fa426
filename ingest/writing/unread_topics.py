"""Gathers topics of homes that no format reads; written every few seconds, beside the messages.

A flood costs a look into a dictionary a message: a home has room for a few topics, and what a
payload looks like is only worked out for a new one. The urgent lane does not take part.
"""

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from ingest.writing.home_cache import shortened_name
from ingest.writing.unread_hints import excerpt_of, why_unread
from store.db import Connection
from store.intake import unread_topics
from store.intake.unread_topics import MOST, UnreadTopic

EVERY = 10.0
"""Real seconds between two writes."""
MOST_HOMES = 2_000
"""Homes noted between two writes."""
MAX_TOPIC = 250

Key = tuple[str, str]
"""Home and topic."""


@dataclass(slots=True)
class _Gathered:
    first: UnreadTopic
    last_at: datetime
    messages: int = 1


class UnreadTopics:
    """Thread-safe. `every`: seconds between two writes."""

    def __init__(self, every: float = EVERY) -> None:
        self._lock = threading.Lock()
        self._every = every
        self._written_at = float("-inf")
        self._gathered: dict[str, dict[str, _Gathered]] = {}
        self._listed: set[Key] | None = None
        """What the table holds; None: not asked yet."""
        self._read: set[Key] = set()

    def note(
        self, topic: str, payload: bytes, at: datetime, *, addressed: bool, refused: bool
    ) -> None:
        """Nobody has read this message of a home. An empty one only deletes what was retained."""
        key = _key(topic)
        if key is None or not payload:
            return
        home, name = key
        with self._lock:
            topics = self._gathered.get(home)
            if topics is None:
                if len(self._gathered) >= MOST_HOMES:
                    return
                topics = self._gathered[home] = {}
            known = topics.get(name)
            if known is not None:
                known.last_at, known.messages = at, known.messages + 1
            elif len(topics) < MOST:
                why = why_unread(topic, payload, addressed=addressed, refused=refused)
                first = UnreadTopic(name, why, excerpt_of(payload), at, at, 1)
                topics[name] = _Gathered(first, at)

    def read(self, topic: str) -> None:
        """A format has read a message of this topic: it is not one of those."""
        if not self._gathered and not self._listed:
            return
        key = _key(topic)
        if key is None:
            return
        with self._lock:
            if self._listed and key in self._listed:
                self._read.add(key)
            if (topics := self._gathered.get(key[0])) is not None:
                topics.pop(key[1], None)

    def flush(self, conn: Connection) -> None:
        """Write what was gathered, if it is time. What a database that is away does not get is
        noted again with the next message."""
        if monotonic() - self._written_at < self._every:
            return
        self._written_at = monotonic()
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            read, self._read = self._read, set()
        found = [
            (home, replace(one.first, last_at=one.last_at, messages=one.messages))
            for home, topics in sorted(gathered.items())
            for _, one in sorted(topics.items())
        ]
        if read:
            unread_topics.forget(conn, read)
        if found:
            unread_topics.note(conn, found)
        if read or found or self._listed is None:
            listed = unread_topics.listed(conn)
            with self._lock:
                self._listed = listed


def _key(topic: str) -> Key | None:
    """None: not a home's."""
    levels = topic.split("/", 2)
    if len(levels) < 3 or levels[0] != "homes" or not levels[1]:
        return None
    return shortened_name(levels[1]), shortened_name(topic, MAX_TOPIC)
