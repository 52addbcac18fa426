"""Puts the people's door together."""

from fastapi import FastAPI

from api import problems
from api.console import desk, doors, pages
from api.deps import ApiDeps
from api.metrics import Metrics
from api.middleware import Shell
from api.routes import session

DESCRIPTION = """From an old person's emergency button to somebody at the door.

Log in with `POST /api/v1/session` (a cookie; then send its `csrf` as `X-CSRF-Token` with whatever
changes something) or send `Authorization: Bearer …`. Errors are problem documents (RFC 9457).
All times are UTC."""


def create_app(deps: ApiDeps) -> FastAPI:
    """The ASGI application. Opens nothing before it is started, apart from `deps.pool`."""
    app = FastAPI(
        title="Anxin",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.deps = deps
    app.state.metrics = Metrics(deps)
    problems.install(app)
    app.add_middleware(Shell, metrics=app.state.metrics, secure=deps.secure_cookies)
    pages.install(app)
    for module in (session, doors, desk):
        app.include_router(module.router)
    return app
