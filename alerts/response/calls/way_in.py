"""How to get into a home, told in a call to the responder who goes there; looks are recorded.

It is never written: texts stay on telephones and with carriers.
"""

from datetime import datetime

from alerts.notify import call_texts, notifying
from alerts.notify.channels.voice import VOICE
from store.access import address_views
from store.alarm import alarms
from store.db import Connection
from store.dispatch_states import WITH_ACCESS
from store.duty import dispatches
from store.model import Alarm, Notification


def spoken(conn: Connection, alarm: Alarm, notification: Notification, language: str) -> str | None:
    """What is said, as it is known now. None: they were called off, or are done."""
    going = dispatches.get(conn, notification.dispatch_id or 0)
    home = notifying.home_of(conn, alarm)
    if going is None or home is None or going.state not in WITH_ACCESS:
        return None
    return call_texts.access_call(alarm, home.address, home.access_notes, language)


def record_heard(conn: Connection, notification: Notification, now: datetime) -> None:
    """Somebody pressed the key and hears it: that belongs to the record of who knows it."""
    going = dispatches.get(conn, notification.dispatch_id or 0)
    alarm = alarms.get(conn, going.alarm_id) if going is not None else None
    if going is None or alarm is None or alarm.home_id is None:
        return
    address_views.add(
        conn,
        home_id=alarm.home_id,
        person_id=going.responder_id,
        via=VOICE,
        now=now,
        alarm_id=alarm.id,
        dispatch_id=going.id,
    )
