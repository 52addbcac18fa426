"""Homes: find one, see its modes, set and end them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts import rule_settings
from alerts.rule_settings import Rules
from alerts.wording import kind_name
from api.auth import DESK, Principal, require
from api.console import choices
from api.console.pages import page_of
from api.console.shell import show
from api.deps import deps_of
from api.details import home_detail
from api.errors import MissingError
from api.fields import HomeCode
from store import areas, home_modes, names, notices, records, rhythm, views
from store.db import Connection
from store.home_modes import Mode
from store.views import Filters, Scope

router = APIRouter(prefix="/console/homes", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*DESK))]
MOST = 50
HIDERS = (Mode.MAINTENANCE, Mode.OUT_OF_SERVICE)
"""Modes that may ask to hide dangers to life, with a second person's consent."""


@router.get("")
def found(request: Request, me: AtTheDesk, q: str = "") -> Response:
    """Homes by code, address or resident; without a search those that are in a mode."""
    deps, asked = deps_of(request), q.strip()[:64].replace("\x00", "")
    with deps.connection() as conn:
        homes = records.homes(conn, search=asked, limit=MOST) if asked else []
        living: dict[int, list[str]] = {}
        for home_id, name in views.residents_of(conn, [home.id for home in homes]):
            living.setdefault(home_id, []).append(name)
        in_force = notices.modes_in_force(conn, deps.clock.now())
        known = names.of_users(conn, {mode.set_by for mode in in_force})
    return show(
        request,
        me,
        "homes.html",
        q=asked,
        homes=homes,
        living=living,
        in_force=in_force,
        user_names=known,
    )


def rules_of(conn: Connection, home_id: int) -> Rules:
    """The limits that hold for a home."""
    kept = rhythm.rules_of(conn, home_id)
    return rule_settings.of(kept.rules if kept else None)


@router.get("/{code}")
def home(request: Request, me: AtTheDesk, code: HomeCode) -> Response:
    deps, page = deps_of(request), page_of(request, me)
    now = deps.clock.now()
    with deps.connection() as conn:
        record = records.home(conn, code)
        if record is None:
            raise MissingError
        modes = home_modes.of_home(conn, record.id, 20)
        users = {mode.set_by for mode in modes} | {m.consented_by for m in modes if m.consented_by}
        values: dict[str, Any] = {
            "home": home_detail(conn, record, now, people=True, access=False),
            "path": areas.paths(conn, [record.area_id]).get(record.area_id, []),
            "modes": modes,
            "user_names": names.of_users(conn, users),
            "rules": rules_of(conn, record.id),
            "open_alarms": views.open_alarms(conn, Scope(), Filters(home=record.id), None, MOST),
        }
    ends = {mode: choices.mode_ends(mode, now, deps.policy.timezone) for mode in Mode}
    return show(
        request,
        me,
        "home.html",
        ends=ends,
        hiders=HIDERS,
        me_id=me.user.id,
        kind_name=lambda kind: kind_name(kind, page.language),
        **values,
    )
