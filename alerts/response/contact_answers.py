"""A contact's answer: going, cannot, seen; by SMS, in a call, on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.duty import joining
from alerts.errors import RefusedError
from alerts.escalation import family_way, plan_runner, withdrawal
from alerts.notify import notifying, reply_texts, texts
from alerts.policy import Policy
from alerts.response.hearing import heard_of
from alerts.response.households import ALONE, Household
from store.alarm import alarms, emergencies
from store.alarm.alarms import NewResponse
from store.db import Connection
from store.model import Alarm, AlarmState, Answer, Person


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer has changed. `again`: they had said the same before; `eta_minutes`: what holds
    for their way."""

    again: bool
    eta_minutes: int | None


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
    eta_minutes: int | None = None,
    household: Household = ALONE,
    by_code: bool = False,
) -> Answered | None:
    """A contact's response. It names them, tells the others and pauses later contacts while the
    alarm has an owner; it never takes the alarm from the centre. It is about the home: the other
    open dangers there of which a message has reached them are answered, too.

    That they go may be said again: the way counts from then. `said_at`: when, if it comes late;
    what they have said since stands. `eta_minutes`: how long they need. `by_code`: no message had
    reached them, they know the code from somebody. None: it changes nothing. RefusedError: the
    alarm is closed."""
    with conn.transaction():
        covered = _covered(conn, alarm_id, person, said_at or now, household)
        before = {alarm.id: alarms.answer_of(conn, alarm.id, person.id) for alarm in covered}
        changed: list[Alarm] = []
        eta = eta_minutes
        for alarm in covered:
            stored = alarms.set_response(
                conn,
                NewResponse(
                    alarm.id,
                    person.id,
                    answer,
                    now,
                    via,
                    eta_minutes if answer == Answer.GOING else None,
                    [one.id for one in household.others],
                    said_at,
                ),
            )
            if stored is not None:
                changed.append(alarm)
                eta = stored.eta_minutes
        if not changed:
            return None
        act = emergencies.act(conn, several=len(changed) > 1)
        data = act | _said(answer, eta, household, by_code=by_code)
        for alarm in changed:
            again = {"again": True} if before[alarm.id] == answer else {}
            alarms.journal(
                conn,
                alarm.id,
                "responded",
                at=now,
                actor=f"contact:{person.id}",
                via=via,
                answer=answer,
                **data,
                **again,
            )
            _follow(conn, alarm, person, answer, said_at or now, eta, household, now, policy)
        news = [alarm for alarm in changed if before[alarm.id] != answer]
        if answer == Answer.GOING:
            _tell_others(conn, news, person, household, now, policy, going=True, eta=eta)
        elif answer == Answer.CANNOT:
            told = [alarm for alarm in changed if before[alarm.id] == Answer.GOING]
            _tell_others(conn, told, person, household, now, policy, going=False)
        return Answered(not news, eta)


def _said(
    answer: Answer, eta: int | None, household: Household, *, by_code: bool
) -> dict[str, object]:
    """What the journal keeps beside the answer."""
    data: dict[str, object] = {}
    if answer == Answer.GOING and eta is not None:
        data["eta_minutes"] = eta
    if household.others:
        data["others"] = [one.id for one in household.others]
    if by_code:
        data["said_with_code"] = True
    return data


def _follow(
    conn: Connection,
    alarm: Alarm,
    person: Person,
    answer: Answer,
    said_at: datetime,
    eta: int | None,
    household: Household,
    now: datetime,
    policy: Policy,
) -> None:
    """What belongs to the answer: what is not wanted any more, the way, the plan."""
    if household.members:
        alarms.supersede(conn, alarm.id, person.id, household.ids, said_at)
    withdrawal.withdraw(conn, alarm, now)
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    if answer == Answer.GOING:
        family_way.begin(conn, alarm, person.id, said_at, eta, policy)
    else:
        for number in {person.id, *household.ids}:
            family_way.end(conn, alarm, number)
    if answer == Answer.CANNOT:
        plan_runner.skip_wait(conn, alarm, now)


def _covered(
    conn: Connection, alarm_id: int, person: Person, by: datetime, household: Household
) -> list[Alarm]:
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
    heard = heard_of(conn, {person.id, *household.ids}, others, by, beside=True)
    return [alarm, *(other for other in others if other.id in heard)]


def _tell_others(
    conn: Connection,
    about: Sequence[Alarm],
    person: Person,
    household: Household,
    now: datetime,
    policy: Policy,
    *,
    going: bool,
    eta: int | None = None,
) -> None:
    """Whoever was notified of one of these alarms hears once that this person goes, or does not go
    after all; not on the telephone that has just said so."""
    if not about:
        return
    names = [person.name, *(one.name for one in household.others)]

    def words(resident: str, language: str) -> str:
        who = reply_texts.either(names, language)
        if going:
            return texts.going_text(resident, who, language, eta)
        return texts.not_going_text(resident, who, language)

    notifying.update_notified(
        conn,
        about[0],
        words,
        purpose="told",
        now=now,
        policy=policy,
        except_people={person.id, *household.ids},
        others=about[1:],
    )
