"""Replays dead letters that somebody has asked to process again; called by the service."""

from alerts.policy import Policy
from ingest.packets import Message
from ingest.quotas.home_quotas import BehindTheOthers
from ingest.quotas.overruns import Overruns
from ingest.topics import Leaf
from ingest.writing.batch_writer import BatchWriter
from ingest.writing.dialect_events import TAKEN_IN_PREFIX
from ingest.writing.last_seen import LastSeen
from store.clock import Clock
from store.db import Connection
from store.intake import dead_letters
from store.intake.dead_letters import DeadLetter

LETTERS_AT_ONCE = 50


class DeadLetterReplayer(BatchWriter):
    """Takes letters of both lanes, with the time they first came: a call of yesterday is raised and
    marked late. What still cannot be read stays a letter, with its reason of now."""

    def __init__(
        self,
        clock: Clock,
        policy: Policy,
        last_seen: LastSeen,
        overruns: Overruns | None = None,
    ) -> None:
        super().__init__(
            clock,
            policy,
            last_seen,
            frozenset(Leaf) - {Leaf.FROM_CENTRE, Leaf.CUTOVER},
            sole=True,
            quotas=BehindTheOthers(overruns) if overruns is not None else None,
        )
        self._reasons: list[str] = []

    def step(self, conn: Connection) -> int:
        """Take in the oldest that were asked for, each all or nothing; how many there were."""
        with conn.transaction():
            letters = dead_letters.take_for_replay(conn, LETTERS_AT_ONCE)
            for letter in letters:
                self._replay(conn, letter)
        return len(letters)

    def take_in(self, conn: Connection, letter: int) -> bool:
        """This one, which was set aside; whether it is there."""
        self._readings.apart = True
        with conn.transaction():
            letters = dead_letters.take_one(conn, letter)
            for found in letters:
                self._replay(conn, found)
        return bool(letters)

    def _replay(self, conn: Connection, letter: DeadLetter) -> None:
        self._reasons = []
        self.write(
            conn,
            [Message(letter.topic, letter.payload, letter.retained, 1, 0, 0, letter.received_at)],
        )
        failed = [reason for reason in self._reasons if not reason.startswith(TAKEN_IN_PREFIX)]
        dead_letters.record_replay(
            conn,
            letter.id,
            done=not failed,
            reason=(failed or [letter.reason])[0],
            now=self._clock.now(),
        )

    def _is_told(self, *_: object) -> bool:
        """The letter that is being replayed would be in its own way."""
        return False

    def _dead_letter(self, _conn: Connection, _message: Message, reason: str) -> bool:
        """It is kept already, and its hub was told."""
        self._reasons.append(reason)
        return False
