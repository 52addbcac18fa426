"""Compares an engine's clock with the database's: whether it may fire, and whether time went back.

An engine whose clock is wrong leaves the work to one whose clock is right. Alone it goes on by the
database's time: late alarms are worse than a time that somebody has to look up.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

import structlog

from store.clock import WRONG_FROM, Clock, ComparedClock, is_wrong
from store.db import Connection
from store.engine import clock_state, heartbeats
from store.engine.clock_state import CLOCK_DETAIL, clock_detail
from store.engine.heartbeats import Heartbeat
from store.escalation.timers import SHELVING_TIMER

log = structlog.get_logger(__name__)

HEALTHY_WITHIN = 15.0
"""Real seconds: three heartbeats of an engine."""


def others_are_well(beats: Iterable[Heartbeat], process: str, instance: str, clock: Clock) -> bool:
    """Whether another process of the kind lives and has the right time."""
    return any(
        beat.process == process
        and beat.instance != instance
        and -WRONG_FROM <= -clock.seconds_until(beat.at) <= HEALTHY_WITHIN
        and not is_wrong(beat.detail.get(CLOCK_DETAIL))
        for beat in beats
    )


class ClockGuard:
    """One engine's. `resume` is called when it may work again, `stepped` when this machine's clock
    was put back: who counts by it has to begin anew."""

    def __init__(
        self,
        clock: Clock,
        instance: str,
        resume: Callable[[], None] = lambda: None,
        stepped: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock if isinstance(clock, ComparedClock) else None
        self._instance = instance
        self._resume, self._stepped = resume, stepped
        self._aside = self._clock is not None
        self._last: tuple[datetime, float] | None = None

    def stands_aside(self) -> bool:
        """Whether the work is another engine's; also before the first comparison."""
        return self._aside

    def detail(self) -> dict[str, float]:
        """For the heartbeat."""
        return clock_detail(self._clock) if self._clock else {}

    def look(self, conn: Connection) -> None:
        """Compare, and decide. psycopg.Error: the database is away, and all stays as it was."""
        if self._clock is None:
            return
        self._watch_steps(self._clock)
        theirs = clock_state.compare(conn, self._clock)
        if theirs is None:
            if self._clock.ahead is None:
                self._go_on()  # a database that is slow, and nothing known: better early than never
            return
        self._decide(conn, self._clock)
        with conn.transaction():
            back = clock_state.put_back_by(conn, theirs)
            if back:
                moved = clock_state.move_due(conn, back, self._clock.now(), SHELVING_TIMER)
                log.error("the database's clock was put back", by=str(back), moved=moved)

    def _decide(self, conn: Connection, clock: ComparedClock) -> None:
        aside = clock.wrong and others_are_well(
            heartbeats.latest(conn), "alerts", self._instance, clock
        )
        if clock.wrong:
            log.error(
                "this machine's clock is wrong: correct it",
                seconds_ahead=round(clock.ahead or 0.0, 1),
                work="left to another engine" if aside else "by the database's time",
            )
        if aside:
            self._aside = True
        else:
            self._go_on()

    def _go_on(self) -> None:
        before, self._aside = self._aside, False
        if before:
            self._resume()

    def _watch_steps(self, clock: ComparedClock) -> None:
        """Whether this machine's clock was put back since the last look."""
        machine, passed = clock.machine(), monotonic()
        if self._last is not None:
            expected = self._last[0] + timedelta(seconds=passed - self._last[1])
            if (expected - machine).total_seconds() > WRONG_FROM:
                log.error("this machine's clock was put back", by=str(expected - machine))
                self._stepped()
        self._last = (machine, passed)
