"""Logs each statement with its time, for who looks for what is slow (ANXIN_LOG_SQL)."""

import re
from time import perf_counter
from typing import Any, Self

import psycopg
import structlog

log = structlog.get_logger("sql")

LONGEST = 300
"""Characters of a statement that are logged. Its parameters never are: they may be personal."""
_NOISE = re.compile(r"--[^\n]*|\s+")


class LoggingCursor(psycopg.Cursor[Any]):
    """In a pipeline the time is that of sending only: what answers last has waited for all."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        begun = perf_counter()
        try:
            return super().execute(query, params, **options)
        finally:
            milliseconds = round((perf_counter() - begun) * 1000, 2)
            log.info("sql", ms=milliseconds, rows=self.rowcount, statement=_one_line(query))


def _one_line(query: Any) -> str:
    text = query.decode() if isinstance(query, bytes) else str(query)
    return _NOISE.sub(" ", text).strip()[:LONGEST]
