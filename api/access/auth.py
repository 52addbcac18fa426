"""Who sends a request (session cookie or bearer token), and whether their role may.

A browser carries a session cookie, a program a bearer token. With a cookie every request that
changes something needs the session's CSRF token, in `X-CSRF-Token` or the form field `csrf`.
Endpoints say who may use them: `user: Annotated[Principal, Depends(require(Role.OPERATOR))]`.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response

from alerts.alarm import absent_owners
from api.access.login import LONGEST_SESSION, SESSION_LENGTH, hash_secret
from api.deps import ApiDeps, deps_of
from api.errors import CsrfError, ForbiddenError, UnauthorizedError
from store.access import sessions, tokens
from store.model import Role, User

OPERATOR_ROLES = (Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN)
SUPERVISOR_ROLES = (Role.SUPERVISOR, Role.ADMIN)
ALL_ROLES = tuple(Role)
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
FORM_COOKIE = "anxin_form"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_RENEW_AFTER = timedelta(minutes=5)  # not every request writes


@dataclass(frozen=True)
class Principal:
    """Who is asking. `csrf` is the session's token for pages and forms, None for a program."""

    user: User
    secret_hash: bytes
    csrf: str | None

    @property
    def via(self) -> str:
        """How they act, for the journal."""
        if self.csrf is None:
            return "api"
        return "console" if self.user.at_the_desk else "page"

    @property
    def actor(self) -> str:
        """Who they are, for the journal."""
        return f"user:{self.user.id}"


def require(*roles: Role) -> Callable[..., Principal]:
    """A dependency: the logged-in user, if of one of these roles.

    UnauthorizedError, CsrfError, ForbiddenError. The roles stay readable as its `.roles`, so that
    a test can hold every route against a table.
    """

    def allowed(request: Request, given: Annotated[str | None, Depends(_csrf_given)]) -> Principal:
        principal = identify(request)
        if principal is None:
            raise UnauthorizedError
        _check_csrf(request, principal, given)
        if principal.user.role not in roles:
            raise ForbiddenError(f"Not for the role {principal.user.role}")
        return principal

    allowed.roles = frozenset(roles)  # type: ignore[attr-defined]
    return allowed


def identify(request: Request) -> Principal | None:
    """Who is asking; None: nobody, or what they carry is not in force. No CSRF check."""
    deps = deps_of(request)
    bearer = _bearer(request)
    if bearer is not None:
        with deps.connection() as conn:
            user = tokens.find_user(conn, hash_secret(bearer), deps.clock.now())
        return Principal(user, hash_secret(bearer), None) if user else None
    cookie = request.cookies.get(session_cookie(deps))
    return _from_session(deps, hash_secret(cookie)) if cookie else None


def session_cookie(deps: ApiDeps) -> str:
    """The cookie's name; with TLS one that no other host can set."""
    return "__Host-anxin" if deps.secure_cookies else "anxin"


def set_session_cookie(response: Response, deps: ApiDeps, value: str) -> None:
    """Without an age: how long it is good for is decided here, not by the browser."""
    response.set_cookie(
        session_cookie(deps),
        value,
        httponly=True,
        samesite="lax",
        path="/",
        secure=deps.secure_cookies,
    )


def drop_session_cookie(response: Response, deps: ApiDeps) -> None:
    response.delete_cookie(
        session_cookie(deps), httponly=True, samesite="lax", path="/", secure=deps.secure_cookies
    )


def log_out(request: Request, principal: Principal) -> None:
    """End a session: what its cookie opened, its streams too, is shut at once. With the last log-in
    of somebody at the desk, what they have in hand goes back to the queue."""
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn, conn.transaction():
        sessions.end_session(conn, principal.secret_hash)
        # A program's token is not ended by this, and it has no screen.
        leaves = principal.csrf is not None and principal.user.at_the_desk
        if leaves and not sessions.has_others(conn, principal.user.id, now):
            absent_owners.logged_out(conn, principal.user.id, now, deps.policy)
    request.app.state.broadcaster.end_session(principal.secret_hash)


def form_token(request: Request, response: Response) -> str:
    """For a form shown before anybody is logged in: sets a cookie and returns the value for the
    field `csrf` that belongs to it."""
    deps = deps_of(request)
    seed = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response.set_cookie(
        FORM_COOKIE, seed, httponly=True, samesite="strict", path="/", secure=deps.secure_cookies
    )
    return _signed(deps, seed)


def check_form_token(request: Request, given: str | None) -> None:
    """The other half of form_token. CsrfError."""
    seed = request.cookies.get(FORM_COOKIE)
    if not seed or not given or not _same(_signed(deps_of(request), seed), given):
        raise CsrfError


async def _csrf_given(request: Request) -> str | None:
    """The token a request carries. Async only because a form's body must be awaited."""
    given = request.headers.get(CSRF_HEADER)
    kind = request.headers.get("content-type", "")
    if given is None and kind.startswith(("application/x-www-form-urlencoded", "multipart/form")):
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else None
    return given


def _check_csrf(request: Request, principal: Principal, given: str | None) -> None:
    if request.method in _SAFE or principal.csrf is None:
        return
    if given is None or not _same(principal.csrf, given):
        raise CsrfError


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _from_session(deps: ApiDeps, token_hash: bytes) -> Principal | None:
    now = deps.clock.now()
    with deps.connection() as conn:
        session = sessions.find_session(conn, token_hash, now)
        if session is None:
            return None
        until = min(now + SESSION_LENGTH, session.created_at + LONGEST_SESSION)
        if until - session.expires_at > _RENEW_AFTER or until < session.expires_at:
            sessions.extend_session(conn, token_hash, until)
    return Principal(session.user, token_hash, session.csrf)


def _signed(deps: ApiDeps, seed: str) -> str:
    return hmac.new(deps.secret_key.encode(), b"form:" + seed.encode(), "sha256").hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
