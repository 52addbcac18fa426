"""Ports for servers that a test starts later."""

import random
import socket

FIRST, LAST = 15_000, 32_000
"""Below what the system hands to outgoing connections (32768 and up on Linux): such a port is
sometimes taken between being found free and being used."""


def free_port() -> int:
    """Return a TCP port nobody listens on at 127.0.0.1."""
    while True:
        with socket.socket() as probe:
            port = random.randint(FIRST, LAST)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
