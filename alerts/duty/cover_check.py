"""Checks ahead whether somebody is on duty for every grid; run by the engine and after changes.

A gap is a notice for operators, not an alarm of a home. It is on the screen from the moment it is
known until it is closed or over; what became of it is kept for good.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from alerts.duty import shift_rules
from alerts.duty.cover_changes import KnownGap, compare_gaps
from alerts.duty.responders import rotas_of
from alerts.duty.shift_rules import Period
from alerts.notify.contact_methods import is_reachable
from alerts.policy import Policy
from store.db import Connection
from store.duty import cover
from store.duty import rotas as store
from store.duty.cover import AreaRow, Gap

log = structlog.get_logger(__name__)


def check_cover(conn: Connection, now: datetime, policy: Policy) -> list[Gap]:
    """Bring the list of gaps up to date; returns it. Any number of engines may do this."""
    ahead = now + timedelta(seconds=policy.cover_ahead)
    with conn.transaction():
        cover.lock_cover(conn)
        found = find_gaps(conn, now, ahead, policy)
        known: dict[int, list[Gap]] = defaultdict(list)
        for gap in cover.gaps(conn):
            known[gap.area_id].append(gap)
        for area_id in sorted(known.keys() | found.keys()):
            _update(conn, area_id, known[area_id], found.get(area_id, []), now)
        cover.set_cover_checked(conn, now, ahead)
        return cover.gaps(conn)


def find_gaps(
    conn: Connection, since: datetime, until: datetime, policy: Policy
) -> dict[int, list[Period]]:
    """When nobody who can be reached is on duty, by area id; areas without a gap are left out."""
    there = [r for r in store.all_responders(conn) if is_reachable(r.person)]
    rotas = rotas_of(conn, there, since, until, policy)
    by_area: dict[int, list[Period]] = defaultdict(list)
    for responder in there:
        by_area[responder.area_id] += shift_rules.periods(rotas[responder.person_id], since, until)
    areas = {area.id: area for area in cover.areas_to_cover(conn)}
    found = {}
    for area in areas.values():
        if area.covered:
            left = shift_rules.without([Period(since, until)], _up(area, areas, by_area))
            if left:
                found[area.id] = left
    return found


def _up(
    area: AreaRow, areas: Mapping[int, AreaRow], by_area: Mapping[int, list[Period]]
) -> list[Period]:
    """When somebody of the area or of one above it is on duty."""
    covered: list[Period] = []
    here: AreaRow | None = area
    while here is not None:
        covered += by_area.get(here.id, [])
        here = areas.get(here.parent_id) if here.parent_id is not None else None
    return covered


def _update(
    conn: Connection, area_id: int, known: list[Gap], found: list[Period], now: datetime
) -> None:
    changes = compare_gaps([KnownGap(g.id, Period(g.starts_at, g.ends_at)) for g in known], found)
    for gap in changes.over:
        passed = gap.period.ends_at <= now
        cover.remove_gap(conn, gap.id)
        _journal(conn, area_id, "gap_passed" if passed else "gap_closed", gap.period, now)
    for moved in changes.moved:
        cover.move_gap(conn, moved.id, moved.period.starts_at, moved.period.ends_at)
    for new in changes.new:
        cover.add_gap(conn, area_id, new.starts_at, new.ends_at, now)
        _journal(conn, area_id, "gap_found", new, now)
        log.warning(
            "nobody on duty",
            area=area_id,
            since=new.starts_at.isoformat(),
            until=new.ends_at.isoformat(),
        )


def _journal(conn: Connection, area_id: int, event: str, period: Period, now: datetime) -> None:
    cover.journal_cover(conn, area_id, event, period.starts_at, period.ends_at, now)
