"""JSON routes: messages from homes that could not be read, and their replay."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, require
from api.deps import deps_of
from api.http.fields import Body, HomeCode, Id
from api.http.json_answers import json_response
from store.intake import dead_letters
from store.intake.dead_letters import DeadLetter

router = APIRouter(prefix="/api/v1/dead-letters", tags=["dead letters"])
OPERATORS = Depends(require(*OPERATOR_ROLES))
ADMINS = Depends(require(*SUPERVISOR_ROLES))
HomeQuery = Annotated[str | None, Query(max_length=128)]
SHOWN_FIELDS = (
    "id",
    "received_at",
    "home",
    "device",
    "topic",
    "payload_size",
    "reason",
    "retained",
    "replayed_at",
    "replay_asked_at",
    "replays",
)
SHOWN = 2000
"""Bytes of a payload in the list; enough to see what is wrong with it."""


class ReplayRequest(Body):
    """Which are to be taken in again: those that match everything that is given, so an empty
    object means all. `reason`: how it begins."""

    ids: Annotated[list[Id], Field(max_length=1000)] | None = None
    home: HomeCode | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)] | None = None


@router.get("", summary="Dead letters, newest first", dependencies=[OPERATORS])
def newest(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    home: HomeQuery = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """`payload` is its beginning as UTF-8; `payload_size` are the bytes that came. `before`: an id,
    for the next page."""
    with deps_of(request).connection() as conn:
        found = dead_letters.newest(conn, limit, home=home, before=before)
    return json_response({"items": [_shown(letter) for letter in found]})


@router.get("/counts", summary="How many of each device, by reason", dependencies=[OPERATORS])
def counts(request: Request) -> Response:
    """Of those that have not been taken in since; most first."""
    with deps_of(request).connection() as conn:
        return json_response({"items": [asdict(count) for count in dead_letters.counts(conn)]})


@router.post("/replay", summary="Take them in again", dependencies=[ADMINS], status_code=202)
def replay(request: Request, wanted: ReplayRequest) -> Response:
    """Ingest does it within seconds: a letter then has `replayed_at`, or its new `reason`. `asked`
    leaves out what was cut off and signals that were taken in with a complaint."""
    deps = deps_of(request)
    with deps.connection() as conn:
        asked = dead_letters.ask_replay(conn, deps.clock.now(), **wanted.model_dump())
    return json_response({"asked": len(asked)}, 202)


def _shown(letter: DeadLetter) -> dict[str, Any]:
    shown = {name: getattr(letter, name) for name in SHOWN_FIELDS}
    return {**shown, "payload": letter.payload[:SHOWN].decode(errors="replace")}
