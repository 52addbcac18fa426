"""Takes in what a carrier tells in a queue, by the same use cases as callbacks. Idempotent: a queue
delivers at least once, late, and in any order."""

from dataclasses import replace
from datetime import datetime

from alerts.notify.channels.interface import CarrierNews, CarrierReply, CarrierReport
from alerts.notify.channels.voice import VOICE
from alerts.policy import Policy
from alerts.response.calls.call_answers import picked_up, receive_status
from alerts.response.calls.call_script import Part, PickedUp
from alerts.response.delivery_reports import receive_callback
from alerts.response.sms_replies import InboundSms, receive_sms
from store.db import Connection
from store.notify import outbox

_AS_PRESSED = {
    "1": (Part.GREETING, "1"),
    "2": (Part.MESSAGE, "1"),
    "3": (Part.MESSAGE, "2"),
}
"""The keys of a call with one menu (to hear it, yes, no) as those of a call that asks step by step.
Who only listened has not answered: their next way is taken when the call is over."""


def take_in(
    conn: Connection, carrier: str, channel: str, news: CarrierNews, now: datetime, policy: Policy
) -> str:
    """Returns what was done, for the log."""
    if news.reply is not None:
        return _reply(conn, news.reply, now, policy)
    if news.report is None:
        return "not understood"
    report = news.report
    provider_id = _recorded(conn, carrier, news.notification_id, report)
    if channel != VOICE:
        return receive_callback(
            conn,
            news.notification_id,
            provider_id,
            report.status,
            report.error_code,
            now,
            policy,
            carrier,
        )
    call = PickedUp(news.notification_id, provider_id, carrier=carrier)
    for key in news.keys:
        _pressed(conn, call, key, now, policy)
    return receive_status(conn, call, report.status, report.seconds, now, policy)


def _reply(conn: Connection, reply: CarrierReply, now: datetime, policy: Policy) -> str:
    sms = InboundSms(
        reply.provider_id, reply.address, reply.body, reply.to, written_at=min(reply.at, now)
    )
    return receive_sms(conn, sms, now, policy)


def _recorded(
    conn: Connection, carrier: str, notification_id: int | None, report: CarrierReport
) -> str:
    """The id under which the sending is known here: its answer may have been lost, and with it the
    carrier's own."""
    found = outbox.get(conn, notification_id) if notification_id is not None else None
    if found is None or found.carrier != carrier or found.provider_id is None:
        return report.provider_id
    return found.provider_id if found.provider_id == f"out-{found.id}" else report.provider_id


def _pressed(conn: Connection, call: PickedUp, key: str, now: datetime, policy: Policy) -> None:
    if key in _AS_PRESSED:
        part, digits = _AS_PRESSED[key]
        picked_up(conn, replace(call, part=part, digits=digits), now, policy)
