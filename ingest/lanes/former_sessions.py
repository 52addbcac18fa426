"""Empties sessions under earlier names before a lane works under its own; called by its runner.

A session's name holds a secret (docs/decisions/0004). Where it was another one, the broker keeps a
queue under the earlier name, with presses in it. It is taken in like any other, then the session is
ended. The lane works under its own name beside it: nothing that comes meanwhile waits, or falls
between the two. It comes in both; a press twice does no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import structlog

from ingest.lanes.lane_client import Broker, LaneClient
from store.clock import Clock
from store.db import Pool
from store.intake import broker_sessions

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds without a message, or with nothing but new ones after the probe."""
QUIET = 1.0
"""Seconds without a message after the probe: the embedded broker has a queue for each filter, and
the probe's is not that of the homes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What of a lane its sessions depend on. `work`: take in what the client has, once, and tell
    whether it was anything; None: the lane was lost, or we are to stop."""

    name: str
    topics: list[str]
    receive_maximum: int
    work: Callable[[LaneClient], bool | None]


def named(pool: Pool, broker: Broker, clock: Clock) -> Broker:
    """The broker with the secret that the installation uses, whatever the settings would make."""
    with pool.connection(timeout=5) as conn:
        secret = broker_sessions.current(
            conn, broker.session_secret, broker.former_secrets, clock.now()
        )
    return replace(broker, session_secret=secret)


def empty_former_sessions(pool: Pool, broker: Broker, clock: Clock, lane: Lane) -> bool:
    """False: the lane was lost, or we are to stop, before all were empty."""
    with pool.connection(timeout=5) as conn:
        secrets = broker_sessions.not_emptied(conn, lane.name)
    for secret in secrets:
        empty = _empty(replace(broker, session_secret=secret), clock, lane)
        if empty is None:
            return False
        if empty:
            with pool.connection(timeout=5) as conn:
                broker_sessions.emptied(conn, lane.name, secret)
    return True


def _empty(broker: Broker, clock: Clock, lane: Lane) -> bool | None:
    """Whether it is empty, and ended. False: the broker delivers no more of it for the moment; the
    next start tries again. None: the lane was lost, or we are to stop."""
    client = LaneClient(broker, f"ingest-{lane.name}", lane.topics, clock, lane.receive_maximum)
    client.start()
    empty: bool | None = None
    try:
        empty = _take_all(client, lane)
    finally:
        client.stop(forget=bool(empty))
    return empty


def _take_all(client: LaneClient, lane: Lane) -> bool | None:
    last, asked, back = monotonic(), False, 0.0
    while not back or monotonic() < min(last + QUIET, back + PATIENCE):
        if client.connected.is_set() and not asked:
            if client.session_lost:
                return True
            log.warning("emptying a session of an earlier name", lane=lane.name)
            client.send_probe()  # behind all that was queued
            last, asked = monotonic(), True
        some = lane.work(client)
        if some is None:
            return None
        if some or not client.connected.is_set():
            last = monotonic()
        if client.probe.seconds is not None and not back:
            back = monotonic()
        elif not back and monotonic() - last > PATIENCE:
            log.error("the broker does not deliver what it has of an earlier name", lane=lane.name)
            return False
    return True
