"""Takes in one by one what was not acknowledged when the last holder of a lane ended.

Nothing is written before a message in ordinary times: a press would pay for it. Only after an end
that was not in order each message is noted before it is taken in. Should that be the end again, the
next holder knows which one it was: it puts it aside and takes in all others as always.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import structlog

from ingest.packets import Message
from ingest.writing.suspicion import digest_of
from store.db import Connection
from store.intake import suspects

log = structlog.get_logger(__name__)


class Caution:
    """Of one holder of a lane. `window`: how many messages a holder works at together: the one that
    ended it is among the first that come again."""

    def __init__(self, lane: str, window: int) -> None:
        self.suspects: set[bytes] = set()
        self._lane, self._left = lane, window
        self._token = secrets.token_hex(8)
        self._careful = False

    @property
    def careful(self) -> bool:
        """Whether messages are taken in one by one."""
        return self._careful

    def begin(self, conn: Connection, now: datetime) -> None:
        before = suspects.hold(conn, self._lane, self._token, now)
        self.suspects = suspects.known(conn)
        self._careful = not before.in_order and not before.working
        if self._careful:
            log.warning("the last holder has ended: one message after the other", lane=self._lane)

    def before(self, conn: Connection, messages: Sequence[Message]) -> None:
        """They are taken in next: one, or none, which ends the caution: the broker delivers first
        what was not acknowledged."""
        if not self._careful:
            return
        if messages and self._left > 0:
            self._left -= len(messages)
            suspects.work_at(conn, self._lane, self._token, digest_of(messages[0]))
        else:
            self._careful = False
            suspects.work_at(conn, self._lane, self._token, None)

    def let_go(self, conn: Connection) -> None:
        """The lane is left in order: whoever comes next need not be careful."""
        suspects.let_go(conn, self._lane, self._token)
