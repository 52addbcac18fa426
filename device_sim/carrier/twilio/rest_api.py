"""Twilio's REST API as the simulated carrier answers it: Messages and Calls.

The endpoints are coroutines on purpose: none of them blocks, and the carrier's answer must not
wait for a thread.
"""

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask

from device_sim.carrier.behaviour import CallBehaviour, SmsBehaviour
from device_sim.carrier.network import Network
from device_sim.carrier.records import Carrier, CarrierRequest
from device_sim.carrier.twilio import listing
from device_sim.carrier.twilio.account import Account
from device_sim.carrier.twilio.calls.call_service import CallService
from device_sim.carrier.twilio.documents import API, call_document, message_document
from device_sim.carrier.twilio.errors import CarrierError
from device_sim.carrier.twilio.sms import SmsService
from device_sim.carrier.twilio.validation import raise_scripted_silence


class TwilioApi:
    """The routes below /2010-04-01, for one account."""

    def __init__(
        self,
        network: Network,
        sms: SmsService,
        calls: CallService,
        account_sid: str,
        auth_token: str,
        account: Account,
    ) -> None:
        self._network = network
        self._sms = sms
        self._calls = calls
        self._account_sid = account_sid
        self._account = account
        self._secret = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()

    def router(self) -> APIRouter:
        """The routes, to be included in an application that has `add_carrier_errors`."""
        router = APIRouter(prefix=API + "/{account}", include_in_schema=False)
        messages, calls = "/Messages.json", "/Calls.json"
        for path, method, endpoint in (
            (messages, "POST", self._create_message),
            (messages, "GET", self._list_messages),
            ("/Messages/{sid}.json", "GET", self._fetch_message),
            (calls, "POST", self._create_call),
            (calls, "GET", self._list_calls),
            ("/Calls/{sid}.json", "GET", self._fetch_call),
            ("/Calls/{sid}.json", "POST", self._update_call),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        router.add_api_route(
            "/{rest:path}",
            self._nothing_here,
            methods=["GET", "POST", "DELETE"],
            response_model=None,
        )
        return router

    async def _create_message(self, request: Request) -> Response:
        form, _ = await self._read(request)
        message, behaviour, begin = self._sms.create(form)
        return await _accepted(message_document(message), behaviour, begin)

    async def _create_call(self, request: Request) -> Response:
        form, lists = await self._read(request)
        call, behaviour, begin = self._calls.create(form, lists.get("StatusCallbackEvent", []))
        return await _accepted(call_document(call), behaviour, begin)

    async def _update_call(self, request: Request) -> Response:
        form, _ = await self._read(request)
        if self._network.call(request.path_params["sid"]) is None:
            raise _not_found(request)
        return JSONResponse(call_document(self._calls.update(request.path_params["sid"], form)))

    async def _list_messages(self, request: Request) -> Response:
        query, _ = await self._read(request)
        date_of = listing.created_at if self._account.behaviour.lists_unsent else listing.sent_at
        ours = [m for m in self._network.messages() if m.carrier is Carrier.TWILIO]
        found = listing.chosen(ours, query, "DateSent", date_of)
        shown = listing.page(found, query, request.url.path, "messages", message_document)
        return JSONResponse(shown)

    async def _list_calls(self, request: Request) -> Response:
        query, _ = await self._read(request)
        date_of = listing.created_at if self._account.behaviour.lists_unsent else listing.started_at
        ours = [c for c in self._network.calls() if c.carrier is Carrier.TWILIO]
        found = listing.chosen(ours, query, "StartTime", date_of)
        return JSONResponse(listing.page(found, query, request.url.path, "calls", call_document))

    async def _fetch_message(self, request: Request) -> Response:
        await self._read(request)
        message = self._network.message(request.path_params["sid"])
        if message is None or message.carrier is not Carrier.TWILIO:
            raise _not_found(request)
        return JSONResponse(message_document(message))

    async def _fetch_call(self, request: Request) -> Response:
        await self._read(request)
        call = self._network.call(request.path_params["sid"])
        if call is None or call.carrier is not Carrier.TWILIO:
            raise _not_found(request)
        return JSONResponse(call_document(call))

    async def _nothing_here(self, request: Request) -> Response:
        await self._read(request)
        raise _not_found(request)

    async def _read(self, request: Request) -> tuple[dict[str, str], dict[str, list[str]]]:
        """First values and all values of the form (POST) or query (GET); checks who asks,
        and whether the carrier takes anything of the account now."""
        arrived = time.monotonic()
        raw = await request.body() if request.method == "POST" else request.url.query.encode()
        lists = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True)
        form = {name: values[0] for name, values in lists.items()}
        self._network.note_request(CarrierRequest(arrived, request.method, request.url.path, form))
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        known = scheme.lower() == "basic" and secrets.compare_digest(
            given.strip().encode(), self._secret.encode()
        )
        if not known or request.path_params["account"] != self._account_sid:
            raise CarrierError(20003, 401)
        self._account.check()
        return form, lists


def add_carrier_errors(app: FastAPI) -> None:
    """Answer CarrierError as Twilio does."""

    @app.exception_handler(CarrierError)
    async def refused(_: Request, error: CarrierError) -> Response:
        headers = {}
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        if error.retry_after is not None:
            headers["Retry-After"] = str(error.retry_after)
        return JSONResponse(error.document(), error.status, headers)


def _not_found(request: Request) -> CarrierError:
    return CarrierError(
        20404, 404, message=f"The requested resource {request.url.path} was not found"
    )


async def _accepted(
    document: dict[str, Any], behaviour: SmsBehaviour | CallBehaviour, begin: Callable[[], None]
) -> Response:
    """Answer 201 at once and begin then; or begin, and answer late or never."""

    async def afterwards() -> None:
        begin()

    if not behaviour.delay_ms.answer and behaviour.outcome.value != "hang_after_accepting":
        return JSONResponse(document, 201, background=BackgroundTask(afterwards))
    begin()
    await asyncio.sleep(behaviour.delay_ms.answer / 1000)
    raise_scripted_silence(behaviour)
    return JSONResponse(document, 201)
