"""`anxin alerts`: escalates and sends."""

import click
import structlog

from alerts.engine.engine import Engine, SelfCheckSettings
from alerts.notify.carriers.registry import open_queues
from alerts.notify.channels.registry import CHANNELS, open_channels
from app.bootstrap.wiring import (
    begin_process,
    clock_of,
    freeze_memory,
    policy_of,
    pool_of,
    stop_on_signal,
)
from store.answer_limits import ANSWER_WITHIN

log = structlog.get_logger(__name__)


@click.command()
def alerts() -> None:
    """Escalate and send, until stopped."""
    settings = begin_process("alerts", ("database_url",), lasting=True)
    stop = stop_on_signal()
    with pool_of(settings, "alerts", size=12, steady=True, answer_within=ANSWER_WITHIN) as pool:
        clock = clock_of(settings)
        channels = open_channels(settings, pool, clock)
        for record in CHANNELS.values():
            if record.closed and record.name not in channels:
                log.warning("channel is closed", channel=record.name, what=record.closed.text)
        freeze_memory()
        Engine(
            pool,
            settings.database_url,
            channels,
            clock,
            policy_of(settings),
            settings.instance,
            SelfCheckSettings(heartbeat_url=settings.heartbeat_url, disks=settings.disks),
            queues=open_queues(settings),
        ).run(stop)
