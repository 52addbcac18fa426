"""Alibaba Cloud's gateway for all of its products: who asks, for which action, and the answer.

As with Twilio the endpoint is a coroutine that never blocks.
"""

import asyncio
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask

from device_sim.carrier.alibaba.access_key import AccessKey, SignedRequest, check_signature
from device_sim.carrier.alibaba.account import AlibabaAccount, Product
from device_sim.carrier.alibaba.answers import Answer
from device_sim.carrier.alibaba.errors import GatewayError, RefusedError
from device_sim.carrier.behaviour import Silence
from device_sim.carrier.errors import SilentCarrierError
from device_sim.carrier.network import Network
from device_sim.carrier.records import Carrier, CarrierRequest

VERSION = "2017-05-25"
KEPT_NONCES = 100_000


@dataclass(frozen=True)
class Action:
    """What one action does. `sends`: whether it is refused to an account without money."""

    product: Product
    perform: Callable[[Mapping[str, str]], Answer]
    sends: bool = False


class Nonces:
    """Signature nonces that were used. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: deque[str] = deque()
        self._used: set[str] = set()

    def use(self, nonce: str) -> None:
        """GatewayError when it was used before."""
        with self._lock:
            if nonce in self._used:
                raise GatewayError("SignatureNonceUsed")
            self._used.add(nonce)
            self._order.append(nonce)
            if len(self._order) > KEPT_NONCES:
                self._used.discard(self._order.popleft())


class Gateway:
    """The route `/`, where every action is asked for."""

    def __init__(
        self,
        network: Network,
        account: AlibabaAccount,
        key: AccessKey,
        actions: Mapping[str, Action],
    ) -> None:
        self._network = network
        self._account = account
        self._key = key
        self._actions = actions
        self._nonces = Nonces()

    def router(self) -> APIRouter:
        """The route, to be included in an application that has `add_refusals`."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/", self._ask, methods=["POST", "GET"], response_model=None)
        return router

    async def _ask(self, request: Request) -> Response:
        arrived, body = time.monotonic(), await request.body()
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        headers = dict(request.headers)
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        params = query | form
        name = headers.get("x-acs-action", "")
        self._network.note_request(
            CarrierRequest(arrived, request.method, f"/{name}", params, Carrier.ALIBABA)
        )
        signed = SignedRequest(request.method, request.url.path, query, headers, body)
        check_signature(signed, self._key, datetime.now(UTC))
        action = self._actions.get(name)
        if action is None:
            raise GatewayError("InvalidAction.NotFound", 404)
        if headers.get("x-acs-version") != VERSION:
            raise GatewayError("InvalidVersion")
        self._nonces.use(headers.get("x-acs-signature-nonce", ""))
        arrives = self._account.check(action.product, sends=action.sends)
        answer = action.perform(params)
        if arrives == "no answer":
            answer.begin()
            drop = self._account.behaviour.connection is Silence.DROP
            raise SilentCarrierError(drop=drop)
        return await _answered(answer)


def add_refusals(app: FastAPI) -> None:
    """Answer RefusedError as Alibaba Cloud does."""

    @app.exception_handler(RefusedError)
    async def refused(_: Request, error: RefusedError) -> Response:
        request_id = _request_id()
        headers = {"x-acs-request-id": request_id}
        if isinstance(error, GatewayError) and error.retry_after is not None:
            headers["x-acs-retry-after"] = str(error.retry_after)
        return JSONResponse(error.document(request_id), error.status, headers)


async def _answered(answer: Answer) -> Response:
    """Answer at once and begin then; or begin, and answer late or never."""

    async def afterwards() -> None:
        answer.begin()

    request_id = _request_id()
    document = {"RequestId": request_id} | answer.document
    headers = {"x-acs-request-id": request_id}
    behaviour = answer.behaviour
    hangs = behaviour is not None and behaviour.outcome.value == "hang_after_accepting"
    delay_ms = behaviour.delay_ms.answer if behaviour is not None else 0
    if not delay_ms and not hangs:
        return JSONResponse(document, 200, headers, background=BackgroundTask(afterwards))
    answer.begin()
    await asyncio.sleep(delay_ms / 1000)
    if hangs and behaviour is not None:
        raise SilentCarrierError(drop=behaviour.connection is Silence.DROP)
    return JSONResponse(document, 200, headers)


def _request_id() -> str:
    return str(uuid.uuid4()).upper()
