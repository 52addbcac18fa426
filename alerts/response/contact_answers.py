"""A contact's answer: going, cannot, seen; by SMS, in a call, on a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.duty import joining
from alerts.errors import RefusedError
from alerts.escalation import plan_runner, withdrawal
from alerts.notify import notifying, texts
from alerts.policy import Policy
from alerts.response.call_progress import HEARD
from store.alarm import alarms, emergencies
from store.db import Connection
from store.model import Alarm, AlarmState, Answer, Person

READ_BY_THEN = timedelta(seconds=30)
"""What the carrier took so long ago counts as read by who answers, where it does not tell what it
has delivered: a text arrives within seconds, or long after."""


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
    takes the alarm from the centre. It is about the home: the other open dangers there of which a
    message has reached them are answered, too. `said_at`: when, if it comes late; what they have
    said since stands. RefusedError: the alarm is closed."""
    with conn.transaction():
        covered = _covered(conn, alarm_id, person, said_at or now)
        before = {alarm.id: alarms.answer_of(conn, alarm.id, person.id) for alarm in covered}
        changed = [
            alarm
            for alarm in covered
            if alarms.set_response(conn, alarm.id, person.id, answer, now, via, said_at)
        ]
        if not changed:
            return
        act = emergencies.act(conn, several=len(changed) > 1)
        for alarm in changed:
            alarms.journal(
                conn,
                alarm.id,
                "responded",
                at=now,
                actor=f"contact:{person.id}",
                via=via,
                answer=answer,
                **act,
            )
            withdrawal.withdraw(conn, alarm, now)
            alarms.touch(conn, alarm.id)
            alarms.notify(conn, "alarm", alarm.id)
            if answer == Answer.CANNOT:
                plan_runner.skip_wait(conn, alarm, now)
        if answer == Answer.GOING:
            _tell_others(conn, changed, person, now, policy, going=True)
        elif answer == Answer.CANNOT:
            told = [alarm for alarm in changed if before[alarm.id] == Answer.GOING]
            _tell_others(conn, told, person, now, policy, going=False)


def _covered(conn: Connection, alarm_id: int, person: Person, by: datetime) -> list[Alarm]:
    """The alarm first, then the other dangers of its home that they have heard of; all locked.
    RefusedError: it is closed."""
    found = alarms.get(conn, alarm_id)
    others: list[Alarm] = []
    if found is not None and found.home_id is not None and joining.is_danger(found):
        together = emergencies.lock_of_home(conn, found.home_id)
        others = [alarm for alarm in together if alarm.id != alarm_id]
    alarm = alarms.lock(conn, alarm_id)
    if alarm is None or alarm.state == AlarmState.CLOSED:
        raise RefusedError("the alarm is closed")
    heard = heard_of(conn, person, others, by)
    return [alarm, *(other for other in others if other.id in heard)]


def heard_of(conn: Connection, person: Person, about: Sequence[Alarm], by: datetime) -> set[int]:
    """Of which of these alarms a message had reached them at that moment, by id."""
    return emergencies.heard_of(
        conn, person.id, [alarm.id for alarm in about], said=HEARD, sent_before=by - READ_BY_THEN
    )


def _tell_others(
    conn: Connection,
    about: Sequence[Alarm],
    person: Person,
    now: datetime,
    policy: Policy,
    *,
    going: bool,
) -> None:
    """Whoever was notified of one of these alarms hears once that this person goes, or does not go
    after all."""
    if not about:
        return
    words = texts.going_text if going else texts.not_going_text
    notifying.update_notified(
        conn,
        about[0],
        lambda resident, language: words(resident, person.name, language),
        purpose="told",
        now=now,
        policy=policy,
        except_person=person.id,
        others=about[1:],
    )
