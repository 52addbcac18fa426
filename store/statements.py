"""Reads the SQL statements of the query files (store/*/*.sql), by name."""

import re
from collections.abc import Iterable
from importlib import resources

from store.dispatch_states import SQL_LISTS

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)

_LIST = re.compile(r"\{\{(\w+)\}\}")


class UnknownListError(LookupError):
    """A query file names a list of codes that nobody has defined."""


class Queries:
    """The statements of one query file, `alarm/alarms` for store/alarm/alarms.sql, by name:
    `-- name: find_home`, then the SQL. `{{live_dispatch_states}}` becomes the list of that name,
    once, when the file is loaded: an index for some states is only used by a statement that names
    them. UnknownListError: there is no such list."""

    def __init__(self, file: str) -> None:
        text = (resources.files("store") / f"{file}.sql").read_text(encoding="utf-8")
        parts = _NAME.split(with_lists(text, file))
        self._by_name = {
            name: sql.strip().encode() for name, sql in zip(parts[1::2], parts[2::2], strict=True)
        }

    def __getitem__(self, name: str) -> bytes:
        """The statement as bytes; KeyError names the one that is not there."""
        return self._by_name[name]

    def names(self) -> list[str]:
        return list(self._by_name)


def with_lists(text: str, file: str) -> str:
    """The text of a query file with the lists it names written out. The codes come from our own
    enums, never from outside."""

    def written_out(found: re.Match[str]) -> str:
        codes = SQL_LISTS.get(found[1])
        if codes is None:
            known = ", ".join(SQL_LISTS)
            raise UnknownListError(f"store/{file}.sql: no list {found[0]}; there are {known}")
        return ", ".join(f"'{code}'" for code in codes)

    return _LIST.sub(written_out, text)


def array_of(values: Iterable[object]) -> str:
    """Numbers or times as PostgreSQL writes an array, for a parameter that is cast to one. psycopg
    looks at each element several times: of ten thousand devices that kept the interpreter for 40 %
    of each second (measured), while a press waited for it."""
    return "{" + ",".join(map(str, values)) + "}"
