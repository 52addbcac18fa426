"""`anxin ingest`: takes in what the homes send.

Imports no more than it needs: after a crash nobody's press is taken in before they are all read.
"""

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


@click.command()
def ingest() -> None:
    """Take in what the homes send, until stopped."""
    settings = begin_process("ingest", ("database_url", "mqtt_url"), lasting=True)
    stop = stop_on_signal()
    freeze_memory()
    with pool_of(settings, "ingest", size=6, steady=True) as pool:
        Ingest(
            pool,
            settings.database_url,
            broker_of(settings),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
        ).run(stop)
