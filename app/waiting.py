"""Polls for something that gives no notice of itself, with a deadline."""

import time
from collections.abc import Callable


def wait_until(come: Callable[[], bool], seconds: float) -> bool:
    """Ask `come` every 20 ms; False when it has not come after `seconds`."""
    deadline = time.monotonic() + seconds
    while not come():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
