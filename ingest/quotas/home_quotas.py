"""What a home may send: far above what a home sends, and little beside what a lane can take in.

Telemetry is lost first. A signal or a danger in another format is never left out: it is held where
there are too many, and taken in behind what the others send. The first of each kind is taken in at
once, whatever else its home sends.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from ingest.errors import UnreadableError
from ingest.packets import Message
from ingest.quotas.allowances import Allowances
from ingest.quotas.overruns import Overruns, Quota

MESSAGES = 50_000, 6_000
"""At once, and so many come back in a minute; so are all of these. A hub that was away for a day
sends 29,000 readings at once (20 devices, one a minute)."""
BYTES = 64e6, 8e6
URGENT_SECONDS = 0.15, 3.0
"""Of a lane's processor time: a twentieth of it in the long run, and some 200 presses at once. One
takes 0.7 ms, and as much again of the database's."""
BULK_SECONDS = 0.5, 6.0
"""The same: an ordinary state takes 0.1 ms, a new description 0.7, of which a new hub sends some
hundred at once."""
DEVICES = 100, 1 / 3
"""New ones that nobody has announced to us: a home has 5 to 30."""
LETTERS = 100, 100 / 60
CONFIGS = 2_000, 10
"""New or changed descriptions of devices, and availability, which is one."""
KINDS = 3, 3
"""Signals of one kind that are taken in at once however many there are."""
HELD = 5_000, 500 / 60
"""Messages in other formats that are held, of which a signal may be one."""
OVERFLOW_DEVICE = "more-devices"
"""Whose the dangers are for which a home has no room to register devices."""


class OverQuotaError(UnreadableError):
    """A home has more of something than it may: this is left out, and counted."""

    def __init__(self, what: Quota) -> None:
        super().__init__(f"quota: more {what} than a home may have")
        self.what = what


class HomeQuotas:
    """Of one lane; not thread-safe, but for what it notes in `overruns`."""

    def __init__(self, overruns: Overruns, seconds: tuple[float, float] = BULK_SECONDS) -> None:
        """`seconds`: of the lane's processor time, at once and each minute."""
        self._overruns = overruns
        self._messages, self._bytes = Allowances(*MESSAGES), Allowances(*BYTES)
        self._seconds, self._devices = Allowances(*seconds), Allowances(*DEVICES)
        self._letters, self._configs = Allowances(*LETTERS), Allowances(*CONFIGS)
        self._kinds, self._held = Allowances(*KINDS), Allowances(*HELD)
        self._over: set[str] = set()

    def count(self, messages: Sequence[Message]) -> None:
        """A batch has come: who is over its quota of messages until the next one."""
        counted: Counter[str] = Counter()
        size: Counter[str] = Counter()
        for message in messages:
            home = home_of(message.topic)
            counted[home] += 1
            size[home] += len(message.payload)
        now = monotonic()
        self._over = {
            home
            for home, number in counted.items()
            if home
            and not (
                self._messages.spend(home, number, now) & self._bytes.spend(home, size[home], now)
            )
        }

    def is_over(self, home: str) -> bool:
        """Whether its telemetry is left out."""
        return home in self._over

    def is_busy(self, home: str) -> bool:
        """Whether it has taken more of the lane's time than it may."""
        return bool(home) and self._seconds.left(home, monotonic()) <= 0

    def spent(self, home: str, seconds: float) -> None:
        if home:
            self._seconds.spend(home, seconds, monotonic())

    def first_of_kind(self, home: str, kind: str) -> bool:
        return self._kinds.take((home, kind), 1, monotonic())

    def hold(self, home: str, at: datetime) -> None:
        """A message in another format is to be held. Raises OverQuotaError."""
        if not self._held.take(home, 1, monotonic()):
            raise OverQuotaError(Quota.MESSAGES)
        self.note(home, Quota.TIME, at)

    def new_device(self, home: str) -> None:
        """Raises OverQuotaError."""
        if not self._devices.take(home, 1, monotonic()):
            raise OverQuotaError(Quota.DEVICES)

    def new_config(self, home: str) -> None:
        """Raises OverQuotaError."""
        if not self._configs.take(home, 1, monotonic()):
            raise OverQuotaError(Quota.CONFIGS)

    def new_letter(self, home: str, at: datetime, *, signal: bool) -> bool:
        """Whether it is kept. Those of signals have an allowance of their own."""
        if self._letters.take((home, signal), 1, monotonic()):
            return True
        self.note(home, Quota.LETTERS, at)
        return False

    def note(self, home: str, what: Quota, at: datetime) -> None:
        self._overruns.note(home, what, at)


class BehindTheOthers(HomeQuotas):
    """For what was held already, and what somebody asks for: nothing is held or left out any more,
    and there is no more room for it than for the rest."""

    def count(self, messages: Sequence[Message]) -> None:
        """It was counted when it came."""

    def is_busy(self, home: str) -> bool:  # noqa: ARG002
        return False


def home_of(topic: str) -> str:
    """Empty: it names none."""
    first, _, rest = topic.partition("/")
    return rest.partition("/")[0] if first == "homes" else ""
