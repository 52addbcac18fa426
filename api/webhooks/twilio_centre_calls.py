"""Routes that Twilio calls when somebody telephones one of our numbers; signed like all others.

The number's voice URL answers with the first operator's telephone; each telephone has two
addresses: what is heard there before the two are joined, and where it goes on afterwards.
"""

import re
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response

from alerts.notify.carriers.twilio.account import SCRIPT_TRIES
from alerts.response.calls import centre_calls
from alerts.response.calls.call_script import Script
from api.deps import deps_of
from api.http.fields import BIGGEST
from api.webhooks.twilio_signature import Signed
from api.webhooks.twiml import RingAddresses, script_to_twiml

log = structlog.get_logger()
router = APIRouter(prefix="/webhooks/twilio/voice/rings", tags=["webhooks"])
RingId = Annotated[int, Path(ge=1, le=BIGGEST)]
CARRIER = "twilio"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What the carrier shows of a caller who withholds their number: ANONYMOUS, RESTRICTED, BLOCKED,
UNKNOWN, UNAVAILABLE on the keys of a telephone, or the word itself."""
_GONE = frozenset({"completed", "canceled", "failed", "busy", "no-answer"})


def is_to_the_centre(fields: dict[str, str]) -> bool:
    """Whether somebody calls us, rather than we them."""
    return fields.get("Direction") == "inbound"


def came_in(request: Request, fields: dict[str, str]) -> Response:
    """Somebody calls one of our numbers."""
    deps = deps_of(request)
    with deps.connection() as conn:
        script = centre_calls.came_in(
            conn, CARRIER, fields["CallSid"], _caller(fields), deps.clock.now(), deps.policy
        )
    log.info("call to the centre", rings=script.ringing is not None)
    return _answer(request, script)


def hung_up(request: Request, fields: dict[str, str]) -> None:
    """Their call has ended; of anything before the end nothing is to be done."""
    if fields.get("CallStatus") not in _GONE:
        return
    deps = deps_of(request)
    with deps.connection() as conn:
        centre_calls.hung_up(
            conn, CARRIER, fields["CallSid"], _caller(fields), deps.clock.now(), deps.policy
        )


def _caller(fields: dict[str, str]) -> str:
    shown = fields.get("From", "")
    return shown if _NUMBER.fullmatch(shown) and shown not in _WITHHELD else ""


@router.post("/{ring_id}/offer", summary="An operator picked up a call to the centre")
def offer(request: Request, fields: Signed, ring_id: RingId) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        script = centre_calls.ring_answered(
            conn, ring_id, fields.get("Digits", ""), deps.clock.now(), deps.policy
        )
    return _answer(request, script)


@router.post("/{ring_id}/over", summary="An operator's telephone rings no more")
def over(request: Request, fields: Signed, ring_id: RingId) -> Response:
    deps = deps_of(request)
    outcome = fields.get("DialCallStatus", "")
    with deps.connection() as conn:
        script = centre_calls.ring_over(
            conn,
            ring_id,
            outcome,
            deps.clock.now(),
            deps.policy,
            gone=fields.get("CallStatus") in _GONE,
            bridged=fields.get("DialBridged") == "true",
        )
    log.info("ring over", status=outcome, rings=script.ringing is not None)
    return _answer(request, script)


def _answer(request: Request, script: Script) -> Response:
    base, here = request.state.asked_at + router.prefix, request.url.path
    rings = f"{base}/{script.ringing.ring_id}" if script.ringing else base
    addresses = RingAddresses(f"{rings}/offer{SCRIPT_TRIES}", f"{rings}/over{SCRIPT_TRIES}")
    own = deps_of(request).policy.own_texts
    action = f"{request.state.asked_at}{here}{SCRIPT_TRIES}"
    body = script_to_twiml(script, action, own, addresses)
    return Response(body, media_type="application/xml")
