"""Pages of who is on duty now and next, gaps in the cover, and one responder's rota."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.duty import shift_rules
from alerts.duty.responders import rotas_of
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.console.duty.timelines import TimelineBar, TimelineDay, timeline_bars, timeline_days
from api.console.page_frame import show_page
from api.deps import ApiDeps, deps_of
from api.errors import MissingError
from api.http.fields import Code, Id
from api.pages.rendering import page_of
from store.db import Connection
from store.duty import areas
from store.duty import cover as cover_rows
from store.duty import rotas as store
from store.duty.rotas import Responder

router = APIRouter(prefix="/console/duty", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
AHEAD = 3
"""Days that are drawn, today among them."""
MOST = 120
"""People drawn at once: a district is looked at area by area."""
Area = Annotated[Code | None, Query()]


@router.get("")
def cover(request: Request, me: AtTheDesk, area: str = "") -> Response:
    deps, page = deps_of(request), page_of(request, me)
    now = deps.clock.now()
    with deps.connection() as conn:
        below = areas.below(conn, area) if area else None
        gaps = [gap for gap in cover_rows.gaps(conn, below) if gap.ends_at > now]
        drawn = _drawn(conn, deps, page.local(now), below)
        everywhere = areas.listed(conn)
        checked_at, until = cover_rows.cover_checked(conn)
    return show_page(
        request,
        me,
        "console/duty/rotas.html",
        gaps=gaps,
        area=area,
        areas=everywhere,
        checked_at=checked_at,
        until=until,
        may_change=me.user.role in SUPERVISOR_ROLES,
        **drawn,
    )


@router.get("/{person}")
def rota(request: Request, me: AtTheDesk, person: Id) -> Response:
    deps, page = deps_of(request), page_of(request, me)
    now = deps.clock.now()
    with deps.connection() as conn:
        found = store.responder(conn, person)
        if found is None:
            raise MissingError
        begins, ends, drawn_days = _span(page.local(now))
        rotas = rotas_of(conn, [found], begins, ends, deps.policy)
        drawn = timeline_bars(shift_rules.periods(rotas[person], begins, ends), begins, ends)
        shifts = store.shifts_of(conn, [person])
        later = datetime.max.replace(tzinfo=now.tzinfo)
        exceptions = store.exceptions_of(conn, [person], now, later)
        gaps = cover_rows.gaps(conn, areas.below(conn, found.area))
    return show_page(
        request,
        me,
        "console/duty/rota.html",
        one=found,
        on_duty=shift_rules.on_duty(rotas[person], now),
        bars=drawn,
        days=drawn_days,
        shifts=shifts,
        exceptions=exceptions,
        gaps=[gap for gap in gaps if gap.ends_at > now],
        here_zone=rotas[person].zone,
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


def _drawn(
    conn: Connection, deps: ApiDeps, here: datetime, below: list[int] | None
) -> dict[str, Any]:
    """Everybody's periods as bars, who works now first."""
    begins, ends, drawn_days = _span(here)
    everybody = [r for r in store.all_responders(conn) if below is None or r.area_id in below]
    rotas = rotas_of(conn, everybody, begins, ends, deps.policy)
    now = deps.clock.now()
    working = {r.person_id for r in everybody if shift_rules.on_duty(rotas[r.person_id], now)}
    shown = sorted(everybody, key=lambda r: (r.person_id not in working, r.area, r.name))[:MOST]
    rows: list[tuple[Responder, bool, list[TimelineBar]]] = [
        (
            r,
            r.person_id in working,
            timeline_bars(shift_rules.periods(rotas[r.person_id], begins, ends), begins, ends),
        )
        for r in shown
    ]
    return {
        "rows": rows,
        "days": drawn_days,
        "working": len(working),
        "left_out": len(everybody) - len(shown),
        "now_at": timeline_bars([shift_rules.Period(now, now)], begins, ends, points=True)[0].x,
    }


def _span(here: datetime) -> tuple[datetime, datetime, list[TimelineDay]]:
    """From midnight today, on the clocks of the installation."""
    begins = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=AHEAD), timeline_days(begins, AHEAD)
