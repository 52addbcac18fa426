"""One application a process for tests that come one after the other.

FastAPI works out its routes with the first request, which takes a third of a second; a test that
needs two applications at once, or one of its own, makes them with create_app.
"""

from functools import cache

from fastapi import FastAPI

from api.app import app_without_deps, equip
from api.deps import ApiDeps


def app_with(deps: ApiDeps) -> FastAPI:
    """The process's application, as if it were new."""
    app = _app()
    equip(app, deps)
    return app


@cache
def _app() -> FastAPI:
    return app_without_deps()
