"""Escalation plans in their versions: which are in force for a home and kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from store.db import Connection, Queries, fetch_all, fetch_one, prefetch
from store.model import Kind, Plan

SQL = Queries("escalation/plans")


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version, never changed. `kind` None: for any danger (priority 1 and 2); `home` (a code)
    None: for any; `created_by` (a user) None: it came with the product; `retired_at` None: in
    force."""

    id: int
    code: str
    version: int
    kind: Kind | None
    home: str | None
    steps: list[dict[str, Any]]
    cycles: int
    created_at: datetime
    created_by: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanOfCode:
    """One version. `created_by` None: it came with the product."""

    id: int
    version: int
    kind: Kind | None
    steps: list[dict[str, Any]]
    cycles: int
    created_by: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody a plan may name, and whether they can be reached."""

    id: int
    reachable: bool


def list_plans(conn: Connection, *, home: str | None, retired: bool) -> list[PlanVersion]:
    """By code, the newest version first. `home`: only those made for it."""
    return fetch_all(conn, PlanVersion, SQL["list"], {"home": home, "retired": retired})


def find(conn: Connection, code: str, version: int) -> PlanVersion | None:
    return fetch_one(conn, PlanVersion, SQL["find"], {"code": code, "version": version})


def one_at_a_time(conn: Connection) -> None:
    """Whoever changes what is in force waits here, until the transaction ends."""
    conn.execute(SQL["one_at_a_time"])


def in_force(conn: Connection, kind: Kind | None, home_id: int | None) -> list[PlanVersion]:
    """Plans in force for exactly this kind and home (None: any)."""
    return fetch_all(conn, PlanVersion, SQL["in_force"], {"kind": kind, "home_id": home_id})


def add(
    conn: Connection,
    code: str,
    *,
    kind: Kind | None,
    home_id: int | None,
    steps: list[dict[str, Any]],
    cycles: int,
    by: int | None,
    now: datetime,
    retired: bool = False,
) -> int:
    """Save the next version of the plan; returns its number. `by` None: the product itself.
    `retired`: it is not in force."""
    values = {
        "code": code,
        "kind": kind,
        "home_id": home_id,
        "steps": Jsonb(steps),
        "cycles": cycles,
        "by": by,
        "now": now,
        "retired": retired,
    }
    row = conn.execute(SQL["add"], values).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def versions_of(conn: Connection, code: str) -> list[PlanOfCode]:
    """Every version of the plan for any home, the newest first."""
    return fetch_all(conn, PlanOfCode, SQL["versions_of"], {"code": code})


def retire(conn: Connection, plan_id: int, now: datetime) -> bool:
    """False: it was retired before."""
    return conn.execute(SQL["retire"], {"id": plan_id, "now": now}).fetchone() is not None


def reachable_people(conn: Connection, ids: list[int]) -> list[Reachable]:
    """Which of these people there are."""
    return fetch_all(conn, Reachable, SQL["reachable_people"], {"ids": ids})


def known_areas(conn: Connection, codes: list[str]) -> set[str]:
    """Which of these areas there are."""
    return {row[0] for row in conn.execute(SQL["known_areas"], {"codes": codes})}


def somebody_supervises(conn: Connection) -> bool:
    """Whether anybody with a phone is the supervisor of an area or logs in as one."""
    row = conn.execute(SQL["somebody_supervises"]).fetchone()
    return bool(row and row[0])


def plan_for(conn: Connection, home_id: int | None, kind: Kind, *, endangers: bool) -> Plan | None:
    """`endangers`: the kind is of priority 1 or 2; a plan for any kind is for these only."""
    return prefetch_plan_for(conn, home_id, kind, endangers=endangers)()


def prefetch_plan_for(
    conn: Connection, home_id: int | None, kind: Kind, *, endangers: bool
) -> Callable[[], Plan | None]:
    """Execute plan_for; what is returned fetches its answer."""
    values = {"home_id": home_id, "kind": kind, "endangers": endangers}
    return prefetch(conn, Plan, SQL["plan_for"], values).fetchone


def get_plan(conn: Connection, plan_id: int) -> Plan | None:
    return fetch_one(conn, Plan, SQL["get_plan"], {"id": plan_id})
