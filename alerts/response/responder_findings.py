"""What a responder who is there writes: what they have found, and that they are done."""

import re
from dataclasses import dataclass
from datetime import datetime

from alerts.alarm import dispatching, re_alarming
from alerts.errors import RefusedError
from alerts.notify.recipients import responder_texts
from alerts.notify.template_text import TemplateText
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.db import Connection
from store.duty import dispatches
from store.model import Alarm, Dispatch, DispatchState, Person

FINDING, DONE = "finding", "done"
_DONE = re.compile(
    r"(?:[5５]\ufe0f?\u20e3?|done|finished|completed?|已?完成了?|办完了?|处理完毕?了?|结束了?)"
    r"(?:[\s,.;:!，。；：！、-]+|$)",
    re.IGNORECASE,
)
"""At the beginning, and nothing that belongs to the word behind it."""
_AMOUNT = re.compile(
    r"\s*(?:min|m\b|hours?\b|h\b|people|persons?|分|小时|点|号|楼|层|栋|个|人)", re.I
)
"""5 of something is not the digit that was asked for."""


@dataclass(frozen=True, slots=True)
class Report:
    """`words`: what they have found, as they wrote it; empty: they only say that they are done."""

    done: bool
    words: str


def read_report(text: str, code: str) -> Report | None:
    """What somebody at the home means by it. `code`: the alarm's, which may stand anywhere. None:
    there are no words in it. A question is for a person to read, whatever it begins with."""
    plain = re.sub(rf"(?<!\d){code}(?!\d)", " ", text.replace("\x00", "")).strip()
    if not re.search(r"\w", plain):
        return None
    begun = _DONE.match(plain)
    rest = plain[begun.end() :].strip() if begun else plain
    of_something = plain[0] in "5５" and _AMOUNT.match(rest) is not None
    if begun is None or of_something or plain[-1] in "?？":
        return Report(done=False, words=plain)
    return Report(done=True, words=rest)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a text was taken for, FINDING or DONE, and the receipt to send."""

    what: str
    receipt: TemplateText


def take(
    conn: Connection,
    asked: Dispatch,
    alarm: Alarm,
    person: Person,
    text: str,
    *,
    written_at: datetime | None,
    now: datetime,
    policy: Policy,
) -> Taken | None:
    """Keep what they have found, and end the dispatch if they say so. `alarm`: the one that the
    text is about. None: it is no report, or was written before they were there. RefusedError: what
    they were sent for is over."""
    since = asked.arrived_at
    early = written_at is not None and since is not None and written_at < since
    report = read_report(text, alarm.code)
    if asked.state != DispatchState.ARRIVED or early or report is None:
        return None
    actor = f"responder:{person.id}"
    if report.words:
        record(conn, asked, report.words, actor=actor, now=now, policy=policy)
    if not report.done:
        return Taken(FINDING, responder_texts.finding_noted_text(alarm.code, person.language))
    done = DispatchState.DONE
    dispatching.move(conn, asked.id, done, actor=actor, via="sms", now=now, policy=policy)
    return Taken(DONE, responder_texts.done_noted_text(alarm.code, person.language))


def record(
    conn: Connection, asked: Dispatch, words: str, *, actor: str, now: datetime, policy: Policy
) -> None:
    """Keep it with the dispatch, where it can be erased; the journals say that there is something.
    They are heard of: nobody misses them for a while. RefusedError: nothing is open any more."""
    served = emergencies.lock_served(conn, asked.id)
    if not served:
        raise RefusedError("the alarm is closed")
    dispatches.add_finding(conn, asked.id, words)
    act = emergencies.act(conn, several=len(served) > 1)
    for alarm in served:
        alarms.journal(
            conn,
            alarm.id,
            "finding",
            at=now,
            actor=actor,
            via="sms",
            dispatch=asked.id,
            responder=asked.responder_id,
            **act,
        )
        re_alarming.update_state(conn, alarm, now, policy, acted=False)
