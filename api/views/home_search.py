"""Homes found by what an operator types: code, address or a resident's name."""

from dataclasses import dataclass

from store.alarm import alarm_lists
from store.db import Connection
from store.home import household
from store.home.household import Home

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class FoundHomes:
    """`living`: the residents' names by the home's id."""

    homes: list[Home]
    living: dict[int, list[str]]


def read_search(typed: str) -> str:
    """What is searched for; no text column takes a NUL."""
    return typed.strip()[:_LONGEST].replace("\x00", "")


def search_homes(conn: Connection, asked: str, limit: int) -> FoundHomes:
    """At most `limit`; none without a search."""
    homes = household.homes(conn, search=asked, limit=limit) if asked else []
    living: dict[int, list[str]] = {}
    for home_id, name in alarm_lists.residents_of(conn, [home.id for home in homes]):
        living.setdefault(home_id, []).append(name)
    return FoundHomes(homes, living)
