"""In and out: the start page, log-in, log-out, the choice of language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from api.auth import (
    EVERYBODY,
    Principal,
    check_form_token,
    drop_session_cookie,
    identify,
    require,
    set_session_cookie,
)
from api.console import languages
from api.console.pages import go, inside, page_of
from api.deps import deps_of
from api.errors import CsrfError, MissingError, ThrottledError
from api.login import WrongPasswordError, log_in
from store import access, names

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=1024)]


@router.get("/")
def start(request: Request) -> Response:
    """To work, for who has work here; else a friendly word."""
    principal = identify(request)
    if principal is None:
        return go("/login")
    if principal.user.at_the_desk:
        return go("/console")
    return page_of(request, principal).render("welcome.html")


@router.get("/login")
def login_form(request: Request, to: str = "/", expired: str = "") -> Response:
    page = page_of(request)
    if page.principal is not None:
        return go(inside(to))
    problem = page.say("Your log-in has ended. Please log in again.") if expired else ""
    return page.render("login.html", problem=problem, to=inside(to), username="")


@router.post("/login")
def login(
    request: Request,
    username: Field = "",
    password: Field = "",
    to: Field = "/",
    csrf: Field = "",
) -> Response:
    """Log in, or say why not: the words are the same for a wrong name and a wrong password."""
    page = page_of(request)
    _ = page.say
    deps = deps_of(request)
    address = request.client.host if request.client else ""
    try:
        check_form_token(request, csrf)
        session = log_in(deps, username, password, address)
    except CsrfError:
        problem, status = _("The page was out of date. Please try once more."), 403
    except WrongPasswordError:
        problem, status = _("The user name or the password is wrong."), 401
    except ThrottledError as error:
        minutes = -(-int(error.extensions["retry_after_seconds"]) // 60)
        problem = _("Too many failed log-ins. Please wait {minutes} min.").format(minutes=minutes)
        status = 429
    else:
        response = go(inside(to))
        set_session_cookie(response, deps, session.cookie)
        return response
    return page.render("login.html", status, problem=problem, to=inside(to), username=username)


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
def choose_language(
    request: Request, code: str, to: Field = "/", csrf: Field = ""
) -> Response:
    """For this browser, and for who is logged in wherever they log in next."""
    if code not in languages.LANGUAGES:
        raise MissingError
    principal = identify(request)
    if principal is None:
        check_form_token(request, csrf)
    else:
        if csrf != principal.csrf:
            raise CsrfError
        with deps_of(request).connection() as conn:
            names.set_language(conn, principal.user.person_id, code)
    response = go(inside(to))
    response.set_cookie(languages.COOKIE, code, max_age=31_536_000, samesite="lax", httponly=True,
                        secure=deps_of(request).secure_cookies)  # fmt: skip
    return response
