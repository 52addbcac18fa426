"""Routes that Twilio calls: delivery status, inbound SMS, voice; signature checked first.

Only what carries the signature of our account is looked at; it covers the public address, the
query and every field. Everything is idempotent: the carrier repeats itself.
"""

from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request, Response

from alerts.notify.carriers.twilio.account import SCRIPT_TRIES
from alerts.response.calls.call_answers import picked_up, receive_status
from alerts.response.calls.call_script import Part, PickedUp
from alerts.response.delivery_reports import receive_callback
from alerts.response.replies.reply_meaning import OptOut
from alerts.response.sms_replies import InboundSms, receive_sms
from api.deps import deps_of
from api.errors import BadRequestError
from api.http.fields import BIGGEST
from api.webhooks import twilio_centre_calls
from api.webhooks.twilio_signature import Signed
from api.webhooks.twiml import script_to_twiml

log = structlog.get_logger()
router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"])
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def _number(request: Request, name: str) -> int | None:
    """A number we have put into the address; None: there is none, or it is not ours."""
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and int(given) < BIGGEST else None


@router.post("/status", status_code=204, summary="How a message fares")
def status(request: Request, fields: Signed) -> Response:
    deps = deps_of(request)
    provider_id = fields.get("MessageSid") or fields.get("SmsSid") or ""
    state = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    if not provider_id or not state:
        raise BadRequestError("MessageSid and MessageStatus are needed")
    with deps.connection() as conn:
        done = receive_callback(
            conn,
            _number(request, "notification"),
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
    to = fields.get("MessagingServiceSid") or fields.get("To", "")
    with deps.connection() as conn:
        done = receive_sms(
            conn,
            InboundSms(
                provider_id,
                sender,
                body,
                to,
                media=_count(fields.get("NumMedia", "")),
                opt_out=_opt_out(fields.get("OptOutType", "")),
            ),
            deps.clock.now(),
            deps.policy,
        )
    log.info("inbound sms", taken_for=done)
    return Response(EMPTY_TWIML, media_type="application/xml")


@router.post("/voice", summary="Somebody picked up or pressed a key, or telephones the centre")
def voice(request: Request, fields: Signed) -> Response:
    """Answers with TwiML: what to say. The same request again gets the same words."""
    deps, call = deps_of(request), _call(request, fields)
    if twilio_centre_calls.is_to_the_centre(fields):
        return twilio_centre_calls.came_in(request, fields)
    with deps.connection() as conn:
        script = picked_up(conn, call, deps.clock.now(), deps.policy)
    query = urlencode(
        {
            "notification": call.notification_id or 0,
            "try": script.attempt,
            "part": script.part,
        }
    )
    action = f"{request.state.asked_at}/webhooks/twilio/voice?{query}{SCRIPT_TRIES}"
    log.info("call", part=call.part, asks=script.ask, key=bool(call.digits))
    return Response(
        script_to_twiml(script, action, deps.policy.own_texts), media_type="application/xml"
    )


@router.post("/voice/status", status_code=204, summary="How a call fares")
def voice_status(request: Request, fields: Signed) -> Response:
    deps, call = deps_of(request), _call(request, fields)
    state, seconds = fields.get("CallStatus", ""), fields.get("CallDuration", "")
    if not state:
        raise BadRequestError("CallStatus is needed")
    if twilio_centre_calls.is_to_the_centre(fields):
        twilio_centre_calls.hung_up(request, fields)
        return Response(status_code=204)
    with deps.connection() as conn:
        done = receive_status(conn, call, state, _seconds(seconds), deps.clock.now(), deps.policy)
    log.info("carrier callback", status=state, done=done)
    return Response(status_code=204)


def _call(request: Request, fields: dict[str, str]) -> PickedUp:
    provider_id = fields.get("CallSid", "")
    if not provider_id:
        raise BadRequestError("CallSid is needed")
    return PickedUp(
        _number(request, "notification"),
        provider_id,
        fields.get("Digits", ""),
        _number(request, "try") or 1,
        Part.MESSAGE if request.query_params.get("part") == Part.MESSAGE else Part.GREETING,
    )


def _opt_out(given: str) -> OptOut | None:
    """None: the carrier says nothing, or a word that it has added since."""
    return OptOut(given) if given in set(OptOut) else None


def _count(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _seconds(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else None
