"""`anxin why`: what happened to one alarm, in order of time."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.bootstrap.log_setup import configure_logging
from app.bootstrap.wiring import begin_process, pool_of
from app.config.settings import Settings, load_settings
from app.demo.running_database import running_database
from app.errors import AppError
from store.alarm import alarm_history
from store.alarm.alarm_history import FoundAlarm, HistoryLine


@click.command()
@click.argument("alarm")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Of the demo that runs on this directory, instead of ANXIN_DATABASE_URL.",
)
def why(alarm: str, data: Path | None) -> None:
    """Show one alarm's signals, journal, messages, callbacks, replies and timers.

    ALARM is its number or its code. No names, addresses or texts: only ids and codes.
    """
    with pool_of(_settings(data), "why", size=1) as pool, pool.connection() as conn:
        found = alarm_history.find(conn, alarm)
        if found is None:
            raise AppError(f"there is no alarm with the number or code {alarm[:20]!r}")
        click.echo(_title(found))
        for line in alarm_history.lines(conn, found.id):
            click.echo(_line(line))


def _settings(data: Path | None) -> Settings:
    if data is None:
        return begin_process("why", ("database_url",))
    configure_logging("text", "warning")
    return load_settings(database_url=running_database(data))


def _title(alarm: FoundAlarm) -> str:
    ended = f", {alarm.outcome} at {_time(alarm.closed_at)}" if alarm.closed_at else ""
    return (
        f"alarm {alarm.id}, code {alarm.code}: {alarm.kind} of {alarm.home or 'an area'}, "
        f"priority {alarm.priority}, {alarm.count} times, {alarm.state}{ended}"
    )


def _line(line: HistoryLine) -> str:
    said = " ".join(f"{name}={_word(value)}" for name, value in line.data.items() if _told(value))
    return f"{_time(line.at)}  {line.source:8} {line.what:20} {said}".rstrip()


def _told(value: Any) -> bool:
    """What is not there is left out; false is a word."""
    return value is not None and value != ""


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"
