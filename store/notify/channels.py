"""Which channels to people there are, as the database checks it."""

from collections.abc import Mapping

from store.db import Connection, Queries

SQL = Queries("notify/channels")


def write_down(conn: Connection, channels: Mapping[str, bool]) -> None:
    """Let rows name these channels; True: with an address of their own, else it is the telephone.
    Those that are there already stay."""
    for name, with_address in channels.items():
        conn.execute(SQL["write_down"], {"name": name, "with_address": with_address})
