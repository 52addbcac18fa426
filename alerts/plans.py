"""Runs an alarm's escalation plan: fires steps and sets the timer for the next one."""

from datetime import datetime, timedelta

from alerts import hurrying, spoken, telling, wording
from alerts.escalation import (
    BUILT_IN,
    START,
    Place,
    Step,
    Target,
    asked,
    delay_before,
    exhausted,
    following,
    paused_for_family,
    steps_of,
    usable,
)
from alerts.offers import offer
from alerts.policy import Policy
from store import alarms, dispatches, outbox, people
from store.db import Connection
from store.model import Alarm, AlarmState, Plan, Timer

STEP_TIMER = "step"


def start(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Begin the alarm's plan: what is due at once is queued in this very transaction.

    `alarm.version` at the start names the run, so that a second run after a re-alarm is not taken
    for a repetition of the first.
    """
    plan = _plan_of(conn, alarm)
    if plan is BUILT_IN:
        alarms.journal(conn, alarm.id, "plan_unusable", at=now, actor="system", plan=alarm.plan_id)
    _walk(conn, alarm, plan, START, alarm.version, now, policy)


def step_due(conn: Connection, alarm: Alarm, timer: Timer, now: datetime, policy: Policy) -> None:
    """The timer of a plan's next step has come. The alarm is locked by the caller."""
    if alarm.state != AlarmState.RAISED:
        return
    place = Place(int(timer.data["cycle"]), int(timer.data["step"]))
    plan, run = _plan_of(conn, alarm), int(timer.data["run"])
    _walk(conn, alarm, plan, place, run, now, policy, due=True)


def hurry(conn: Connection, alarm: Alarm, now: datetime) -> None:
    """Nobody was reached by the last step: do not wait for the next one.

    Within a pass only: the pause before another pass stays, or wrong numbers would send the plan
    round and round as fast as the carrier can refuse.
    """
    if alarm.state == AlarmState.RAISED:
        alarms.hurry_step(conn, alarm.id, STEP_TIMER, now, cycles=_plan_of(conn, alarm).cycles)


def unreached(conn: Connection, alarm: Alarm, chain: str, now: datetime) -> None:
    """All ways to one person are used up: hurry, if that was the last hope of the last step."""
    of, timer = hurrying.parse(chain), alarms.timer_of(conn, alarm.id, STEP_TIMER)
    if of is None or timer is None:
        hurry(conn, alarm, now)
        return
    steps = steps_of(_plan_of(conn, alarm))
    next_ = Place(int(timer.data["cycle"]), int(timer.data["step"]))
    last = hurrying.is_last(of, next_, int(timer.data["run"]), steps)
    if last and hurrying.hopeless(of, alarm.id, outbox.of_alarm(conn, alarm.id)):
        hurry(conn, alarm, now)


def _plan_of(conn: Connection, alarm: Alarm) -> Plan:
    return usable(alarms.get_plan(conn, alarm.plan_id) if alarm.plan_id is not None else None)


def _walk(
    conn: Connection,
    alarm: Alarm,
    plan: Plan,
    place: Place,
    run: int,
    now: datetime,
    policy: Policy,
    *,
    due: bool = False,
) -> None:
    """Fire every step that is due, then set the timer for the first that is not.

    A step that reaches nobody is followed by the next one at once; a whole pass without reaching
    anybody waits, so that an empty plan shouts at the console without spinning.
    """
    steps = steps_of(plan)
    fired = 0
    while True:
        wait = 0 if due else delay_before(place, steps, plan, policy)
        if wait > 0 or fired >= len(steps):
            break
        if place.step == 0 and place.cycle == plan.cycles:
            alarms.journal(conn, alarm.id, "plan_exhausted", at=now, actor="system", run=run)
        reached = _fire(conn, alarm, steps[place.step], place, run, now, policy)
        if exhausted(place, plan):
            alarms.journal(conn, alarm.id, "console_called", at=now, actor="system", run=run,
                           cycle=place.cycle)  # fmt: skip
        place, fired, due = following(place, steps), fired + 1, not reached
    wait = wait or policy.pass_pause
    alarms.set_timer(
        conn, alarm.id, STEP_TIMER, now + timedelta(seconds=wait),
        run=run, cycle=place.cycle, step=place.step,
    )  # fmt: skip
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)


def _fire(
    conn: Connection,
    alarm: Alarm,
    step: Step,
    place: Place,
    run: int,
    now: datetime,
    policy: Policy,
) -> bool:
    """Do one step. False: it reached nobody, which the journal says and the console shows."""
    if step.target == Target.CONSOLE:
        reached, why = True, ""
    elif step.target == Target.GRID_RESPONDER:
        reached, why = _offer_to_nearest(conn, alarm, now, policy), "no_responder"
    elif paused_for_family(alarms.last_going(conn, alarm.id), now, policy):
        reached, why = False, "contact_going"
    else:
        reached, why = _ask_contacts(conn, alarm, step, place, run, now, policy), "no_contact"
    alarms.journal(
        conn, alarm.id, "step_fired" if reached else "step_empty", at=now, actor="system",
        run=run, cycle=place.cycle, step=place.step, target=step.target,
        **({} if reached else {"reason": why}),
    )  # fmt: skip
    # A step passed over because the family is on its way keeps its time; an empty one does not.
    return reached or why == "contact_going"


def _ask_contacts(
    conn: Connection,
    alarm: Alarm,
    step: Step,
    place: Place,
    run: int,
    now: datetime,
    policy: Policy,
) -> bool:
    home = telling.home_of(conn, alarm)
    if home is None:
        return False
    chosen = asked(step, people.contacts_of(conn, home.id))
    told = [
        telling.tell_person(
            conn,
            alarm,
            person,
            purpose="alarm",
            body=wording.alarm_text(alarm, home.residents, person.language, policy),
            spoken=spoken.alarm_call(alarm, home.residents, person.language, policy),
            fields=wording.template_fields(alarm, home.residents, person.language, policy),
            dedupe=hurrying.chain(alarm.id, run, place, person.id),
            now=now,
            policy=policy,
        )
        for person in chosen
    ]
    return any(told)


def _offer_to_nearest(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> bool:
    """Offer it to the nearest responder on duty who was not asked for this alarm before; when all
    were asked, to the nearest again."""
    candidates = people.responders_for(conn, alarm.area_id)
    before = {d.responder_id for d in dispatches.of_alarm(conn, alarm.id)}
    fresh = [p for p in candidates if p.id not in before] or candidates
    return any(offer(conn, alarm, p, offered_by=None, now=now, policy=policy) for p in fresh)
