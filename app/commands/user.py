"""`anxin user` and `anxin token`: who may log in."""

from datetime import datetime, timedelta
from typing import Any

import click

from api.access import accounts
from api.errors import ApiError
from app.bootstrap.wiring import begin_process, clock_of
from app.commands.password_input import asked_password, password_file_option
from app.errors import AppError, UsageError
from store.access import tokens
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
@password_file_option
def add(
    username: str,
    role: str,
    name: str,
    phone: str | None,
    person: int | None,
    language: str,
    password_file: Any,
) -> None:
    """Let somebody log in as USERNAME; asks for a password."""
    secret = asked_password(password_file)
    settings = begin_process("user", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.add_user(
                conn,
                username=username,
                role=Role(role),
                password=secret,
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
@password_file_option
def password(username: str, password_file: Any) -> None:
    """Change the password of USERNAME, which is asked for; all their sessions end."""
    secret = asked_password(password_file)
    settings = begin_process("user", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.set_password(conn, username, secret)
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


@click.group(invoke_without_command=True)
@click.option("--role", type=ROLES, help="What the program may do.")
@click.option("--label", default="command line", show_default=True, help="What it is for.")
@click.option(
    "--days",
    type=click.IntRange(1, accounts.LONGEST_TOKEN),
    default=accounts.TOKEN_DAYS,
    show_default=True,
    help="When it ends.",
)
@click.pass_context
def token(context: click.Context, role: str | None, label: str, days: int) -> None:
    """Make a bearer token for a program (--role); it is shown once. Or list and revoke them."""
    if context.invoked_subcommand is not None:
        return
    if role is None:
        raise UsageError("say what the program may do: --role, or call list or revoke")
    settings = begin_process("token", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        now = clock_of(settings).now()
        made = accounts.make_role_token(conn, Role(role), label, now, days)
    click.echo(made.secret)


@token.command(name="list")
def list_tokens() -> None:
    """Tokens in force, and ended in the last 30 days: number, role, end, label."""
    settings = begin_process("token", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        now = clock_of(settings).now()
        for one in tokens.listed(conn, now - timedelta(days=30)):
            click.echo(f"{one.id:>6}  {one.role:<10}  {_end(one, now):<30}  {one.label}")


@token.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End the token of this NUMBER at once."""
    settings = begin_process("token", ("database_url",))
    with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
        try:
            accounts.revoke_token(conn, number, clock_of(settings).now())
        except ApiError as error:
            raise AppError(str(error)) from error
    click.echo("revoked")


def _end(one: tokens.Token, now: datetime) -> str:
    if one.revoked_at is not None:
        return f"revoked {one.revoked_at:%Y-%m-%d %H:%M} UTC"
    word = "until" if one.expires_at > now else "ended"
    return f"{word} {one.expires_at:%Y-%m-%d %H:%M} UTC"
