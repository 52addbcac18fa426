"""`anxin alerts`: escalates and sends."""

import click

from alerts.engine import Engine, Watch
from app.channels import channels_of
from app.wiring import begin, clock_of, policy_of, pool_of, settle_memory, stop_asked


@click.command()
def alerts() -> None:
    """Escalate and send, until stopped."""
    settings = begin("alerts", ("database_url",), lasting=True)
    stop = stop_asked()
    settle_memory()
    with pool_of(settings, "alerts", size=12, steady=True) as pool:
        Engine(
            pool,
            settings.database_url,
            channels_of(settings, pool),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
            Watch(heartbeat_url=settings.heartbeat_url),
        ).run(stop)
