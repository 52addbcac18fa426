"""Takes in what a carrier tells in a queue, by the same use cases as callbacks. Idempotent: a queue
delivers at least once, late, and in any order."""

from datetime import datetime

from alerts.notify.channels.interface import CarrierNews, CarrierReply, CarrierReport
from alerts.notify.channels.voice import VOICE
from alerts.policy import Policy
from alerts.response import delivery_reports
from alerts.response.call_answers import picked_up, receive_status
from alerts.response.call_script import PickedUp
from alerts.response.delivery_reports import receive_callback
from alerts.response.sms_replies import InboundSms, receive_sms, respond
from store.alarm import alarms
from store.db import Connection
from store.home import people
from store.model import AlarmState, Answer
from store.notify import outbox

HEAR, YES, NO = "1", "2", "3"
"""Keys of a call that ends with its first key: to hear it, and to answer at once."""
_AS_PRESSED = {YES: "1", NO: "2"}
"""The keys that answer in a call which asks."""


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
    for key in news.keys:
        call = PickedUp(news.notification_id, provider_id, carrier=carrier)
        _pressed(conn, call, key, now, policy)
    call = PickedUp(news.notification_id, provider_id, carrier=carrier)
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
    if key == HEAR:
        _heard(conn, call, now, policy)
    elif key in _AS_PRESSED:
        pressed = PickedUp(
            call.notification_id,
            call.provider_id,
            digits=_AS_PRESSED[key],
            carrier=call.carrier,
        )
        picked_up(conn, pressed, now, policy)


def _heard(conn: Connection, call: PickedUp, now: datetime, policy: Policy) -> None:
    """Somebody was there and knows it, and has not said whether they go: their next way is taken
    when the call is over, so that they can."""
    with conn.transaction():
        found = delivery_reports.find(conn, call.notification_id, call.provider_id, call.carrier)
        if found is None or found.alarm_id is None or found.purpose != "alarm":
            return
        alarm = alarms.lock(conn, found.alarm_id)
        person = people.find_person(conn, found.person_id or 0)
        if alarm is None or person is None or alarm.state == AlarmState.CLOSED:
            return
        if not alarms.has_answered(conn, found.alarm_id, person.id):
            respond(conn, found.alarm_id, person, Answer.SEEN, via="voice", now=now, policy=policy)
