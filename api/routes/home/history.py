"""JSON routes: signals and reports of a home as stored, row by row."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError
from api.http.fields import BIGGEST, HomeCode
from api.http.json_answers import json_response
from api.http.time_ranges import Since, Until, time_range
from api.routes.home.homes import home_for
from store.home import household
from store.intake import history
from store.intake.history import StoredReport

router = APIRouter(prefix="/api/v1/homes/{code}", tags=["readings"])
Desk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Limit = Annotated[int, Query(ge=1, le=5000)]


@router.get("/signals", summary="Signals as stored, in the order of arrival")
def signals(
    request: Request,
    me: Desk,
    code: HomeCode,
    since: Since = None,
    until: Until = None,
    after: Annotated[int, Query(ge=0, le=BIGGEST)] = 0,
    limit: Limit = 1000,
) -> Response:
    """By time of arrival; without `from` and `to` the last 24 h. `id` is the hub's own; `next` is
    the `after` of the next page, null on the last."""
    deps = deps_of(request)
    begin, end = time_range(since, until, deps.clock.now())
    with deps.connection() as conn:
        home = home_for(conn, me.user, code)
        rows = history.signals(conn, home.id, begin, end, after=after, limit=limit + 1)
    items = [
        {
            "row": row.id,
            "id": row.signal_id,
            "device": row.device,
            "kind": row.kind,
            "active": row.active,
            "test": row.test,
            "at": row.at,
            "received_at": row.received_at,
            "late": row.late,
            "alarm": row.alarm_id,
        }
        for row in rows[:limit]
    ]
    return json_response({"items": items, "next": rows[limit - 1].id if rows[limit:] else None})


@router.get("/reports", summary="Readings as stored, one report a row")
def reports(
    request: Request,
    me: Desk,
    code: HomeCode,
    since: Since = None,
    until: Until = None,
    cursor: Annotated[str | None, Query(max_length=60)] = None,
    limit: Limit = 1000,
) -> Response:
    """By time of measurement; `arrival_time`: the device gave none that is trusted."""
    deps = deps_of(request)
    begin, end = time_range(since, until, deps.clock.now())
    after = _position(cursor) if cursor else (begin - timedelta(days=1), 0)
    with deps.connection() as conn:
        home = home_for(conn, me.user, code)
        devices = [device.id for device in household.devices(conn, home.id)]
        rows = history.reports(conn, devices, begin, end, after=after, limit=limit + 1)
    last = rows[limit - 1] if rows[limit:] else None
    return json_response(
        {
            "items": [_report(row) for row in rows[:limit]],
            "next": f"{last.at.isoformat()}~{last.device_id}" if last else None,
        }
    )


def _report(row: StoredReport) -> dict[str, Any]:
    metrics = {name: value for name, value in row.metrics.items() if value is not None}
    arrival = bool(metrics.pop("arrival_time", False))
    return {"device": row.device, "at": row.at, "arrival_time": arrival, "metrics": metrics}


def _position(cursor: str) -> tuple[datetime, int]:
    at, _, device = cursor.partition("~")
    try:
        position = datetime.fromisoformat(at), int(device)
    except ValueError:
        raise InvalidError(
            "the cursor is not one of ours: take `next` of the page before"
        ) from None
    if position[0].tzinfo is None or not 0 <= position[1] < 2**31:
        raise InvalidError("the cursor is not one of ours: take `next` of the page before")
    return position
