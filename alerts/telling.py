"""Tells people and homes of an alarm: who, by their wishes; queueing.py fills the outbox."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts import bundling, china, wording
from alerts.policy import Policy
from alerts.queueing import joining, on_way, queue
from alerts.ways import SMS, Way, ways, when
from store import alarms, family, homes, outbox
from store import ways as ways_store
from store.db import Connection
from store.family import Family
from store.homes import HomeBrief
from store.kinds import lane_of
from store.model import Alarm, Lane, Person, Priority
from store.outbox import NewNotification
from store.ways import Wishes

HUB = "hub"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told: see tell_person."""

    purpose: str
    body: str
    dedupe: str
    dispatch_id: int | None = None
    spoken: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def home_of(conn: Connection, alarm: Alarm) -> HomeBrief | None:
    return homes.brief(conn, alarm.home_id) if alarm.home_id is not None else None


def family_of(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> Family | None:
    """Whom the alarm's home names, and their wishes. None: it is an area's alarm."""
    if alarm.home_id is None:
        return None
    return family.of_alarm(conn, alarm.id, alarm.home_id, day_began(now, policy))


def ways_to(
    conn: Connection, person: Person, purpose: str, lane: Lane, now: datetime, policy: Policy
) -> tuple[list[Way], Wishes]:
    """How the person can be told now, best first, and what they wish."""
    wishes = wishes_of(conn, person, now, policy)
    return ways(person, wishes, purpose, lane, policy), wishes


def wishes_of(conn: Connection, person: Person, now: datetime, policy: Policy) -> Wishes:
    since = day_began(now, policy) if china.counted(person.phone, policy) else None
    return ways_store.of_person(conn, person.id, since)


def tell_person(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    *,
    purpose: str,
    body: str,
    dedupe: str,
    now: datetime,
    policy: Policy,
    dispatch_id: int | None = None,
    spoken: str = "",
    fields: Mapping[str, str] | None = None,
) -> bool:
    """Queue a message to a person by the first of their ways; a failure takes the next.

    `spoken` is what a call says instead of `body`, `fields` what a registered template is filled
    with. False: no way to reach them, or not their wish now.
    """
    message = Message(purpose, body, dedupe, dispatch_id, spoken, fields or {})
    wishes = wishes_of(conn, person, now, policy)
    return tell_all(conn, alarm, [(person, wishes, message)], now, policy)


def tell_all(
    conn: Connection,
    alarm: Alarm,
    messages: Sequence[tuple[Person, Wishes, Message]],
    now: datetime,
    policy: Policy,
) -> bool:
    """Queue messages to several people, as tell_person does. False: not a single one."""
    news = [
        new
        for person, wishes, message in messages
        if (new := _to_person(conn, alarm, person, wishes, message, now, policy)) is not None
    ]
    for new in joining(conn, news, policy):
        outbox.queue_later(conn, new)
    return bool(news)


def _to_person(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    wishes: Wishes,
    message: Message,
    now: datetime,
    policy: Policy,
) -> NewNotification | None:
    lane = lane_of(alarm.priority)
    found = ways(person, wishes, message.purpose, lane, policy)
    due_at, why_not = when(
        wishes, message.purpose, alarm.kind, alarm.priority, now, policy.timezone
    )
    if due_at is None:
        alarms.journal(
            conn,
            alarm.id,
            "left_in_peace",
            at=now,
            actor="system",
            person=person.id,
            reason=why_not,
        )
    if not found or due_at is None:
        return None
    new = NewNotification(
        alarm_id=alarm.id,
        dispatch_id=message.dispatch_id,
        person_id=person.id,
        purpose=message.purpose,
        channel="",
        lane=lane,
        address="",
        body=message.body,
        dedupe="",
        due_at=due_at,
        now=now,
        chain=message.dedupe.removesuffix(f":{SMS}"),
        spoken=message.spoken,
        fields=message.fields,
        urgency=alarm.priority,
        bundle=bundling.may_join(message.purpose, alarm.priority, policy),
    )
    return on_way(new, found[0])


def day_began(now: datetime, policy: Policy) -> datetime:
    """Midnight where the homes are: messages are counted from there."""
    return now.astimezone(policy.timezone).replace(hour=0, minute=0, second=0, microsecond=0)


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
    policy: Policy,
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
                conn,
                alarm,
                person,
                purpose=purpose,
                body=words(resident, person.language),
                dedupe=f"{purpose}:{alarm.id}:{alarm.version}:{person.id}",
                now=now,
                policy=policy,
            )


def answer_person(
    conn: Connection, person: Person, body: str, *, dedupe: str, now: datetime, policy: Policy
) -> None:
    """Answer somebody who wrote an SMS, outside any alarm and the same way."""
    found, _ = ways_to(conn, person, "answer", Lane.REST, now, policy)
    for way in found:
        if way.channel == SMS:
            queue(
                conn,
                NewNotification(
                    alarm_id=None,
                    person_id=person.id,
                    purpose="answer",
                    channel=SMS,
                    lane=Lane.REST,
                    address=way.address,
                    body=body,
                    dedupe=dedupe,
                    due_at=now,
                    now=now,
                    urgency=Priority.PERSON_AT_RISK,
                ),
            )
