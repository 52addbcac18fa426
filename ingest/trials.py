"""Tries in a process of its own what was set aside: who is suspected by chance is taken in.

A process may end for other reasons than the message it is at: somebody kills it, the machine is out
of memory. What was set aside may be a press; so it is tried at once, where it can harm nobody.
"""

import subprocess
import threading
from collections.abc import Sequence

import psycopg
import psycopg_pool
import structlog

from store.clock import Clock
from store.db import Connection, Pool
from store.intake import dead_letters, suspects

log = structlog.get_logger(__name__)

DEADLINE = 30.0
"""Real seconds for one message, with the start of its process."""
AT_ONCE = 20
GUILTY = "set aside: it ends the process that takes it in"


class Trials:
    """`command`: takes in the letter whose id is put behind it, and ends with 0. None: nothing is
    tried."""

    def __init__(self, pool: Pool, clock: Clock, command: Sequence[str] | None) -> None:
        self._pool, self._clock, self._command = pool, clock, command
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def step(self, conn: Connection) -> None:
        """Begin with what is to be tried, unless something is being tried."""
        if self._command is None or (self._thread is not None and self._thread.is_alive()):
            return
        if letters := suspects.to_try(conn, AT_ONCE):
            self._thread = threading.Thread(target=self._try, args=[letters], daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """What is being tried is tried again by whoever asks for it: nothing outlives us."""
        self._stopped = True
        if (process := self._process) is not None:
            process.kill()
        if self._thread is not None:
            self._thread.join()

    def _try(self, letters: Sequence[int]) -> None:
        try:
            for letter in letters:
                if not self._stopped:
                    self._try_one(letter)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("nothing tried: database away", error=str(error).strip())

    def _try_one(self, letter: int) -> None:
        with self._pool.connection(timeout=5) as conn:
            suspects.tried(conn, letter, self._clock.now())
        harmless = self._survives(letter)
        if self._stopped and not harmless:
            with self._pool.connection(timeout=5) as conn:
                suspects.not_tried(conn, letter)
            return
        with self._pool.connection(timeout=5) as conn, conn.transaction():
            if harmless:
                suspects.acquit(conn, letter)
            else:
                now = self._clock.now()
                dead_letters.record_replay(conn, letter, done=False, reason=GUILTY, now=now)
        log.warning("what was set aside has been tried", letter=letter, harmless=harmless)

    def _survives(self, letter: int) -> bool:
        with subprocess.Popen([*(self._command or ()), str(letter)]) as process:  # noqa: S603
            self._process = process
            try:
                return process.wait(DEADLINE) == 0
            except subprocess.TimeoutExpired:
                process.kill()
                return False
            finally:
                self._process = None
