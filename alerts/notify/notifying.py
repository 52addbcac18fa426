"""Notifies people and homes of an alarm, by their preferences. Called by every use case."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.notify import bundling, mainland_china, texts, unanswered
from alerts.notify.carriers import routing
from alerts.notify.channels.hub import HUB
from alerts.notify.channels.sms import SMS
from alerts.notify.contact_methods import (
    ContactMethod,
    is_wanted,
    methods_for,
    morning_after,
    send_time,
)
from alerts.notify.planned_messages import Planned, expect_answer, once_a_telephone
from alerts.notify.queueing import queue_message, with_bundling, with_method
from alerts.notify.recipients.centre_number import with_centre
from alerts.notify.recipients.family_steps import is_heard
from alerts.notify.template_text import template_of, values_of
from alerts.notify.unanswered import ANY, ChannelOrder
from alerts.notify.wording.own_words import in_own_words
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import lane_of
from store.db import Connection
from store.duty import areas
from store.home import homes
from store.home.homes import HomeBrief, HomeVisit
from store.model import Alarm, OutboxLane, Person, Priority
from store.notify import family, outbox
from store.notify import preferences as stored_preferences
from store.notify.family import Family
from store.notify.outbox import NewNotification
from store.notify.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is notified of: see notify_person. `first`: a channel tried before those they
    prefer; `insists`: their quiet hours and kinds do not count; `by_day`: it waits for the hours of
    routine messages; `order`: the channels in time."""

    purpose: str
    body: str
    dedupe: str
    dispatch_id: int | None = None
    spoken: str = ""
    first: str = ""
    insists: bool = False
    by_day: bool = False
    order: ChannelOrder = ANY


def home_of(conn: Connection, alarm: Alarm) -> HomeBrief | None:
    return homes.brief(conn, alarm.home_id) if alarm.home_id is not None else None


def visit_of(conn: Connection, alarm: Alarm) -> HomeVisit | None:
    """As home_of, with what whoever goes there has to know."""
    return homes.visit(conn, alarm.home_id) if alarm.home_id is not None else None


def family_of(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> Family | None:
    """The home's contacts and their preferences. None: it is an area's alarm."""
    if alarm.home_id is None:
        return None
    return family.of_alarm(conn, alarm.id, alarm.home_id, start_of_day(now, policy))


def methods_to(
    conn: Connection,
    person: Person,
    purpose: str,
    lane: OutboxLane,
    now: datetime,
    policy: Policy,
    template: str = "",
) -> tuple[list[ContactMethod], Preferences]:
    """How the person can be notified now, best first, and their preferences. `template`: the one
    that says the same; empty: only free text does."""
    preferences = preferences_of(conn, person, now, policy)
    return methods_for(person, preferences, purpose, lane, policy, template), preferences


def preferences_of(conn: Connection, person: Person, now: datetime, policy: Policy) -> Preferences:
    since = start_of_day(now, policy) if mainland_china.counted(person.phone, policy) else None
    return stored_preferences.of_person(conn, person.id, since)


def notify_person(
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
    by_day: bool = False,
    order: ChannelOrder = ANY,
) -> bool:
    """Queue a message to a person by their first contact method; a failure takes the next, and so
    does silence where an answer is wanted.

    `spoken` is what a call says instead of `body`. False: no way to reach them, or they do not want
    it now.
    """
    message = Message(purpose, body, dedupe, dispatch_id, spoken, by_day=by_day, order=order)
    preferences = preferences_of(conn, person, now, policy)
    return notify_people(conn, alarm, [(person, preferences, message)], now, policy)


def notify_people(
    conn: Connection,
    alarm: Alarm,
    messages: Sequence[tuple[Person, Preferences, Message]],
    now: datetime,
    policy: Policy,
) -> bool:
    """Queue messages to several people, as notify_person does. False: not a single one."""
    all_planned = [
        planned
        for person, preferences, message in messages
        if (planned := _to_person(conn, alarm, person, preferences, message, now, policy))
    ]
    one_each = once_a_telephone(conn, alarm, all_planned)
    for new in with_bundling(conn, [planned.message for planned in one_each], policy):
        outbox.queue_deferred(conn, new)
    for planned in one_each:
        expect_answer(conn, alarm, planned)
    return bool(one_each)


def _to_person(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    preferences: Preferences,
    message: Message,
    now: datetime,
    policy: Policy,
) -> Planned | None:
    lane = lane_of(alarm.priority)
    body, order = with_centre(message.body, person, policy), message.order
    template = template_of(body)
    found = methods_for(
        person, preferences, message.purpose, lane, policy, template, message.first, order.channels
    )
    due_at, why_not = _send_time(conn, alarm, preferences, message, now, policy)
    if due_at is None:
        _leave_in_peace(conn, alarm, person, why_not, now)
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
        body=body,
        dedupe="",
        due_at=due_at,
        now=now,
        chain=message.dedupe.removesuffix(f":{SMS}"),
        spoken=in_own_words(message.spoken, policy.own_texts),
        fields=values_of(body),
        template=template,
        urgency=alarm.priority,
        bundle=bundling.may_bundle(message.purpose, alarm.priority, policy)
        and not routing.only_templates(person.phone, policy),
    )
    wait = unanswered.seconds_to_answer(message.purpose, alarm.priority, found, order, policy)
    return Planned(with_method(new, found[0]), wait, order.channels)


def _leave_in_peace(
    conn: Connection, alarm: Alarm, person: Person, reason: str, now: datetime
) -> None:
    alarms.journal(
        conn,
        alarm.id,
        "left_in_peace",
        at=now,
        actor="system",
        person=person.id,
        reason=reason,
    )


def _send_time(
    conn: Connection,
    alarm: Alarm,
    preferences: Preferences,
    message: Message,
    now: datetime,
    policy: Policy,
) -> tuple[datetime | None, str]:
    if message.insists:
        return now, ""
    purpose, at = message.purpose, now
    if message.by_day:
        if not is_wanted(preferences, alarm.kind, alarm.priority):
            return None, "not_their_kind"
        at = morning_after(now, policy.zone(areas.zone_of(conn, alarm.area_id)), policy)
        purpose = "told"
    zone = zone_of_quiet(conn, alarm, preferences, policy)
    return send_time(preferences, purpose, alarm.kind, alarm.priority, at, zone)


def zone_of_quiet(
    conn: Connection, alarm: Alarm, preferences: Preferences, policy: Policy
) -> ZoneInfo:
    """Where somebody's quiet hours are: in the home's area. Asked only where it matters, so that a
    press for a life costs no more."""
    if preferences.quiet_from is None or alarm.priority == Priority.LIFE:
        return policy.timezone
    return policy.zone(areas.zone_of(conn, alarm.area_id))


def start_of_day(now: datetime, policy: Policy) -> datetime:
    """Midnight where the homes are: messages are counted from there."""
    return now.astimezone(policy.timezone).replace(hour=0, minute=0, second=0, microsecond=0)


def announce_to_home(
    conn: Connection,
    alarm: Alarm,
    state: str,
    *,
    say: str = "",
    who: str = "",
    eta_minutes: int | None = None,
    text: str = "",
    home: HomeBrief | None = None,
    deferred: bool = False,
    now: datetime,
    policy: Policy,
) -> bool:
    """Queue a text that the hub can speak in the home; ingest publishes it. `say`: what is said,
    where it is not the state's own text; `text`: the very words; `home`: the alarm's, if it is
    loaded already; `deferred`: with what else the transaction queues at its end. False: the alarm
    is not a home's."""
    home = home or home_of(conn, alarm)
    if home is None:
        return False
    message: dict[str, object] = {
        "alarm": alarm.id,
        "state": state,
        "text": in_own_words(
            text or texts.progress_text(say or state, who, eta_minutes, policy.language),
            policy.own_texts,
        ),
    }
    if eta_minutes is not None:
        message["eta_minutes"] = eta_minutes
    new = NewNotification(
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
    )
    if deferred:
        outbox.queue_deferred(conn, new)
    else:
        queue_message(conn, new)
    return True


def update_notified(
    conn: Connection,
    alarm: Alarm,
    words: Callable[[str, str], str],
    *,
    purpose: str,
    now: datetime,
    policy: Policy,
    except_people: Collection[int] = (),
    others: Sequence[Alarm] = (),
) -> None:
    """Tell everybody of the family who was notified of the alarm how it goes on, as far as they
    want to hear of it (family_steps).

    `words` makes the text from the residents' names, or the area's, and a language. What endangers
    nobody is told by day. `others`: alarms of the home that this is also about; who was notified of
    several hears it once.
    """
    home = home_of(conn, alarm)
    resident = home.residents if home else areas.area_name(conn, alarm.area_id)
    for told in family.notified(conn, [alarm.id, *(other.id for other in others)]):
        person, body = told.person, words(resident, told.person.language)
        if person.id in except_people:
            continue
        if not is_heard(template_of(body), told.hears):
            _leave_in_peace(conn, alarm, person, "hears_less", now)
            continue
        notify_person(
            conn,
            alarm,
            person,
            purpose=purpose,
            body=body,
            dedupe=f"{purpose}:{alarm.id}:{alarm.version}:{person.id}",
            now=now,
            policy=policy,
            by_day=alarm.priority > Priority.PERSON_AT_RISK,
        )


def reply_to_person(
    conn: Connection, person: Person, body: str, *, dedupe: str, now: datetime, policy: Policy
) -> None:
    """Answer somebody who wrote an SMS, outside any alarm, by SMS."""
    body = with_centre(body, person, policy)
    found, _ = methods_to(
        conn, person, "answer", OutboxLane.ROUTINE, now, policy, template_of(body)
    )
    for method in found:
        if method.channel == SMS:
            outbox.queue_deferred(
                conn,
                NewNotification(
                    alarm_id=None,
                    person_id=person.id,
                    purpose="answer",
                    channel=SMS,
                    lane=OutboxLane.ROUTINE,
                    address=method.address,
                    body=body,
                    dedupe=dedupe,
                    due_at=now,
                    now=now,
                    fields=values_of(body),
                    template=template_of(body),
                    urgency=Priority.PERSON_AT_RISK,
                ),
            )
