"""Handles inbound SMS: a contact's response, a responder's answer, STOP, anything else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.alarm import dispatching
from alerts.errors import RefusedError
from alerts.escalation import plan_runner, withdrawal
from alerts.notify import notifying, texts
from alerts.policy import Policy
from alerts.response.log_context import name_alarm
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
from store.duty import dispatches
from store.home import people
from store.model import Alarm, AlarmState, Answer, DispatchState, Person
from store.notify import outbox, preferences
from store.response import messages

_ANSWERS = {Meaning.YES: Answer.GOING, Meaning.NO: Answer.CANNOT, Meaning.SEEN: Answer.SEEN}
_MOVES = {
    Meaning.YES: DispatchState.ACCEPTED,
    Meaning.NO: DispatchState.DECLINED,
    Meaning.ARRIVED: DispatchState.ARRIVED,
}


CARRIERS_CLOCK = timedelta(seconds=5)
"""How far the carrier's clock, which counts whole seconds, may be behind ours."""


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
        mine = _open_for(conn, known, sms.written_at)
        stopped = preferences.is_stopped(conn, sms.address, policy.sender_written_to(sms.to))
        reply = with_opt_out(reply, sms.opt_out, stopped=stopped, asked=bool(mine))
        meant = _meant(mine, reply)
        person = meant.person if meant else _first([c.person for c in mine] or known)
        candidates = [m.alarm for m in mine]
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
            if mine and reply.words in PERHAPS_STOP | PERHAPS_START:
                messages.leave_for_desk(conn, sms.provider_id)
            return _opt(conn, sms, reply.meaning, candidates, now, policy)
        done = _follow(conn, meant, person, candidates, sms, reply, now, policy)
        unclear = done == "text" or reply.meaning in (Meaning.TEXT, Meaning.HELP)
        if person is None or unclear or sms.media:
            messages.leave_for_desk(conn, sms.provider_id)
        return done


def _follow(
    conn: Connection,
    meant: "_Open | None",
    person: Person | None,
    candidates: Sequence[Alarm],
    sms: InboundSms,
    reply: Reply,
    now: datetime,
    policy: Policy,
) -> str:
    if person is None:
        return "unknown number"
    if meant is not None:
        return _act(conn, meant.alarm, person, reply, sms.written_at, now, policy)
    _ask_back(conn, person, candidates, sms.provider_id, reply, now, policy)
    return "not clear which alarm" if candidates else "no open alarm"


def respond(
    conn: Connection,
    alarm_id: int,
    person: Person,
    answer: Answer,
    *,
    via: str,
    now: datetime,
    policy: Policy,
    said_at: datetime | None = None,
) -> None:
    """A contact's response. It names them, tells the others and pauses later contacts; it never
    takes the alarm from the centre. `said_at`: when, if it comes late; what they have said since
    stands."""
    with conn.transaction():
        alarm = alarms.lock(conn, alarm_id)
        if alarm is None or alarm.state == AlarmState.CLOSED:
            raise RefusedError("the alarm is closed")
        if not alarms.set_response(conn, alarm_id, person.id, answer, now, via, said_at):
            return
        alarms.journal(
            conn,
            alarm_id,
            "responded",
            at=now,
            actor=f"contact:{person.id}",
            via=via,
            answer=answer,
        )
        withdrawal.withdraw(conn, alarm, now)
        alarms.touch(conn, alarm_id)
        alarms.notify(conn, "alarm", alarm_id)
        if answer == Answer.CANNOT:
            plan_runner.skip_wait(conn, alarm, now)
        if answer == Answer.GOING:
            notifying.update_notified(
                conn,
                alarm,
                lambda resident, language: texts.going_text(resident, person.name, language),
                purpose="told",
                now=now,
                policy=policy,
                except_person=person.id,
            )


@dataclass(frozen=True, slots=True)
class _Open:
    """An open alarm, and who of those sharing a number may answer it."""

    person: Person
    alarm: Alarm


def _open_for(
    conn: Connection, known: Sequence[Person], written_at: datetime | None
) -> list[_Open]:
    """Every open alarm anybody with this number may answer, once, in the name of the first. What
    was written before an alarm was raised is no answer to it."""
    found: dict[int, _Open] = {}
    for person in known:
        for alarm in alarms.open_for_person(conn, person.id):
            if written_at is None or alarm.raised_at <= written_at + CARRIERS_CLOCK:
                found.setdefault(alarm.id, _Open(person, alarm))
    return list(found.values())


def _first(known: Sequence[Person]) -> Person | None:
    return known[0] if known else None


def _meant(candidates: Sequence[_Open], reply: Reply) -> _Open | None:
    """With one alarm open a reply needs no code; with more it does. A wrong code is no answer."""
    if reply.code is not None:
        return next((c for c in candidates if c.alarm.code == reply.code), None)
    return candidates[0] if len(candidates) == 1 else None


def _act(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    reply: Reply,
    written_at: datetime | None,
    now: datetime,
    policy: Policy,
) -> str:
    """An answer that is not possible any more is not an error of the sender's: it is kept, like
    free text, for a person to read."""
    live = dispatches.live_for(conn, alarm.id, person.id)
    with suppress(RefusedError):
        if live is not None and reply.meaning in _MOVES:
            dispatching.move(
                conn,
                live.id,
                _MOVES[reply.meaning],
                actor=f"responder:{person.id}",
                via="sms",
                now=now,
                policy=policy,
            )
            return str(_MOVES[reply.meaning])
        if live is None and reply.meaning in _ANSWERS:
            respond(
                conn,
                alarm.id,
                person,
                _ANSWERS[reply.meaning],
                via="sms",
                now=now,
                policy=policy,
                said_at=written_at,
            )
            return _ANSWERS[reply.meaning]
    part = "contact" if live is None else "responder"
    alarms.journal(conn, alarm.id, "wrote", at=now, actor=f"{part}:{person.id}", via="sms")
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    return "text"


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
    candidates: Sequence[Alarm],
    provider_id: str,
    reply: Reply,
    now: datetime,
    policy: Policy,
) -> None:
    if reply.meaning in (Meaning.TEXT, Meaning.HELP) and reply.code is None:
        return  # the carrier answers HELP by itself, and a person reads it
    if candidates:
        listed = []
        for alarm in candidates:
            home = notifying.home_of(conn, alarm)
            listed.append((alarm.code, home.residents if home else ""))
        body = texts.which_text(listed, person.language)
    else:
        body = texts.nothing_open_text(person.language)
    notifying.reply_to_person(
        conn, person, body, dedupe=f"answer:{provider_id}", now=now, policy=policy
    )
