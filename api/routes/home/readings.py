"""JSON routes: readings of a home by time bucket, for charts."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import ApiDeps, deps_of
from api.errors import InvalidError
from api.http.fields import HomeCode
from api.http.json_answers import json_response
from api.http.time_ranges import Since, Until, time_range
from api.routes.home.homes import home_for
from store.duty import areas
from store.home import household
from store.intake import charts
from store.intake.charts import Bucket
from store.intake.readings import METRICS
from store.model import Role

router = APIRouter(prefix="/api/v1/homes/{code}/readings", tags=["readings"])
Viewer = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.INSTALLER))]
Metric = StrEnum("Metric", [(name.upper(), name) for name in METRICS])  # type: ignore[misc]

MOST_BUCKETS = 5000
LONGEST = timedelta(days=800)
_NICE = [timedelta(seconds=s) for s in (60, 300, 900, 3600, 10800, 21600, 86400, 604800)]
_AIM = 600  # buckets across a screen
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@router.get("", summary="A metric over time, by device")
def readings(
    request: Request,
    me: Viewer,
    code: HomeCode,
    metric: Metric,
    since: Since = None,
    until: Until = None,
    bucket: Annotated[str | None, Query(description="seconds, or like 5m, 1h, 1d")] = None,
) -> Response:
    """Average, least, greatest and number of values in each bucket of time that has any. Without
    `from` and `to` the last 24 h; without `bucket` a width that suits a screen; days begin at
    midnight where the homes are."""
    deps = deps_of(request)
    since, until = time_range(since, until, deps.clock.now())
    width = _width(since, until, bucket)
    with deps.connection() as conn:
        home = home_for(conn, me.user, code)
        devices = household.devices(conn, home.id)
        zone = deps.policy.zone(areas.zone_of_home(conn, home.id))
        found = charts.buckets(
            conn,
            [d.id for d in devices],
            metric.value,
            since=since,
            until=until,
            width=width,
            origin=_midnight(since, zone),
            raw_since=_kept_since(deps),
        )
    return json_response(
        {
            "metric": metric.value,
            "from": since,
            "to": until,
            "bucket_seconds": int(width.total_seconds()),
            "series": _series(devices, found),
        }
    )


def _kept_since(deps: ApiDeps) -> datetime:
    """The first hour of which readings are surely there as they came."""
    oldest = deps.clock.now() - timedelta(days=deps.policy.keep_raw_days)
    return oldest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _width(since: datetime, until: datetime, wanted: str | None) -> timedelta:
    span = until - since
    if not timedelta(0) < span <= LONGEST:
        raise InvalidError(f"`from` must lie before `to`, by {LONGEST.days} days at most")
    if wanted is None:
        return next((width for width in _NICE if span / width <= _AIM), _NICE[-1])
    parts = re.fullmatch(r"([1-9][0-9]{0,5})([smhd]?)", wanted)
    if not parts:
        raise InvalidError("`bucket` is a number of seconds, or like 5m, 1h, 1d")
    width = timedelta(seconds=int(parts[1]) * _UNITS[parts[2]])
    if span / width > MOST_BUCKETS:
        raise InvalidError(f"more than {MOST_BUCKETS} buckets: ask for wider ones or less time")
    return width


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """Where the home is."""
    local = at.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _series(devices: Sequence[Any], found: Sequence[Bucket]) -> list[dict[str, Any]]:
    points: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for b in found:
        points[b.device_id].append({"at": b.at, "avg": b.avg, "min": b.min, "max": b.max, "n": b.n})
    return [
        {"device": d.code, "room": d.room, "points": points[d.id]}
        for d in devices
        if d.id in points
    ]
