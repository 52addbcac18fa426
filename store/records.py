"""One record for each member of an enum, complete from the moment it is imported. Pure."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

_Member = TypeVar("_Member", bound=Enum)
_Record = TypeVar("_Record")


def N_(text: str) -> str:  # noqa: N802  the usual mark for "translate later"
    """Marks a text for the catalogues; it is looked up where it is shown."""
    return text


class MissingRecordError(LookupError):
    """A member of an enum has no record: add it to the table that is named."""


def one_each(
    members: type[_Member], records: Mapping[_Member, _Record], table: str
) -> Mapping[_Member, _Record]:
    """The records in the order in which they are written, not to be changed any more. `table` says
    where that is. MissingRecordError names the members that have none: a new member shall be
    noticed when the program starts, not when the first of its alarms comes."""
    missing = [member.name for member in members if member not in records]
    if missing:
        raise MissingRecordError(f"{table}: no record for {members.__name__} {', '.join(missing)}")
    return MappingProxyType(dict(records))
