"""An engine that starts is not taken for one that is stuck."""

import threading

import pytest

from alerts.engine.engine import Engine, SelfCheckSettings
from alerts.engine.thread_watchdog import ThreadWatchdog
from alerts.engine.waking import Worker
from store.db import Pool
from store.engine import heartbeats
from tests.servers.process import wait_until
from tests.world import World

SELDOM = 3600.0
"""Seconds between two heartbeats: the first is the only one."""


def test_its_first_heartbeat_says_that_all_its_parts_move(
    world: World, pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken on purpose by beating before all workers are started: for five seconds the desk would
    hear that the centre itself does not work."""
    looked, stop = threading.Event(), threading.Event()
    start, beat = Worker.start, ThreadWatchdog.beat

    def slowly(worker: Worker) -> None:
        looked.wait(0.2)  # whoever beats already has done so by then
        start(worker)

    def seen(watchdog: ThreadWatchdog) -> None:
        beat(watchdog)
        looked.set()

    monkeypatch.setattr(Worker, "start", slowly)
    monkeypatch.setattr(ThreadWatchdog, "beat", seen)
    engine = Engine(
        pool,
        database_url,
        {},
        world,
        world.policy,
        "one",
        SelfCheckSettings(heartbeat_every=SELDOM),
    )
    thread = threading.Thread(target=engine.run, args=[stop])
    thread.start()
    try:
        assert looked.wait(30)
        wait_until(
            lambda: [b.instance for b in world.run(heartbeats.latest)] == ["one"], "a heartbeat", 5
        )
    finally:
        stop.set()
        thread.join()
