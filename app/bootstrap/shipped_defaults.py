"""Installs the plans, protocols and texts that come with the product, beside a centre's own.

What a centre has written is never replaced: an upgrade puts its new version in force only where the
product's last one was. Elsewhere a plan is installed as a version that is not in force, to be
looked at and copied; a protocol's is offered on its page. Called by `anxin migrate`, any number of
times: what is installed already is left alone.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from alerts.escalation.steps import read_steps
from alerts.notify.wording.originals import ORIGINALS
from store.alarm import protocols
from store.db import Connection
from store.escalation import plans
from store.model import Kind
from store.notify import message_texts

REVIEW_AFTER = timedelta(days=182)
"""Every procedure is reviewed twice a year."""


def shipped(what: str) -> list[dict[str, Any]]:
    """The product's `plans` or `protocols`, as they come with this version."""
    folder = resources.files("app.bootstrap") / "shipped"
    found: list[dict[str, Any]] = json.loads((folder / f"{what}.json").read_text("utf-8"))
    return found


def install(conn: Connection, now: datetime) -> list[str]:
    """What was installed, a line each. One transaction; two at once wait for each other."""
    with conn.transaction():
        plans.one_at_a_time(conn)
        return [
            *_installed(_install_plan(conn, plan, now) for plan in shipped("plans")),
            *_installed(_install_protocol(conn, one, now) for one in shipped("protocols")),
            *_install_texts(conn, now),
        ]


def _installed(lines: Any) -> list[str]:
    return [line for line in lines if line]


def _install_plan(conn: Connection, plan: Mapping[str, Any], now: datetime) -> str:
    """Empty: it is there. PlanError: the product's own plan cannot be meant."""
    read_steps(plan["steps"])
    code, kind = str(plan["code"]), plan["kind"] and Kind(plan["kind"])
    versions = plans.versions_of(conn, code)
    ours = next((one for one in versions if one.created_by is None), None)
    if ours is not None and (ours.kind, ours.steps, ours.cycles) == (
        kind,
        plan["steps"],
        plan["cycles"],
    ):
        return ""
    in_force = _may_be_in_force(conn, versions, kind)
    if in_force:
        for one in versions:
            plans.retire(conn, one.id, now)
    number = plans.add(
        conn,
        code,
        kind=kind,
        home_id=None,
        steps=plan["steps"],
        cycles=plan["cycles"],
        by=None,
        now=now,
        retired=not in_force,
    )
    how = "in force" if in_force else "beside the centre's own, not in force"
    return f"plan {code}: version {number} of the product, {how}"


def _may_be_in_force(conn: Connection, versions: list[plans.PlanOfCode], kind: Kind | None) -> bool:
    """The product's last version is, or the plan is new and nobody has one for that kind."""
    if versions:
        return any(one.created_by is None and one.retired_at is None for one in versions)
    return not plans.in_force(conn, kind, None)


def _install_protocol(conn: Connection, wanted: Mapping[str, Any], now: datetime) -> str:
    """Empty: it is there, or the centre has its own."""
    kind = Kind(wanted["kind"])
    newest = next(iter(protocols.versions(conn, kind)), None)
    if newest is not None and (newest.created_by is not None or newest.lines == wanted["lines"]):
        return ""
    review_by: date = (now + REVIEW_AFTER).date()
    made = protocols.add(conn, kind, wanted["lines"], review_by, by=None, now=now)
    return f"protocol {kind}: version {made.version} of the product, in force"


def _install_texts(conn: Connection, now: datetime) -> list[str]:
    """All whose words are new; in force where the centre has chosen none."""
    message_texts.one_at_a_time(conn)
    there = message_texts.of_product(conn)
    chosen = {(one.name, one.language) for one in message_texts.chosen(conn)}
    new = [one for key, one in ORIGINALS.items() if there.get(key) != one.body]
    for one in new:
        number, _ = message_texts.add(conn, one.name, one.language, one.body, by=None, now=now)
        if (one.name, one.language) not in chosen:
            message_texts.choose(conn, number, by=None, now=now)
    beside = sum((one.name, one.language) in chosen for one in new)
    if not new:
        return []
    return [
        f"texts: {len(new)} of the product"
        + (f", {beside} of them beside the centre's own, not in force" if beside else "")
    ]
