"""What an SMS answers: a contact's response, a responder's move; with the receipt for it."""

from contextlib import suppress

from alerts.alarm import dispatching
from alerts.duty import arrival_times
from alerts.errors import RefusedError
from alerts.notify import notifying, reply_texts, texts
from alerts.response import contact_answers, receipts, responder_findings
from alerts.response.households import household_of
from alerts.response.open_homes import Meant
from alerts.response.receipts import Letter
from alerts.response.replies.reply_meaning import Meaning, Reply
from store.alarm import alarms
from store.db import Connection
from store.dispatch_states import COMING, GOING
from store.duty import areas
from store.model import Alarm, Answer, Dispatch, DispatchState

_ANSWERS = {Meaning.YES: Answer.GOING, Meaning.NO: Answer.CANNOT, Meaning.SEEN: Answer.SEEN}
_MOVES = {
    Meaning.YES: DispatchState.ACCEPTED,
    Meaning.NO: DispatchState.DECLINED,
    Meaning.ARRIVED: DispatchState.ARRIVED,
}
TEXT = "text"


def answer(
    conn: Connection,
    meant: Meant,
    asked: Dispatch | None,
    reply: Reply,
    letter: Letter,
) -> str:
    """Act on what a reply means; returns what it was taken for. An answer that is not possible any
    more is not an error of the sender's: it is kept, like free text, for a person to read."""
    with suppress(RefusedError):
        if asked is not None:
            done = _answer_dispatch(conn, asked, meant, reply, letter) or _report(
                conn, asked, meant, reply, letter
            )
            if done is not None and not meant.heard:
                _journal(conn, meant, "named_code", f"responder:{meant.person.id}", letter)
        else:
            done = _respond(conn, meant, reply, letter)
        if done is not None:
            return done
    part = "contact" if asked is None else "responder"
    _journal(conn, meant, "wrote", f"{part}:{meant.person.id}", letter)
    return TEXT


def _journal(conn: Connection, meant: Meant, event: str, actor: str, letter: Letter) -> None:
    alarms.journal(conn, meant.alarm.id, event, at=letter.now, actor=actor, via="sms")
    alarms.touch(conn, meant.alarm.id)
    alarms.notify(conn, "alarm", meant.alarm.id)


def _respond(conn: Connection, meant: Meant, reply: Reply, letter: Letter) -> str | None:
    """A contact's answer, and the receipt for it. None: it is none. RefusedError."""
    alarm = meant.alarm
    person, household = household_of(conn, alarm.home_id, meant.person, reply.names)
    answer = _ANSWERS.get(reply.meaning)
    before = alarms.answer_of(conn, alarm.id, person.id)
    if reply.meaning == Meaning.WHEN:
        answer = Answer.GOING if before == Answer.GOING else None
    if answer == Answer.SEEN and not reply.digit and before in (Answer.GOING, Answer.CANNOT):
        return answer  # "thank you" to what they read since: what they do stands
    if answer is None or not set(reply.names) <= {person.name, *household.names}:
        return None
    changed = contact_answers.respond(
        conn,
        alarm.id,
        person,
        answer,
        via="sms",
        now=letter.now,
        policy=letter.policy,
        said_at=letter.written_at,
        eta_minutes=reply.eta_minutes,
        household=household,
        by_code=not meant.heard,
    )
    if changed is not None:
        who = [person.name, *(one.name for one in household.others)]
        body = reply_texts.noted_text(
            answer,
            _residents(conn, alarm),
            alarm.code,
            person.language,
            eta_minutes=changed.eta_minutes,
            who=who,
        )
        receipts.note(conn, letter, body)
    return answer


def _answer_dispatch(
    conn: Connection, asked: Dispatch, meant: Meant, reply: Reply, letter: Letter
) -> str | None:
    """A responder's answer. Who writes that they are there and never said that they go may have
    pressed the wrong key: they are asked once whether it is so, and meanwhile nobody is there.
    None: it is no answer. RefusedError."""
    actor, alarm = f"responder:{meant.person.id}", meant.alarm
    now, policy, language = letter.now, letter.policy, meant.person.language
    going, minutes = asked.state in GOING, reply.eta_minutes
    if going and reply.if_asked in (Meaning.YES, Meaning.WHEN) and minutes is not None:
        arrival_times.say_when(
            conn, asked.id, minutes, actor=actor, via="sms", now=now, policy=policy
        )
        wanted = asked.state
    elif reply.if_asked not in _MOVES or _only_agrees(asked, reply):
        return None
    else:
        wanted = asked.state if going and reply.if_asked == Meaning.YES else _MOVES[reply.if_asked]
        sudden = wanted == DispatchState.ARRIVED and asked.state not in COMING
        if sudden and not dispatching.was_asked_back(conn, asked):
            home = notifying.home_of(conn, alarm)
            dispatching.ask_back(conn, asked, actor=actor, via="sms", now=now)
            body = texts.arrived_text(alarm.code, home.address if home else "", language)
            receipts.ask_back(conn, letter, body)
            return "asked back"
        dispatching.move(
            conn,
            asked.id,
            wanted,
            actor=actor,
            via="sms",
            now=now,
            policy=policy,
            eta_minutes=minutes,
        )
    if wanted != asked.state or minutes is not None:
        _note_move(conn, letter, alarm, wanted, minutes, before=asked.state)
    return str(wanted)


def _report(
    conn: Connection, asked: Dispatch, meant: Meant, reply: Reply, letter: Letter
) -> str | None:
    """What a responder who is there has found, or that they are done. None: it is neither."""
    if reply.if_asked != Meaning.TEXT:
        return None
    taken = responder_findings.take(
        conn,
        asked,
        meant.alarm,
        meant.person,
        letter.words,
        written_at=letter.written_at,
        now=letter.now,
        policy=letter.policy,
    )
    if taken is None:
        return None
    receipts.note(conn, letter, taken.receipt)
    return taken.what


def _only_agrees(asked: Dispatch, reply: Reply) -> bool:
    """Who has declined and says "good" has read the next message; to go after all takes more."""
    return asked.state == DispatchState.DECLINED and reply.meaning == Meaning.SEEN


def _note_move(
    conn: Connection,
    letter: Letter,
    alarm: Alarm,
    state: DispatchState,
    minutes: int | None,
    *,
    before: DispatchState,
) -> None:
    """The receipt; who accepts gets the address as theirs."""
    if state == DispatchState.ACCEPTED and before != state:
        return
    body = reply_texts.dispatch_noted_text(
        state, _residents(conn, alarm), alarm.code, letter.person.language, minutes
    )
    receipts.note(conn, letter, body)


def _residents(conn: Connection, alarm: Alarm) -> str:
    home = notifying.home_of(conn, alarm)
    return home.residents if home else areas.area_name(conn, alarm.area_id)
