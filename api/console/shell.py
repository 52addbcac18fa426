"""The desk's screen: the queue on the left, one alarm or another page on the right.

A page asked for by the browser comes whole; asked for by our script (htmx) it comes as the right
half alone, so that the queue, its line and its sound go on.
"""

from typing import Any

from fastapi import Request, Response

from api.auth import Principal
from api.console import vocabulary as v
from api.console.pages import Page, page_of
from api.console.phrases import words_for_scripts
from api.console.refusals import in_words
from api.deps import deps_of
from api.notices import Warnings, warnings

PARTS = {
    "waiting": v.N_("Waiting for somebody"),
    "hand": v.N_("In hand"),
    "later": v.N_("Can wait a little"),
    "shelved": v.N_("Hidden for a time"),
}


def show(request: Request, me: Principal, template: str, **values: Any) -> Response:
    """A page of the desk: whole, or only its right half."""
    page = page_of(request, me)
    if request.headers.get("hx-request"):
        return page.render(template, **shared(page), **values)
    return whole(page, me, right=template, **values)


def whole(page: Page, me: Principal, *, right: str = "", **values: Any) -> Response:
    """The whole screen; `right` is the template of its right half, "" for none."""
    return page.render(
        "console.html",
        right=right,
        parts=PARTS,
        priorities=v.PRIORITIES,
        role_name=v.ROLES[me.user.role],
        words=words_for_scripts(page.language),
        **{**notices(page), **shared(page), "alarm": None, **values},
    )


def notices(page: Page) -> dict[str, Any]:
    """What the strip below the head of the page says."""
    deps = deps_of(page.request)
    with deps.connection() as conn:
        found: Warnings = warnings(conn, deps)
    stalled = [in_words(line, page.say) for line in found.stalled]
    return {"notices": found, "stalled": stalled}


def shared(page: Page) -> dict[str, Any]:
    """What every template of the desk may use."""
    deps = deps_of(page.request)
    return {"v": v, "zone": deps.policy.timezone.key, "now": deps.clock.now()}
