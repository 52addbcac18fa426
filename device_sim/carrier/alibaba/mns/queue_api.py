"""MNS's HTTP interface as far as reports are read with it: receive, delete, hide for longer."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic, time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from device_sim.carrier.alibaba.account import AlibabaAccount, Product
from device_sim.carrier.alibaba.errors import GatewayError
from device_sim.carrier.alibaba.mns import documents
from device_sim.carrier.alibaba.mns.queues import (
    QUEUE_PREFIX,
    MessageQueues,
    MessageType,
    QueuedMessage,
    UnknownHandleError,
)
from device_sim.carrier.alibaba.mns.tokens import MnsError, Tokens

MOST_MESSAGES = 16
LONGEST_WAIT_S = 30.0


class QueueApi:
    """The routes below /queues."""

    def __init__(self, queues: MessageQueues, tokens: Tokens, account: AlibabaAccount) -> None:
        self._queues = queues
        self._tokens = tokens
        self._account = account

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/queues/{queue}", include_in_schema=False)
        for method, endpoint in (
            ("GET", self._receive),
            ("DELETE", self._delete),
            ("PUT", self._change_visibility),
        ):
            router.add_api_route(
                "/messages", self._answering(endpoint), methods=[method], response_model=None
            )
        return router

    def _answering(
        self, endpoint: Callable[[Request, MessageType], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint behind the checks, its refusals as MNS's XML."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request, self._admitted(request))
            except MnsError as error:
                return _refusal(request, error)
            except GatewayError as error:
                if error.status >= 500 or error.code == "Throttling.User":
                    return _refusal(request, MnsError("InternalError", 500, error.message))
                return _refusal(request, MnsError("AccessDenied", 403, error.message))

        return answer

    def _admitted(self, request: Request) -> MessageType:
        """The queue that is meant, for who may read it."""
        query = f"?{request.url.query}" if request.url.query else ""
        target = request.url.path + query
        self._account.check(Product.QUEUE, sends=False)
        self._tokens.check(request.method, target, dict(request.headers), datetime.now(UTC))
        name = request.path_params["queue"]
        kind = name.rpartition("-")[2]
        if not name.startswith(QUEUE_PREFIX) or kind not in list(MessageType):
            raise MnsError("QueueNotExist", 404, "The queue name you provided is not exist.")
        return MessageType(kind)

    async def _receive(self, request: Request, kind: MessageType) -> Response:
        most = _number(request, "numOfMessages", 1, 1, MOST_MESSAGES)
        wait_s = _number(request, "waitseconds", 0, 0, LONGEST_WAIT_S)
        taken = await self._wait_for_messages(kind, int(most), wait_s)
        if not taken:
            raise MnsError("MessageNotExist", 404, "Message not exist.")
        if _given(request, "numofmessages") is not None:
            return _xml(documents.messages_xml(taken, _clock_offset()))
        return _xml(documents.message_xml(taken[0], _clock_offset()))

    async def _wait_for_messages(
        self, kind: MessageType, most: int, wait_s: float
    ) -> list[QueuedMessage]:
        loop, changed = asyncio.get_running_loop(), asyncio.Event()
        stop = self._queues.listen(lambda: loop.call_soon_threadsafe(changed.set))
        until = monotonic() + wait_s
        try:
            while True:
                changed.clear()
                now = monotonic()
                visibility_s = self._account.behaviour.visibility_s
                taken = self._queues.receive(kind, most, now, visibility_s)
                if taken or now >= until:
                    return taken
                hidden = self._queues.next_visible_in(kind, now)
                pause = until - now if hidden is None else min(until - now, hidden)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), pause)
        finally:
            stop()

    async def _delete(self, request: Request, kind: MessageType) -> Response:
        given = _given(request, "receipthandle")
        try:
            handles = [given] if given else documents.handles_of(await request.body())
        except ValueError as error:
            raise MnsError("MalformedXML", 400, str(error)) from error
        failed = [handle for handle in handles if not self._deleted(kind, handle)]
        if failed and given:
            raise MnsError("MessageNotExist", 404, "Message not exist.")
        if failed:
            return _xml(documents.failed_handles_xml(failed), 404)
        return Response(status_code=204)

    def _deleted(self, kind: MessageType, handle: str) -> bool:
        try:
            self._queues.delete(kind, handle, monotonic())
        except UnknownHandleError:
            return False
        return True

    async def _change_visibility(self, request: Request, kind: MessageType) -> Response:
        handle = _given(request, "receipthandle") or ""
        hidden_s = _number(request, "visibilityTimeout", 30, 1, 43_200)
        try:
            message = self._queues.change_visibility(kind, handle, monotonic(), hidden_s)
        except UnknownHandleError as error:
            raise MnsError("MessageNotExist", 404, "Message not exist.") from error
        return _xml(documents.visibility_xml(message, _clock_offset()))


def _clock_offset() -> float:
    return time() - monotonic()


def _given(request: Request, name: str) -> str | None:
    """A parameter by its name in small letters: the clients do not agree on them."""
    return {key.lower(): value for key, value in request.query_params.items()}.get(name)


def _number(request: Request, name: str, usual: float, least: float, most: float) -> float:
    given = _given(request, name.lower())
    if given is None:
        return usual
    if not given.isdigit() or not least <= int(given) <= most:
        raise MnsError("InvalidArgument", 400, f"{name} must be {least:g} to {most:g}.")
    return float(given)


def _xml(document: bytes, status: int = 200) -> Response:
    headers = {"x-mns-request-id": secrets.token_hex(12).upper(), "x-mns-version": "2015-06-06"}
    return Response(document, status, headers, media_type="text/xml;charset=utf-8")


def _refusal(request: Request, error: MnsError) -> Response:
    host = request.headers.get("host", "")
    request_id = secrets.token_hex(12).upper()
    return _xml(documents.error_xml(error.code, error.message, request_id, host), error.status)
