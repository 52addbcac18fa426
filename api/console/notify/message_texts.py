"""Pages of what messages say: read, write in words of the centre's own, go back to a version."""

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.errors import UnacceptableError
from alerts.notify import own_text_versions
from alerts.notify.sms_segments import segment_count
from alerts.notify.wording import own_text_rules, samples
from alerts.notify.wording.originals import ORIGINALS, Form, Original
from alerts.notify.wording.written import SIGNATURE
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.console.notify.text_titles import FORMS, TITLES, VARIABLES
from api.console.page_frame import show_page
from api.deps import deps_of
from api.pages.refusal_texts import translate_refusal
from api.pages.rendering import page_of
from api.routes.notify.message_texts import Language, TextName
from store.access import person_names
from store.db import Connection
from store.notify import message_texts

router = APIRouter(prefix="/console/texts", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]


@router.get("")
def listed(request: Request, me: AtTheDesk) -> Response:
    """By form; each message in both languages, with the words in force."""
    with deps_of(request).connection() as conn:
        found = {(one.name, one.language): one for one in message_texts.newest(conn)}
    rows = [(original, found.get(key)) for key, original in ORIGINALS.items()]
    forms = {
        form: [list(both) for _, both in groupby(group, key=lambda row: row[0].name)]
        for form, group in groupby(rows, key=lambda row: row[0].form)
    }
    return show_page(
        request,
        me,
        "console/notify/texts.html",
        groups=forms,
        forms=FORMS,
        titles=TITLES,
    )


@router.get("/{name}/{language}")
def one(request: Request, me: AtTheDesk, name: TextName, language: Language) -> Response:
    """Its versions, the newest first."""
    original, deps = own_text_versions.original_of(name, language), deps_of(request)
    with deps.connection() as conn:
        found = message_texts.versions(conn, name, language)
        users = {n for each in found for n in (each.created_by, each.chosen_by) if n}
        names = person_names.of_users(conn, users)
        preview = {each.version: _shown(conn, original, each.body) for each in found}
    return show_page(
        request,
        me,
        "console/notify/text_versions.html",
        original=original,
        other=ORIGINALS.get((name, "en" if language == "zh" else "zh")),
        versions=found,
        names=names,
        preview=preview,
        title=TITLES[name],
        form=FORMS[original.form],
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


@router.get("/{name}/{language}/new")
def blank(request: Request, me: Writer, name: TextName, language: Language) -> Response:
    """The next version, begun from the words in force."""
    original, deps = own_text_versions.original_of(name, language), deps_of(request)
    with deps.connection() as conn:
        in_force = next(
            (each for each in message_texts.versions(conn, name, language) if each.in_force), None
        )
        shown = _shown(conn, original, in_force.body if in_force else original.body)
    return show_page(
        request,
        me,
        "console/notify/text_edit.html",
        original=original,
        body=in_force.body if in_force else original.body,
        code=in_force.template_code if in_force else "",
        title=TITLES[name],
        form=FORMS[original.form],
        variables=[
            (each, VARIABLES[each], samples.SAMPLES[language].get(each, ""))
            for each in sorted(original.variables)
        ],
        registered=original.form.registered,
        **shown,
    )


@router.get("/{name}/{language}/preview")
def preview(
    request: Request,
    me: Writer,
    name: TextName,
    language: Language,
    body: Annotated[str, Query(max_length=2000)] = "",
    template_code: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What somebody would get, and what is wrong with it, while it is being written."""
    page, deps = page_of(request, me), deps_of(request)
    original = own_text_versions.original_of(name, language)
    try:
        own_text_rules.checked(original, body, template_code or _any_code(original))
    except UnacceptableError as error:
        wrong = translate_refusal(str(error), page.say)
        return page.render("console/notify/text_preview.html", wrong=wrong)
    with deps.connection() as conn:
        return page.render("console/notify/text_preview.html", **_shown(conn, original, body))


def _any_code(original: Original) -> str:
    """It is not looked at before it is saved: the template may not be registered yet."""
    if not original.form.registered:
        return ""
    return "SMS_000" if original.form == Form.SMS_TEMPLATE else "TTS_000"


def _shown(conn: Connection, original: Original, body: str) -> dict[str, Any]:
    """With sample values, under the signature in force, and in how many segments it goes."""
    own = message_texts.chosen_one(conn, SIGNATURE, original.language)
    mark = own.body if own else ORIGINALS[SIGNATURE, original.language].body
    try:
        text = samples.shown(original, body, mark)
    except KeyError:  # of another version of the product: never said, shown as it is
        text = body
    written = original.form in (Form.WRITTEN, Form.SMS_TEMPLATE)
    return {"text": text, "segments": segment_count(text) if written else 0, "wrong": ""}
