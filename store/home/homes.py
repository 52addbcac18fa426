"""A home's address, residents and access notes, as messages and pages need them."""

from dataclasses import dataclass

from store.db import Connection, Queries, fetch_one

SQL = Queries("home/homes")


@dataclass(frozen=True, slots=True)
class HomeBrief:
    """Who and where. `residents` are the names joined, or the home's code when none is known."""

    id: int
    code: str
    area_id: int
    address: str
    access_notes: str
    phone: str | None
    residents: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class KeyAt:
    """Who has a key of the home."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class HomeVisit(HomeBrief):
    """The home as whoever goes there has to know it: the residents' risks joined, empty when none
    are known, and who has a key, as pairs of name and telephone in `key_holders`."""

    risks: str
    key_holders: list[tuple[str, str | None]]

    @property
    def keys(self) -> list[KeyAt]:
        return [KeyAt(name, phone) for name, phone in self.key_holders]


def brief(conn: Connection, home_id: int) -> HomeBrief | None:
    return fetch_one(conn, HomeBrief, SQL["brief"], {"home_id": home_id})


def visit(conn: Connection, home_id: int) -> HomeVisit | None:
    return fetch_one(conn, HomeVisit, SQL["visit"], {"home_id": home_id})
