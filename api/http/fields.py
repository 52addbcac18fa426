"""Types of request fields with their limits, used by every route and form."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

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


class Body(BaseModel):
    """A request's body: a field it does not know is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")
