"""Telephones who may decide about an alarm when its plan is through and nobody has taken it."""

from dataclasses import replace

from alerts.escalation.step_targets import StepContext, alarm_message
from alerts.notify import notifying
from alerts.notify.channels.voice import VOICE
from alerts.notify.notifying import Message
from store.alarm import alarms
from store.db import Connection
from store.duty import areas
from store.home import people
from store.model import Person
from store.notify import outbox

FIRST_CALLED = 2
"""How many are called at once: who decides, and the next one. Then one by one."""


def telephone(conn: Connection, context: StepContext) -> None:
    """Call the supervisor and the next one; each time it is called again, whoever was called the
    longest ago. By voice, and whatever their quiet hours are. Journals whether anybody could be."""
    called = _called(conn, context)
    chosen = _next(conn, context, called)[: 1 if called else FIRST_CALLED]
    home = notifying.home_of(conn, context.alarm)
    whose = home.residents if home else areas.area_name(conn, context.alarm.area_id)
    messages = [
        (
            person,
            notifying.preferences_of(conn, person, context.now, context.policy),
            _message(context, person, whose, len(called)),
        )
        for person in chosen
    ]
    reached = notifying.notify_people(conn, context.alarm, messages, context.now, context.policy)
    alarms.journal(
        conn,
        context.alarm.id,
        "authority_called" if reached else "authority_missing",
        at=context.now,
        actor="system",
        run=context.run,
        cycle=context.position.cycle,
        **({} if reached else {"reason": "no_authority"}),
    )


def _called(conn: Connection, context: StepContext) -> list[int]:
    """Whom this run of the plan has called so, in order. A call that failed and became a text is
    one."""
    prefix = _chain(context)
    chains = {
        n.chain: n.person_id
        for n in outbox.of_alarm(conn, context.alarm.id)
        if n.person_id is not None and n.chain.startswith(prefix)
    }
    return list(chains.values())


def _next(conn: Connection, context: StepContext, called: list[int]) -> list[Person]:
    """Who has not answered yet, whoever was called the longest ago in front; all, when all have."""
    everybody = people.authorities_for(conn, context.alarm.area_id)
    since = context.alarm.raised_at
    silent = [p for p in everybody if not alarms.has_answered(conn, context.alarm.id, p.id, since)]
    last = {person: place for place, person in enumerate(called)}
    return sorted(silent or everybody, key=lambda person: last.get(person.id, -1))


def _message(context: StepContext, person: Person, resident: str, number: int) -> Message:
    return replace(
        alarm_message(context, person, resident),
        first=VOICE,
        insists=True,
        dedupe=f"{_chain(context)}{number}:{person.id}",
    )


def _chain(context: StepContext) -> str:
    return f"exhausted:{context.alarm.id}:{context.run}:"
