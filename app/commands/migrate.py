"""`anxin migrate`: bring the database's tables up to date."""

import importlib

import click
import psycopg

from app.errors import RoofError
from app.settings import load_settings


class MigrationError(RoofError):
    """The tables could not be brought up to date."""


@click.command()
def migrate() -> None:
    """Bring the tables of ANXIN_DATABASE_URL up to date and list what was applied."""
    settings = load_settings(needs=["database_url"])
    runner = importlib.import_module("migrations.runner")
    try:
        applied: list[str] = runner.migrate(settings.database_url)
    except psycopg.OperationalError as error:
        raise MigrationError(f"the database did not do it: {error}") from error
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("nothing to do")
