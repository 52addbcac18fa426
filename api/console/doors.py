"""In and out: the start page, log-in, log-out, the choice of language.

The log-in form itself is sent to /api/v1/session, which comes back here with `error`.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from api.auth import (
    EVERYBODY,
    Principal,
    check_form_token,
    drop_session_cookie,
    identify,
    require,
)
from api.console import languages
from api.console.pages import go, page_of, remember_language
from api.console.vocabulary import N_
from api.deps import deps_of
from api.errors import CsrfError, MissingError
from api.routes.session import local_path
from store import access, names
from store.model import Role

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=1024)]

PROBLEMS = {
    "wrong": N_("The user name or the password is wrong."),
    "throttled": N_("Too many failed log-ins. Please wait up to 15 minutes, or ask a supervisor."),
    "stale": N_("The page was out of date. Please try once more."),
    "expired": N_("Your log-in has ended. Please log in again."),
}


@router.get("/")
def start(request: Request) -> Response:
    """To work, for who has work here; else a friendly word."""
    principal = identify(request)
    if principal is None:
        return go("/login")
    if principal.user.at_the_desk:
        return go("/console")
    if principal.user.role == Role.INSTALLER:
        return go("/work")
    return page_of(request, principal).render("welcome.html")


@router.get("/login")
def login(request: Request, to: str = "/", error: str = "") -> Response:
    page = page_of(request)
    if page.principal is not None:
        return go(local_path(to))
    problem = page.say(PROBLEMS[error]) if error in PROBLEMS else ""
    status = 429 if error == "throttled" else 200
    return page.render("login.html", status, problem=problem, to=local_path(to))


@router.post("/logout")
def logout(
    request: Request, principal: Annotated[Principal, Depends(require(*EVERYBODY))]
) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        access.end_session(conn, principal.secret_hash)
    response = go("/login")
    drop_session_cookie(response, deps)
    return response


@router.post("/language/{code}")
def choose_language(request: Request, code: str, to: Field = "/", csrf: Field = "") -> Response:
    """For this browser, and for who is logged in wherever they log in next."""
    if code not in languages.LANGUAGES:
        raise MissingError
    principal = identify(request)
    if principal is None:
        check_form_token(request, csrf)
    elif csrf != principal.csrf:
        raise CsrfError
    else:
        with deps_of(request).connection() as conn:
            names.set_language(conn, principal.user.person_id, code)
    response = go(local_path(to))
    remember_language(response, request, code)
    return response
