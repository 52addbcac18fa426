"""The operator's screen: queue left, an alarm or another page right; used by console pages.

A page asked for by the browser comes whole; asked for by our script (htmx) it comes as the right
half alone, so that the queue, its line and its sound go on.
"""

from typing import Any

from fastapi import Request, Response

from api.access.auth import Principal
from api.console import centre_advice
from api.deps import deps_of
from api.pages import vocabulary as v
from api.pages.rendering import Page, page_of, shared_values
from api.pages.script_texts import texts_for_scripts
from api.views.centre_warnings import CentreWarnings, centre_warnings
from store.access import desk_telephones
from store.access.desk_telephones import DeskTelephone

QUEUE_PARTS = {
    "waiting": v.N_("Waiting for somebody"),
    "hand": v.N_("In hand"),
    "later": v.N_("Can wait a little"),
    "shelved": v.N_("Hidden for a time"),
}


def show_page(request: Request, me: Principal, template: str, **values: Any) -> Response:
    """A page of the console: whole, or only its right half."""
    page = page_of(request, me)
    if request.headers.get("hx-request"):
        return page.render(template, **shared_values(page), **values)
    return full_page(page, me, right=template, **values)


def full_page(page: Page, me: Principal, *, right: str = "", **values: Any) -> Response:
    """The whole screen; `right` is the template of its right half, "" for none."""
    return page.render(
        "console/console.html",
        right=right,
        parts=QUEUE_PARTS,
        priorities=v.PRIORITIES,
        role_name=v.ROLES[me.user.role],
        words=texts_for_scripts(page.language),
        **{**header_notices(page, me.user.id), **shared_values(page), "alarm": None, **values},
    )


def header_notices(page: Page, user_id: int | None = None) -> dict[str, Any]:
    """What the strip below the head of the page says, and the user's telephone at the desk."""
    deps = deps_of(page.request)
    with deps.connection() as conn:
        found: CentreWarnings = centre_warnings(conn, deps)
        shift = desk_telephones.of_user(conn, user_id) if user_id else DeskTelephone()
    return {
        "notices": found,
        "shift": shift,
        "late": centre_advice.of_messages(found.late, page.say),
        "stalled": centre_advice.of_parts(found.stalled[len(found.late) :], page.say),
    }
