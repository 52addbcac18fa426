"""Page on which whoever is logged in takes another password; for every role."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError

from api.access.auth import ALL_ROLES, Principal, require
from api.errors import InvalidError, ThrottledError
from api.pages.rendering import page_of
from api.pages.vocabulary import N_
from api.routes.access.session import PasswordChange, change_password

router = APIRouter(prefix="/password", include_in_schema=False)
Anybody = Annotated[Principal, Depends(require(*ALL_ROLES))]
Field = Annotated[str, Form(max_length=1024)]

PROBLEMS = {
    "wrong": N_("The present password is wrong."),
    "weak": N_("This password is too short or too easy to guess: take several words."),
    "twice": N_("The new password was not the same both times."),
    "throttled": N_("Too many wrong passwords. Please wait a little."),
}


@router.get("")
def form(request: Request, me: Anybody) -> Response:
    return page_of(request, me).render("pages/password.html", problem="", changed=False)


@router.post("")
def change(
    request: Request, me: Anybody, old: Field = "", new: Field = "", again: Field = ""
) -> Response:
    """The other log-ins of this user end; this one goes on."""
    page = page_of(request, me)
    problem, status = _changed(request, me, old, new, again)
    said = page.say(PROBLEMS[problem]) if problem else ""
    return page.render("pages/password.html", status, problem=said, changed=not problem)


def _changed(request: Request, me: Principal, old: str, new: str, again: str) -> tuple[str, int]:
    """What is wrong, as a key of PROBLEMS ("": nothing), and the status."""
    if new != again:
        return "twice", 422
    try:
        change_password(request, me, PasswordChange(old=old, new=new))
    except ThrottledError as error:
        return "throttled", error.status
    except ValidationError:
        return "weak", 422
    except InvalidError as error:
        return ("wrong" if error.extensions.get("field") == "old" else "weak"), error.status
    return "", 200
