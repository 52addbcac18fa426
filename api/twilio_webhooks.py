"""What the carrier tells us: how a message fares, what somebody wrote back.

Only what carries the signature of our account is looked at; it covers the public address, the
query and every field. Everything is idempotent: the carrier repeats itself.
"""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from alerts.delivery import receive_callback
from alerts.responding import InboundSms, receive_sms
from api.deps import deps_of
from api.errors import BadRequestError, ForbiddenError
from api.fields import BIGGEST

log = structlog.get_logger()
router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def _form(request: Request) -> FormData:
    """Async only because a body must be awaited."""
    return await request.form()


def _signed(request: Request, form: Annotated[FormData, Depends(_form)]) -> dict[str, str]:
    """The fields of a request that Twilio signed. ForbiddenError otherwise, also when there is no
    account whose signature could be checked."""
    deps = deps_of(request)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    query = f"?{request.url.query}" if request.url.query else ""
    url = deps.public_url.rstrip("/") + request.url.path + query
    signature = request.headers.get("x-twilio-signature", "")
    token = deps.twilio_auth_token
    if not token or not RequestValidator(token).validate(url, form, signature):
        log.warning("forged webhook", path=request.url.path)
        raise ForbiddenError("The signature is not that of our account")
    return fields


Signed = Annotated[dict[str, str], Depends(_signed)]
WEBHOOK_GUARD = _signed


@router.post("/status", status_code=204, summary="How a message fares")
def status(request: Request, fields: Signed) -> Response:
    deps = deps_of(request)
    provider_id = fields.get("MessageSid") or fields.get("SmsSid") or ""
    state = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    if not provider_id or not state:
        raise BadRequestError("MessageSid and MessageStatus are needed")
    number = request.query_params.get("notification", "")
    with deps.connection() as conn:
        done = receive_callback(
            conn,
            int(number)
            if number.isascii() and number.isdigit() and int(number) < BIGGEST
            else None,
            provider_id,
            state,
            fields.get("ErrorCode") or None,
            deps.clock.now(),
            deps.policy,
        )
    log.info("carrier callback", status=state, done=done)
    return Response(status_code=204)


@router.post("/sms", summary="Somebody wrote back")
def sms(request: Request, fields: Signed) -> Response:
    """Understood and acted on before it is answered; the answer itself says nothing: what there
    is to say leaves through the outbox."""
    deps = deps_of(request)
    provider_id, sender = fields.get("MessageSid", ""), fields.get("From", "")
    if not provider_id or not sender:
        raise BadRequestError("MessageSid and From are needed")
    body = fields.get("Body", "").replace("\x00", "")
    with deps.connection() as conn:
        done = receive_sms(
            conn, InboundSms(provider_id, sender, body), deps.clock.now(), deps.policy
        )
    log.info("inbound sms", taken_for=done)
    return Response(NOTHING_TO_SAY, media_type="application/xml")
