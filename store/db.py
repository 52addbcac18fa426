"""The way to the database: pool, transactions, named queries, rows to dataclasses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import Enum
from functools import cache
from importlib import resources
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import psycopg
from psycopg.abc import QueryNoTemplate
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[TupleRow]
Pool = ConnectionPool[Connection]

WORK_CHANNEL = "anxin"
"""NOTIFY channel. Payloads: `alarm 12`, `notification 34`, `device 56`. Readings never notify:
NOTIFY serialises commits."""

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_T = TypeVar("_T")


class Queries:
    """The statements of one file in store/queries, by name: `-- name: find_home` then the SQL."""

    def __init__(self, file: str) -> None:
        text = (resources.files("store") / "queries" / f"{file}.sql").read_text(encoding="utf-8")
        parts = _NAME.split(text)
        self._by_name = {
            name: sql.strip().encode() for name, sql in zip(parts[1::2], parts[2::2], strict=True)
        }

    def __getitem__(self, name: str) -> bytes:
        """The statement as bytes; KeyError names the one that is not there."""
        return self._by_name[name]

    def names(self) -> list[str]:
        return list(self._by_name)


def open_pool(database_url: str, *, size: int = 8, name: str = "anxin") -> Pool:
    """A pool that keeps trying while the database is away; raises nothing at start.

    Connections are in autocommit: one statement is its own transaction, and everything that
    belongs together says so with `conn.transaction()`.

    `name` appears as application_name, so that pg_stat_activity tells who is who.
    """
    return ConnectionPool(
        database_url,
        connection_class=psycopg.Connection,
        min_size=1,
        max_size=size,
        kwargs={"autocommit": True, "application_name": name, "options": "-c TimeZone=UTC"},
        timeout=30,
        open=True,
        check=ConnectionPool.check_connection,
        reconnect_timeout=10,
    )


def rows_of(cls: type[_T]) -> Callable[[psycopg.Cursor[Any]], Callable[[Sequence[Any]], _T]]:
    """Row factory for a dataclass: columns by name, enum columns become enums.

    Columns the dataclass does not have are passed over, so that an older process keeps working
    while a newer migration has already added some.
    """
    convert = _enum_fields(cls)  # type: ignore[arg-type]
    wanted = {f.name for f in fields(cls)}  # type: ignore[arg-type]

    def factory(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], _T]:
        columns = [
            (i, column.name, convert.get(column.name))
            for i, column in enumerate(cursor.description or ())
            if column.name in wanted
        ]

        def make(values: Sequence[Any]) -> _T:
            return cls(
                **{
                    name: enum(values[i]) if enum and values[i] is not None else values[i]
                    for i, name, enum in columns
                }
            )

        return make

    return factory


def fetch_all(
    conn: Connection, cls: type[_T], query: QueryNoTemplate, params: Any = None
) -> list[_T]:
    with conn.cursor(row_factory=rows_of(cls)) as cursor:
        return cursor.execute(query, params).fetchall()


def fetch_one(
    conn: Connection, cls: type[_T], query: QueryNoTemplate, params: Any = None
) -> _T | None:
    with conn.cursor(row_factory=rows_of(cls)) as cursor:
        return cursor.execute(query, params).fetchone()


@cache
def _enum_fields(cls: Any) -> dict[str, type[Enum]]:
    hints = get_type_hints(cls)
    found = {}
    for name in (f.name for f in fields(cls)):
        options = get_args(hints[name]) if get_origin(hints[name]) is UnionType else [hints[name]]
        for option in options:
            if isinstance(option, type) and issubclass(option, Enum):
                found[name] = option
    return found
