"""What operators are to do when the centre itself does not work: for each fault its own advice.

Who is told to telephone for everything, though most of it leaves in time, does not do it the next
time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alerts.engine.late_messages import LateMessages
from api.pages.refusal_texts import translate_refusal
from api.pages.vocabulary import N_
from store.model import OutboxLane

_MESSAGES = {
    OutboxLane.LIFE: N_("Life alarms: telephone yourself, contacts and responders."),
    OutboxLane.AT_RISK: N_("Other alarms: telephone yourself where it cannot wait."),
    OutboxLane.ROUTINE: N_("Nothing to telephone for: they leave later."),
}
_ACCOUNT = N_("Our account at the carrier must be put right: call the technical service.")
_PARTS = {
    "alerts": N_("No message leaves by itself: telephone contacts and responders yourself."),
    "ingest": N_("No alarm comes in from the homes by itself."),
    "disk": N_("Soon nothing can be stored: call the technical service now."),
    "timers": N_("Plans go on late: where nobody answers, telephone the next contact yourself."),
    "messages being sent": N_("Some messages may not have left: telephone where nobody answers."),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One fault, and what to do about it; empty: nothing but to call the technical service."""

    what: str
    todo: str
    code: str = ""


def of_messages(late: Iterable[LateMessages], say: Callable[[str], str]) -> list[Advice]:
    return [
        Advice(
            translate_refusal(message.line, say),
            " ".join(
                say(text)
                for text in (_MESSAGES[message.lane], _ACCOUNT if message.account_code else "")
                if text
            ),
            message.lane.name.lower(),
        )
        for message in late
    ]


def of_parts(lines: Iterable[str], say: Callable[[str], str]) -> list[Advice]:
    """Lines of the self-check other than those about messages to people."""
    found = []
    for line in lines:
        part = line.partition(":")[0]
        todo = _PARTS.get(part, "")
        found.append(Advice(translate_refusal(line, say), say(todo) if todo else "", part))
    return found
