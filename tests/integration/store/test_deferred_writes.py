"""What a transaction puts off leaves with its COMMIT, whole, in order, or not at all."""

import queue

import psycopg
import pytest

from alerts.engine.waking import Listener
from store.alarm import alarms
from store.db import Connection
from store.escalation import timers
from store.model import AlarmState
from store.notify import outbox
from tests.world import World


def note(conn: Connection, world: World, alarm_id: int, event: str) -> None:
    alarms.journal(conn, alarm_id, event, at=world.now(), actor="system")


@pytest.fixture
def alarm_id(world: World) -> int:
    return world.raised("help_call").id


def test_lines_leave_with_the_commit_in_their_order(world: World, alarm_id: int) -> None:
    before = world.events(alarm_id)
    with world.pool.connection() as conn, conn.transaction():
        note(conn, world, alarm_id, "first")
        note(conn, world, alarm_id, "second")
        assert world.events(alarm_id) == before
    assert world.events(alarm_id) == [*before, "first", "second"]


def test_outside_a_transaction_a_line_is_written_at_once(world: World, alarm_id: int) -> None:
    with world.pool.connection() as conn:
        note(conn, world, alarm_id, "alone")
        assert world.events(alarm_id)[-1] == "alone"


def test_who_reads_sees_what_was_put_off(world: World, alarm_id: int) -> None:
    """Break: leave flush out of alarms.events_of."""
    with world.pool.connection() as conn, conn.transaction():
        note(conn, world, alarm_id, "mine")
        assert alarms.events_of(conn, alarm_id)[-1].event == "mine"


def test_what_is_rolled_back_never_leaves(world: World, alarm_id: int) -> None:
    """Break: keep what waits when the transaction fails."""
    before = world.events(alarm_id)
    with world.pool.connection() as conn:
        with pytest.raises(ZeroDivisionError), conn.transaction():  # noqa: PT012
            note(conn, world, alarm_id, "never")
            raise ZeroDivisionError
        with conn.transaction() as outer:
            note(conn, world, alarm_id, "nor this")
            raise psycopg.Rollback(outer)
        with conn.transaction():
            note(conn, world, alarm_id, "this")
    assert world.events(alarm_id) == [*before, "this"]


def test_a_savepoint_takes_back_its_own_and_no_more(world: World, alarm_id: int) -> None:
    """Break: begin a nested transaction without flush."""
    before = world.events(alarm_id)
    with world.pool.connection() as conn, conn.transaction():
        note(conn, world, alarm_id, "outer")
        with pytest.raises(ZeroDivisionError), conn.transaction():  # noqa: PT012
            note(conn, world, alarm_id, "inner")
            raise ZeroDivisionError
        with conn.transaction():
            note(conn, world, alarm_id, "inner again")
        note(conn, world, alarm_id, "last")
    assert world.events(alarm_id) == [*before, "outer", "inner again", "last"]


def test_a_refused_row_undoes_the_whole_transaction_and_spares_the_connection(
    world: World, alarm_id: int
) -> None:
    """Break: leave the rollback out: the connection is then of no use."""
    before = world.events(alarm_id)
    with world.pool.connection() as conn:
        with pytest.raises(psycopg.Error), conn.transaction():  # noqa: PT012
            note(conn, world, alarm_id, "lost with it")
            alarms.set_state(conn, alarm_id, AlarmState.ON_SCENE, world.now())
            note(conn, world, -1, "of no alarm")
        assert world.events(alarm_id) == before
        assert world.alarm(alarm_id).state == AlarmState.RAISED
        with conn.transaction():
            note(conn, world, alarm_id, "later")
    assert world.events(alarm_id)[-1] == "later"


def test_a_timer_set_twice_is_moved(world: World, alarm_id: int) -> None:
    """Break: give both rows to the one statement."""
    with world.pool.connection() as conn, conn.transaction():
        timers.set_timer(conn, alarm_id, "step", world.now(), run=1)
        timers.set_timer(conn, alarm_id, "step", world.now(), run=2)
        timer = timers.timer_of(conn, alarm_id, "step")
    assert timer is not None
    assert timer.data == {"run": 2}


def test_each_message_has_its_line_and_wakes_who_sends_it(world: World, database_url: str) -> None:
    """Break: leave the messages out of the lines, or out of the payloads, of `write_deferred`."""
    heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    listener = Listener(database_url, heard.put)
    listener.start()
    try:
        assert heard.get(timeout=10) is None
        alarm = world.raised("help_call")
        messages = world.run(outbox.of_alarm, alarm.id)
        assert {m.channel for m in messages} == {"sms", "hub"}
        payloads = {heard.get(timeout=10) for _ in range(len(messages) + 1)}
    finally:
        listener.stop()
    assert payloads == {
        f"alarm {alarm.id}",
        *(f"notification {m.id} {int(m.lane)} {m.channel}" for m in messages),
    }
    lines = [e.data["notification"] for e in world.journal(alarm.id) if e.event == "queued"]
    assert lines == [m.id for m in messages]
