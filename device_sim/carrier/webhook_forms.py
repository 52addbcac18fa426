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


def inbound_form(message: Message, leave: bool | None) -> dict[str, str]:
    """The form of an inbound message, with every field that Twilio sends for an SMS."""
    form = {
        "ToCountry": "",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": "0",
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
    if leave is not None:
        form["OptOutType"] = "STOP" if leave else "START"
    return form


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
        "Direction": "outbound-dial" if call.parent_call_sid else "outbound-api",
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
