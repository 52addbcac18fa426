"""What a centre says in words of its own: read again while a process runs."""

from collections.abc import Iterable
from threading import Lock
from time import monotonic

import psycopg
import psycopg_pool
import structlog

from store.db import Connection, Pool
from store.notify import message_texts
from store.notify.message_texts import ChosenText

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
"""Real seconds until a text that was put in force is said by all processes."""


class OwnTexts:
    """The texts that people have put in force, by message and language. Shared by all threads; it
    is swapped as a whole when it is read anew."""

    def __init__(self, texts: Iterable[ChosenText] = ()) -> None:
        self._texts = {(text.name, text.language): text for text in texts}
        self._read_at = float("-inf")
        self._reading = Lock()

    def get(self, name: str, language: str) -> ChosenText | None:
        """None: the product's words are in force."""
        return self._texts.get((name, language))

    def registered_at(self, carrier: str) -> frozenset[str]:
        """Templates that a centre has registered at the carrier in words of its own."""
        before = f"{carrier}_"
        return frozenset(
            text.name.removeprefix(before)
            for text in self._texts.values()
            if text.template_code and text.name.startswith(before)
        )

    def first_look(self, pool: Pool) -> None:
        """Before a process says anything. While the database is away it says nothing either: they
        are read with its first sign of life."""
        try:
            with pool.connection(timeout=LOOK_EVERY) as conn:
                self.look(conn)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("own texts not read: database away", error=str(error).strip())

    def read(self, conn: Connection) -> None:
        """As they are now."""
        found = message_texts.chosen(conn)
        self._texts = {(text.name, text.language): text for text in found}

    def look(self, conn: Connection) -> None:
        """Read them if that was a while ago and nobody else does. Outside of a transaction: what
        it reads must not be older than what others have committed."""
        if monotonic() - self._read_at < LOOK_EVERY or not self._reading.acquire(blocking=False):
            return
        try:
            self.read(conn)
            self._read_at = monotonic()
        finally:
            self._reading.release()
