"""Addresses that are secrets: a message carries only their row, as `apprise:12`."""

from collections.abc import Callable

from store.db import Pool
from store.notify import preferences


def row_of(address: str) -> int:
    """The row behind an address like `apprise:12`."""
    return int(address.partition(":")[2])


def address_of(pool: Pool) -> Callable[[str], str | None]:
    """Looks up what somebody has entered; None: it was taken away meanwhile."""

    def looked_up(address: str) -> str | None:
        with pool.connection() as conn:
            return preferences.address(conn, row_of(address))

    return looked_up
