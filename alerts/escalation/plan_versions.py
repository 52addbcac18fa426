"""Saves new versions of plans and retires old ones. Each function is one transaction.

All raise NotFoundError, RefusedError (not in the present state) or PlanError (the plan itself).
"""

from datetime import datetime

from alerts.errors import NotFoundError, RefusedError
from alerts.escalation.plan_validation import Draft, Facts, Team, check_plan
from alerts.escalation.steps import Target, read_steps
from alerts.notify.contact_methods import is_reachable
from store.db import Connection
from store.duty import rotas
from store.escalation import plans
from store.escalation.plans import PlanVersion
from store.home import household, people
from store.model import User


def save(conn: Connection, draft: Draft, by: User, now: datetime) -> PlanVersion:
    """Save the next version of a plan. It is in force for new alarms from now; an alarm that is
    open goes on with the version it started with."""
    with conn.transaction():
        plans.one_at_a_time(conn)
        home_id = _home_id(conn, draft)
        check_plan(draft, _facts(conn, draft, home_id))
        _check_purpose(conn, draft, home_id)
        for old in plans.in_force(conn, draft.kind, home_id):
            plans.retire(conn, old.id, now)
        version = plans.add(
            conn,
            draft.code,
            kind=draft.kind,
            home_id=home_id,
            steps=draft.steps,
            cycles=draft.cycles,
            by=by.id,
            now=now,
        )
        return _existing(conn, draft.code, version)


def retire(conn: Connection, code: str, version: int, now: datetime) -> PlanVersion:
    """Take a version out of force for new alarms. The last plan for everything stays."""
    with conn.transaction():
        plans.one_at_a_time(conn)
        plan = _existing(conn, code, version)
        if plan.retired_at is not None:
            return plan
        if plan.kind is None and plan.home is None and len(plans.in_force(conn, None, None)) < 2:
            raise RefusedError("this is the last plan for any kind and home: save another first")
        plans.retire(conn, plan.id, now)
        return _existing(conn, code, version)


def _existing(conn: Connection, code: str, version: int) -> PlanVersion:
    found = plans.find(conn, code, version)
    if found is None:
        raise NotFoundError("there is no such version of a plan")
    return found


def _home_id(conn: Connection, draft: Draft) -> int | None:
    if draft.home is None:
        return None
    home = household.home(conn, draft.home)
    if home is None:
        raise NotFoundError(f"there is no home {draft.home}")
    return home.id


def _check_purpose(conn: Connection, draft: Draft, home_id: int | None) -> None:
    """One plan at a time for the same kind and home, and one purpose for a plan's code: otherwise
    nobody could say which plan an alarm will run."""
    rivals = [p for p in plans.in_force(conn, draft.kind, home_id) if p.code != draft.code]
    if rivals:
        raise RefusedError(
            f"plan {rivals[0].code} version {rivals[0].version} is in force for the same: "
            "retire it first, or save under its code"
        )
    same_code = [p for p in plans.list_plans(conn, home=None, retired=True) if p.code == draft.code]
    if same_code and (same_code[0].kind, same_code[0].home) != (draft.kind, draft.home):
        raise RefusedError(
            f"plan {draft.code} is for another kind or home: choose another code for this one"
        )


def _facts(conn: Connection, draft: Draft, home_id: int | None) -> Facts:
    steps = read_steps(draft.steps)
    named = [step.person for step in steps if step.target == Target.PERSON and step.person]
    contacts = None
    everybody = rotas.all_responders(conn)
    there = around = everybody
    if home_id is not None and draft.home is not None:
        contacts = [is_reachable(p) for p in people.contacts_of(conn, home_id)]
        home = household.home(conn, draft.home)
        there = rotas.responders_for(conn, home.area_id) if home else []
        own = {r.person_id for r in there}
        around = [r for r in everybody if r.person_id not in own]
    return Facts(
        contacts=contacts,
        people={p.id: p.reachable for p in plans.reachable_people(conn, named)},
        areas=plans.known_areas(conn, [step.area for step in steps if step.area]),
        teams={Team(r.kind, r.level) for r in there if is_reachable(r.person)},
        neighbours={Team(r.kind, r.level) for r in around if is_reachable(r.person)},
        supervised=plans.somebody_supervises(conn),
    )
