"""Adds all pages, static files and error pages to the application; called by api/app.py."""

from pathlib import Path

from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.console.alarm import alarms, journal_page, new_alarm, protocols
from api.console.duty import areas, responders, rotas
from api.console.escalation import plans
from api.console.home import contacts, homes
from api.console.notify import message_texts, preferences
from api.console.response import centre_calls, messages
from api.console.watch import outages, warnings
from api.console.work import work_lists
from api.family import alarm_code_page
from api.installer import unread_topics_page, work_page
from api.pages import log_in_pages, password_page
from api.responder import dispatch_page

PAGE_MODULES = (
    log_in_pages,
    password_page,
    alarms,
    journal_page,
    new_alarm,
    messages,
    centre_calls,
    responders,
    rotas,
    work_lists,
    work_page,
    unread_topics_page,
    homes,
    contacts,
    preferences,
    message_texts,
    areas,
    outages,
    warnings,
    plans,
    protocols,
    dispatch_page,
    alarm_code_page,
)
STATIC = Path(__file__).parent / "pages" / "static"


def mount_pages(app: FastAPI) -> None:
    for pages in PAGE_MODULES:
        app.include_router(pages.router)
    app.mount("/static", UncachedStaticFiles(directory=STATIC), name="static")


class UncachedStaticFiles(StaticFiles):
    """Browser code and pictures: looked at anew each time, so that no old and new mix."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
