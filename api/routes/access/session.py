"""JSON routes: log in, log out, who am I."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from api.access import accounts
from api.access.auth import (
    ALL_ROLES,
    Principal,
    check_form_token,
    drop_session_cookie,
    log_out,
    require,
    set_session_cookie,
)
from api.access.known_devices import remember
from api.access.login import NewSession, WrongPasswordError, confirm_password, log_in
from api.deps import deps_of
from api.errors import (
    ApiError,
    BadRequestError,
    CsrfError,
    ForbiddenError,
    InvalidError,
    ThrottledError,
)
from api.http.client_address import client_address
from api.http.fields import Body
from api.http.json_answers import json_response
from store.model import User

router = APIRouter(prefix="/api/v1/session", tags=["session"])
Anybody = Annotated[Principal, Depends(require(*ALL_ROLES))]
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def _credentials(request: Request) -> dict[str, Any] | FormData:
    """The body as a form or as JSON, by its content type: a page of another site can send neither
    a JSON content type nor our form's token. Async only because a body must be awaited."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _FORMS:
        return await request.form()
    if kind != "application/json":
        raise BadRequestError("send username and password as JSON or as a form")
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise BadRequestError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequestError("send an object with username and password")
    return body


@router.post("", summary="Log in with user name and password (JSON or form)")
def start(
    request: Request, given: Annotated[dict[str, Any] | FormData, Depends(_credentials)]
) -> Response:
    """Sets the session cookie. A form needs the field `csrf` of its page; a browser that asks for
    a page is sent on to `next`, or back to the log-in page with `error`."""
    if isinstance(given, dict):
        return _answer(request, _log_in(request, given))
    for_a_page = "text/html" in request.headers.get("accept", "")
    try:
        check_form_token(request, _text(given, "csrf"))
        session = _log_in(request, given)
    except ApiError as error:
        if not for_a_page:
            raise
        return RedirectResponse(f"/login?error={_reason(error)}", 303)
    if not for_a_page:
        return _answer(request, session)
    return _let_in(request, session, RedirectResponse(local_path(_text(given, "next")), 303))


@router.get("", summary="Who is logged in, and the CSRF token of the session")
def who(me: Anybody) -> Response:
    return json_response(_user(me.user, me.csrf))


@router.delete("", summary="Log out")
def end(request: Request, me: Anybody) -> Response:
    log_out(request, me)
    response = Response(status_code=204)
    drop_session_cookie(response, deps_of(request))
    return response


class PasswordChange(Body):
    """The present password, and the one to be."""

    old: Annotated[str, Field(min_length=1, max_length=1024, repr=False)]
    new: Annotated[str, Field(min_length=1, max_length=1024, repr=False)]


@router.put("/password", summary="Take another password; the user's other log-ins end")
def change_password(request: Request, me: Anybody, given: PasswordChange) -> Response:
    """Only in a browser's session: a program has none. 422 with `field` for what is wrong."""
    if me.csrf is None:
        raise ForbiddenError("a program has no password to change: log in as the user")
    deps = deps_of(request)
    try:
        confirm_password(deps, me.user, given.old, client_address(request))
    except WrongPasswordError:
        raise InvalidError("the present password is wrong", field="old") from None
    with deps.connection() as conn:
        accounts.change_own_password(conn, me.user.username, given.new, me.secret_hash)
    return Response(status_code=204)


def local_path(wanted: str | None) -> str:
    """Where to go after the log-in: a path of ours, whatever was asked for."""
    if not wanted or not wanted.startswith("/") or "\\" in wanted or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.netloc or parts.scheme or wanted.startswith("//") else wanted


def _log_in(request: Request, given: dict[str, Any] | FormData) -> NewSession:
    username, password = _text(given, "username"), _text(given, "password")
    if not username or not password:
        raise InvalidError("username and password are both needed")
    return log_in(deps_of(request), username, password, client_address(request), request.cookies)


def _text(given: dict[str, Any] | FormData, name: str) -> str | None:
    value = given.get(name)
    return value if isinstance(value, str) else None


def _answer(request: Request, session: NewSession) -> Response:
    return _let_in(request, session, json_response(_user(session.user, session.csrf)))


def _let_in(request: Request, session: NewSession, response: Response) -> Response:
    """Hand over the session, and know this browser the next time."""
    deps = deps_of(request)
    set_session_cookie(response, deps, session.cookie)
    remember(response, deps, session.user.id, session.device, deps.clock.now())
    return response


def _user(user: User, csrf: str | None) -> dict[str, Any]:
    return {
        "id": user.id,
        "person_id": user.person_id,
        "username": user.username,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "csrf": csrf,
    }


def _reason(error: ApiError) -> str:
    if isinstance(error, ThrottledError):
        return "throttled"
    return "stale" if isinstance(error, CsrfError) else "wrong"
