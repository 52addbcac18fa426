"""Start page, log-in, log-out and choice of language, for users of every role.

The log-in form itself is sent to /api/v1/session, which comes back here with `error`.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from api.access.auth import (
    ALL_ROLES,
    Principal,
    check_form_token,
    drop_session_cookie,
    identify,
    log_out,
    require,
)
from api.deps import deps_of
from api.errors import CsrfError, MissingError
from api.pages import languages
from api.pages.rendering import page_of, redirect_to, remember_language
from api.pages.vocabulary import N_
from api.routes.access.session import local_path
from store.access import person_names
from store.model import Role

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=1024)]

PROBLEMS = {
    "wrong": N_("The user name or the password is wrong."),
    "throttled": N_(
        "Too many failed log-ins. Please wait a little, or log in at a computer where you have "
        "logged in before."
    ),
    "stale": N_("The page was out of date. Please try once more."),
    "expired": N_("Your log-in has ended. Please log in again."),
}


@router.get("/")
def start(request: Request) -> Response:
    """To work, for who has work here; else a friendly word."""
    principal = identify(request)
    if principal is None:
        return redirect_to("/login")
    if principal.user.at_the_desk:
        return redirect_to("/console")
    if principal.user.role == Role.INSTALLER:
        return redirect_to("/work")
    return page_of(request, principal).render("pages/welcome.html")


@router.get("/login")
def login(request: Request, to: str = "/", error: str = "") -> Response:
    page = page_of(request)
    if page.principal is not None:
        return redirect_to(local_path(to))
    problem = page.say(PROBLEMS[error]) if error in PROBLEMS else ""
    status = 429 if error == "throttled" else 200
    return page.render("pages/log_in.html", status, problem=problem, to=local_path(to))


@router.post("/logout")
def logout(
    request: Request, principal: Annotated[Principal, Depends(require(*ALL_ROLES))]
) -> Response:
    log_out(request, principal)
    response = redirect_to("/login")
    drop_session_cookie(response, deps_of(request))
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
            person_names.set_language(conn, principal.user.person_id, code)
    response = redirect_to(local_path(to))
    remember_language(response, request, code)
    return response
