"""Answers what somebody wrote: what it was taken for, what is asked back, who will read it.

By SMS, as it came, and outside any alarm. A telephone that answers by itself is not talked with:
what a machine wrote gets no answer, who is not understood gets one in a while, and nobody more than
a day's number of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.notify import mainland_china, notifying, reply_texts, texts
from alerts.notify.carriers import routing
from alerts.notify.channels.sms import SMS
from alerts.notify.template_text import template_of
from alerts.notify.texts import HomeChoice
from alerts.policy import Policy
from alerts.response.replies.reply_meaning import Meaning
from store.db import Connection
from store.model import Person
from store.response import messages

READ_AGAIN = timedelta(minutes=10)
"""Who writes on is told once that a person reads it: what they write in that time is one letter."""
MOST_READ, MOST_ANSWERS = 6, 40
"""In a day, to one person: that a person reads it; answers of all kinds. An emergency takes a
dozen, two machines that answer each other take what they get."""
_A_DAY = timedelta(days=1)
_READ = "desk"
_DIGITS = {Meaning.YES: "1", Meaning.WHEN: "1", Meaning.NO: "2", Meaning.SEEN: "3"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is answered: who wrote it, the carrier's number of it, and when it was written, if it
    comes late. `automatic`: a machine wrote it. `words`: as they were written."""

    person: Person
    provider_id: str
    now: datetime
    policy: Policy
    written_at: datetime | None = None
    automatic: bool = False
    words: str = ""


def note(conn: Connection, letter: Letter, body: str) -> None:
    """What their answer was taken for. To numbers of mainland China only by a registered template:
    carriers there block who writes much."""
    phone, name = letter.person.phone or "", template_of(body)
    carriers = routing.serving(phone, SMS, letter.policy)
    registered = any(name in routing.usable_templates(one, letter.policy) for one in carriers)
    if registered or not mainland_china.is_mainland(phone):
        _send(conn, letter, body, "answer")


def ask_back(conn: Connection, letter: Letter, body: str) -> None:
    _send(conn, letter, body, "answer")


def ask_which(
    conn: Connection, letter: Letter, choices: Sequence[HomeChoice], meaning: Meaning
) -> None:
    """Which of these homes they mean; there is none: nothing is open."""
    language = letter.person.language
    if len(choices) == 1:
        body = reply_texts.not_heard_text(choices[0], _DIGITS.get(meaning, "1"), language)
    elif choices:
        body = texts.which_text(choices, language)
    else:
        body = texts.nothing_open_text(language)
    _send(conn, letter, body, "answer")


def desk_reads(conn: Connection, letter: Letter, *, media: bool, asked: bool) -> None:
    """A person will read it."""
    if messages.answers_since(conn, letter.person.id, _READ, letter.now - READ_AGAIN):
        return
    if messages.answers_since(conn, letter.person.id, _READ, letter.now - _A_DAY) >= MOST_READ:
        return
    body = reply_texts.desk_reads_text(letter.person.language, media=media, asked=asked)
    _send(conn, letter, body, _READ)


def _send(conn: Connection, letter: Letter, body: str, kind: str) -> None:
    if letter.automatic:
        return
    if messages.answers_since(conn, letter.person.id, "", letter.now - _A_DAY) >= MOST_ANSWERS:
        return
    notifying.reply_to_person(
        conn,
        letter.person,
        body,
        dedupe=f"{kind}:{letter.provider_id}",
        now=letter.now,
        policy=letter.policy,
    )
