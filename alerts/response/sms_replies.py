"""Handles inbound SMS: a contact's response, a responder's answer, STOP, anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.notify import reply_texts, texts
from alerts.notify.channels.sms import SMS
from alerts.policy import Policy
from alerts.response import (
    numbers_homes,
    open_homes,
    receipts,
    responder_findings,
    sms_answers,
)
from alerts.response.log_context import name_alarm
from alerts.response.open_homes import Meant, OpenHome
from alerts.response.receipts import Letter
from alerts.response.replies.cries import CRY, is_cry
from alerts.response.replies.reply_meaning import (
    PERHAPS_START,
    PERHAPS_STOP,
    Around,
    Meaning,
    OptOut,
    Reply,
    understand_reply,
    with_opt_out,
)
from store.alarm import alarms
from store.db import Connection
from store.duty import areas
from store.home import people
from store.model import Alarm, Dispatch, DispatchState, Person
from store.notify import outbox, preferences
from store.response import messages

_FREE = frozenset({Meaning.TEXT, Meaning.HELP})


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
    said_at = sms.written_at or now
    with conn.transaction():
        known = people.find_by_phone(conn, sms.address)
        homes = open_homes.open_homes(conn, known, sms.written_at)
        reply = _understood(conn, sms, known, homes, said_at, policy)
        meant = open_homes.meant(conn, homes, known, reply.code, said_at)
        if meant is None and {reply.meaning, reply.if_asked} <= _FREE:
            meant = open_homes.likely(homes)
        asked = _asked(conn, meant, said_at)
        meaning = reply.meaning_for(asked=asked is not None)
        at_work = asked is not None and asked.state == DispatchState.ARRIVED  # tells what they find
        cries = meaning in _FREE and not at_work and is_cry(sms.body)
        # What the carrier answers by itself (HELP) is no more than a question.
        raises = cries and asked is None and (meaning == Meaning.TEXT or reply.words == "求助")
        person = meant.person if meant else _first([home.person for home in homes] or known)
        name_alarm(meant.alarm.id if meant else None)
        is_new = outbox.add_inbound(
            conn,
            provider_id=sms.provider_id,
            address=sms.address,
            person_id=person.id if person else None,
            alarm_id=meant.alarm.id if meant else None,
            understood=CRY if cries else meaning,
            body=texts.with_media(sms.body, sms.media, policy.language),
            now=said_at,
            automatic=reply.automatic,
        )
        if not is_new:
            return "repetition"
        if meaning in (Meaning.STOP, Meaning.START):
            if homes and reply.words in PERHAPS_STOP | PERHAPS_START:
                messages.leave_for_desk(conn, sms.provider_id)
            candidates = [alarm for home in homes if home.told for alarm in home.alarms]
            return _opt(conn, sms, meaning, candidates, now, policy)
        if raises and _raise_for(conn, sms, person, said_at, now, policy):
            return CRY
        if person is None:
            messages.leave_for_desk(conn, sms.provider_id)
            return "unknown number"
        letter = Letter(
            person,
            sms.provider_id,
            now,
            policy,
            sms.written_at,
            automatic=reply.automatic,
            words=sms.body,
        )
        if meant is None:
            done = _not_clear(conn, homes, reply, letter)
        else:
            done = sms_answers.answer(conn, meant, asked, reply, letter)
        _leave_for_desk(conn, sms, done, meaning, letter, asked=asked is not None)
        agrees = meaning == Meaning.SEEN and not reply.digit
        if agrees and messages.desk_wrote_last(conn, person.id, said_at):
            messages.leave_for_desk(conn, sms.provider_id)  # "good" answers what the desk has asked
        return done


def _raise_for(
    conn: Connection,
    sms: InboundSms,
    person: Person | None,
    said_at: datetime,
    now: datetime,
    policy: Policy,
) -> bool:
    """Somebody of a home writes for help: where no life is known to be in danger there it is a call
    like any other. `person` None: it is the home's own telephone."""
    alarm = numbers_homes.raise_for_number(
        conn, sms.address, "wrote_for_help", said_at, now, policy, via=SMS
    )
    if alarm is None:
        return False
    name_alarm(alarm.id)
    messages.leave_for_desk(conn, sms.provider_id)
    messages.about(conn, sms.provider_id, alarm.id)
    if person is not None:
        letter = Letter(person, sms.provider_id, now, policy, sms.written_at)
        receipts.note(conn, letter, reply_texts.cry_heard_text(person.language))
    return True


def _asked(conn: Connection, meant: Meant | None, said_at: datetime) -> Dispatch | None:
    """The dispatch that they answer; None: they were not asked, or have not heard of it."""
    asked = open_homes.dispatch_of(conn, meant) if meant is not None else None
    if meant is None or asked is None:
        return None
    unheard = meant.heard and open_homes.hears_as_contact(conn, meant, said_at)
    return None if unheard else asked


def _understood(
    conn: Connection,
    sms: InboundSms,
    known: Sequence[Person],
    homes: Sequence[OpenHome],
    said_at: datetime,
    policy: Policy,
) -> Reply:
    around = Around(
        codes=frozenset(alarm.code for home in homes for alarm in home.alarms),
        names=[person.name for person in known],
        now=said_at,
        zone=policy.zone(_zone_of(conn, homes)),
    )
    stopped = preferences.is_stopped(conn, sms.address, policy.sender_written_to(sms.to))
    asked = any(home.told for home in homes)
    return with_opt_out(
        understand_reply(sms.body, around), sms.opt_out, stopped=stopped, asked=asked
    )


def _zone_of(conn: Connection, homes: Sequence[OpenHome]) -> str | None:
    """Where "I come at three" is meant: by the clocks of the first home they may mean."""
    alarm = next((alarm for home in homes for alarm in home.alarms), None)
    return areas.zone_of(conn, alarm.area_id) if alarm is not None else None


def _leave_for_desk(
    conn: Connection, sms: InboundSms, done: str, meaning: Meaning, letter: Letter, *, asked: bool
) -> None:
    """What no rule understood waits for a person, and its sender is told so; who cries for help is
    answered by the carrier."""
    unclear = done == sms_answers.TEXT or (meaning in _FREE and done != responder_findings.DONE)
    if not unclear and not sms.media:
        return
    messages.leave_for_desk(conn, sms.provider_id)
    if meaning != Meaning.HELP and done != responder_findings.FINDING:
        receipts.desk_reads(conn, letter, media=sms.media > 0, asked=asked)


def _first(known: Sequence[Person]) -> Person | None:
    return known[0] if known else None


def _not_clear(conn: Connection, homes: Sequence[OpenHome], reply: Reply, letter: Letter) -> str:
    """An answer, and no alarm of which its sender has heard, or several: they are asked back. The
    journals of what they may mean say so."""
    choices = open_homes.choices(conn, homes)
    done = "not clear which alarm" if choices else "no open alarm"
    if {reply.meaning, reply.if_asked} <= _FREE:
        return done  # a person reads it
    if not choices and reply.meaning == Meaning.SEEN:
        return done  # "thank you" when all is over
    receipts.ask_which(conn, letter, choices, reply.meaning)
    offered = {choice.code for choice in choices}
    for alarm in [a for home in homes for a in home.alarms if a.code in offered]:
        actor = f"contact:{letter.person.id}"
        alarms.journal(conn, alarm.id, "asked_which", at=letter.now, actor=actor, via="sms")
        alarms.touch(conn, alarm.id)
        alarms.notify(conn, "alarm", alarm.id)
    return done


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
