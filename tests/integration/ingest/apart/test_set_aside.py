"""Who takes a lane over knows how the last holder ended, and what it was at."""

import signal
from datetime import timedelta

import pytest

from app.waiting import wait_until
from ingest.lanes.caution import Caution
from ingest.packets import Message
from ingest.trials import Trials
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.dead_letter_replay import DeadLetterReplayer
from ingest.writing.last_seen import LastSeen
from ingest.writing.suspicion import digest_of
from store.db import Connection
from store.intake import dead_letters, suspects
from tests.world import World

LANE = "urgent"


def press(world: World, home: str = "H0001", number: int = 1) -> Message:
    body = b'{"kind": "help_call", "id": "%d"}' % number
    return Message(f"homes/{home}/button-1/signal", body, False, 1, 1, 0, world.now())


def holds(world: World, conn: Connection) -> Caution:
    caution = Caution(LANE, window=3)
    caution.begin(conn, world.now())
    return caution


def dies_at(world: World, conn: Connection, message: Message) -> Caution:
    """Two ends, the second of them at this message; the third holder."""
    holds(world, conn)
    second = holds(world, conn)
    assert second.careful
    second.before(conn, [message])
    return holds(world, conn)


def writer_of(world: World, caution: Caution) -> BatchWriter:
    writer = BatchWriter(world, world.policy, LastSeen(), URGENT_LEAVES)
    writer.suspicion.begin(caution.suspects)
    return writer


def test_nobody_is_careful_after_an_end_in_order(world: World, conn: Connection) -> None:
    """Broken by noting each message always: a press would pay for it."""
    first = holds(world, conn)
    assert not first.careful
    first.before(conn, [press(world)])
    first.let_go(conn)
    second = holds(world, conn)
    assert not second.careful
    assert second.suspects == set()


def test_who_was_replaced_does_not_let_go_for_its_successor(world: World, conn: Connection) -> None:
    first = holds(world, conn)
    holds(world, conn)
    first.let_go(conn)
    assert holds(world, conn).careful


def test_caution_ends_with_what_was_not_acknowledged(world: World, conn: Connection) -> None:
    """Broken by a holder that stays careful: a district's readings one by one."""
    holds(world, conn)
    quiet = holds(world, conn)
    quiet.before(conn, [press(world)])
    quiet.before(conn, [])
    assert not quiet.careful
    busy = holds(world, conn)
    for number in range(4):
        busy.before(conn, [press(world, number=number)])
    assert not busy.careful
    assert holds(world, conn).suspects == set(), "both had nothing in work any more"


def test_the_third_holder_sets_it_aside_and_takes_in_the_others(
    world: World, conn: Connection
) -> None:
    bad, good = press(world), press(world, "H0002")
    third = dies_at(world, conn, bad)
    assert not third.careful, "it is known who it was"
    writer = writer_of(world, third)
    for _ in range(2):
        writer.write(conn, [bad, good])
    assert [alarm.home_id for alarm in world.alarms()] == [world.district.homes[1].id]
    (letter,) = dead_letters.newest(conn)
    assert letter.reason.startswith("set aside: ")
    assert (letter.home, letter.device) == ("H0001", "button-1")


def test_what_is_set_aside_is_not_replayed_beside_the_lanes(world: World, conn: Connection) -> None:
    """Broken by the replay of letters: the process dies of it, starts, and replays it again."""
    bad = press(world)
    writer_of(world, dies_at(world, conn, bad)).write(conn, [bad])
    dead_letters.ask_replay(conn, world.now(), home="H0001")
    assert DeadLetterReplayer(world, world.policy, LastSeen()).step(conn) == 0
    assert len(suspects.to_try(conn, 10)) == 1


@pytest.mark.parametrize(("command", "left"), [("true", 0), ("false", 1)])
def test_what_survives_its_trial_is_taken_in_like_any_other_again(
    world: World, conn: Connection, command: str, left: int
) -> None:
    bad = press(world)
    third = dies_at(world, conn, bad)
    writer = writer_of(world, third)
    writer.write(conn, [bad])
    trials = Trials(world.pool, world, ["sh", "-c", command])
    trials.step(conn)
    trial = trials._thread
    assert trial is not None
    trial.join(30)
    assert len(suspects.known(conn)) == left
    assert suspects.to_try(conn, 10) == [], "once: not again and again by itself"
    writer.write(conn, [bad])
    assert len(world.alarms()) == 1 - left


def test_a_reading_that_was_set_aside_is_stored_behind_later_ones(
    world: World, conn: Connection
) -> None:
    """Broken by its number, which is below that of what was stored meanwhile: it is lost."""

    def reading(seq: int) -> Message:
        body = b'{"temperature": %d, "seq": %d}' % (20 + seq, seq)
        return Message("homes/H0001/climate-1/reading", body, False, 1, 1, 0, world.now())

    third = dies_at(world, conn, reading(1))
    writer = BatchWriter(world, world.policy, LastSeen(), BULK_LEAVES)
    writer.suspicion.begin(third.suspects)
    writer.write(conn, [reading(1), reading(2)])
    (letter,) = suspects.to_try(conn, 10)
    assert DeadLetterReplayer(world, world.policy, LastSeen()).take_in(conn, letter)
    assert sorted(world.sql("SELECT temperature FROM readings")) == [21.0, 22.0]


def test_a_trial_ends_with_who_began_it_and_is_begun_anew(world: World, conn: Connection) -> None:
    """Broken by a process that outlives ingest; by a trial that was broken off and counts."""
    bad = press(world)
    writer_of(world, dies_at(world, conn, bad)).write(conn, [bad])
    trials = Trials(world.pool, world, ["sh", "-c", "exec sleep 60"])
    trials.step(conn)
    assert wait_until(lambda: trials._process is not None, 10)
    process = trials._process
    assert process is not None
    trials.stop()
    assert process.returncode == -signal.SIGKILL
    assert len(suspects.to_try(conn, 10)) == 1


def test_a_suspect_that_never_comes_again_is_forgotten(world: World, conn: Connection) -> None:
    dies_at(world, conn, press(world))
    world.time += timedelta(days=8)
    assert holds(world, conn).suspects == set()


def test_a_retained_copy_is_another_message(world: World) -> None:
    found = press(world)
    assert digest_of(found) == digest_of(found._replace(mid=7, epoch=3))
    assert digest_of(found) != digest_of(found._replace(retain=True))


def test_the_note_is_seen_by_whoever_comes_next(world: World, conn: Connection) -> None:
    """Broken by a note inside the transaction of the message: it dies with it. How it is committed
    is a matter of its own statement."""
    caution = holds(world, conn)
    before = conn.execute("SHOW synchronous_commit").fetchone()
    suspects.work_at(conn, LANE, caution._token, b"x")
    assert conn.execute("SHOW synchronous_commit").fetchone() == before
    assert world.sql("SELECT working FROM lane_holders") == [b"x"]
