"""Who answers from a number that several contacts of a home share."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.db import Connection
from store.home import people
from store.model import Person


@dataclass(frozen=True, slots=True)
class Household:
    """The contacts of a home who share a number with the one who answers. `others`: of whom it may
    be one instead; empty where it was said who it is."""

    members: tuple[Person, ...] = ()
    others: tuple[Person, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(person.id for person in self.members)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(person.name for person in self.members)


ALONE = Household()


def household_of(
    conn: Connection, home_id: int | None, person: Person, named: Sequence[str] = ()
) -> tuple[Person, Household]:
    """Who answers for the home from the person's number, and who else may have. `named`: the names
    that were said; one of them that is there decides."""
    if home_id is None or person.phone is None:
        return person, ALONE
    known = {one.id for one in people.find_by_phone(conn, person.phone)}
    if len(known) < 2:
        return person, ALONE
    members = tuple(one for one in people.contacts_of(conn, home_id) if one.id in known)
    if len(members) < 2:
        return person, ALONE
    said = [one for one in members if one.name in named]
    if len(said) == 1:
        return said[0], Household(members)
    first = next((one for one in members if one.id == person.id), members[0])
    return first, Household(members, tuple(one for one in members if one.id != first.id))
