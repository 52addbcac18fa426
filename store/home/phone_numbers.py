"""The telephone numbers that are kept, to look them over."""

from dataclasses import dataclass

from store.db import Connection, Queries, fetch_all

SQL = Queries("home/phone_numbers")


@dataclass(frozen=True, slots=True)
class KeptNumber:
    """`whose`: person or home; `name`: the person's id or the home's code."""

    whose: str
    id: int
    name: str
    phone: str


def kept(conn: Connection) -> list[KeptNumber]:
    return fetch_all(conn, KeptNumber, SQL["kept"])
