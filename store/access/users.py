"""Users: who can log in, and in which role."""

from datetime import datetime

from store.db import Connection, Queries, fetch_one
from store.model import Role, User

SQL = Queries("access/users")


def find(conn: Connection, user_id: int) -> User | None:
    """None: no such user, or disabled."""
    return fetch_one(conn, User, SQL["find"], {"id": user_id})


def add(
    conn: Connection,
    *,
    person_id: int,
    username: str,
    password_hash: str,
    role: Role,
    now: datetime,
) -> int:
    """`password_hash` is argon2's encoded form. psycopg's UniqueViolation: the name is taken."""
    row = conn.execute(
        SQL["add"],
        {
            "person_id": person_id,
            "username": username,
            "password_hash": password_hash,
            "role": role,
            "now": now,
        },
    ).fetchone()
    assert row is not None  # noqa: S101  an insert returns its row
    return int(row[0])
