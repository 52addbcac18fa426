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


def brief(conn: Connection, home_id: int) -> HomeBrief | None:
    return fetch_one(conn, HomeBrief, SQL["brief"], {"home_id": home_id})
