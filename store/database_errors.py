"""Tells errors of a database that is away from those of one that refuses a statement. Pure."""

import psycopg

AWAY = ("08", "57P", "57014", "40", "55P03", "53100", "53300")
"""SQLSTATEs, or how they begin, that pass by themselves: connection, shutdown and crash, time over,
deadlock and serialisation, a lock that was not to be had, a full disk, too many connections
(PostgreSQL, appendix A)."""


def is_outage(error: Exception) -> bool:
    """True: try the same again until it works. False for an OperationalError: the server answers
    and refuses (no memory, a statement too complex)."""
    if not isinstance(error, psycopg.OperationalError):
        return not isinstance(error, psycopg.Error)  # the pool has no connection
    return error.sqlstate is None or error.sqlstate.startswith(AWAY)
