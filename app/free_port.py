"""A TCP port for a server that is started later."""

import errno
import random
import socket

FIRST, LAST = 15_000, 32_000
"""Below what the system hands to outgoing connections (32768 and up on Linux): such a port is
sometimes taken between being found free and being used."""


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody uses at this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randint(FIRST, LAST)  # noqa: S311 - nothing secret
        try:
            with socket.create_server((host, port), family=family):
                return port
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
