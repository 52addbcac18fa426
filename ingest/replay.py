"""Dead letters that somebody wants to have taken in again, after a fix."""

from alerts.policy import Policy
from ingest.packets import Message
from ingest.seen import Seen
from ingest.topics import Leaf
from ingest.writer import Writer
from store import dead_letters
from store.clock import Clock
from store.db import Connection
from store.dead_letters import DeadLetter

AT_ONCE = 50
TAKEN = "taken in nevertheless"


class Replays(Writer):
    """Takes letters of both lanes, with the time they first came: a call of yesterday is raised and
    marked late. What still cannot be read stays a letter, with its reason of now."""

    def __init__(self, clock: Clock, policy: Policy, seen: Seen) -> None:
        super().__init__(clock, policy, seen, frozenset(Leaf) - {Leaf.OURS, Leaf.MARK}, sole=True)
        self._reasons: list[str] = []

    def step(self, conn: Connection) -> int:
        """Take in the oldest that were asked for, each all or nothing; how many there were."""
        with conn.transaction():
            letters = dead_letters.take_asked(conn, AT_ONCE)
            for letter in letters:
                self._replay(conn, letter)
        return len(letters)

    def _replay(self, conn: Connection, letter: DeadLetter) -> None:
        self._reasons = []
        self.write(
            conn,
            [Message(letter.topic, letter.payload, letter.retained, 1, 0, 0, letter.received_at)],
        )
        failed = [reason for reason in self._reasons if not reason.startswith(TAKEN)]
        dead_letters.replayed(
            conn,
            letter.id,
            done=not failed,
            reason=(failed or [letter.reason])[0],
            now=self._clock.now(),
        )

    def _dead_letter(self, _conn: Connection, _message: Message, reason: str) -> None:
        self._reasons.append(reason)
