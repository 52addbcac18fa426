"""Around every request: security headers, size limit, request metrics, last error handler.

Plain ASGI, because it must also see streams and what goes wrong after the start of a response.
"""

import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.deps import ApiDeps
from api.http.metrics import Metrics
from api.http.problems import problem

log = structlog.get_logger()

MAX_BODY = 1024 * 1024
"""Bytes. The longest request of ours, a list of contacts, has a few thousand."""

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), payment=()"),
)
HSTS = (b"strict-transport-security", b"max-age=31536000")


class _TooLargeError(HTTPException):
    """The body grew past the limit while it was read; of a kind that who reads it lets through."""

    def __init__(self) -> None:
        super().__init__(413, f"at most {MAX_BODY} bytes")


class RequestMiddleware:
    """The outermost layer of our own; adds HSTS where cookies are secure."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deps: ApiDeps = scope["app"].state.deps
        metrics: Metrics = scope["app"].state.metrics
        headers = (*HEADERS, HSTS) if deps.secure_cookies else HEADERS
        request = _Request(scope, receive, send, headers)
        began = time.perf_counter()
        try:
            await request.run(self._app)
        finally:
            metrics.request(
                scope["method"], _route_of(scope), request.status, time.perf_counter() - began
            )


class _Request:
    """One request on its way through."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, headers: tuple[tuple[bytes, bytes], ...]
    ) -> None:
        self._scope, self._receive, self._send, self._headers = scope, receive, send, headers
        self._read = 0
        self.status = 0

    async def run(self, app: ASGIApp) -> None:
        if _declared_length(self._scope) > MAX_BODY:
            await self._refuse(413, "too-large", f"at most {MAX_BODY} bytes")
            return
        try:
            await app(self._scope, self.receive, self.send)
        except _TooLargeError:
            if not self.status:
                await self._refuse(413, "too-large", f"at most {MAX_BODY} bytes")
        except Exception:
            log.exception("request failed", path=self._scope["path"])
            if not self.status:
                await self._refuse(500, "internal", "Something went wrong here; it was recorded")

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > MAX_BODY:
            raise _TooLargeError
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name for name, _ in message.get("headers", [])}
            more = [pair for pair in self._headers if pair[0] not in given]
            message["headers"] = [*message.get("headers", []), *more]
        await self._send(message)

    async def _refuse(self, status: int, slug: str, detail: str) -> None:
        titles = {413: "The request is too large", 500: "An error on our side"}
        response = problem(status, slug, titles[status], detail)
        await response(self._scope, self._receive, self.send)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _route_of(scope: Scope) -> str:
    """The route's pattern: never the path itself, which would make a series for every home."""
    return getattr(scope.get("route"), "path", "") or "unmatched"
