"""Enums: one record for each member, and codes that only a newer process knows. Pure."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

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


def read_code(members: type[_Member], value: Any) -> _Member:
    """The member for what stands in the database.

    A value that this process does not know was written by a newer one. It becomes a value that is
    only its code: it equals no member and stands in no list, and whoever shows it shows the code.
    Never for what comes in from outside: there an unknown value is refused, by `members(value)`.
    """
    try:
        return members(value)
    except ValueError:
        base: Any = int if issubclass(members, int) else str
        unknown: Any = base.__new__(members, value)
        unknown._name_ = str(value)
        unknown._value_ = value
        return unknown  # type: ignore[no-any-return]


def is_known(member: Enum) -> bool:
    """Whether it is a member of its enum, not a code that only a newer process knows."""
    return member.name in type(member).__members__
