"""Notifies families of an outage in their area, and when it is over for their home.

They are informed, not asked: no key to press, no call, and their quiet hours are kept. Hundreds of
families at once cost a handful of statements.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.notify import notifying, texts
from alerts.notify.contact_methods import is_wanted
from alerts.notify.notifying import Message
from alerts.policy import Policy
from store.db import Connection
from store.duty import areas
from store.model import Alarm
from store.notify import family, preferences
from store.notify.family import Relative


def notify_families(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> bool:
    """Inform the contacts of the homes whose hubs the outage has taken down, each once,
    however often the plan comes round. False: there is nobody to inform."""
    touched = family.of_outage(conn, alarm.id)
    return _inform(
        conn,
        alarm,
        touched,
        "told",
        lambda resident, language: texts.outage_text(alarm, resident, language, policy),
        now,
        policy,
    )


def notify_over(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> bool:
    """Notify those who were informed and whose hub reports again."""
    back = family.informed_of_outage(conn, alarm.id)
    area = areas.area_name(conn, alarm.area_id)
    return _inform(
        conn,
        alarm,
        back,
        "over",
        lambda resident, language: texts.outage_over_text(now, resident, area, language, policy),
        now,
        policy,
    )


def _inform(
    conn: Connection,
    alarm: Alarm,
    relatives: Sequence[Relative],
    purpose: str,
    words: Callable[[str, str], str],
    now: datetime,
    policy: Policy,
) -> bool:
    wanted = preferences.of_people(
        conn, [r.person.id for r in relatives], notifying.start_of_day(now, policy)
    )
    messages = [
        (
            r.person,
            wanted[r.person.id],
            Message(
                purpose,
                words(r.residents, r.person.language),
                dedupe=f"area:{purpose}:{alarm.id}:{r.person.id}",
            ),
        )
        for r in relatives
        if is_wanted(wanted[r.person.id], alarm.kind, alarm.priority)
    ]
    return notifying.notify_people(conn, alarm, messages, now, policy)
