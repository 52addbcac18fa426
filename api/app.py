"""Puts the people's door together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import problems, twilio_webhooks
from api.console import site
from api.deps import ApiDeps
from api.metrics import Metrics
from api.middleware import Shell
from api.routes import (
    alarms,
    calls,
    cover,
    dead_letters,
    desk,
    devices,
    dispatches,
    health,
    history,
    homes,
    messages,
    modes,
    notices,
    people,
    places,
    plans,
    protocols,
    readings,
    responders,
    rules,
    session,
    shelving,
    stream,
    subscriptions,
    supervision,
    tasks,
    ways,
    work_orders,
)
from api.stream import Hub

MODULES = (
    session,
    stream,
    alarms,
    desk,
    shelving,
    dispatches,
    calls,
    homes,
    modes,
    supervision,
    rules,
    people,
    ways,
    subscriptions,
    devices,
    readings,
    history,
    places,
    cover,
    responders,
    plans,
    protocols,
    messages,
    notices,
    work_orders,
    tasks,
    dead_letters,
    health,
    twilio_webhooks,
)

DESCRIPTION = """From an old person's emergency button to somebody at the door.

Log in with `POST /api/v1/session` (a cookie; then send its `csrf` as `X-CSRF-Token` with whatever
changes something) or send `Authorization: Bearer …`. Errors are problem documents (RFC 9457).
All times are UTC."""


def create_app(deps: ApiDeps) -> FastAPI:
    """The ASGI application. Opens nothing before it is started, apart from `deps.pool`."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await app.state.hub.start()
        yield
        await app.state.hub.stop()

    app = FastAPI(
        title="Anxin",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        lifespan=life,
    )
    app.state.deps = deps
    app.state.metrics = Metrics(deps)
    app.state.hub = Hub(deps, app.state.metrics)
    problems.install(app)
    app.add_middleware(Shell, metrics=app.state.metrics, secure=deps.secure_cookies)
    for module in MODULES:
        app.include_router(module.router)
    site.install(app)
    return app
