"""Log-in with user name and password: argon2id, throttled, one session for each log-in.

Failures are counted in the database, by name and by address, so that any number of API processes
throttle together. An attempt is counted before its password is looked at: guesses made at the
same moment cannot slip past the limit.
"""

import hashlib
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.deps import ApiDeps
from api.errors import ApiError, InvalidError, ThrottledError
from store.access import sessions, users
from store.db import Connection
from store.model import User

log = structlog.get_logger()

SESSION_LENGTH = timedelta(hours=12)
"""A session ends when nothing was asked in it for that long; an operator's shift fits in."""
WINDOW = timedelta(minutes=15)
NAME_LIMIT = 10
"""Failures by user name within the window; one more is not even looked at."""
ADDRESS_LIMIT = 50
"""Failures by address: more, because a whole centre may share one."""
MIN_PASSWORD, MAX_PASSWORD = 8, 1024

_hasher = PasswordHasher()  # RFC 9106, low memory: 64 MiB, 3 passes
_hashing_slots = threading.BoundedSemaphore(2)  # 64 MiB each
_NOBODYS_HASH = _hasher.hash(secrets.token_hex(16))


class WrongPasswordError(ApiError):
    """The user name or the password is wrong."""

    status = 401
    slug = "wrong-password"
    title = "The user name or the password is wrong"


@dataclass(frozen=True)
class NewSession:
    """A log-in that worked. `cookie` is the secret for the browser; it is stored nowhere."""

    user: User
    cookie: str
    csrf: str


def hash_password(password: str) -> str:
    """argon2id's encoded form. InvalidError: too short or absurdly long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    with _hashing_slots:
        return _hasher.hash(password)


def log_in(deps: ApiDeps, username: str, password: str, address: str) -> NewSession:
    """Check the password and start a session. WrongPasswordError, ThrottledError.

    Takes as long for a name that does not exist as for a wrong password. `address` is where the
    request came from.
    """
    now = deps.clock.now()
    name = username.strip().lower().replace("\x00", "")[:64]
    with deps.transaction() as conn:
        _count_attempt(conn, name, address, now)
        stored = sessions.credentials(conn, name)
    user_id, password_hash = stored or (None, _NOBODYS_HASH)
    if not _matches(password_hash, password) or user_id is None:
        log.info("log-in failed", address=address)
        raise WrongPasswordError
    with deps.transaction() as conn:
        sessions.forgive(conn, name)
        sessions.forget_failures(conn, now - WINDOW)
        sessions.end_expired_sessions(conn, now)
        return _start(conn, user_id, now)


def hash_secret(secret: str) -> bytes:
    """What is stored of a session cookie or bearer token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _count_attempt(conn: Connection, name: str, address: str, now: datetime) -> None:
    """Count an attempt that has not been looked at. ThrottledError: there were too many, and this
    one is not to be looked at."""
    failed = sessions.failures(conn, name, address, now - WINDOW)
    oldest = [
        at
        for count, limit, at in (
            (failed.by_name, NAME_LIMIT, failed.oldest_by_name),
            (failed.by_address, ADDRESS_LIMIT, failed.oldest_by_address),
        )
        if count >= limit and at is not None
    ]
    if oldest:
        raise ThrottledError(int((max(oldest) + WINDOW - now).total_seconds()) + 1)
    sessions.add_failure(conn, name, address, now)


def _matches(password_hash: str, password: str) -> bool:
    with _hashing_slots:
        try:
            return _hasher.verify(password_hash, password[:MAX_PASSWORD])
        except InvalidHashError:  # a service user: no password opens it
            with suppress(VerificationError):
                _hasher.verify(_NOBODYS_HASH, password[:MAX_PASSWORD])
            return False
        except VerificationError:
            return False


def _start(conn: Connection, user_id: int, now: datetime) -> NewSession:
    user = users.find(conn, user_id)
    if user is None:  # disabled between the two transactions
        raise WrongPasswordError
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    sessions.add_session(
        conn,
        token_hash=hash_secret(cookie),
        user_id=user_id,
        csrf=csrf,
        now=now,
        until=now + SESSION_LENGTH,
    )
    return NewSession(user, cookie, csrf)
