"""Lengths of time, ranges of them and homes as people write them in a scenario."""

import random
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
LENGTH = r"^(\d+(\.\d+)?(ms|s|m|h|d))+$"
RANGE = r"^(\d+(\.\d+)?(ms|s|m|h|d))+(\.\.(\d+(\.\d+)?(ms|s|m|h|d))+)?$"
HINT = "write a number and ms, s, m, h or d, like 90s, 1h30m or 0s"


def seconds_of(given: Any) -> float:
    """`1h30m` → 5400.0. ValueError that says what to write."""
    text = str(given).strip()
    if not re.fullmatch(LENGTH, text):
        raise ValueError(f"{given!r} is no length of time: {HINT}")
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(text))


_Length = Annotated[str, Field(pattern=LENGTH, examples=["90s", "1h30m"])]
Seconds = Annotated[float, BeforeValidator(seconds_of, json_schema_input_type=_Length)]
"""A length of time, in seconds."""


@dataclass(frozen=True)
class Between:
    """A range of lengths of time, in seconds; both ends may come out."""

    least: float
    most: float

    def draw(self, rng: random.Random) -> float:
        """One of them, all equally likely."""
        return rng.uniform(self.least, self.most)

    @classmethod
    def read(cls, given: Any) -> "Between":
        """`30s..5m`, or one length for always the same."""
        if isinstance(given, Between):
            return given
        first, dots, last = str(given).partition("..")
        least = seconds_of(first)
        most = seconds_of(last) if dots else least
        if most < least:
            raise ValueError(f"{given!r}: the first length must not be longer than the second")
        return cls(least, most)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read by `read`."""
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Text, for editors."""
        return {"type": "string", "pattern": RANGE, "examples": ["30s..5m", "20s"]}


def _homes(given: Any) -> Any:
    """`3`, `[1, 4]`, `2-5` or `all` → numbers of homes, counted from 1; empty: all."""
    if given == "all":
        return ()
    if isinstance(given, int) and not isinstance(given, bool):
        return (given,)
    if isinstance(given, str) and (span := re.fullmatch(r"(\d+)-(\d+)", given)):
        first, last = int(span[1]), int(span[2])
        if not 0 < first <= last:
            raise ValueError(f"{given!r}: the first home must not come after the last")
        return tuple(range(first, last + 1))
    if isinstance(given, list | tuple):
        return tuple(given)
    raise ValueError(f"{given!r} names no homes: write 3, [1, 4], 2-5 or all")


HomeNumbers = Annotated[
    tuple[int, ...],
    BeforeValidator(_homes, json_schema_input_type=int | str | list[int]),
]
"""Which homes of the run, by number from 1; empty means all of them."""
