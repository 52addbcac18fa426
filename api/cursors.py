"""Where the next page begins, as an opaque text. Pure."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson

from api.errors import InvalidError
from api.fields import BIGGEST
from store.model import AlarmState
from store.views import AlarmRow, Place


class Part(StrEnum):
    """A list has up to two parts, each with an order of its own."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Go on in this part, behind that place (None: at its beginning)."""

    part: Part
    after: Place | None


def write(cursor: Cursor) -> str:
    place = cursor.after
    values = (
        [cursor.part, None]
        if place is None
        else [cursor.part, place.id, place.priority, place.taken, place.raised_at.isoformat()]
    )
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read(text: str) -> Cursor:
    """InvalidError: it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        part, number, *rest = orjson.loads(raw)
        if number is None:
            return Cursor(Part(part), None)
        priority, taken, raised_at = rest
        at = datetime.fromisoformat(raised_at)
        place = Place(number, priority, taken, at)
        where = Part(part)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _foreign() from error
    of_our_kind = type(number) is type(priority) is int and type(taken) is bool and at.tzinfo
    if not of_our_kind or not (0 < number <= BIGGEST and 1 <= priority <= 4):
        raise _foreign()
    return Cursor(where, place)


def _foreign() -> InvalidError:
    return InvalidError("the cursor is not one of ours: take `next` of the page before")


def place_of(row: AlarmRow) -> Place:
    return Place(row.id, row.priority, row.state != AlarmState.RAISED, row.raised_at)
