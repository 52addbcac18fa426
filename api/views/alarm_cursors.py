"""Encodes where the next page of the alarm list begins, as an opaque text. Pure."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson

from api.errors import InvalidError
from api.http.fields import BIGGEST
from store.alarm.alarm_lists import AlarmRow, PagePosition
from store.model import AlarmState


class ListPart(StrEnum):
    """A list has up to two parts, each with an order of its own."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AlarmCursor:
    """Go on in this part, behind that position (None: at its beginning)."""

    part: ListPart
    after: PagePosition | None


def encode_cursor(cursor: AlarmCursor) -> str:
    position = cursor.after
    values = (
        [cursor.part, None]
        if position is None
        else [
            cursor.part,
            position.id,
            position.priority,
            position.taken,
            position.raised_at.isoformat(),
        ]
    )
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode_cursor(text: str) -> AlarmCursor:
    """InvalidError: it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        part, number, *rest = orjson.loads(raw)
        if number is None:
            return AlarmCursor(ListPart(part), None)
        priority, taken, raised_at = rest
        at = datetime.fromisoformat(raised_at)
        position = PagePosition(number, priority, taken, at)
        where = ListPart(part)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _not_ours() from error
    of_our_kind = type(number) is type(priority) is int and type(taken) is bool and at.tzinfo
    if not of_our_kind or not (0 < number <= BIGGEST and 1 <= priority <= 4):
        raise _not_ours()
    return AlarmCursor(where, position)


def _not_ours() -> InvalidError:
    return InvalidError("the cursor is not one of ours: take `next` of the page before")


def position_of(row: AlarmRow) -> PagePosition:
    return PagePosition(row.id, row.priority, row.state != AlarmState.RAISED, row.raised_at)
