"""Creates and disables users and tokens; called by `anxin user`, `anxin token` and the demo."""

import re
import secrets
from datetime import datetime

import psycopg

from api.access.login import hash_password, hash_secret
from api.access.login_throttle import forgive_name
from api.errors import ConflictError, InvalidError, MissingError
from api.http.phone_numbers import e164
from store.access import sessions, users
from store.db import Connection
from store.home import people
from store.model import Role, User

NO_PASSWORD = "!"  # noqa: S105  no password hashes to this: such a user logs in with tokens only
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
    hashed = NO_PASSWORD if password is None else hash_password(password)
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
        user_id = sessions.set_password(conn, username, hash_password(password))
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


def make_token(conn: Connection, username: str, label: str, now: datetime) -> str:
    """A new bearer token for a user: shown once, stored as a hash only. MissingError."""
    user = sessions.find_username(conn, username)
    if user is None:
        raise MissingError(f"there is no user {username} who may log in")
    return _issue_token(conn, user, label, now)


def make_role_token(conn: Connection, role: Role, label: str, now: datetime) -> str:
    """A new bearer token for a program: it acts as the service user of that role, which is made
    when there is none yet."""
    username = f"service-{role}"
    with conn.transaction():
        user = sessions.find_username(conn, username) or add_user(
            conn, username=username, role=role, password=None, now=now, name=username
        )
        return _issue_token(conn, user, label, now)


def _issue_token(conn: Connection, user: User, label: str, now: datetime) -> str:
    token = "anx_" + secrets.token_urlsafe(32)
    sessions.add_token(conn, token_hash=hash_secret(token), user_id=user.id, label=label, now=now)
    return token
