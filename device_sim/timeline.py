"""Timers on one thread: runs callbacks at their time, for hubs, the carrier and people."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger(__name__)

Callback = Callable[[], None]


class ScheduledCallback:
    """One thing to be done; `cancel()` makes it not happen if it has not begun."""

    __slots__ = ("action", "cancelled")

    def __init__(self, action: Callback) -> None:
        self.action = action
        self.cancelled = False

    def cancel(self) -> None:
        """Forget it. Harmless when it is already done."""
        self.cancelled = True


class Timeline:
    """Runs actions at their time in one daemon thread; equal times in the order they were asked.

    Actions must be short and must not block: everything later waits for them. One that raises is
    logged and the rest carries on.
    """

    def __init__(self, name: str = "timeline") -> None:
        self._changed = threading.Condition()
        self._tasks: list[tuple[float, int, ScheduledCallback]] = []
        self._number = itertools.count()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def after(self, seconds: float, action: Callback) -> ScheduledCallback:
        """Run `action` that many real seconds from now (0: as soon as possible)."""
        return self.at(time.monotonic() + seconds, action)

    def at(self, due: float, action: Callback) -> ScheduledCallback:
        """Run `action` at `due` on the `time.monotonic()` scale."""
        task = ScheduledCallback(action)
        with self._changed:
            heapq.heappush(self._tasks, (due, next(self._number), task))
            self._changed.notify()
        return task

    def stop(self) -> None:
        """Stop the thread; what was still to be done is not done."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            if task.cancelled:
                continue
            try:
                task.action()
            except Exception:
                log.exception("a simulated step failed; the next ones go on")

    def _next(self) -> ScheduledCallback | None:
        """Wait for the earliest task to be due; None when stopped."""
        with self._changed:
            while not self._stopped:
                wait = self._tasks[0][0] - time.monotonic() if self._tasks else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._tasks)[2]
                self._changed.wait(wait)
        return None
