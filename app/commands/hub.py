"""`anxin hub`: who may log in to the embedded broker. Mosquitto has its own password file."""

from pathlib import Path

import click

from app.embedded.hubs import CENTRE, Hubs

DATA = Path(".data")

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DATA,
    show_default=True,
    help="The data directory of `anxin demo`.",
)


def broker_directory(data: Path) -> Path:
    """Where the embedded broker keeps its files below a data directory."""
    return data / "broker"


def _hubs(data: Path) -> Hubs:
    return Hubs(broker_directory(data) / "hubs.json")


@click.group()
def hub() -> None:
    """Let a home's hub log in to the embedded broker, or not.

    A running demo restarts its broker at once; hubs reconnect.
    """


@hub.command()
@click.argument("home")
@click.option("--password", help="Its password; without it one is made.")
@data_option
def add(home: str, password: str | None, data: Path) -> None:
    """Let the hub of HOME log in, and print its user name and password."""
    password = _hubs(data).add(home, password)
    click.echo(f"user {home} password {password}")


@hub.command()
@click.argument("home")
@data_option
def revoke(home: str, data: Path) -> None:
    """Refuse the hub of HOME from now on."""
    _hubs(data).revoke(home)
    click.echo(f"{home} may not log in any more")


@hub.command(name="list")
@data_option
def list_(data: Path) -> None:
    """List the homes whose hubs may log in."""
    for home in sorted(_hubs(data).accounts().keys() - {CENTRE}):
        click.echo(home)
