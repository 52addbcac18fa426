"""Who comes with an alarm's code instead of a log-in: rows ↔ dataclasses."""

from dataclasses import dataclass

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Dispatch

SQL = Queries("by_code")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who may answer an open alarm, and their number (E.164)."""

    alarm_id: int
    person_id: int
    phone: str


def answerers(conn: Connection, code: str) -> list[Answerer]:
    """Who may answer the open alarm of that code; none: there is no such alarm."""
    return fetch_all(conn, Answerer, SQL["answerers"], {"code": code})


def last_dispatch(conn: Connection, alarm_id: int, person_id: int) -> Dispatch | None:
    values = {"alarm_id": alarm_id, "person_id": person_id}
    return fetch_one(conn, Dispatch, SQL["last_dispatch"], values)
