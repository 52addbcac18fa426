"""The forms that the carrier posts to webhooks, with the fields that Twilio sends."""

from datetime import UTC, datetime
from email.utils import format_datetime

from device_sim.carrier.records import Call, Message


def status_form(message: Message, status: str) -> dict[str, str]:
    """The form of a status callback. An old state carries no error, whatever came later."""
    form = {
        "SmsSid": message.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": "2010-04-01",
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if message.error_code is not None and status in ("failed", "undelivered"):
        form["ErrorCode"] = str(message.error_code)
        form["ErrorMessage"] = message.error_message or ""
    return form


def inbound_form(message: Message, opt_out_type: str | None) -> dict[str, str]:
    """The form of an inbound message, with every field that Twilio sends for an SMS or MMS.

    `opt_out_type`: START, STOP or HELP, when the carrier took the text for such a word.
    """
    form = {
        "ToCountry": "",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": "CN" if message.from_.startswith("+86") else "",
        "To": message.to,
        "ToZip": "",
        "NumSegments": str(message.segments),
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.from_,
        "ApiVersion": "2010-04-01",
    }
    for number, (url, content_type) in enumerate(message.media):
        form[f"MediaUrl{number}"] = url
        form[f"MediaContentType{number}"] = content_type
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if opt_out_type:
        form["OptOutType"] = opt_out_type
    return form


def direction_of(call: Call) -> str:
    """As Twilio names it."""
    if call.inbound:
        return "inbound"
    return "outbound-dial" if call.parent_call_sid else "outbound-api"


def call_form(call: Call) -> dict[str, str]:
    """What every request about a call carries."""
    form = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "From": call.from_,
        "Caller": call.from_,
        "To": call.to,
        "Called": call.to,
        "CallStatus": call.status,
        "Direction": direction_of(call),
        "ApiVersion": "2010-04-01",
    }
    if call.parent_call_sid:
        form["ParentCallSid"] = call.parent_call_sid
    if call.answered_by:
        form["AnsweredBy"] = call.answered_by
    return form


def call_event_form(call: Call, status: str, sequence: int) -> dict[str, str]:
    """The form of a call status callback; `sequence` counts the call's events from 0."""
    form = call_form(call) | {
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    if call.duration is not None and status not in ("initiated", "ringing", "in-progress"):
        form["CallDuration"] = str(call.duration)
        form["Duration"] = str(-(-call.duration // 60))
    return form
