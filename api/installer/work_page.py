"""An installer's page of their work orders and tasks: mine, overdue, open, done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import Principal, require
from api.pages.rendering import page_of, shared_values
from api.pages.script_texts import texts_for_scripts
from api.views.work_lists import View, work_lists
from store.model import Role

router = APIRouter(include_in_schema=False)
Installer = Annotated[Principal, Depends(require(Role.INSTALLER))]


@router.get("/work")
def for_installers(request: Request, me: Installer, view: View = "open") -> Response:
    """The lists of the operators' page, without queue and sound."""
    page = page_of(request, me)
    return page.render(
        "pages/plain.html",
        view_template="pages/work_lists.html",
        here_page="/work",
        words=texts_for_scripts(page.language),
        **shared_values(page),
        **work_lists(request, me.user, view),
    )
