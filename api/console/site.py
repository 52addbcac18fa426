"""Hangs the pages, their browser code and their error pages on the application."""

from pathlib import Path

from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.console import (
    areas,
    by_code,
    desk,
    doors,
    duty,
    errand,
    homes,
    messages,
    outages,
    people,
    plans,
    protocols,
    staff,
    work,
)
from api.console.pages import error_page

PAGES = (
    doors,
    desk,
    messages,
    staff,
    duty,
    work,
    homes,
    people,
    areas,
    outages,
    plans,
    protocols,
    errand,
    by_code,
)
STATIC = Path(__file__).parent / "static"


def install(app: FastAPI) -> None:
    app.state.error_page = error_page
    for pages in PAGES:
        app.include_router(pages.router)
    app.mount("/static", Static(directory=STATIC), name="static")


class Static(StaticFiles):
    """Browser code and pictures: looked at anew each time, so that no old and new mix."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
