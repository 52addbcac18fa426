"""The guard of every route that Twilio calls: only what carries our account's signature passes."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from api.deps import deps_of
from api.errors import ForbiddenError

log = structlog.get_logger()


async def _form(request: Request) -> FormData:
    """Async only because a body must be awaited."""
    return await request.form()


def signed(request: Request, form: Annotated[FormData, Depends(_form)]) -> dict[str, str]:
    """The fields of a request that Twilio signed. ForbiddenError otherwise, also when there is no
    account whose signature could be checked."""
    deps = deps_of(request)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    query = f"?{request.url.query}" if request.url.query else ""
    signature = request.headers.get("x-twilio-signature", "")
    for base in (deps.public_url, deps.fallback_url):
        url = base.rstrip("/") + request.url.path + query
        token = deps.twilio_auth_token
        if base and token and RequestValidator(token).validate(url, form, signature):
            request.state.asked_at = base.rstrip("/")
            return fields
    log.warning("forged webhook", path=request.url.path)
    raise ForbiddenError("The signature is not that of our account")


Signed = Annotated[dict[str, str], Depends(signed)]
WEBHOOK_GUARD = signed
