"""Twilio's identifiers, and its JSON of messages and calls."""

import secrets
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from device_sim.carrier.records import Call, Carrier, Message, carrier_now
from device_sim.carrier.twilio.webhook_forms import direction_of

API = "/2010-04-01/Accounts"


def new_sid(prefix: str) -> str:
    """A Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def rfc2822(at: datetime | None) -> str | None:
    """`Sat, 21 Nov 2026 08:00:00 +0000`."""
    return None if at is None else format_datetime(at)


def message_document(message: Message) -> dict[str, Any]:
    """Twilio's Message resource."""
    uri = f"{API}/{message.account_sid}/Messages/{message.sid}"
    return {
        "account_sid": message.account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc2822(message.date_created),
        "date_sent": rfc2822(message.date_sent),
        "date_updated": rfc2822(message.date_updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.from_ or None,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def call_document(call: Call) -> dict[str, Any]:
    """Twilio's Call resource."""
    duration = call.duration
    return {
        "account_sid": call.account_sid,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": rfc2822(call.date_created),
        "date_updated": rfc2822(call.date_updated),
        "direction": direction_of(call),
        "duration": None if duration is None else str(duration),
        "end_time": rfc2822(call.end_time),
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": call.parent_call_sid,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.dialled_at),
        "status": call.status,
        "subresource_uris": {},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{API}/{call.account_sid}/Calls/{call.sid}.json",
    }


def new_call(
    account_sid: str, from_: str, to: str, parent: str | None = None, *, inbound: bool = False
) -> Call:
    """A call that has just been asked for."""
    now = carrier_now()
    return Call(
        sid=new_sid("CA"),
        carrier=Carrier.TWILIO,
        account_sid=account_sid,
        from_=from_,
        to=to,
        status="queued",
        date_created=now,
        date_updated=now,
        parent_call_sid=parent,
        inbound=inbound,
    )
