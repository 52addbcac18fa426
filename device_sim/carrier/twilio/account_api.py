"""The HTTP interface below /account: how the whole account at the carrier behaves."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from device_sim.carrier.twilio.account import Account


class AccountApi:
    """The routes below /account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def router(self) -> APIRouter:
        """The routes, to be included in an application that has `add_problem_answers`."""
        router = APIRouter()
        path = "/account/behaviour"
        router.add_api_route(path, self._behave, methods=["PUT"], response_model=None)
        router.add_api_route(path, self._behaviour, methods=["GET"], response_model=None)
        return router

    async def _behave(self, settings: Annotated[dict[str, Any], Body()]) -> Response:
        try:
            self._account.behave(settings)
        except ValidationError as error:
            wrong = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
            raise RequestValidationError(wrong) from error
        return await self._behaviour()

    async def _behaviour(self) -> Response:
        return JSONResponse(self._account.behaviour.model_dump(mode="json"))
