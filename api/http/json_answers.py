"""JSON answers from dataclasses; used by routes and stream."""

from typing import Any

import orjson
from fastapi import Response


def to_json(value: Any) -> bytes:
    """JSON with times as 2026-11-21T08:00:00Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(
        to_json(value),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
