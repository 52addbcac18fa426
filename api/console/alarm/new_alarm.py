"""Page to open an alarm by hand: first the home, then what is the matter."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.alarm.by_hand import KINDS_BY_HAND, Source
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import BIGGEST, Code
from api.pages import vocabulary as v
from api.pages.rendering import page_of
from api.views.home_search import read_search, search_homes
from store.alarm import alarm_lists
from store.alarm.alarm_lists import Filters, Scope
from store.alarm.kinds import kind_name
from store.db import Connection
from store.home import household
from store.response import messages

router = APIRouter(prefix="/console/new-alarm", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
MOST = 20


@router.get("")
def new_alarm(
    request: Request,
    me: AtTheDesk,
    q: str = "",
    home: Annotated[Code | None, Query(description="a home's code")] = None,
    source: Source = Source.TELEPHONE,
    message: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """`home`: it is known already; else it is searched by code, address or resident. `message`: of
    a number nobody knows, which is tied to the home."""
    deps, page = deps_of(request), page_of(request, me)
    asked = read_search(q)
    with deps.connection() as conn:
        values = _chosen(conn, home) if home is not None else _searched(conn, asked)
        written = messages.get(conn, message) if message is not None else None
    if message is not None and written is None:
        raise MissingError
    return show_page(
        request,
        me,
        "console/alarm/new_alarm.html",
        q=asked,
        kinds=[(kind, kind_name(kind, page.language)) for kind in KINDS_BY_HAND],
        kind_name=lambda kind: kind_name(kind, page.language),
        sources=v.SOURCES,
        source=Source.MESSAGE if written else source,
        message=written,
        along=urlencode({"message": message} if written else {"source": source}),
        **values,
    )


def _chosen(conn: Connection, code: str) -> dict[str, Any]:
    found = household.home(conn, code)
    if found is None:
        raise MissingError
    open_now = alarm_lists.open_alarms(conn, Scope(), Filters(home=found.id), None, MOST)
    return {
        "home": found,
        "residents": [name for _, name in alarm_lists.residents_of(conn, [found.id])],
        "open_alarms": open_now,
    }


def _searched(conn: Connection, asked: str) -> dict[str, Any]:
    found = search_homes(conn, asked, MOST)
    return {"home": None, "homes": found.homes, "living": found.living}
