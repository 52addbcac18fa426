"""JSON routes: what messages say, in versions; a centre's own words."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field, StringConstraints

from alerts.notify import own_text_versions
from alerts.notify.wording.originals import ORIGINALS, Original
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.deps import ApiDeps, deps_of
from api.http.fields import Body
from api.http.json_answers import json_response
from store.notify import message_texts
from store.notify.message_texts import TextVersion

router = APIRouter(prefix="/api/v1/texts", tags=["texts"])
READERS = Depends(require(*OPERATOR_ROLES))
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]
TextName = Annotated[str, Path(pattern=r"^[a-z][a-z_]{1,60}$")]
Language = Literal["zh", "en"]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


class NewText(Body):
    """`body`: with the variables of the message; `template_code`: of a registered template, as the
    carrier has approved it in these words."""

    body: Annotated[str, Field(max_length=2000)]
    template_code: Annotated[str, StringConstraints(max_length=40)] = ""


@router.get("", summary="What each message says", dependencies=[READERS])
def in_force(request: Request) -> Response:
    """The words in force, the product's or a centre's own, with the variables they may have."""
    with deps_of(request).connection() as conn:
        found = {(one.name, one.language): one for one in message_texts.newest(conn)}
    return json_response(
        {"items": [shown(one, found.get(key)) for key, one in ORIGINALS.items()]},
    )


@router.get("/{name}/{language}", summary="All versions of one", dependencies=[READERS])
def versions(request: Request, name: TextName, language: Language) -> Response:
    original = own_text_versions.original_of(name, language)
    with deps_of(request).connection() as conn:
        found = message_texts.versions(conn, name, language)
    return json_response({"items": [shown(original, one) for one in found]})


@router.post("/{name}/{language}", status_code=201, summary="Write it in words of your own")
def write(
    request: Request, me: Writer, name: TextName, language: Language, new: NewText
) -> Response:
    """For messages from now on; all processes say it within seconds."""
    deps = deps_of(request)
    now: datetime = deps.clock.now()
    with deps.connection() as conn:
        made = own_text_versions.write(
            conn, name, language, new.body, new.template_code, me.user, now
        )
        return _said(deps, conn, made, 201)


@router.post("/{name}/{language}/{version}/in-force", summary="Say a version again")
def put_in_force(
    request: Request, me: Writer, name: TextName, language: Language, version: Version
) -> Response:
    """One of the centre's, or the product's: its next versions follow then."""
    deps = deps_of(request)
    now: datetime = deps.clock.now()
    with deps.connection() as conn:
        made = own_text_versions.put_in_force(conn, name, language, version, me.user, now)
        return _said(deps, conn, made, 200)


def _said(deps: ApiDeps, conn: Any, made: TextVersion, status: int) -> Response:
    deps.policy.own_texts.read(conn)
    original = own_text_versions.original_of(made.name, made.language)
    return json_response(shown(original, made), status)


def shown(original: Original, version: TextVersion | None) -> dict[str, Any]:
    """One version; None: what is in force has not been installed yet, and is the product's."""
    found = asdict(version) if version else {"body": original.body, "in_force": True}
    return {
        **found,
        "name": original.name,
        "language": original.language,
        "form": original.form,
        "own": version is not None and version.created_by is not None,
        "variables": sorted(original.variables),
        "needed": sorted(original.needed),
    }
