"""What came in and could not be read or belongs to nobody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth import DESK, require
from api.deps import deps_of
from api.views import json_response
from store import dead_letters

router = APIRouter(prefix="/api/v1/dead-letters", tags=["dead letters"])
OPERATORS = Depends(require(*DESK))
SHOWN = 2000
"""Bytes of a payload in the list; enough to see what is wrong with it."""


@router.get("", summary="Dead letters, newest first", dependencies=[OPERATORS])
def newest(request: Request, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Response:
    """`payload` is its beginning as UTF-8; `payload_size` are the bytes that came."""
    with deps_of(request).connection() as conn:
        found = dead_letters.newest(conn, limit)
    items = [
        {
            "id": letter.id,
            "received_at": letter.received_at,
            "topic": letter.topic,
            "payload": letter.payload[:SHOWN].decode(errors="replace"),
            "payload_size": letter.payload_size,
            "reason": letter.reason,
            "replayed_at": letter.replayed_at,
        }
        for letter in found
    ]
    return json_response({"items": items})
