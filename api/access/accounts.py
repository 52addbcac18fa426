"""Creates and disables users and tokens; called by `anxin user`, `anxin token` and the demo."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg

from api.access.login import hash_password, hash_secret
from api.access.login_throttle import forgive_name
from api.errors import ConflictError, InvalidError, MissingError
from api.http.phone_numbers import e164
from store.access import sessions, tokens, users
from store.db import Connection
from store.home import people
from store.model import Role, User

NO_PASSWORD = "!"  # noqa: S105  no password hashes to this: such a user logs in with tokens only
TOKEN_DAYS, LONGEST_TOKEN = 365, 3650
"""A token ends after a year unless it is said otherwise, and after ten in any case."""
_USERNAME = re.compile(r"[a-z0-9._-]{1,64}")


def add_user(
    conn: Connection,
    *,
    username: str,
    role: Role,
    password: str | None,
    now: datetime,
    name: str = "",
    phone: str | None = None,
    person_id: int | None = None,
    language: str = "zh",
) -> User:
    """Let somebody log in; without a password only by token.

    `person_id` names somebody who is known already: a family user must be a contact of a home, a
    responder a responder. Without it a new person is made from name, phone and language.
    InvalidError: user name, password or phone; ConflictError: the user name is taken.
    """
    if not _USERNAME.fullmatch(username):
        raise InvalidError("a user name has 1 to 64 of the characters a-z 0-9 . _ -")
    hashed = NO_PASSWORD if password is None else hash_password(password, (username, name))
    try:
        with conn.transaction():
            if person_id is None:
                number = e164(phone) if phone else None
                person_id = people.add_person(
                    conn, name=name or username, phone=number, language=language
                )
            user_id = users.add(
                conn,
                person_id=person_id,
                username=username,
                password_hash=hashed,
                role=role,
                now=now,
            )
    except psycopg.errors.UniqueViolation:
        raise ConflictError(f"the user name {username} is taken") from None
    except psycopg.errors.ForeignKeyViolation:
        raise MissingError(f"there is no person {person_id}") from None
    user = users.find(conn, user_id)
    assert user is not None  # noqa: S101  just added
    return user


def set_password(conn: Connection, username: str, password: str) -> None:
    """Change a password and end the user's sessions. MissingError, InvalidError."""
    with conn.transaction():
        user_id = sessions.set_password(conn, username, hash_password(password, [username]))
        if user_id is None:
            raise MissingError(f"there is no user {username}")
        sessions.end_sessions_of(conn, user_id)
        forgive_name(conn, username)


def disable_user(conn: Connection, username: str, now: datetime) -> None:
    """Shut a user out at once; what they did stays theirs. MissingError."""
    with conn.transaction():
        user_id = sessions.disable(conn, username, now)
        if user_id is None:
            raise MissingError(f"there is no user {username} who may log in")
        sessions.end_sessions_of(conn, user_id)


def change_own_password(
    conn: Connection, username: str, password: str, session: bytes | None
) -> None:
    """Whoever is logged in takes another password: their other sessions end. InvalidError."""
    with conn.transaction():
        user_id = sessions.set_password(conn, username, hash_password(password, [username]))
        if user_id is None:
            raise MissingError(f"there is no user {username}")
        sessions.end_sessions_of(conn, user_id, but=session)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was made; `secret` is shown once and stored as a hash only."""

    id: int
    secret: str = field(repr=False)
    expires_at: datetime


def make_token(
    conn: Connection, username: str, label: str, now: datetime, days: int = TOKEN_DAYS
) -> NewToken:
    """A new bearer token for a user. MissingError."""
    user = sessions.find_username(conn, username)
    if user is None:
        raise MissingError(f"there is no user {username} who may log in")
    return _issue_token(conn, user, label, now, days)


def make_role_token(
    conn: Connection, role: Role, label: str, now: datetime, days: int = TOKEN_DAYS
) -> NewToken:
    """A new bearer token for a program: it acts as the service user of that role, which is made
    when there is none yet."""
    username = f"service-{role}"
    with conn.transaction():
        user = sessions.find_username(conn, username) or add_user(
            conn, username=username, role=role, password=None, now=now, name=username
        )
        return _issue_token(conn, user, label, now, days)


def revoke_token(conn: Connection, token_id: int, now: datetime) -> None:
    """End a token at once. MissingError."""
    with conn.transaction():
        if not tokens.revoke(conn, token_id, now):
            raise MissingError(f"there is no token {token_id} in force")
        sessions.tell_of_end(conn)


def _issue_token(conn: Connection, user: User, label: str, now: datetime, days: int) -> NewToken:
    secret, ends = "anx_" + secrets.token_urlsafe(32), now + timedelta(days=days)
    number = tokens.add(
        conn,
        token_hash=hash_secret(secret),
        user_id=user.id,
        label=label,
        now=now,
        expires_at=ends,
    )
    return NewToken(number, secret, ends)
