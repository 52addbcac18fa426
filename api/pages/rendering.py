"""Renders a template in the reader's language, with CSRF token and no-store; used by all pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from alerts.notify import hazards
from api.access.auth import Principal, form_token, identify
from api.deps import deps_of
from api.pages import languages
from api.pages import vocabulary as v
from store.model import Kind

API = Path(__file__).parents[1]
"""Each audience keeps its templates in a folder `templates`, named `console/alarm/pane.html`."""
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Page:
    """One request of a reader: in which language, as whom."""

    request: Request
    principal: Principal | None
    language: str

    @property
    def say(self) -> Callable[[str], str]:
        """Translates a text of the catalogue."""
        return languages.translations(self.language).ugettext

    def local(self, at: datetime) -> datetime:
        """The moment on the wall clock of the installation."""
        return at.astimezone(deps_of(self.request).policy.timezone)

    def heed(self, kind: Kind) -> str:
        """What whoever goes to an alarm of this kind has to heed; empty: nothing special."""
        policy = deps_of(self.request).policy
        return hazards.whole(kind, self.language, policy.gas_company)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page of a template. Without a session its forms get a token of their own."""
        carrier = Response()
        csrf = self.principal.csrf if self.principal else form_token(self.request, carrier)
        here = self.request.url.path
        text = (
            _environment(self.language)
            .get_template(template)
            .render(
                page=self,
                language=self.language,
                languages=languages.LANGUAGES,
                csrf=csrf or "",
                user=self.principal.user if self.principal else None,
                here=here,
                local=self.local,
                heed=self.heed,
                centre_phone=deps_of(self.request).policy.centre_phone,
                **values,
            )
        )
        response = HTMLResponse(text, status_code=status, headers=NO_STORE)
        cookies = [header for header in carrier.raw_headers if header[0] == b"set-cookie"]
        response.raw_headers.extend(cookies)
        if self.request.cookies.get(languages.COOKIE) != self.language:
            remember_language(response, self.request, self.language)
        return response


def page_of(request: Request, principal: Principal | None = None) -> Page:
    """The page for this request; its reader is looked up unless given."""
    principal = principal or identify(request)
    language = languages.choose(
        own=principal.user.language if principal else None,
        cookie=request.cookies.get(languages.COOKIE),
        accepted=request.headers.get("accept-language"),
        default=deps_of(request).language,
    )
    return Page(request, principal, language)


def remember_language(response: Response, request: Request, language: str) -> None:
    """So that the log-in page speaks it the next time."""
    response.set_cookie(
        languages.COOKIE,
        language,
        max_age=31_536_000,
        samesite="lax",
        httponly=True,
        secure=deps_of(request).secure_cookies,
    )


def redirect_to(to: str) -> Response:
    """Send the browser on, with GET."""
    return RedirectResponse(to, status_code=303, headers=NO_STORE)


def error_page(request: Request, status: int, problem: Mapping[str, Any]) -> Response | None:
    """Tells a person what went wrong; who is not logged in is asked to."""
    if request.url.path.startswith("/static/"):
        return None
    login = f"/login?to={quote(request.url.path.removesuffix('/pane'))}"
    if request.headers.get("hx-request"):
        if status == 401:
            return Response(status_code=204, headers={"HX-Redirect": login})
        on_alarm = request.url.path.startswith("/console/alarms/")
        page = page_of(request)
        return page.render(
            "pages/pane_problem.html",
            status,
            missing=on_alarm and status == 404,
            title="" if on_alarm or status >= 500 else _title(page, status),
        )
    if status == 401:
        return redirect_to(login)
    if status >= 500:  # the database is away: nobody can be looked up
        language = request.cookies.get(languages.COOKIE) or deps_of(request).language
        page = Page(request, None, language if language in languages.LANGUAGES else "zh")
    else:
        page = page_of(request)
    return page.render("pages/problem.html", status, title=_title(page, status), problem=problem)


def _title(page: Page, status: int) -> str:
    _ = page.say
    if status == 404:
        return _("There is no such page")
    if status == 403:
        return _("This is not yours to see")
    if status >= 500:
        return _("The centre's database cannot be reached: trying again may help")
    return _("That did not work")


def _environment(language: str) -> Environment:
    if language not in _environments:
        environment = Environment(
            loader=PrefixLoader(
                {folder.parent.name: FileSystemLoader(folder) for folder in API.glob("*/templates")}
            ),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_translations(languages.translations(language), newstyle=False)  # type: ignore[attr-defined]
        environment.globals["static"] = lambda path: f"/static/{path}"
        _environments[language] = environment
    return _environments[language]


_environments: dict[str, Environment] = {}


def shared_values(page: Page) -> dict[str, Any]:
    """What every template may use."""
    deps = deps_of(page.request)
    return {"v": v, "zone": deps.policy.timezone.key, "now": deps.clock.now()}
