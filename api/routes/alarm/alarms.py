"""JSON routes: the alarm list, one alarm with its details, a new one by hand."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.alarm import by_hand
from alerts.alarm.by_hand import Source
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import BIGGEST, Body, Code, Id, Text
from api.http.json_answers import json_response
from api.views import alarm_cursors
from api.views.alarm_cursors import AlarmCursor, ListPart
from api.views.alarm_details import AlarmDetail, alarm_detail, scope_of, visible_alarm
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_details, alarm_lists
from store.alarm.alarm_details import JOURNAL_PAGE, JournalPage
from store.alarm.alarm_lists import AlarmRow, Filters, Scope
from store.db import Connection
from store.duty import areas
from store.home import household
from store.model import Kind, Role

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Viewer = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.RESPONDER))]
_PARTS: dict[str, list[ListPart]] = {
    "open": [ListPart.OPEN],
    "closed": [ListPart.CLOSED],
    "all": [ListPart.OPEN, ListPart.CLOSED],
}


@router.get("", summary="Alarms, most urgent first", responses={200: {"model": list[AlarmView]}})
def queue(
    request: Request,
    me: Viewer,
    state: Literal["open", "closed", "all"] = "open",
    priority: Annotated[int | None, Query(ge=1, le=4)] = None,
    home: Annotated[Code | None, Query(description="a home's code")] = None,
    area: Annotated[Code | None, Query(description="an area's code; those below it too")] = None,
    below: Annotated[int | None, Query(ge=1, le=BIGGEST, description="an area outage")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Open alarms by priority, then those nobody has taken, then the oldest; closed ones behind
    them, the newest first; what an area outage explains only with `below`. `next` is the `cursor`
    of the next page, null on the last."""
    start = alarm_cursors.decode_cursor(cursor) if cursor else None
    with deps_of(request).connection() as conn:
        filters = _filters(conn, priority, home, area, below)
        if filters is None:
            return json_response({"items": [], "next": None})
        scope = scope_of(conn, me.user)
        rows, after = _page(conn, scope, filters, _PARTS[state], start, limit)
        items = alarm_views(conn, rows)
    return json_response(
        {"items": items, "next": alarm_cursors.encode_cursor(after) if after else None}
    )


class NewByHand(Body):
    """`kind`: what endangers somebody at home, see `KINDS_BY_HAND`. `note`: what was said. `take`:
    whoever opens it owns it at once."""

    home: Code
    kind: Kind
    note: Text = ""
    source: Source = Source.TELEPHONE
    take: bool = False


@router.post(
    "",
    summary="Open an alarm by hand",
    status_code=201,
    responses={
        200: {"model": AlarmView, "description": "the open alarm of this kind was repeated"},
        201: {"model": AlarmView},
    },
)
def open_by_hand(request: Request, me: Operator, new: NewByHand) -> Response:
    """For what no device has told: somebody rang, a neighbour came. Its plan runs as ever."""
    deps = deps_of(request)
    with deps.connection() as conn:
        alarm, raised = by_hand.open_alarm(
            conn,
            new.home,
            new.kind,
            me.user,
            deps.clock.now(),
            deps.policy,
            source=new.source,
            words=new.note,
            take=new.take,
            via=me.via,
        )
        shown = alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm.id]))[0]
    status = 201 if raised else 200
    return json_response(shown, status, {"Location": f"{router.prefix}/{alarm.id}"})


@router.get(
    "/{alarm_id}",
    summary="One alarm with its journal and all that is needed to act",
    responses={200: {"model": AlarmDetail}},
)
def detail(request: Request, me: Viewer, alarm_id: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = alarm_detail(conn, alarm_id, me.user, deps.clock.now(), deps.policy, me.via)
    if found is None:
        raise MissingError("There is no such alarm, or it is not yours to see")
    return json_response(found)


@router.get(
    "/{alarm_id}/journal",
    summary="An alarm's journal, a page at a time",
    responses={200: {"model": JournalPage}},
)
def journal(
    request: Request,
    me: Viewer,
    alarm_id: Id,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = JOURNAL_PAGE,
) -> Response:
    """The last lines in the order in which they were written; `before` of the answer asks for the
    page before, null when there is none."""
    with deps_of(request).connection() as conn:
        if visible_alarm(conn, alarm_id, me.user) is None:
            raise MissingError("There is no such alarm, or it is not yours to see")
        return json_response(alarm_details.journal_of(conn, alarm_id, before, limit))


def _filters(
    conn: Connection, priority: int | None, home: str | None, area: str | None, below: int | None
) -> Filters | None:
    """None: there is no such home or area, so nothing can be on the list."""
    home_id, within = None, None
    if home is not None:
        found = household.home(conn, home)
        if found is None:
            return None
        home_id = found.id
    if area is not None:
        within = areas.below(conn, area)
        if not within:
            return None
    return Filters(priority, home_id, within, below)


def _page(
    conn: Connection,
    scope: Scope,
    filters: Filters,
    parts: list[ListPart],
    start: AlarmCursor | None,
    limit: int,
) -> tuple[list[AlarmRow], AlarmCursor | None]:
    """One page and where the next begins; a part that ends is followed by the next."""
    rows: list[AlarmRow] = []
    todo = parts[parts.index(start.part) :] if start and start.part in parts else parts
    read: dict[ListPart, Any] = {
        ListPart.OPEN: alarm_lists.open_alarms,
        ListPart.CLOSED: alarm_lists.closed_alarms,
    }
    for part in todo:
        after = start.after if start and start.part == part else None
        wanted = limit - len(rows)
        found: list[AlarmRow] = read[part](conn, scope, filters, after, wanted + 1)
        rows += found[:wanted]
        if len(found) > wanted:
            last = alarm_cursors.position_of(found[wanted - 1]) if wanted else None
            return rows, AlarmCursor(part, last)
    return rows, None
