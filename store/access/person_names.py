"""Names for ids of people and users, lists of users, the language somebody reads."""

from collections.abc import Iterable

from store.db import Connection, Queries, fetch_all
from store.model import User

SQL = Queries("access/person_names")


def of_people(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Names by person id; who is not known any more is left out."""
    return dict(conn.execute(SQL["of_people"], {"ids": list(ids)}).fetchall())


def of_users(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Names by user id; also of those who may no longer log in."""
    return dict(conn.execute(SQL["of_users"], {"ids": list(ids)}).fetchall())


def at_the_desk(conn: Connection) -> list[User]:
    """Everybody who can be handed an alarm: not programs, which have no password."""
    return fetch_all(conn, User, SQL["at_the_desk"])


def installers(conn: Connection) -> list[User]:
    """Everybody who works for the depot: not programs."""
    return fetch_all(conn, User, SQL["installers"])


def set_language(conn: Connection, person_id: int, language: str) -> None:
    """`language` is zh or en."""
    conn.execute(SQL["set_language"], {"id": person_id, "language": language})
