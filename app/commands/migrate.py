"""`anxin migrate`: bring the database's tables up to date."""

import click
import psycopg

from app.bootstrap.schema import bring_up_to_date
from app.config.settings import load_settings
from app.errors import AppError
from migrations import runner


class MigrateError(AppError):
    """The tables could not be brought up to date."""


@click.command()
def migrate() -> None:
    """Bring the tables of ANXIN_DATABASE_URL up to date, with the plans and protocols that come
    with this version, and list what was done. What a centre has written stays in force. With
    ANXIN_DATABASE_OWNER_URL the tables are that role's, and the role of ANXIN_DATABASE_URL, made if
    it is not there, may use them and change no journal."""
    settings = load_settings(needs=["database_url"])
    owner = settings.database_owner_url or settings.database_url
    try:
        done = bring_up_to_date(owner, processes_url=settings.database_url)
    except runner.MigrationError as error:
        raise MigrateError(str(error)) from error
    except psycopg.Error as error:
        raise MigrateError(f"the database refused: {error}") from error
    for line in done:
        click.echo(line)
    if not done:
        click.echo("nothing to do")
