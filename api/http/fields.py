"""Types of request fields with their limits, used by every route and form."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import Path
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

BIGGEST = 2**63 - 1


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the text holds a character that cannot be stored (U+0000)")
    return text


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_storable)
]
"""Free text, possibly empty."""
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_storable),
]
"""A name or an address: not empty."""
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=128), AfterValidator(_storable)
]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
"""Code of a home or an area."""
DeviceCode = Annotated[
    str, StringConstraints(min_length=1, max_length=128), AfterValidator(_storable)
]
Number = Annotated[int, Field(ge=1, le=BIGGEST)]
Id = Annotated[int, Path(ge=1, le=BIGGEST)]
HomeCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


def _without_zone(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("a time of the wall clock has no zone: 22:30, not 22:30Z or 22:30+08:00")
    return at


WallTime = Annotated[time, AfterValidator(_without_zone)]
"""Hour and minute on the clock of the place; a zone is a mistake, not something to convert."""


def _within_centuries(at: datetime) -> datetime:
    if not 2000 <= at.year < 2200:
        raise ValueError("a time must lie between the years 2000 and 2199")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_within_centuries)]
"""A point in time. Further away than this it could not be converted between zones."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1))]


class Body(BaseModel):
    """A request's body: a field it does not know is a mistake, not something to pass over. Numbers
    are numbers: what Python reads as NaN or Infinity cannot be compared or stored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
