"""`anxin user` and `anxin token`: who may log in."""

import click

from api.access import accounts
from api.errors import ApiError
from app.bootstrap.wiring import begin_process, clock_of
from app.errors import AppError
from store.db import open_pool
from store.model import Role

ROLES = click.Choice([str(role) for role in Role])


@click.group()
def user() -> None:
    """Let people log in, or not."""


@user.command()
@click.argument("username")
@click.option("--role", type=ROLES, required=True)
@click.option("--name", required=True, help="As the pages show it.")
@click.option("--phone", help="With its country, like +8613800000001.")
@click.option("--person", type=int, help="Id of somebody who is in the system already.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.password_option(help="Asked for when it is left out.")
def add(
    username: str,
    role: str,
    name: str,
    phone: str | None,
    person: int | None,
    language: str,
    password: str,
) -> None:
    """Let somebody log in as USERNAME."""
    settings = begin_process("user", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.add_user(
                conn,
                username=username,
                role=Role(role),
                password=password,
                now=clock_of(settings).now(),
                name=name,
                phone=phone,
                person_id=person,
                language=language,
            )
        except ApiError as error:
            raise AppError(str(error)) from error
    click.echo(f"{username} may log in as {role}")


@user.command()
@click.argument("username")
@click.password_option(help="Asked for when it is left out.")
def password(username: str, password: str) -> None:
    """Change the password of USERNAME; all their sessions end."""
    settings = begin_process("user", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.set_password(conn, username, password)
        except ApiError as error:
            raise AppError(str(error)) from error
    click.echo("changed")


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """Shut USERNAME out at once; what they did stays theirs."""
    settings = begin_process("user", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.disable_user(conn, username, clock_of(settings).now())
        except ApiError as error:
            raise AppError(str(error)) from error
    click.echo(f"{username} may not log in any more")


@click.command()
@click.option("--role", type=ROLES, required=True, help="What the program may do.")
@click.option("--label", default="command line", show_default=True, help="What it is for.")
def token(role: str, label: str) -> None:
    """Make a bearer token for a program; it is shown once."""
    settings = begin_process("token", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        made = accounts.make_role_token(conn, Role(role), label, clock_of(settings).now())
    click.echo(made)
