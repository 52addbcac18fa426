"""Handles inbound SMS: a contact's response, a responder's answer, STOP, anything else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from alerts.alarm import dispatching
from alerts.errors import RefusedError
from alerts.notify import notifying, texts
from alerts.policy import Policy
from alerts.response import contact_answers, open_homes, responder_findings
from alerts.response.log_context import name_alarm
from alerts.response.open_homes import Meant, OpenHome
from alerts.response.reply_meaning import (
    PERHAPS_START,
    PERHAPS_STOP,
    Meaning,
    OptOut,
    Reply,
    understand_reply,
    with_opt_out,
)
from store.alarm import alarms
from store.db import Connection
from store.dispatch_states import COMING
from store.home import people
from store.model import Alarm, Answer, Dispatch, DispatchState, Person
from store.notify import outbox, preferences
from store.response import messages

_ANSWERS = {Meaning.YES: Answer.GOING, Meaning.NO: Answer.CANNOT, Meaning.SEEN: Answer.SEEN}
_MOVES = {
    Meaning.YES: DispatchState.ACCEPTED,
    Meaning.NO: DispatchState.DECLINED,
    Meaning.ARRIVED: DispatchState.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class InboundSms:
    """An SMS somebody wrote. `provider_id` is the carrier's: the same again is a repetition."""

    provider_id: str
    address: str
    body: str
    to: str = ""
    """Our sender it was written to: number or service; empty: not known."""
    written_at: datetime | None = None
    """When the carrier got it, if it was fetched later; None: just now."""
    media: int = 0
    """How many pictures or recordings came with it."""
    opt_out: OptOut | None = None
    """What the carrier took it for, if it says so."""


def receive_sms(conn: Connection, sms: InboundSms, now: datetime, policy: Policy) -> str:
    """Understand an inbound SMS and act on it; returns what it was taken for.

    Everything is kept, also what was not understood or comes from a number nobody knows; a
    repetition by the carrier changes nothing.
    """
    reply = understand_reply(sms.body)
    with conn.transaction():
        known = people.find_by_phone(conn, sms.address)
        homes = open_homes.open_homes(conn, known, sms.written_at)
        stopped = preferences.is_stopped(conn, sms.address, policy.sender_written_to(sms.to))
        reply = with_opt_out(reply, sms.opt_out, stopped=stopped, asked=bool(homes))
        meant = open_homes.meant(conn, homes, reply.code, sms.written_at or now)
        person = meant.person if meant else _first([home.person for home in homes] or known)
        name_alarm(meant.alarm.id if meant else None)
        is_new = outbox.add_inbound(
            conn,
            provider_id=sms.provider_id,
            address=sms.address,
            person_id=person.id if person else None,
            alarm_id=meant.alarm.id if meant else None,
            understood=reply.meaning,
            body=texts.with_media(sms.body, sms.media, policy.language),
            now=sms.written_at or now,
        )
        if not is_new:
            return "repetition"
        if reply.meaning in (Meaning.STOP, Meaning.START):
            if homes and reply.words in PERHAPS_STOP | PERHAPS_START:
                messages.leave_for_desk(conn, sms.provider_id)
            candidates = [alarm for home in homes for alarm in home.alarms]
            return _opt(conn, sms, reply.meaning, candidates, now, policy)
        done = _follow(conn, meant, person, homes, sms, reply, now, policy)
        free = reply.meaning in (Meaning.TEXT, Meaning.HELP)
        unclear = done == "text" or (free and done != responder_findings.DONE)
        if person is None or unclear or sms.media:
            messages.leave_for_desk(conn, sms.provider_id)
        return done


def _follow(
    conn: Connection,
    meant: Meant | None,
    person: Person | None,
    homes: Sequence[OpenHome],
    sms: InboundSms,
    reply: Reply,
    now: datetime,
    policy: Policy,
) -> str:
    if person is None:
        return "unknown number"
    if meant is not None:
        return _act(conn, meant, reply, sms, now, policy)
    _ask_back(conn, person, homes, sms.provider_id, reply, now, policy)
    return "not clear which alarm" if homes else "no open alarm"


def _first(known: Sequence[Person]) -> Person | None:
    return known[0] if known else None


def _act(
    conn: Connection, meant: Meant, reply: Reply, sms: InboundSms, now: datetime, policy: Policy
) -> str:
    """An answer that is not possible any more is not an error of the sender's: it is kept, like
    free text, for a person to read."""
    person, alarm = meant.person, meant.alarm
    asked = open_homes.dispatch_of(conn, meant)
    with suppress(RefusedError):
        if asked is not None and reply.meaning == Meaning.TEXT:
            taken = responder_findings.take(
                conn,
                asked,
                alarm,
                person,
                sms.body,
                written_at=sms.written_at,
                now=now,
                policy=policy,
            )
            if taken is not None:
                _reply(conn, person, taken.receipt, sms.provider_id, now, policy)
                return taken.what
        if asked is not None and reply.meaning in _MOVES:
            return _answer_dispatch(conn, asked, meant, reply, sms, now, policy)
        if asked is None and reply.meaning in _ANSWERS:
            contact_answers.respond(
                conn,
                alarm.id,
                person,
                _ANSWERS[reply.meaning],
                via="sms",
                now=now,
                policy=policy,
                said_at=sms.written_at,
            )
            return _ANSWERS[reply.meaning]
    part = "contact" if asked is None else "responder"
    alarms.journal(conn, alarm.id, "wrote", at=now, actor=f"{part}:{person.id}", via="sms")
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    return "text"


def _answer_dispatch(
    conn: Connection,
    asked: Dispatch,
    meant: Meant,
    reply: Reply,
    sms: InboundSms,
    now: datetime,
    policy: Policy,
) -> str:
    """A responder's answer. Who writes that they are there and never said that they go may have
    pressed the wrong key: they are asked once whether it is so, and meanwhile nobody is there."""
    wanted = _MOVES[reply.meaning]
    actor = f"responder:{meant.person.id}"
    sudden = wanted == DispatchState.ARRIVED and asked.state not in COMING
    if sudden and not dispatching.was_asked_back(conn, asked):
        home = notifying.home_of(conn, meant.alarm)
        dispatching.ask_back(conn, asked, actor=actor, via="sms", now=now)
        body = texts.arrived_text(
            meant.alarm.code, home.address if home else "", meant.person.language
        )
        _reply(conn, meant.person, body, sms.provider_id, now, policy)
        return "asked back"
    dispatching.move(conn, asked.id, wanted, actor=actor, via="sms", now=now, policy=policy)
    return str(wanted)


def _reply(
    conn: Connection, person: Person, body: str, provider_id: str, now: datetime, policy: Policy
) -> None:
    notifying.reply_to_person(
        conn, person, body, dedupe=f"answer:{provider_id}", now=now, policy=policy
    )


def _opt(
    conn: Connection,
    sms: InboundSms,
    meaning: Meaning,
    candidates: Sequence[Alarm],
    now: datetime,
    policy: Policy,
) -> str:
    """STOP is honoured at once, for the sender it was written to, and shown in the journal of
    whatever is open. One that comes late does not undo what was written after it."""
    if sms.written_at is not None and outbox.opted_since(conn, sms.address, sms.written_at):
        return str(meaning)
    sender = policy.sender_written_to(sms.to)
    if meaning == Meaning.STOP:
        preferences.stop(conn, sms.address, sender, now)
    else:
        preferences.start(conn, sms.address, sender)
    for alarm in candidates:
        event = "opted_out" if meaning == Meaning.STOP else "opted_in"
        alarms.journal(conn, alarm.id, event, at=now, actor="system", via="sms")
        alarms.notify(conn, "alarm", alarm.id)
    return str(meaning)


def _ask_back(
    conn: Connection,
    person: Person,
    homes: Sequence[OpenHome],
    provider_id: str,
    reply: Reply,
    now: datetime,
    policy: Policy,
) -> None:
    if reply.meaning in (Meaning.TEXT, Meaning.HELP) and reply.code is None:
        return  # the carrier answers HELP by itself, and a person reads it
    if homes:
        body = texts.which_text(open_homes.choices(conn, homes), person.language)
    else:
        body = texts.nothing_open_text(person.language)
    _reply(conn, person, body, provider_id, now, policy)
