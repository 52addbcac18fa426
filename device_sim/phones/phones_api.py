"""The HTTP interface below /phones for people and tests: a page, and JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from device_sim.carrier.behaviour import Behaviour
from device_sim.carrier.errors import NotANumberError, NotPossibleError
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network, PhoneState
from device_sim.carrier.records import Call, Message
from device_sim.carrier.replies import Replies

SHOWN_MESSAGES = 30
SHOWN_PHONES = 200
HEARTBEAT_S = 15.0
QUIET_S = 0.1
"""Least time between two events of the stream, so that a storm of messages stays readable."""
ASSETS = {"phones.css": "text/css", "phones.js": "text/javascript"}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}


class _RequestBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Media(_RequestBody):
    """A picture or recording that comes with a reply."""

    url: str
    content_type: str = "image/jpeg"


class ReplyText(_RequestBody):
    """What the person answers, and to whom (the last sender if left out)."""

    text: Annotated[str, Field(max_length=1600)] = ""
    to: str | None = None
    media: list[Media] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.media:
            raise ValueError("text or media is needed")
        return self


class Keys(_RequestBody):
    """Keys to press; none: only pick up."""

    digits: Annotated[str, Field(pattern=r"^[0-9*#]{0,32}$")] = ""


class Number(_RequestBody):
    """Whom to telephone; nobody named: back to who wrote or called last."""

    to: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None


class Label(_RequestBody):
    """Whose phone it is."""

    name: Annotated[str, Field(max_length=80)]


def message_view(message: Message) -> dict[str, Any]:
    """A message as JSON for people."""
    return {
        "sid": message.sid,
        "carrier": message.carrier,
        "direction": "in" if message.direction == "inbound" else "out",
        "from": message.from_,
        "to": message.to,
        "text": message.body,
        "status": message.status,
        "error_code": message.error_code,
        "at": message.date_created.isoformat(),
        "accepted_at": message.accepted_at,
        "on_phone": message.on_phone_at is not None or message.direction == "inbound",
    }


def call_view(call: Call) -> dict[str, Any]:
    """A call as JSON for people."""
    return {
        "sid": call.sid,
        "carrier": call.carrier,
        "direction": "in" if call.inbound else "out",
        "from": call.from_,
        "to": call.to,
        "status": call.status,
        "live": call.live,
        "asking": call.asking,
        "said": list(call.said),
        "digits": list(call.digits),
        "answered_by": call.answered_by,
        "error": call.error,
        "at": call.date_created.isoformat(),
        "accepted_at": call.accepted_at,
    }


def phone_view(network: Network, phone: PhoneState) -> dict[str, Any]:
    """A phone as JSON for people, with its newest messages and calls."""
    return {
        "number": phone.number,
        "name": phone.name,
        "sms": phone.sms.outcome,
        "call": phone.call.outcome,
        "opted_out": sorted(phone.opted_out),
        "messages": [message_view(m) for m in network.messages(phone.number)[-SHOWN_MESSAGES:]],
        "calls": [call_view(c) for c in network.calls(phone.number)[-3:]],
    }


class PhonesApi:
    """The routes below /phones."""

    def __init__(
        self,
        network: Network,
        replies: Replies,
        live_calls: LiveCalls,
        dial: Callable[[str, str | None], Call],
    ) -> None:
        self._network = network
        self._replies = replies
        self._live_calls = live_calls
        self._dial = dial

    def router(self) -> APIRouter:
        """The routes, to be included in an application that has `add_problem_answers`."""
        router = APIRouter()
        router.add_api_route("/phones", self._phones, methods=["GET"], response_model=None)
        router.add_api_route("/phones/stream", self._stream, methods=["GET"], response_model=None)
        router.add_api_route("/phones/record", self._record, methods=["GET"], response_model=None)
        router.add_api_route("/assets/{name}", self._asset, methods=["GET"], response_model=None)
        one = "/phones/{number}"
        for path, method, endpoint in (
            (one, "PUT", self._label),
            (f"{one}/messages", "GET", self._messages),
            (f"{one}/calls", "GET", self._call_list),
            (f"{one}/reply", "POST", self._reply),
            (f"{one}/press", "POST", self._press),
            (f"{one}/call", "POST", self._call),
            (f"{one}/hangup", "POST", self._hang_up),
            (f"{one}/behaviour", "PUT", self._behave),
            (f"{one}/behaviour", "GET", self._behaviour),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    async def _phones(self, request: Request) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"phones": self._views(0)[0]})
        return _file("phones.html", "text/html")

    async def _record(self, since: float = 0.0) -> Response:
        """Every message and call that the carrier took after that second since 1970."""
        messages, calls = self._network.after(since)
        return JSONResponse(
            {"messages": [*map(message_view, messages)], "calls": [*map(call_view, calls)]}
        )

    async def _asset(self, name: str) -> Response:
        if name not in ASSETS:
            return _problem(404, "There is no such file.")
        return _file(name, ASSETS[name])

    async def _label(self, number: str, label: Annotated[Label, Body()]) -> Response:
        with self._network.phone(number, touch=True) as phone:
            phone.name = label.name
            return JSONResponse(phone_view(self._network, phone))

    async def _messages(
        self, number: str, all_: Annotated[bool, Query(alias="all")] = False
    ) -> Response:
        found = [message_view(message) for message in self._network.messages(number)]
        return JSONResponse({"messages": [m for m in found if m["on_phone"] or all_]})

    async def _call_list(self, number: str) -> Response:
        return JSONResponse({"calls": [call_view(c) for c in self._network.calls(number)]})

    async def _reply(self, number: str, reply: Annotated[ReplyText, Body()]) -> Response:
        media = tuple((item.url, item.content_type) for item in reply.media)
        sent = self._replies.send(number, reply.text, reply.to, media)
        return JSONResponse(message_view(sent), 201)

    async def _press(self, number: str, keys: Annotated[Keys, Body()]) -> Response:
        return JSONResponse(call_view(self._live_calls.press(number, keys.digits)))

    async def _call(self, number: str, whom: Annotated[Number, Body()]) -> Response:
        return JSONResponse(call_view(self._dial(number, whom.to)), 201)

    async def _hang_up(self, number: str) -> Response:
        return JSONResponse(call_view(self._live_calls.hang_up(number)))

    async def _behave(self, number: str, behaviour: Annotated[Behaviour, Body()]) -> Response:
        self._network.behave(number, behaviour)
        return await self._behaviour(number)

    async def _behaviour(self, number: str) -> Response:
        with self._network.phone(number) as phone:
            sms, call = phone.sms.model_dump(mode="json"), phone.call.model_dump(mode="json")
            sms["times"], call["times"] = phone.sms_left, phone.call_left
        return JSONResponse({"sms": sms, "call": call})

    async def _stream(self) -> Response:
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        """All phones at first, then those that changed; a comment when nothing does."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()
        stop = self._network.listen(lambda: loop.call_soon_threadsafe(changed.set))
        try:
            seen = 0
            while True:
                changed.clear()
                views, seen = self._views(seen)
                yield f"event: phones\ndata: {json.dumps(views)}\n\n".encode()
                await asyncio.sleep(QUIET_S)
                while not await _happened(changed, HEARTBEAT_S):
                    yield b": still here\n\n"
        finally:
            stop()

    def _views(self, newer_than: int) -> tuple[list[dict[str, Any]], int]:
        """The phones that changed after that version, and the version now.

        At first (0) only the 200 that changed last; those that change later come when they do.
        """
        with self._network.changed:
            changed = self._network.changed_after(newer_than)
            if newer_than == 0 and len(changed) > SHOWN_PHONES:
                oldest = sorted(phone.version for phone in changed)[-SHOWN_PHONES]
                changed = [phone for phone in changed if phone.version >= oldest]
            return [phone_view(self._network, phone) for phone in changed], self._network.version


def add_problem_answers(app: FastAPI) -> None:
    """Answer what people may not do with an RFC 9457 problem that says what to do."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        wrong = [
            f"{'.'.join(str(part) for part in item['loc'][1:]) or 'body'}: {item['msg']}"
            for item in error.errors()
        ]
        return _problem(422, "; ".join(wrong))

    @app.exception_handler(NotANumberError)
    async def no_number(_: Request, error: NotANumberError) -> Response:
        return _problem(422, str(error))

    @app.exception_handler(NotPossibleError)
    async def impossible(_: Request, error: NotPossibleError) -> Response:
        return _problem(409, str(error))


def _problem(status: int, detail: str) -> Response:
    title = {404: "Not found", 409: "Not possible now", 422: "Not understood"}[status]
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(document, status, media_type="application/problem+json")


def _file(name: str, media_type: str) -> Response:
    content = files("device_sim").joinpath("pages", name).read_bytes()
    return Response(content, media_type=media_type, headers=PAGE_HEADERS)


async def _happened(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
