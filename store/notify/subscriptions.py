"""Subscriptions of other programs to every change of an alarm: signed webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one

SQL = Queries("notify/subscriptions")


@dataclass(frozen=True, slots=True)
class Subscription:
    """`kinds` and `area_ids` None: all. The secret is shown to nobody again."""

    id: int
    url: str
    kinds: list[str] | None
    area_ids: list[int] | None
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, and what to sign with."""

    url: str
    secret: str = field(repr=False)


def everyone(conn: Connection) -> list[Subscription]:
    """Those that have ended too."""
    return fetch_all(conn, Subscription, SQL["everyone"])


def add(
    conn: Connection,
    *,
    url: str,
    secret: str,
    kinds: Sequence[str] | None,
    areas: Sequence[str] | None,
    now: datetime,
) -> Subscription:
    """`areas` are codes; LookupError names one that does not exist."""
    for code in areas or ():
        known = {row[0] for row in conn.execute(SQL["known_areas"], {"areas": list(areas or ())})}
        if code not in known:
            raise LookupError(code)
    made = fetch_one(
        conn,
        Subscription,
        SQL["add"],
        {
            "url": url,
            "secret": secret,
            "kinds": kinds and list(kinds),
            "areas": None if areas is None else list(areas),
            "now": now,
        },
    )
    assert made is not None  # noqa: S101
    return made


def disable(conn: Connection, subscription_id: int, now: datetime) -> bool:
    """End it; what is queued for it stays unsent. False: there is none in force."""
    row = conn.execute(SQL["disable"], {"id": subscription_id, "now": now}).fetchone()
    return row is not None


def target(conn: Connection, subscription_id: int) -> Target | None:
    """None: it has ended."""
    return fetch_one(conn, Target, SQL["target"], {"id": subscription_id})
