"""`anxin seed`: a made-up district, for trying an installation out with simulated homes."""

import os
import secrets
from pathlib import Path

import click
import psycopg

from api.access import accounts
from app.access.hub_access import broker_hubs
from app.bootstrap.wiring import begin_process, clock_of
from app.config.settings import Settings
from app.demo.district import OPERATORS, DemoDistrict, make_district
from app.demo.seed import seed_district
from app.demo.simulator_files import read_passwords, write_homes, write_phones, write_private
from app.errors import AppError, UsageError
from store.db import open_pool
from store.model import Role

File = click.Path(path_type=Path, dir_okay=False)


@click.command(name="seed")
@click.option("--homes", type=click.IntRange(1, 300), default=12, show_default=True)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed makes the same people."
)
@click.option(
    "--password-file", envvar="ANXIN_DEMO_PASSWORD_FILE", type=File, help="A file that holds it."
)
@click.option(
    "--homes-file",
    type=File,
    help="Let the hubs log in at the broker of "
    "ANXIN_MQTT_ADMIN_URL, and write the file `anxin simulate` reads.",
)
@click.option("--phones-file", type=File, help="Write the names `anxin phones` reads.")
@click.option(
    "--token-file",
    type=File,
    help="Write a bearer token for `anxin simulate`, unless there is one.",
)
def seed_command(
    homes: int,
    seed: int,
    password_file: Path | None,
    homes_file: Path | None,
    phones_file: Path | None,
    token_file: Path | None,
) -> None:
    """Write a made-up district into the database: homes, people, two operators.

    What is there already stays, so it may be repeated; the operators get the password again.
    """
    secret = _password(os.environ.get("ANXIN_DEMO_PASSWORD"), password_file)
    needs = ("database_url", *(("mqtt_admin_url",) if homes_file else ()))
    settings = begin_process("seed", needs)
    district = make_district(homes, seed)
    if phones_file:
        write_phones(phones_file, district)
    added = _seed_database(settings, district, secret)
    if token_file and not token_file.exists():
        write_private(token_file, _token(settings))
    if homes_file:
        _let_hubs_log_in(settings, district, homes_file)
    click.echo(f"{added} homes added; log in as {' or '.join(one.username for one in OPERATORS)}")


def _password(given: str | None, file: Path | None) -> str:
    if (given is None) is (file is None):
        raise UsageError("give the operators' password in a file: --password-file")
    try:
        secret = given or (file.read_text("utf-8").rstrip("\r\n") if file else "")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    if len(secret) < 8:
        raise UsageError("the operators' password needs at least 8 characters")
    return secret


def _seed_database(settings: Settings, district: DemoDistrict, password: str) -> int:
    try:
        with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
            return seed_district(
                conn, district, settings.language, password, clock_of(settings).now()
            )
    except psycopg.Error as error:
        raise AppError(f"the database did not take the district: {error}") from error


def _token(settings: Settings) -> str:
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        now = clock_of(settings).now()
        return accounts.make_role_token(conn, Role.OPERATOR, "simulation", now).secret


def _let_hubs_log_in(settings: Settings, district: DemoDistrict, path: Path) -> None:
    """Passwords of an earlier run stay. The file first: what it says, a repetition makes true."""
    known = read_passwords(path)
    passwords: dict[str, str | None] = {
        home.code: known.get(home.code) or secrets.token_urlsafe(12) for home in district.homes
    }
    write_homes(path, district, {home: secret or "" for home, secret in passwords.items()})
    with broker_hubs(settings, Path()) as broker:
        broker.add(passwords)
