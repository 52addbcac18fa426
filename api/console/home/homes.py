"""Pages of homes: search, one home with its rules, set and end its modes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.watch import rule_settings
from alerts.watch.rule_settings import Rules
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console import duration_choices
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import HomeCode
from api.pages.rendering import page_of
from api.views.home_details import home_detail
from api.views.home_search import read_search, search_homes
from api.views.unread_topics import unread_topics_of
from store.access import person_names
from store.alarm import alarm_lists
from store.alarm.alarm_lists import Filters, Scope
from store.alarm.kinds import kind_name
from store.db import Connection
from store.duty import areas
from store.home import entry_consents, household
from store.watch import activity, desk_notices, home_modes
from store.watch.home_modes import Mode

router = APIRouter(prefix="/console/homes", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
MOST = 50
HIDERS = (Mode.MAINTENANCE, Mode.OUT_OF_SERVICE)
"""Modes that may ask to hide dangers to life, with a second person's consent."""


@router.get("")
def found(request: Request, me: AtTheDesk, q: str = "") -> Response:
    """Homes by code, address or resident; without a search those that are in a mode."""
    deps, asked = deps_of(request), read_search(q)
    with deps.connection() as conn:
        known_homes = search_homes(conn, asked, MOST)
        in_force = desk_notices.modes_in_force(conn, deps.clock.now())
        known = person_names.of_users(conn, {mode.set_by for mode in in_force})
    return show_page(
        request,
        me,
        "console/home/homes.html",
        q=asked,
        homes=known_homes.homes,
        living=known_homes.living,
        in_force=in_force,
        user_names=known,
    )


def rules_of(conn: Connection, home_id: int) -> Rules:
    """The limits that hold for a home."""
    kept = activity.rules_of(conn, home_id)
    return rule_settings.of(kept.rules if kept else None)


@router.get("/{code}")
def home(request: Request, me: AtTheDesk, code: HomeCode) -> Response:
    deps, page = deps_of(request), page_of(request, me)
    now = deps.clock.now()
    with deps.connection() as conn:
        record = household.home(conn, code)
        if record is None:
            raise MissingError
        modes = home_modes.of_home(conn, record.id, 20)
        users = {mode.set_by for mode in modes} | {m.consented_by for m in modes if m.consented_by}
        values: dict[str, Any] = {
            "home": home_detail(conn, record, now, people=True, access=False),
            "path": areas.paths(conn, [record.area_id]).get(record.area_id, []),
            "modes": modes,
            "user_names": person_names.of_users(conn, users),
            "rules": rules_of(conn, record.id),
            "consents": entry_consents.of_home(conn, record.id),
            "unread_topics": unread_topics_of(conn, record.id, record.code, page.say),
            "open_alarms": alarm_lists.open_alarms(
                conn, Scope(), Filters(home=record.id), None, MOST
            ),
        }
    ends = {mode: duration_choices.mode_choices(mode, now, deps.policy.timezone) for mode in Mode}
    return show_page(
        request,
        me,
        "console/home/home.html",
        ends=ends,
        hiders=HIDERS,
        me_id=me.user.id,
        kind_name=lambda kind: kind_name(kind, page.language),
        **values,
    )
