"""Turns every error into an RFC 9457 problem document; installed by api/app.py."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
import psycopg_pool
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.errors import NotFoundError, RefusedError, TakenError, UnacceptableError
from api.deps import deps_of
from api.errors import ApiError
from store.access import users

log = structlog.get_logger()

ErrorPage = Callable[[Request, int, dict[str, Any]], Response | None]
"""Shows an error to a person: request, status, problem document. None: send the document."""

_DATABASE_DOWN = (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout)


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    **extensions: Any,
) -> Response:
    """A problem document as a response; `extensions` are further members of it."""
    document = {
        "type": f"urn:anxin:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        **extensions,
    }
    return Response(
        orjson.dumps(document, default=str),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Let every error of the application leave as a problem document.

    `app.state.error_page`, an ErrorPage, may show it as a page to who asked for one.
    """
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(TakenError, _owned_by_another)
    app.add_exception_handler(UnacceptableError, _unacceptable)
    app.add_exception_handler(psycopg.DataError, _unstorable)
    for away in _DATABASE_DOWN:
        app.add_exception_handler(away, _database_away)


def _answer(
    request: Request,
    status: int,
    slug: str,
    title: str,
    detail: str,
    headers: dict[str, str] | None = None,
    **extensions: Any,
) -> Response:
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is not None and _wants_page(request):
        document = {"type": f"urn:anxin:problem:{slug}", "title": title, "detail": detail}
        shown = page(request, status, {**document, **extensions})
        if shown is not None:
            shown.headers.update(headers or {})
            return shown
    return problem(status, slug, title, detail, headers=headers, **extensions)


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", "/webhooks/")) and (
        "text/html" in request.headers.get("accept", "")
    )


def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101  registered for it
    return _answer(
        request,
        error.status,
        error.slug,
        error.title,
        error.detail,
        error.headers,
        **error.extensions,
    )


def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong with which field; the values stay out of it: they may be personal."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [
        {"field": ".".join(str(part) for part in found["loc"]), "message": found["msg"]}
        for found in error.errors()
    ]
    first = f"{errors[0]['field']}: {errors[0]['message']}" if errors else "not valid"
    return _answer(request, 422, "invalid", "A value is not acceptable", first, errors=errors)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    title = HTTPStatus(error.status_code).phrase
    slug = title.lower().replace(" ", "-")
    return _answer(
        request, error.status_code, slug, title, str(error.detail), dict(error.headers or {})
    )


def _not_found(request: Request, error: Exception) -> Response:
    return _answer(request, 404, "not-found", "There is no such thing", str(error))


def _refused(request: Request, error: Exception) -> Response:
    return _answer(request, 409, "refused", "Not possible in the present state", str(error))


def _unacceptable(request: Request, error: Exception) -> Response:
    return _answer(request, 422, "invalid", "A value is not acceptable", str(error))


def _owned_by_another(request: Request, error: Exception) -> Response:
    """Another operator was faster or owns it: say who."""
    assert isinstance(error, TakenError)  # noqa: S101
    owner = None
    if error.owner_id is not None:
        with deps_of(request).connection() as conn:
            user = users.find(conn, error.owner_id)
            owner = {"id": error.owner_id, "name": user.name if user else ""}
    return _answer(
        request, 409, "taken", "Another operator owns this alarm", str(error), owner=owner
    )


def _unstorable(request: Request, error: Exception) -> Response:
    """A value passed our checks and the database refused it: still the request's fault."""
    log.warning("unstorable value", path=request.url.path, error=type(error).__name__)
    return _answer(
        request,
        422,
        "invalid",
        "A value is not acceptable",
        "A value is out of bounds or holds characters that cannot be stored",
    )


def _database_away(request: Request, error: Exception) -> Response:
    log.warning("database away", path=request.url.path, error=type(error).__name__)
    return _answer(
        request,
        503,
        "database-away",
        "The database does not answer",
        "The database cannot be reached or is too busy: try again in a moment",
        {"Retry-After": "2"},
    )
