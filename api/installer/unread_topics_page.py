"""An installer's page of a home: its topics that nobody reads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import Principal, require
from api.deps import deps_of
from api.http.fields import HomeCode
from api.pages.rendering import page_of, shared_values
from api.pages.script_texts import texts_for_scripts
from api.routes.home.homes import home_for
from api.views.unread_topics import unread_topics_of
from store.model import Role

router = APIRouter(include_in_schema=False)
Installer = Annotated[Principal, Depends(require(Role.INSTALLER))]


@router.get("/work/homes/{code}/topics")
def for_installers(request: Request, me: Installer, code: HomeCode) -> Response:
    """What the hub sends and no format reads, with what to do about it."""
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        home = home_for(conn, me.user, code)
        found = unread_topics_of(conn, home.id, home.code, page.say)
    return page.render(
        "pages/plain.html",
        view_template="pages/unread_topics_of_home.html",
        words=texts_for_scripts(page.language),
        home=home,
        unread_topics=found,
        **shared_values(page),
    )
