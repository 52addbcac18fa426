"""Reads the SQL statements of the query files (store/*/*.sql), by name."""

import re
from collections.abc import Iterable
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


class Queries:
    """The statements of one query file, `alarm/alarms` for store/alarm/alarms.sql, by name:
    `-- name: find_home`, then the SQL."""

    def __init__(self, file: str) -> None:
        text = (resources.files("store") / f"{file}.sql").read_text(encoding="utf-8")
        parts = _NAME.split(text)
        self._by_name = {
            name: sql.strip().encode() for name, sql in zip(parts[1::2], parts[2::2], strict=True)
        }

    def __getitem__(self, name: str) -> bytes:
        """The statement as bytes; KeyError names the one that is not there."""
        return self._by_name[name]

    def names(self) -> list[str]:
        return list(self._by_name)


def array_of(values: Iterable[object]) -> str:
    """Numbers or times as PostgreSQL writes an array, for a parameter that is cast to one. psycopg
    looks at each element several times: of ten thousand devices that kept the interpreter for 40 %
    of each second (measured), while a press waited for it."""
    return "{" + ",".join(map(str, values)) + "}"
