"""`anxin alerts`: escalates and sends."""

import click

from alerts.engine.engine import Engine, SelfCheckSettings
from app.bootstrap.channels import build_channels
from app.bootstrap.wiring import (
    begin_process,
    clock_of,
    freeze_memory,
    policy_of,
    pool_of,
    stop_on_signal,
)


@click.command()
def alerts() -> None:
    """Escalate and send, until stopped."""
    settings = begin_process("alerts", ("database_url",), lasting=True)
    stop = stop_on_signal()
    freeze_memory()
    with pool_of(settings, "alerts", size=12, steady=True) as pool:
        Engine(
            pool,
            settings.database_url,
            build_channels(settings, pool),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
            SelfCheckSettings(heartbeat_url=settings.heartbeat_url),
        ).run(stop)
