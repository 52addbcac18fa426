"""An alarm's journal as sentences in the reader's language; used by the alarm pane.

The sentences themselves are in journal_sentences.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.notify.channels.voice import VOICE
from api.console.alarm import broken_rule_texts
from api.console.alarm import journal_sentences as says
from api.console.alarm.broken_rule_texts import Local
from api.pages import vocabulary as v
from api.pages.vocabulary import N_
from store.alarm.alarm_details import JournalRow

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the story. `tone` is for the eye: good, bad, plain or faint."""

    at: datetime
    text: str
    via: str
    tone: str


def sentences_of(
    events: Iterable[JournalRow],
    names: Mapping[str, str],
    _: Translate,
    local: Local = lambda at: at,
) -> list[Sentence]:
    """The journal as sentences, in the order in which it was written.

    `names` maps `user:7` and `person:12` to names, `device:3` to its room; who is not in it is
    "somebody". `local` brings a moment to the wall clock.
    """
    return [_line(event, names, _, local) for event in events]


def mentioned_ids(events: Iterable[JournalRow]) -> tuple[set[int], set[int]]:
    """The user ids and the person ids a journal speaks of."""
    users: set[int] = set()
    people: set[int] = set()
    for event in events:
        kind, _, number = event.actor.partition(":")
        if number.isdigit():
            (users if kind == "user" else people).add(int(number))
        users.update(_numbers(event.data, "to", "owner"))
        people.update(_numbers(event.data, "person", "responder"))
        people.update(event.data.get("others", ()))
    return users, people


def _numbers(data: Mapping[str, Any], *fields: str) -> list[int]:
    return [data[name] for name in fields if isinstance(data.get(name), int)]


def overdue(journal: Iterable[JournalRow]) -> set[int]:
    """The dispatches of whom the last that is known is that they have not come in time."""
    last: dict[int, str] = {}
    for line in journal:
        if line.event in OF_THE_WAY:
            last[int(line.data["dispatch"])] = line.event
    return {number for number, event in last.items() if event == "arrival_overdue"}


OF_THE_WAY = frozenset(
    {
        "dispatch_accepted",
        "en_route",
        "arrived",
        "arrival_taken_back",
        "arrival_overdue",
        "dispatch_declined",
        "dispatch_cancelled",
        "dispatch_done",
    }
)


def _line(event: JournalRow, names: Mapping[str, str], _: Translate, local: Local) -> Sentence:
    sentence = _sentence_of(event)
    if sentence is None:
        text = f"{_('Unknown entry')}: {event.event}"
    else:
        text = _(sentence).format_map(_Values(event, names, _, local)).strip()
    via = _(says.VIAS[event.via]) if event.via in says.VIAS else event.via
    return Sentence(event.at, text, via, says.TONES.get(event.event, "plain"))


def _sentence_of(event: JournalRow) -> str | None:
    if event.event == "repeated" and "times" in event.data:
        return says.REPEATED_OFTEN
    if event.event == "cancelled" and event.data.get("reason"):
        return says.NOT_AGAIN if event.data.get("doubt") else says.NOT_SENT
    if event.event == "responded" and event.data.get("said_with_code"):
        return says.ANSWERED_BY_CODE
    if event.event == "responded" and event.data.get("again"):
        return says.ANSWERED_AGAIN
    if event.event == "unanswered" and event.data.get("to") != VOICE:
        return says.UNANSWERED_OTHERWISE
    of_calls = says.SENTENCES_OF_CALLS if event.via == VOICE else {}
    return of_calls.get(event.event) or says.SENTENCES.get(event.event)


class _Values(dict[str, str]):
    """What the placeholders of a sentence stand for, looked up when a sentence asks."""

    def __init__(
        self, event: JournalRow, names: Mapping[str, str], _: Translate, local: Local
    ) -> None:
        super().__init__()
        self._event, self._names, self._translate, self._local = event, names, _, local

    def __missing__(self, field: str) -> str:
        data, _ = self._event.data, self._translate
        if field == "actor":
            return self._who(self._event.actor)
        if field == "to":
            return self._who(f"user:{data.get('to')}")
        if field == "person" and self._event.via == "hub":
            return self._who("hub")
        if field == "owner":
            return self._who(f"user:{data.get('owner')}")
        if field in ("person", "responder"):
            return self._who(f"person:{data.get(field)}")
        if field == "eta":
            minutes = data.get("eta_minutes")
            return "" if minutes is None else _("({minutes} minutes)").format(minutes=minutes)
        if field == "step":
            return str(int(data.get("step", 0)) + 1)
        if field == "broken":
            return broken_rule_texts.sentence(data, self._names, _, self._local)
        if field in ("first_at", "last_at"):
            return f"{self._local(datetime.fromisoformat(data[field])):%H:%M:%S}"
        if field == "part":
            return self._telephone()
        if field == "to_channel":
            return _(says.VIAS.get(str(data.get("to")), N_("on another channel")))
        value = str(data.get(field, ""))
        names = _CODES.get(field, {})
        word = _(names[value]) if value in names else value
        return word.format(name=self._who_answers()) if field == "answer" else word

    def _who_answers(self) -> str:
        """Who has answered; of those who share a number one of them."""
        others = self._event.data.get("others", ())
        actors = [self._event.actor, *(f"person:{number}" for number in others)]
        return self._translate(N_(" or ")).join(map(self._who, actors))

    def _telephone(self) -> str:
        """Whose telephone a line about a talk means."""
        data = self._event.data
        if data.get("part") == "home":
            return self._translate(N_("The home"))
        if data.get("part") == "service":
            return str(data.get("service", ""))
        return self._who(f"person:{data.get('person')}")

    def _who(self, actor: str) -> str:
        kind, _, number = actor.partition(":")
        if kind == "system":
            return self._translate(N_("The system"))
        if kind == "hub":
            return self._translate(N_("The home"))
        known = self._names.get(f"user:{number}" if kind == "user" else f"person:{number}")
        return known or self._translate(N_("Somebody"))


_CODES: Mapping[str, Mapping[Any, str]] = {
    "answer": v.ANSWERS,
    "outcome": v.OUTCOME_NAMES,
    "state": v.STATES,
    "purpose": v.PURPOSES,
    "work": v.WORKS,
    "target": says.TARGETS,
    "reason": says.REASONS,
    "fault": v.FAULTS,
    "grounds": v.ENTRY_GROUNDS,
    "error": v.ERRORS,
    "source": v.SOURCES,
}
