"""Log-in with user name and password: argon2id, throttled, one session for each log-in.

An attempt is counted before its password is looked at (login_throttle.py): guesses made at the same
moment cannot slip past a limit.
"""

import hashlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access.known_devices import recognised
from api.access.login_throttle import Attempt, count_attempt, forgive_own
from api.access.password_rules import MAX_PASSWORD, check_password
from api.deps import ApiDeps
from api.errors import ApiError, ThrottledError
from store.access import sessions, users
from store.db import Connection
from store.model import User

log = structlog.get_logger()

SESSION_LENGTH = timedelta(hours=12)
"""A session ends when nothing was asked in it for that long; an operator's shift fits in."""
LONGEST_SESSION = timedelta(hours=24)
"""A session ends then however much is done in it: the longest shift there is."""

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
    """A log-in that worked. `cookie` is the secret for the browser; it is stored nowhere. `device`:
    the known browser it came from, None for one that is to be known from now on."""

    user: User
    cookie: str
    csrf: str
    device: str | None = None


def hash_password(password: str, about: Sequence[str] = ()) -> str:
    """argon2id's encoded form. InvalidError: see check_password."""
    check_password(password, about)
    with _hashing_slots:
        return _hasher.hash(password)


def log_in(
    deps: ApiDeps, username: str, password: str, address: str, cookies: Mapping[str, str]
) -> NewSession:
    """Check the password and start a session. WrongPasswordError, ThrottledError.

    Takes as long for a name that does not exist as for a wrong password. `address` is where the
    request came from, `cookies` what the browser has of us.
    """
    now = deps.clock.now()
    name = username.strip().lower().replace("\x00", "")[:64]
    with deps.transaction() as conn:
        user_id, password_hash = sessions.credentials(conn, name) or (None, _NOBODYS_HASH)
        device = recognised(deps, cookies, user_id, now) if user_id else None
        tried = Attempt(name, address, user_id, device)
        counted = count_attempt(conn, tried, now)
    if counted.wait:  # out of the transaction: what was counted stays counted
        raise ThrottledError(counted.wait)
    if not _matches(password_hash, password) or user_id is None:
        log.info("log-in failed", address=address)
        raise WrongPasswordError
    with deps.transaction() as conn:
        forgive_own(conn, tried, counted, now)
        sessions.end_expired_sessions(conn, now)
        return replace(_start(conn, user_id, now), device=device)


def confirm_password(deps: ApiDeps, user: User, password: str, address: str) -> None:
    """Whoever is logged in types their password again: counted like a log-in from there.
    WrongPasswordError, ThrottledError."""
    now = deps.clock.now()
    tried = Attempt(user.username, address, user.id, f"own-{user.id}")
    with deps.transaction() as conn:
        stored = sessions.credentials(conn, user.username)
        counted = count_attempt(conn, tried, now)
    if counted.wait:
        raise ThrottledError(counted.wait)
    if stored is None or not _matches(stored[1], password):
        raise WrongPasswordError
    with deps.transaction() as conn:
        forgive_own(conn, tried, counted, now)


def hash_secret(secret: str) -> bytes:
    """What is stored of a session cookie or bearer token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


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
