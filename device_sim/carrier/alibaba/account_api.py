"""The HTTP interface below /alibaba: how the account behaves, and what is registered with it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from device_sim.carrier.alibaba.account import AlibabaAccount
from device_sim.carrier.alibaba.mns.queues import MessageQueues, MessageType
from device_sim.carrier.alibaba.templates.catalogue import Catalogue

Settings = Annotated[dict[str, Any], Body()]


class AlibabaAccountApi:
    """The routes below /alibaba."""

    def __init__(
        self, account: AlibabaAccount, catalogue: Catalogue, queues: MessageQueues
    ) -> None:
        self._account = account
        self._catalogue = catalogue
        self._queues = queues

    def router(self) -> APIRouter:
        """The routes, to be included in an application that has `add_problem_answers`."""
        router = APIRouter(prefix="/alibaba")
        for path, method, endpoint in (
            ("/behaviour", "PUT", self._behave),
            ("/behaviour", "GET", self._behaviour),
            ("/catalogue", "PUT", self._register),
            ("/catalogue", "GET", self._registered),
            ("/queues", "GET", self._queued),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    async def _behave(self, settings: Settings) -> Response:
        _change(self._account.behave, settings)
        return await self._behaviour()

    async def _behaviour(self) -> Response:
        return JSONResponse(self._account.behaviour.model_dump(mode="json"))

    async def _register(self, settings: Settings) -> Response:
        _change(self._catalogue.register, settings)
        return await self._registered()

    async def _registered(self) -> Response:
        return JSONResponse(self._catalogue.document())

    async def _queued(self) -> Response:
        """What waits in each queue, for who looks for a report that nobody has taken."""
        return JSONResponse({kind.queue_name: self._queues.left(kind) for kind in MessageType})


def _change(change: Callable[[Mapping[str, Any]], None], settings: dict[str, Any]) -> None:
    try:
        change(settings)
    except ValidationError as error:
        wrong = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(wrong) from error
