"""Who can own an alarm, with who of them is at the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.policy import Policy
from store.access import desk_presence
from store.db import Connection
from store.home import household
from store.model import Role


@dataclass(frozen=True, slots=True)
class OperatorView:
    """`id` is the user's. `at_desk`: their screen, or their program, is connected to the stream;
    `seen_at`: when it last was; None: never, or they have logged out since."""

    id: int
    name: str
    role: Role
    at_desk: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Operators:
    """By name."""

    items: list[OperatorView]


def operators_of(conn: Connection, now: datetime, policy: Policy) -> Operators:
    """Without the programs."""
    everybody = household.operators(conn)
    seen = desk_presence.last_seen(conn, [one.id for one in everybody])
    since = now - timedelta(seconds=policy.at_desk)
    return Operators(
        [
            OperatorView(one.id, one.name, one.role, at is not None and at >= since, at)
            for one in everybody
            for at in (seen.get(one.id),)
        ]
    )
