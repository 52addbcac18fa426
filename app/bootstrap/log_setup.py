"""Sets up logs: one line an entry, on stderr; codes and ids only, nothing personal."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

Entry = MutableMapping[str, Any]

# A net below the rule, for the day somebody forgets it: these keys never reach a log.
PERSONAL = frozenset(
    {"name", "phone", "number", "to", "address", "text", "body", "note", "email"}
    | {"password", "token", "secret", "authorization", "payload"}
)


def configure_logging(
    format: Literal["auto", "text", "keyvalue", "json"] = "auto",  # noqa: A002
    level: str = "info",
    **bound: str,
) -> None:
    """Set up structlog, and the standard library's logging through the same renderer.

    auto: text on a terminal, key=value otherwise. `bound` (like process="ingest") is in each line.
    """
    if format == "auto":
        format = "text" if sys.stderr.isatty() else "keyvalue"  # noqa: A001
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        error_in_one_line,
        hide_personal,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(format),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Its two lines for every run of a periodic job say nothing to an operator.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def error_in_one_line(_logger: object, _method: str, entry: Entry) -> Entry:
    """Turn a traceback into `error=` and `where=` (file:line): a log line stays one line."""
    given = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        # The message of an exception may quote a person's data: its type and place suffice.
        entry["error"] = type(error).__name__
        entry["where"] = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return entry


def hide_personal(_logger: object, _method: str, entry: Entry) -> Entry:
    """Blank out the values of keys that would hold personal data or secrets."""
    for key in entry.keys() & PERSONAL:
        entry[key] = "(hidden)"
    return entry


def _renderer(format: str) -> Any:  # noqa: A002
    if format == "text":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24)
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.LogfmtRenderer(
        key_order=["timestamp", "level", "event"], bool_as_flag=False
    )
