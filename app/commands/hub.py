"""`anxin hub`: which homes' hubs may log in to the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import psycopg

from app.access.hub_access import BrokerHubs, broker_hubs, home_batches
from app.bootstrap.wiring import begin_process, clock_of
from app.commands.password_input import password_file_option, password_from
from app.config.settings import Settings
from app.errors import AppError, UsageError
from store.answer_limits import connect
from store.db import Connection
from store.home import registry


class UnknownHomeError(UsageError):
    """There is no such home."""


class UnknownHubError(UsageError):
    """There is no such hub."""


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".data"),
    show_default=True,
    help="The data directory of `anxin demo`, where ANXIN_MQTT_ADMIN_URL is not set.",
)


@click.group()
def hub() -> None:
    """Let a home's hub log in to the broker, or not.

    With ANXIN_MQTT_ADMIN_URL the broker is Mosquitto, and nothing is restarted; without, it is the
    embedded broker of a demo, which restarts at once. With ANXIN_DATABASE_URL it is recorded.
    """


@hub.command()
@click.argument("home", required=False)
@click.option("--all", "everywhere", is_flag=True, help="Every home that never had a hub.")
@password_file_option
@data_option
def add(home: str | None, everywhere: bool, password_file: Any, data: Path) -> None:
    """Let the hub of HOME log in, and print its user name and password, which is made unless it is
    in a file.

    Mosquitto gives a hub that is there already the new password and cuts its connection.
    """
    if (home is None) is not everywhere:
        raise UsageError("name one home, or --all of them")
    password = password_from(password_file)
    if everywhere and password:
        raise UsageError("--all makes a password for each: leave --password-file out")
    settings = begin_process("hub", ("database_url",) if everywhere else ())
    with _database(settings) as conn:
        homes = _homes(conn, home)
        with broker_hubs(settings, data) as broker:
            for part in home_batches(homes):
                _add(settings, conn, broker, dict.fromkeys(part, password))
    if everywhere:
        click.echo(f"{len(homes)} hubs added", err=True)


@hub.command()
@click.argument("home")
@data_option
def revoke(home: str, data: Path) -> None:
    """Refuse the hub of HOME from now on; Mosquitto cuts its connection at once."""
    settings = begin_process("hub", ())
    # The broker first, and without asking for the home: whoever has to be out is out.
    with broker_hubs(settings, data) as broker:
        cut_off = broker.revoke(home)
    try:
        with _database(settings) as conn:
            recorded = conn is not None and registry.revoke_hub(
                conn, home, clock_of(settings).now()
            )
    except AppError as error:
        raise AppError(
            f"{home} may not log in any more, but nothing is recorded: {error}"
        ) from error
    if not (cut_off or recorded):
        raise UnknownHubError(f"no hub of {home} may log in")
    click.echo(f"{home} may not log in any more")


@hub.command(name="list")
@data_option
def list_(data: Path) -> None:
    """List the homes whose hubs may log in."""
    with broker_hubs(begin_process("hub", ()), data) as broker:
        for home in broker.codes():
            click.echo(home)


def _homes(conn: Connection | None, home: str | None) -> list[str]:
    """Which homes are meant; UnknownHomeError for one that the database does not have."""
    if home is None:
        return registry.homes_without_hub(conn) if conn else []
    if conn and not registry.home_exists(conn, home):
        raise UnknownHomeError(
            f"there is no home {home}: add it in the console or with POST /api/v1/homes, then "
            "repeat this"
        )
    return [home]


def _add(
    settings: Settings,
    conn: Connection | None,
    broker: BrokerHubs,
    wanted: dict[str, str | None],
) -> None:
    """Broker, print, record: what fails in between is repeated by the same command.

    Recorded last, because --all passes over what is recorded: a password nobody saw must not be.
    """
    for code, secret in broker.add(wanted).items():
        click.echo(f"user {code} password {secret}")
    if conn:
        now = clock_of(settings).now()
        with conn.transaction():
            for code in wanted:
                registry.add_hub(conn, code, now)


@contextmanager
def _database(settings: Settings) -> Iterator[Connection | None]:
    """A connection, or None where the settings name no database. AppError in one line."""
    if not settings.database_url:
        yield None
        return
    try:
        with connect(settings.database_url, "anxin-hub") as conn:
            yield conn
    except psycopg.Error as error:
        raise AppError(
            f"the database refused: {error}; repeat the command when it is back (a hub may then "
            "get another password)"
        ) from error
