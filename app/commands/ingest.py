"""`anxin ingest`: takes in what the homes send.

Imports no more than it needs: after a crash nobody's press is taken in before they are all read.
"""

import sys

import click

from app.bootstrap.wiring import (
    begin_process,
    broker_of,
    clock_of,
    freeze_memory,
    policy_of,
    pool_of,
    stop_on_signal,
)
from ingest.service import Ingest
from ingest.writing.dead_letter_replay import DeadLetterReplayer
from ingest.writing.last_seen import LastSeen
from store.answer_limits import ANSWER_WITHIN

TRIAL = (sys.executable, "-P", "-m", "app.main", "ingest", "--letter")


@click.command()
@click.option(
    "--letter",
    type=click.IntRange(1, 2**63 - 1),
    help="Take in this dead letter and end: how one is tried that has ended a process.",
)
def ingest(letter: int | None) -> None:
    """Take in what the homes send, until stopped."""
    if letter is not None:
        _take_in(letter)
        return
    settings = begin_process("ingest", ("database_url", "mqtt_url"), lasting=True)
    stop = stop_on_signal()
    freeze_memory()
    with pool_of(settings, "ingest", size=6, steady=True, answer_within=ANSWER_WITHIN) as pool:
        Ingest(
            pool,
            settings.database_url,
            broker_of(settings),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
            trial=TRIAL,
        ).run(stop)


def _take_in(letter: int) -> None:
    settings = begin_process("ingest-letter", ("database_url",))
    with pool_of(settings, "ingest-letter", size=1) as pool, pool.connection() as conn:
        replayer = DeadLetterReplayer(clock_of(settings), policy_of(settings), LastSeen())
        try:
            if not replayer.take_in(conn, letter):
                raise click.ClickException(f"there is no letter {letter}")
        finally:
            replayer.stop()
