"""Routes that Twilio calls when somebody telephones one of our numbers; signed like all others.

The number's voice URL answers with the first operator's telephone; each telephone has two
addresses: what is heard there before the two are joined, and where it goes on afterwards.
"""

import re
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response

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
"""What a caller shows who withholds theirs is a word, or a number like 266696687."""
_GONE = frozenset({"completed", "canceled", "failed", "busy", "no-answer"})


def is_to_the_centre(fields: dict[str, str]) -> bool:
    """Whether somebody calls us, rather than we them."""
    return fields.get("Direction") == "inbound"


def came_in(request: Request, fields: dict[str, str]) -> Response:
    """Somebody calls one of our numbers."""
    deps, shown = deps_of(request), fields.get("From", "")
    phone = shown if _NUMBER.fullmatch(shown) else ""
    with deps.connection() as conn:
        script = centre_calls.came_in(
            conn, CARRIER, fields.get("CallSid", ""), phone, deps.clock.now(), deps.policy
        )
    log.info("call to the centre", rings=script.ringing is not None)
    return _answer(request, script)


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
        )
    log.info("ring over", status=outcome, rings=script.ringing is not None)
    return _answer(request, script)


def _answer(request: Request, script: Script) -> Response:
    base, here = request.state.asked_at + router.prefix, request.url.path
    rings = f"{base}/{script.ringing.ring_id}" if script.ringing else base
    addresses = RingAddresses(f"{rings}/offer", f"{rings}/over")
    body = script_to_twiml(script, request.state.asked_at + here, addresses)
    return Response(body, media_type="application/xml")
