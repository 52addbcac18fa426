"""The engine: woken at once, alive after a lost connection, silent when a part of it hangs."""

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from time import monotonic

import pytest

from alerts.engine import queue_reader, waking
from alerts.engine.engine import Engine
from alerts.engine.thread_watchdog import STALLED_AFTER
from alerts.notify.channels.interface import CarrierNews, CarrierQueue, SendError
from app.waiting import wait_until
from store.access import desk_presence
from store.alarm import alarms
from store.engine import heartbeats
from store.model import AlarmState, DispatchState, Notification
from tests.integration.engine.test_queue_reader import Queue
from tests.integration.engine.test_sender import Carrier
from tests.world import World

DEADLINE = 10.0
FOR_EVER = 600.0


@contextmanager
def running(
    world: World, url: str, carrier: Carrier, queues: Sequence[CarrierQueue] = ()
) -> Iterator[Engine]:
    engine = Engine(world.pool, url, {"sms": carrier}, world, world.policy, "test", queues=queues)
    stop = threading.Event()
    thread = threading.Thread(target=engine.run, args=[stop], daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def _only_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The safety tick is so far away that only a notification can be the reason."""
    monkeypatch.setattr(waking, "SAFETY_TICK", FOR_EVER)


@pytest.mark.usefixtures("_only_woken")
def test_a_press_is_sent_because_the_engine_is_woken(world: World, database_url: str) -> None:
    carrier = Carrier()
    with running(world, database_url, carrier):
        for number, home in enumerate(("H0001", "H0002"), start=1):
            world.press(home=home)
            assert wait_until(partial(carrier.has_sent, number), DEADLINE)


@pytest.mark.usefixtures("_only_woken")
def test_who_waits_at_the_queue_of_a_carrier_ends_with_the_engine(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken by a bell for it that nobody rings at the end."""
    monkeypatch.setattr(queue_reader, "AGAIN", timedelta(seconds=FOR_EVER))
    queue, asked = Queue(), threading.Event()

    def refuse() -> list[CarrierNews]:
        asked.set()
        raise SendError("HTTP_503")

    monkeypatch.setattr(queue, "receive", refuse)
    with running(world, database_url, Carrier(), [queue]):
        assert asked.wait(DEADLINE)
    assert not [t for t in threading.enumerate() if t.name.endswith(queue.name)]


@pytest.mark.usefixtures("_only_woken")
def test_a_timer_set_nearer_than_the_one_it_waits_for_is_fired(
    world: World, database_url: str
) -> None:
    alarm = world.raised()
    with running(world, database_url, Carrier()):
        world.time = world.sql("SELECT min(due_at) FROM timers")[0]
        world.press("smoke")  # any change wakes it
        assert wait_until(lambda: "dispatch_offered" in world.events(alarm.id), DEADLINE)


@pytest.mark.usefixtures("_only_woken")
def test_it_survives_the_loss_of_all_its_connections(world: World, database_url: str) -> None:
    carrier = Carrier()
    with running(world, database_url, carrier):
        world.press()
        assert wait_until(lambda: len(carrier.sent) == 1, DEADLINE)
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND application_name LIKE 'anxin%%' AND %s",
            True,
        )
        world.press(home="H0002")
        assert wait_until(lambda: len(carrier.sent) == 2, DEADLINE)


def test_what_an_owner_who_is_gone_owns_is_raised_again(world: World, database_url: str) -> None:
    alarm = world.raised()
    world.run(desk_presence.saw, [world.district.operator.id], world.time)
    world.acknowledge(alarm.id)
    world.time += timedelta(seconds=world.policy.owner_away + 1)
    with running(world, database_url, Carrier()):
        assert wait_until(lambda: world.alarm(alarm.id).state == AlarmState.RAISED, DEADLINE)


def test_a_listener_that_was_cut_off_says_that_something_may_have_been_missed(
    world: World, database_url: str
) -> None:
    heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    listener = waking.Listener(database_url, heard.put)
    listener.start()
    try:
        assert heard.get(timeout=DEADLINE) is None
        world.run(alarms.notify, "alarm", 7)
        assert heard.get(timeout=DEADLINE) == "alarm 7"
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'anxin-listen' AND datname = current_database()"
        )
        assert heard.get(timeout=DEADLINE) is None
    finally:
        listener.stop()
        listener.join(DEADLINE)
    assert not listener.is_alive()


def test_no_heartbeat_while_a_part_hangs_and_again_when_it_moves(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, goes_on = threading.Event(), threading.Event()
    later = [0.0]

    class Hanging(Carrier):
        def send(self, notification: Notification) -> str:
            hangs.set()
            assert goes_on.wait(60)
            return super().send(notification)

    monkeypatch.setattr(waking, "monotonic", lambda: monotonic() + later[0])

    def beaten_at(engine: Engine) -> object:
        assert engine._watchdog is not None
        engine._watchdog.beat()
        (beat,) = world.run(heartbeats.latest)
        return beat.at

    with running(world, database_url, Hanging()) as engine:
        world.press()
        assert hangs.wait(DEADLINE)
        assert wait_until(lambda: all(w.is_alive() for w in engine._workers), DEADLINE)
        assert beaten_at(engine) == world.now()
        before = world.now()

        later[0] = STALLED_AFTER + 1
        engine._on_notification(None)  # everybody who can shows that they move
        moving = [w for w in engine._workers if "life" not in w.name]
        assert wait_until(lambda: all(w.idle_seconds() < STALLED_AFTER for w in moving), DEADLINE)
        world.time = before.replace(hour=23)
        assert beaten_at(engine) == before

        goes_on.set()
        assert wait_until(
            lambda: all(w.idle_seconds() < STALLED_AFTER for w in engine._workers), DEADLINE
        )
        assert beaten_at(engine) == world.now()


def test_two_engines_do_everything_once(world: World, database_url: str) -> None:
    carrier = Carrier()
    with running(world, database_url, carrier), running(world, database_url, carrier):
        raised = [
            world.raised(kind, home=home)
            for home in ("H0001", "H0002")
            for kind in ("help_call", "inactivity", "fall")
        ]
        assert wait_until(lambda: len(carrier.sent) == 6, DEADLINE)
        world.acknowledge(raised[0].id)
        sent = world.dispatch(raised[0].id)
        assert sent.state == DispatchState.OFFERED
        assert wait_until(lambda: len(carrier.sent) == 8, DEADLINE)  # the offer, and "is taken"
    assert len(carrier.sent) == len(set(carrier.sent)) == 8
