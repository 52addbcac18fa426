"""Runs what people do step by step, with simulated pauses, on one thread."""

from collections.abc import Generator

import structlog

from device_sim.centre.http_client import HttpError
from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

Routine = Generator[float, None, None]
"""What somebody does; yields the simulated seconds until the next thing."""


class RoutineRunner:
    """Runs routines. One that meets a refusal of the centre ends; the others go on."""

    def __init__(self, name: str, speed: float) -> None:
        self._timeline = Timeline(name)
        self._speed = speed
        self._stopped = False

    def begin(self, routine: Routine, after: float = 0.0) -> None:
        """Start it `after` simulated seconds from now."""
        self._timeline.after(max(0.0, after) / self._speed, lambda: self._step(routine))

    def stop(self) -> None:
        """Nobody does anything any more."""
        self._stopped = True
        self._timeline.stop()

    def _step(self, routine: Routine) -> None:
        if self._stopped:
            return
        try:
            pause = next(routine)
        except StopIteration:
            return
        except HttpError as error:
            # People meet this all day: somebody else was quicker, the alarm is over.
            log.info("refused", error=str(error)[:200])
            return
        self.begin(routine, pause)
