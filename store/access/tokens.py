"""Bearer tokens of programs: made, found, listed, revoked. Only SHA-256 hashes are stored."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Role, User

SQL = Queries("access/tokens")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is nowhere."""

    id: int
    username: str
    role: Role
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def add(
    conn: Connection,
    *,
    token_hash: bytes,
    user_id: int,
    label: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    values = {"token_hash": token_hash, "user_id": user_id, "label": label, "now": now}
    row = conn.execute(SQL["add"], {**values, "expires_at": expires_at}).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return int(row[0])


def find_user(conn: Connection, token_hash: bytes, now: datetime) -> User | None:
    """None: no such token, it has ended or was revoked, or its user is disabled."""
    return fetch_one(conn, User, SQL["find_user"], {"token_hash": token_hash, "now": now})


def revoke(conn: Connection, token_id: int, now: datetime) -> bool:
    """False: no such token, or revoked already."""
    return conn.execute(SQL["revoke"], {"id": token_id, "now": now}).fetchone() is not None


def listed(conn: Connection, since: datetime) -> list[Token]:
    """Those in force and those that have ended since then, the next to end first."""
    return fetch_all(conn, Token, SQL["listed"], {"since": since})
