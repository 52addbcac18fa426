"""Template filters for times; used by the template filters. Pure."""

from datetime import UTC, datetime
from typing import Any

from ingest.dialects.home_assistant.template_limits import (
    NO_DEFAULT,
    as_text,
    default_or_error,
    finite_number,
)


def as_datetime(value: Any, default: Any = NO_DEFAULT) -> Any:
    amount = finite_number(value)
    try:
        if amount is not None:
            return datetime.fromtimestamp(amount, UTC)
        return datetime.fromisoformat(as_text(value)[:64])
    except (ValueError, OverflowError, OSError):
        return default_or_error("as_datetime", value, default)


def as_timestamp(value: Any, default: Any = NO_DEFAULT) -> Any:
    at = value if isinstance(value, datetime) else as_datetime(value, None)
    return (
        at.timestamp()
        if isinstance(at, datetime)
        else default_or_error("as_timestamp", value, default)
    )


def timestamp_custom(value: Any, form: str = "%Y-%m-%d %H:%M:%S", *_: Any) -> Any:
    """Only single-letter directives: a width in a format would make it long."""
    amount = finite_number(value)
    plain = form.replace("%%", "").split("%")[1:]
    if amount is None or len(form) > 64 or any(not part[:1].isalpha() for part in plain):
        return default_or_error("timestamp_custom", value, NO_DEFAULT)
    return datetime.fromtimestamp(amount, UTC).strftime(form)


def timestamp(value: Any, *_: Any) -> Any:
    amount = finite_number(value)
    if amount is None:
        return default_or_error("timestamp", value, NO_DEFAULT)
    return datetime.fromtimestamp(amount, UTC).isoformat()
