"""Finds the responders who are on duty and can be sent now, by the rotas."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.duty import ranking, shift_rules
from alerts.duty.ranking import Candidate
from alerts.duty.shift_rules import Rota
from alerts.policy import Policy
from store.db import Connection
from store.duty import rotas as store
from store.duty.rotas import Responder
from store.home import homes


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
    home = homes.brief(conn, home_id) if home_id is not None else None
    there = on_duty(conn, store.responders_for(conn, area_id), now, policy)
    at = ranking.coordinates_of(home.latitude, home.longitude) if home else None
    return ranking.rank_candidates(
        [r for r in there if unreachable_too or r.person.phone is not None], at, skills
    )


def time_zone(name: str | None, policy: Policy) -> ZoneInfo:
    """An area's time zone; it was checked when it was set."""
    return ZoneInfo(name) if name is not None else policy.timezone


def find_neighbours(
    conn: Connection,
    area_id: int,
    home_id: int | None,
    now: datetime,
    policy: Policy,
    *,
    skills: Collection[str] = (),
) -> list[Candidate]:
    """Who is on duty and free in the areas around that the home does not lie in, within its
    district and with a telephone: the nearest in front."""
    home = homes.brief(conn, home_id) if home_id is not None else None
    there = on_duty(conn, store.responders_around(conn, area_id), now, policy)
    at = ranking.coordinates_of(home.latitude, home.longitude) if home else None
    return ranking.rank_candidates([r for r in there if r.person.phone is not None], at, skills)
