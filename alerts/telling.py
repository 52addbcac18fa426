"""Puts messages into the outbox, inside the transaction that gives the reason for them."""

import json
from collections.abc import Callable
from datetime import datetime

from alerts import wording
from alerts.classify import lane_of
from alerts.escalation import reachable
from alerts.policy import Policy
from store import alarms, homes, outbox
from store.db import Connection
from store.homes import HomeBrief
from store.model import Alarm, Lane, Person
from store.outbox import NewNotification

SMS = "sms"
HUB = "hub"


def queue(conn: Connection, new: NewNotification) -> int | None:
    """Into the outbox, and wake who sends it. None: it was queued before."""
    number = outbox.queue(conn, new)
    if number is not None:
        alarms.notify(conn, "notification", number)
    return number


def home_of(conn: Connection, alarm: Alarm) -> HomeBrief | None:
    return homes.brief(conn, alarm.home_id) if alarm.home_id is not None else None


def tell_person(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    *,
    purpose: str,
    body: str,
    dedupe: str,
    now: datetime,
    dispatch_id: int | None = None,
) -> bool:
    """Queue an SMS to a person. False: no way to reach them, or it is queued already."""
    if not reachable(person):
        return False
    number = queue(
        conn,
        NewNotification(
            alarm_id=alarm.id,
            dispatch_id=dispatch_id,
            person_id=person.id,
            purpose=purpose,
            channel=SMS,
            lane=lane_of(alarm.priority),
            address=person.phone or "",
            body=body,
            dedupe=dedupe,
            due_at=now,
            now=now,
        ),
    )
    if number is None:
        return False
    alarms.journal(
        conn, alarm.id, "queued", at=now, actor="system", via=SMS,
        notification=number, person=person.id, purpose=purpose,
    )  # fmt: skip
    return True


def tell_home(
    conn: Connection,
    alarm: Alarm,
    state: str,
    *,
    who: str = "",
    eta_minutes: int | None = None,
    now: datetime,
    policy: Policy,
) -> None:
    """Queue what the hub can say aloud in the home; ingest publishes it."""
    home = home_of(conn, alarm)
    if home is None:
        return
    message: dict[str, object] = {
        "alarm": alarm.id,
        "state": state,
        "text": wording.progress_text(state, who, eta_minutes, policy.language),
    }
    if eta_minutes is not None:
        message["eta_minutes"] = eta_minutes
    queue(
        conn,
        NewNotification(
            alarm_id=alarm.id,
            person_id=None,
            purpose="progress",
            channel=HUB,
            lane=lane_of(alarm.priority),
            address=f"homes/{home.code}/progress",
            body=json.dumps(message, ensure_ascii=False),
            dedupe=f"progress:{alarm.id}:{state}:{alarm.version}:{who}",
            due_at=now,
            now=now,
        ),
    )


def tell_those_told(
    conn: Connection,
    alarm: Alarm,
    words: Callable[[str, str], str],
    *,
    purpose: str,
    now: datetime,
    except_person: int | None = None,
) -> None:
    """To everybody of the family who was told of the alarm: how it goes on.

    `words` makes the text from the residents' names and a language.
    """
    home = home_of(conn, alarm)
    resident = home.residents if home else ""
    for person in alarms.told_people(conn, alarm.id):
        if person.id != except_person:
            tell_person(
                conn, alarm, person, purpose=purpose, body=words(resident, person.language),
                dedupe=f"{purpose}:{alarm.id}:{alarm.version}:{person.id}", now=now,
            )  # fmt: skip


def answer_person(
    conn: Connection, person: Person, body: str, *, dedupe: str, now: datetime
) -> None:
    """Answer somebody who wrote, outside any alarm."""
    if not reachable(person):
        return
    queue(
        conn,
        NewNotification(
            alarm_id=None, person_id=person.id, purpose="answer", channel=SMS, lane=Lane.REST,
            address=person.phone or "", body=body, dedupe=dedupe, due_at=now, now=now,
        ),
    )  # fmt: skip
