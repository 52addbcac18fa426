"""Gives the log lines of a carrier's request the alarm it is about."""

from structlog.contextvars import bind_contextvars


def name_alarm(alarm_id: int | None) -> None:
    """From here on every line says `alarm=`: each request has a context of its own."""
    if alarm_id is not None:
        bind_contextvars(alarm=alarm_id)
