"""Responders of the grids around a home's own, and who has just not gone to a home."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, rows_of
from store.duty.rotas import Responder
from store.model import DispatchState

SQL = Queries("duty/neighbours")


@dataclass(frozen=True, slots=True)
class Nearness:
    """By what the statement orders, in metres: `latitude` and `longitude` of the home (None: not
    known); `detour`: how much longer a way is than a straight line; `busy`: for each live dispatch
    of a responder; `assumed`: where a place is not known, by how far up the area is that both lie
    in, the last one for all that are farther up."""

    latitude: float | None
    longitude: float | None
    detour: float
    busy: int
    assumed: Sequence[int]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Declined, or did not answer in time; `at`: when."""

    responder_id: int
    state: DispatchState
    at: datetime


def neighbours_of(
    conn: Connection,
    area_id: int,
    near: Nearness,
    now: datetime,
    *,
    skills: Collection[str],
    timezone: str,
    limit: int,
) -> list[Responder]:
    """Responders of the area's district, of other areas than it and those above it, who have a
    telephone and may be on duty now; the likely nearest, those with the skills first. `timezone`:
    where no area names one. Of each, `steps` is how far up the first area is that both lie in."""
    values = {name: getattr(near, name) for name in Nearness.__slots__}
    values |= {
        "area_id": area_id,
        "now": now,
        "skills": list(skills),
        "timezone": timezone,
        "limit": limit,
        "assumed": list(near.assumed),
    }
    # Planned anew each time: a plan made for an empty district takes half a minute in a full one.
    cursor = conn.cursor(row_factory=rows_of(Responder))
    return cursor.execute(SQL["neighbours_of"], values, prepare=False).fetchall()


def passed_over(conn: Connection, home_id: int, since: datetime) -> dict[int, PassedOver]:
    """By person id: who was asked to go to the home since then, and does not."""
    found = fetch_all(conn, PassedOver, SQL["passed_over"], {"home_id": home_id, "since": since})
    return {one.responder_id: one for one in found}
