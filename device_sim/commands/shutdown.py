"""Runs a command until SIGTERM or SIGINT, then stops it."""

import signal
import threading
from collections.abc import Callable
from types import FrameType


def run_until_stopped(begun: Callable[[], None], stop: Callable[[], None]) -> None:
    """Wait for SIGTERM or SIGINT, then stop; `begun` speaks when both would be heard."""
    told = threading.Event()

    def hear(_: int, __: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    try:
        begun()
        told.wait()
    finally:
        stop()
