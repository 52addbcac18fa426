"""One at a time: who holds a lane, who stands by, who takes over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.waiting import wait_until
from ingest.lanes import leadership as module
from ingest.lanes.lane_client import LaneClient
from ingest.lanes.leadership import Leadership, leadership
from ingest.packets import Message
from ingest.service import Ingest
from tests.integration.ingest import brokers
from tests.integration.ingest.brokers import AnyBroker
from tests.servers.mqtt import Peer
from tests.world import World

LOCK = 4711


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again after 50 ms instead of a second."""
    monkeypatch.setattr(module, "RETRY_DELAY", 0.05)
    monkeypatch.setattr(module, "CHECK_EVERY", 0.05)


class Candidate(threading.Thread):
    """Wants the lane, and keeps it until it is lost or told to stop."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(daemon=True)
        self.url, self.label = url, name
        self.stopping, self.holds, self.over = (threading.Event() for _ in range(3))
        self.leader: Leadership | None = None

    def run(self) -> None:
        with leadership(self.url, LOCK, self.label, self.stopping) as leader:
            self.leader = leader
            if leader is not None:
                self.holds.set()
                wait_until(lambda: self.stopping.is_set() or not leader.held(), 60)
        self.over.set()


@pytest.fixture
def candidate(database_url: str) -> Iterator[Callable[[str], Candidate]]:
    made: list[Candidate] = []

    def make(name: str) -> Candidate:
        made.append(Candidate(database_url, name))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stopping.set()
    for each in made:
        each.join(10)
        assert not each.is_alive()


def holders(world: World, lock: int = LOCK) -> list[int]:
    return world.sql(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND ((classid::bigint << 32) | objid::bigint) = %s"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        lock,
    )


def connected(world: World, name: str) -> bool:
    return bool(
        world.sql(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
            " AND datname = current_database()",
            f"anxin-{name}",
        )
    )


def test_the_second_stands_by_and_takes_over_when_the_first_is_killed(
    world: World, candidate: Callable[[str], Candidate]
) -> None:
    first = candidate("first")
    assert first.holds.wait(10)
    second = candidate("second")
    assert wait_until(lambda: connected(world, "second"), 10)
    (pid,) = holders(world)
    assert not second.holds.is_set()
    world.sql("SELECT pg_terminate_backend(%s)", pid)
    assert second.holds.wait(10)
    assert first.over.wait(10), "the first must notice that it has lost the lane"
    assert len(holders(world)) == 1


def test_who_lets_go_lets_the_next_one_in(
    world: World, candidate: Callable[[str], Candidate]
) -> None:
    first = candidate("first")
    assert first.holds.wait(10)
    second = candidate("second")
    first.stopping.set()
    assert second.holds.wait(10)


def test_who_is_told_to_stop_while_standing_by_gets_nothing(
    world: World, candidate: Callable[[str], Candidate]
) -> None:
    first, second = candidate("first"), None
    assert first.holds.wait(10)
    second = candidate("second")
    assert wait_until(lambda: connected(world, "second"), 10)
    second.stopping.set()
    assert second.over.wait(10)
    assert second.leader is None
    assert len(holders(world)) == 1


@contextmanager
def ingesting(world: World, url: str, broker: AnyBroker, name: str) -> Iterator[Ingest]:
    ingest = Ingest(world.pool, url, brokers.address(broker.url), world, world.policy, name)
    stop = threading.Event()
    thread = threading.Thread(target=ingest.run, args=[stop], daemon=True)
    thread.start()
    try:
        yield ingest
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def states(ingest: Ingest) -> list[str]:
    return [runner.state for runner in ingest._runners]


def press(hub: Peer, number: int) -> None:
    hub.publish("homes/H0001/button-1/signal", b'{"kind":"help_call","id":"%d"}' % number)


def counted(world: World) -> list[int]:
    return [alarm.count for alarm in world.alarms()]


def test_the_standby_takes_over_both_lanes_and_no_press_is_lost(
    broker: AnyBroker, world: World, database_url: str
) -> None:
    with Peer(broker.url) as hub, ingesting(world, database_url, broker, "one") as one:
        assert wait_until(lambda: states(one) == ["connected"] * 2, 15)
        with ingesting(world, database_url, broker, "two") as two:
            press(hub, 1)
            assert wait_until(lambda: counted(world) == [1], 10)
            assert states(two) == ["standby"] * 2
            lost = world.sql(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d"
                " ON d.oid = l.database WHERE d.datname = current_database()"
                " AND l.locktype = 'advisory'"
            )
            assert len(lost) == 2
            press(hub, 2)
            # somebody holds each lane again, and nobody but one
            assert wait_until(
                lambda: sorted(states(one) + states(two)) == ["connected"] * 2 + ["standby"] * 2, 15
            )
            press(hub, 3)
            assert wait_until(lambda: counted(world) == [3], 10)


def test_the_broker_is_told_only_when_the_signal_is_in_the_database(
    broker: AnyBroker, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break it by acknowledging before writer.write: another connection sees no signal yet."""
    seen: list[tuple[int, int]] = []
    ack = LaneClient.ack

    def looks_first(self: LaneClient, messages: list[Message]) -> None:
        calls = [
            m for m in messages if m.topic.endswith("/signal") and self._name.endswith("urgent")
        ]
        if calls:
            (stored,) = world.sql("SELECT count(*) FROM signals")
            seen.append((sum(n for n, _ in seen[-1:]) + len(calls), stored))
        ack(self, messages)

    monkeypatch.setattr(LaneClient, "ack", looks_first)
    with Peer(broker.url) as hub, ingesting(world, database_url, broker, "one") as one:
        hub.subscribe("homes/H0001/ack")
        assert wait_until(lambda: states(one) == ["connected"] * 2, 15)
        for number in range(20):
            press(hub, number)
        for _ in range(20):
            assert b'"kind": "help_call"' in hub.next()[1]
        assert wait_until(lambda: seen[-1:] == [(20, 20)], 10), seen
    assert all(stored >= acked for acked, stored in seen)
