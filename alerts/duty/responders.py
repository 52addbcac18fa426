"""Finds the responders who are on duty and can be sent now, by the rotas."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.duty import ranking, shift_rules
from alerts.duty.ranking import Candidate, Coordinates
from alerts.duty.shift_rules import Rota
from alerts.policy import Policy
from store.db import Connection
from store.duty import neighbours
from store.duty import rotas as store
from store.duty.neighbours import Nearness
from store.duty.rotas import Responder
from store.home import homes

MAX_NEIGHBOURS = 20
"""More than anybody reads in a list while somebody lies on the floor; asked one after the other
they last 40 minutes."""


@dataclass(frozen=True, slots=True)
class Own:
    """Who is meant for an area, of it or of those above it; each list with the best in front."""

    on_duty: list[Candidate]
    off_duty: list[Candidate]


def rotas_of(
    conn: Connection,
    responders: Sequence[Responder],
    since: datetime,
    until: datetime,
    policy: Policy,
) -> dict[int, Rota]:
    """The rotas by person id, good for the time from `since` to `until`."""
    ids = [responder.person_id for responder in responders]
    shifts: dict[int, list[store.Shift]] = {number: [] for number in ids}
    exceptions: dict[int, list[store.DutyException]] = {number: [] for number in ids}
    for shift in store.shifts_of(conn, ids):
        shifts[shift.responder_id].append(shift)
    for exception in store.exceptions_of(conn, ids, since, until):
        exceptions[exception.responder_id].append(exception)
    return {
        r.person_id: Rota(
            r.on_duty, time_zone(r.timezone, policy), shifts[r.person_id], exceptions[r.person_id]
        )
        for r in responders
    }


def on_duty(
    conn: Connection, responders: Sequence[Responder], now: datetime, policy: Policy
) -> list[Responder]:
    """Those of them who work at this moment."""
    rotas = rotas_of(conn, responders, now, now + timedelta(seconds=1), policy)
    return [r for r in responders if shift_rules.on_duty(rotas[r.person_id], now)]


def find_candidates(
    conn: Connection,
    area_id: int,
    home_id: int | None,
    now: datetime,
    policy: Policy,
    *,
    skills: Collection[str] = (),
    unreachable_too: bool = False,
) -> list[Candidate]:
    """On duty for the area and who can be reached, the one to send first in front."""
    found = find_own(conn, area_id, home_id, now, policy, skills=skills).on_duty
    return [c for c in found if unreachable_too or c.responder.phone is not None]


def find_own(
    conn: Connection,
    area_id: int,
    home_id: int | None,
    now: datetime,
    policy: Policy,
    *,
    skills: Collection[str] = (),
) -> Own:
    """Everybody who is meant for the area, with and without a telephone."""
    everybody = store.responders_for(conn, area_id)
    there = on_duty(conn, everybody, now, policy)
    working = {responder.person_id for responder in there}
    away = [responder for responder in everybody if responder.person_id not in working]
    at = _place_of(conn, home_id)
    return Own(
        ranking.rank_candidates(there, at, skills), ranking.rank_candidates(away, at, skills)
    )


def find_neighbours(
    conn: Connection,
    area_id: int,
    home_id: int | None,
    now: datetime,
    policy: Policy,
    *,
    skills: Collection[str] = (),
) -> list[Candidate]:
    """On duty in the district and not for this area, and can be telephoned: whom to ask when those
    of `find_candidates` do not go. The one to send first in front, at most MAX_NEIGHBOURS."""
    at = _place_of(conn, home_id)
    found = neighbours.neighbours_of(
        conn,
        area_id,
        Nearness(
            at.latitude if at else None,
            at.longitude if at else None,
            ranking.DETOUR,
            ranking.BUSY * ranking.SPEED,
            ranking.ASSUMED_OF_NEIGHBOURS,
        ),
        now,
        skills=skills,
        timezone=policy.timezone.key,
        limit=2 * MAX_NEIGHBOURS,  # by minutes as they are rounded and ways around the globe
    )
    there = on_duty(conn, found, now, policy)
    ranked = ranking.rank_candidates(there, at, skills, ranking.ASSUMED_OF_NEIGHBOURS)
    return ranked[:MAX_NEIGHBOURS]


def _place_of(conn: Connection, home_id: int | None) -> Coordinates | None:
    home = homes.brief(conn, home_id) if home_id is not None else None
    return ranking.coordinates_of(home.latitude, home.longitude) if home else None


def time_zone(name: str | None, policy: Policy) -> ZoneInfo:
    """An area's time zone; it was checked when it was set."""
    return policy.zone(name)
