"""Log-ins of users: passwords, sessions, tokens, failed tries.

Only hashes are stored: argon2id of passwords, SHA-256 of session cookies and bearer tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_one, rows_of
from store.model import User

SQL = Queries("access/sessions")


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's log-in: who, its CSRF token, since when and until when."""

    user: User
    csrf: str
    created_at: datetime
    expires_at: datetime


def credentials(conn: Connection, username: str) -> tuple[int, str] | None:
    """User id and stored hash; None: nobody of that name may log in."""
    row = conn.execute(SQL["credentials"], {"username": username}).fetchone()
    return (row[0], row[1]) if row else None


def find_username(conn: Connection, username: str) -> User | None:
    return fetch_one(conn, User, SQL["find_username"], {"username": username})


def set_password(conn: Connection, username: str, password_hash: str) -> int | None:
    """The user's id; None: there is no such user."""
    row = conn.execute(
        SQL["set_password"], {"username": username, "password_hash": password_hash}
    ).fetchone()
    return row[0] if row else None


def disable(conn: Connection, username: str, now: datetime) -> int | None:
    """The user's id; None: no such user, or disabled already."""
    row = conn.execute(SQL["disable"], {"username": username, "now": now}).fetchone()
    return row[0] if row else None


def end_sessions_of(conn: Connection, user_id: int, but: bytes | None = None) -> None:
    """All of a user's, but for this one; their streams are cut at once."""
    conn.execute(SQL["end_sessions_of"], {"user_id": user_id, "but": but})
    tell_of_end(conn)


def tell_of_end(conn: Connection) -> None:
    """Every api process looks at once who may still look on."""
    conn.execute(SQL["tell_of_end"])


def add_session(
    conn: Connection, *, token_hash: bytes, user_id: int, csrf: str, now: datetime, until: datetime
) -> None:
    conn.execute(
        SQL["add_session"],
        {
            "token_hash": token_hash,
            "user_id": user_id,
            "csrf": csrf,
            "now": now,
            "expires_at": until,
        },
    )


def find_session(conn: Connection, token_hash: bytes, now: datetime) -> Session | None:
    """None: no such session, it has expired, or its user is disabled."""
    with conn.cursor() as cursor:
        row = cursor.execute(SQL["find_session"], {"token_hash": token_hash, "now": now}).fetchone()
        return Session(rows_of(User)(cursor)(row), *row[-3:]) if row else None


def extend_session(conn: Connection, token_hash: bytes, until: datetime) -> None:
    conn.execute(SQL["extend_session"], {"token_hash": token_hash, "expires_at": until})


def has_others(conn: Connection, user_id: int, now: datetime) -> bool:
    """Whether somebody is still logged in somewhere."""
    row = conn.execute(SQL["has_others"], {"user_id": user_id, "now": now}).fetchone()
    return bool(row and row[0])


def end_session(conn: Connection, token_hash: bytes) -> None:
    conn.execute(SQL["end_session"], {"token_hash": token_hash})
    tell_of_end(conn)


def end_expired_sessions(conn: Connection, now: datetime) -> None:
    conn.execute(SQL["end_expired_sessions"], {"now": now})


def still_valid(conn: Connection, hashes: Sequence[bytes], now: datetime) -> set[bytes]:
    """Which of these sessions' and tokens' hashes still let their user in."""
    rows = conn.execute(SQL["still_valid"], {"hashes": list(hashes), "now": now})
    return {row[0] for row in rows}
