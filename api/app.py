"""Builds the FastAPI application: routes, pages, middleware. Called by app/ and tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.datastructures import State

from api import page_mounting
from api.deps import ApiDeps
from api.http import problems
from api.http.metrics import Metrics
from api.http.middleware import RequestMiddleware
from api.pages.rendering import error_page
from api.routes.access import session, shift, tokens
from api.routes.alarm import actions, alarms, event_stream, protocols, shelving
from api.routes.duty import areas, cover, dispatches, responders
from api.routes.engine import dead_letters, health
from api.routes.escalation import plans
from api.routes.home import devices, entry_consents, history, homes, people, readings, unread_topics
from api.routes.notify import contact_methods, message_texts, subscriptions
from api.routes.response import calls, centre_calls, messages
from api.routes.watch import modes, overview, rules, supervision
from api.routes.work import forced_entries, tasks, work_orders
from api.stream.broadcaster import StreamBroadcaster
from api.webhooks import twilio, twilio_centre_calls

MODULES = (
    session,
    shift,
    tokens,
    event_stream,
    alarms,
    actions,
    shelving,
    forced_entries,
    dispatches,
    calls,
    centre_calls,
    homes,
    modes,
    supervision,
    rules,
    people,
    entry_consents,
    contact_methods,
    subscriptions,
    message_texts,
    devices,
    readings,
    history,
    unread_topics,
    areas,
    cover,
    responders,
    plans,
    protocols,
    messages,
    overview,
    work_orders,
    tasks,
    dead_letters,
    health,
    twilio,
    twilio_centre_calls,
)

DESCRIPTION = """From an old person's emergency button to somebody at the door.

Log in with `POST /api/v1/session` (a cookie; then send its `csrf` as `X-CSRF-Token` with whatever
changes something) or send `Authorization: Bearer …`. Errors are problem documents (RFC 9457).
All times are UTC."""


def create_app(deps: ApiDeps) -> FastAPI:
    """The ASGI application. Opens nothing before it is started, apart from `deps.pool`."""
    app = app_without_deps()
    equip(app, deps)
    return app


def equip(app: FastAPI, deps: ApiDeps) -> None:
    """Give an application what its requests need, and forget what it had before."""
    metrics = Metrics(deps)
    app.state = State(
        {
            "deps": deps,
            "metrics": metrics,
            "broadcaster": StreamBroadcaster(deps, metrics),
            "error_page": error_page,
        }
    )


def app_without_deps() -> FastAPI:
    """Routes, pages and middleware. FastAPI works out its routes with the first request, a third of
    a second: who needs many applications one after the other equips one again."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await app.state.broadcaster.start()
        yield
        await app.state.broadcaster.stop()

    app = FastAPI(
        title="Anxin",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app)
    app.add_middleware(RequestMiddleware)
    for module in MODULES:
        app.include_router(module.router)
    page_mounting.mount_pages(app)
    return app
