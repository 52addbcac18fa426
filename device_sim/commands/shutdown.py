"""Runs a command until SIGTERM or SIGINT, then stops it."""

import signal
import threading
from collections.abc import Callable
from types import FrameType


def run_until_stopped(begun: Callable[[], None], stop: Callable[[], None]) -> None:
    """Wait for SIGTERM or SIGINT, then stop; `begun` speaks when both would be heard."""
    signalled = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        signalled.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    try:
        begun()
        signalled.wait()
    finally:
        stop()
