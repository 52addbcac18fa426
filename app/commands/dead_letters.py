"""`anxin dead-letters`: what came from homes and could not be read, and taking it in again."""

import click

from app.bootstrap.wiring import begin_process, clock_of, pool_of
from app.waiting import wait_until
from store.intake import dead_letters
from store.intake.dead_letters import DeadLetter

PATIENCE = 30.0
"""Seconds to wait for ingest; it looks once a second."""


@click.group(name="dead-letters")
def group() -> None:
    """Show what could not be read, and have it taken in again after a fix."""


@group.command(name="list")
@click.option("--home", help="Of one home only.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_(home: str | None, limit: int) -> None:
    """List letters, the newest first: id, time, topic, reason, and how the payload begins."""
    settings = begin_process("dead-letters", ("database_url",))
    with pool_of(settings, "dead-letters", size=1) as pool, pool.connection() as conn:
        for letter in dead_letters.newest(conn, limit, home=home):
            click.echo(_line(letter))


@group.command()
def count() -> None:
    """Count those that were not taken in since, by home, device and class of reason."""
    settings = begin_process("dead-letters", ("database_url",))
    with pool_of(settings, "dead-letters", size=1) as pool, pool.connection() as conn:
        for found in dead_letters.counts(conn):
            who = f"{found.home or '-'} {found.device or '-'}"
            click.echo(f"{found.letters:6} {who}  {found.reason}  last {found.newest:%F %T}Z")


@group.command()
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option("--home", help="All of one home.")
@click.option("--reason", help="All whose reason begins so.")
@click.option("--all", "everything", is_flag=True)
def replay(ids: tuple[int, ...], home: str | None, reason: str | None, everything: bool) -> None:
    """Have letters taken in again by a running ingest, and say how many of them could be read."""
    if not (ids or home or reason or everything):
        raise click.UsageError("say which: ids, --home, --reason or --all")
    settings = begin_process("dead-letters", ("database_url",))
    with pool_of(settings, "dead-letters", size=1) as pool, pool.connection() as conn:
        now = clock_of(settings).now()
        asked = dead_letters.ask_replay(conn, now, ids=ids or None, home=home, reason=reason)
        if not wait_until(lambda: dead_letters.replays_left(conn) == 0, PATIENCE):
            raise click.ClickException(
                f"{len(asked)} are to be taken in again, but no ingest does it: is one running?"
            )
        done = dead_letters.count_replayed(conn, asked)
    click.echo(f"{len(asked)} letters, {done} taken in, {len(asked) - done} still unreadable")


def _line(letter: DeadLetter) -> str:
    begins = letter.payload[:60].decode(errors="replace")
    again = "  (taken in since)" if letter.replayed_at else ""
    when = f"{letter.received_at:%F %T}Z"
    return f"{letter.id:6} {when} {letter.topic}  {letter.reason}{again}  {begins!r}"
