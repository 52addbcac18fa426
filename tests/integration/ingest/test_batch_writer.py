"""Batches of messages: stored, or a dead letter with the reason, and nothing behind it waits."""

import json
from typing import Any

import psycopg
import pytest

from ingest.packets import Message
from ingest.writing.batch import Publication
from ingest.writing.batch_writer import (
    BATCH_ATTEMPTS,
    BULK_LEAVES,
    MAX_PAYLOAD,
    URGENT_LEAVES,
    BatchWriter,
)
from ingest.writing.last_seen import LastSeen
from store.intake import dead_letters
from store.intake.dead_letters import MAX_KEPT
from tests.world import World

CALL = b'{"id":"a-1","kind":"help_call"}'


class Door:
    """Both lanes' writers, fed by hand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = LastSeen()
        self.urgent = BatchWriter(world, world.policy, self.seen, URGENT_LEAVES)
        self.bulk = BatchWriter(world, world.policy, self.seen, BULK_LEAVES)

    def message(self, topic: str, payload: bytes, **more: Any) -> Message:
        return Message(topic, payload, more.get("retain", False), 1, 1, 0, self.world.now())

    def gets(
        self, *messages: tuple[str, bytes] | Message, lane: str = "urgent"
    ) -> list[Publication]:
        batch = [m if isinstance(m, Message) else self.message(*m) for m in messages]
        return self.world.run(getattr(self, lane).write, batch)

    def dead(self) -> list[tuple[str, str]]:
        found = self.world.run(dead_letters.newest)
        return [(letter.topic, letter.reason) for letter in reversed(found)]


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def test_a_call_is_an_alarm_and_its_answer_names_it(world: World, door: Door) -> None:
    (answer,) = door.gets(("homes/H0001/button-1/signal", CALL))
    (alarm,) = world.alarms()
    assert answer.topic == "homes/H0001/ack"
    said = json.loads(answer.payload)
    assert said.pop("at")
    assert said == {"id": "a-1", "device": "button-1", "kind": "help_call", "alarm": alarm.id}
    assert door.dead() == []


def test_a_repetition_is_answered_again_with_the_same_alarm(world: World, door: Door) -> None:
    answers = door.gets(*[("homes/H0001/button-1/signal", CALL)] * 3)
    assert len({json.loads(a.payload)["alarm"] for a in answers}) == 1
    assert [a.count for a in world.alarms()] == [1]


def test_a_hundred_presses_in_one_batch_are_one_alarm(world: World, door: Door) -> None:
    batch = [
        ("homes/H0001/button-1/signal", b'{"kind":"help_call","id":%d}' % n) for n in range(100)
    ]
    assert len(door.gets(*batch)) == 100
    (alarm,) = world.alarms()
    assert alarm.count == 100
    assert world.events(alarm.id).count("raised") == 1
    assert len(world.messages(alarm.id, "alarm")) == 1


BAD: list[tuple[str, str, bytes, str]] = [
    ("urgent", "homes/H9999/button-1/signal", CALL, "home: there is no home 'H9999'"),
    ("urgent", "homes/H0001/button-1/signal", b"help!", "payload: expected JSON"),
    ("urgent", "homes/H0001/button-1/signal", b"", "payload: expected JSON"),
    ("urgent", "homes/H0001/button-1/signal", b"\xff\xfe\x00", "payload: expected JSON"),
    ("urgent", "homes/H0001/button-1/signal", b'{"kind":"earthquake"}', "kind: expected one of"),
    ("urgent", "homes/H0001/button-1/signal", b'{"kind":"area_outage"}', "kind: expected one of"),
    ("urgent", "homes/H0001/button-1/signal", b" " * (MAX_PAYLOAD + 1), "payload: more than"),
    ("bulk", "homes/H9999/sensor/reading", b'{"power":1}', "home: there is no home 'H9999'"),
    ("bulk", "homes/H0001/sensor/reading", b'{"power":"much"}', "power: expected a number"),
    ("bulk", "homes/H0001/sensor/reading", b'{"power":1,"at":"now"}', "at: expected a time"),
    ("bulk", "homes/H9999/status", b"online", "home: there is no home 'H9999'"),
    ("bulk", "homes/H0001/sensor/status", b"maybe", "status: expected online or offline"),
    ("bulk", "homes/H0001/sensor/colour", b"red", "topic: a device says signal, reading or status"),
    ("bulk", "homes/H0001/\x01\x02", b"", "topic: a hub says status"),
]


@pytest.mark.parametrize(("lane", "topic", "payload", "reason"), BAD)
def test_what_cannot_be_taken_in_is_a_dead_letter_and_nothing_beside_it_waits(
    world: World, door: Door, lane: str, topic: str, payload: bytes, reason: str
) -> None:
    good = {
        "urgent": ("homes/H0001/button-1/signal", CALL),
        "bulk": ("homes/H0001/sensor/reading", b'{"power":1}'),
    }[lane]
    door.gets(good, (topic, payload), good, lane=lane)
    ((dead_topic, said),) = door.dead()
    assert dead_topic == topic
    assert said.startswith(reason)
    stored = world.sql("SELECT count(*) FROM signals"), world.sql("SELECT count(*) FROM readings")
    assert stored == (([1], [0]) if lane == "urgent" else ([0], [2]))


def test_of_an_oversized_message_the_beginning_is_kept(world: World, door: Door) -> None:
    door.gets(("homes/H0001/button-1/signal", b"x" * (MAX_PAYLOAD + 1)))
    (letter,) = world.run(dead_letters.newest)
    assert (letter.payload, letter.payload_size) == (b"x" * MAX_KEPT, MAX_PAYLOAD + 1)


def test_a_call_with_something_wrong_counts_and_is_complained_about(
    world: World, door: Door
) -> None:
    door.gets(("homes/H0001/button-1/signal", b'{"kind":"fall","test":"no","at":"soon"}'))
    assert [a.kind for a in world.alarms()] == ["fall"]
    reasons = [reason for _, reason in door.dead()]
    assert len(reasons) == 2
    assert all(reason.startswith("taken in nevertheless; ") for reason in reasons)


def test_a_device_nobody_has_bound_raises_at_once(world: World, door: Door) -> None:
    door.gets(("homes/H0001/新的/signal", CALL))
    assert [a.kind for a in world.alarms()] == ["help_call"]
    assert world.sql("SELECT code, bound_at FROM devices WHERE bound_at IS NULL") == [
        ("新的", None)
    ]


def test_a_retained_copy_is_history_unless_it_has_an_id(world: World, door: Door) -> None:
    topic = "homes/H0001/button-1/signal"
    door.gets(door.message(topic, b'{"kind":"help_call"}', retain=True))
    assert world.alarms() == []
    assert "retained copy" in door.dead()[0][1]
    door.gets(door.message(topic, CALL, retain=True))
    assert [a.count for a in world.alarms()] == [1]


def test_each_lane_leaves_the_others_messages_and_our_own_alone(world: World, door: Door) -> None:
    everything = [
        ("homes/H0001/button-1/signal", CALL),
        ("homes/H0001/button-1/reading", b'{"battery":80}'),
        ("homes/H0001/ack", b"{}"),
        ("homes/H0001/progress", b"{}"),
    ]
    door.gets(*everything, lane="bulk")
    assert (world.alarms(), world.sql("SELECT count(*) FROM readings")) == ([], [1])
    door.gets(*everything)
    assert (len(world.alarms()), world.sql("SELECT count(*) FROM readings")) == (1, [1])
    assert door.dead() == []


def test_statuses(world: World, door: Door) -> None:
    def hub() -> Any:
        return world.sql("SELECT online FROM hubs JOIN homes ON id = home_id WHERE code = 'H0001'")

    door.gets(
        ("homes/H0001/status", b"online"), ("homes/H0001/lamp/status", b"online"), lane="bulk"
    )
    assert hub() == [True]
    assert world.sql("SELECT online FROM devices WHERE code = 'lamp'") == [True]
    door.gets(
        ("homes/H0001/status", b"offline"), ("homes/H0001/lamp/status", b"offline"), lane="bulk"
    )
    assert hub() == [False]
    assert world.sql("SELECT online FROM devices WHERE code = 'lamp'") == [False]


def test_a_last_will_is_no_sign_of_life(world: World, door: Door) -> None:
    door.gets(
        ("homes/H0001/status", b"online"), ("homes/H0001/lamp/status", b"online"), lane="bulk"
    )
    heard = world.now()
    world.pass_time(600)
    door.gets(
        ("homes/H0001/status", b"offline"), ("homes/H0001/lamp/status", b"offline"), lane="bulk"
    )
    assert world.sql("SELECT DISTINCT last_seen_at FROM hubs WHERE online IS NOT NULL") == [heard]
    assert world.sql("SELECT last_seen_at FROM devices WHERE code = 'lamp'") == [heard]


def test_who_was_heard_is_noted_and_never_backwards(world: World, door: Door) -> None:
    door.gets(("homes/H0001/button-1/signal", CALL))
    world.run(door.seen.flush)
    seen = "SELECT last_seen_at FROM devices WHERE code = 'button-1' AND last_seen_at IS NOT NULL"
    assert world.sql(seen) == [world.now()]
    heard = world.now()
    world.time = heard.replace(hour=1)
    door.gets(("homes/H0001/button-1/signal", CALL))
    world.run(door.seen.flush)
    assert world.sql(seen) == [heard]


def poison(world: World, table: str, condition: str, code: str = "data_exception") -> None:
    """Make the database refuse a row of the table, as a bug or a full disk would."""
    world.sql(
        f"CREATE OR REPLACE FUNCTION seed.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION 'poison' USING ERRCODE = '{code}'; END IF;"
        " RETURN NEW; END $$"
    )
    world.sql(
        f"CREATE TRIGGER poison BEFORE INSERT ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION seed.poison()"
    )


@pytest.fixture
def poisoned(world: World) -> Any:
    tables: list[str] = []

    def make(table: str, condition: str, code: str = "data_exception") -> None:
        tables.append(table)
        poison(world, table, condition, code)

    yield make
    for table in tables:
        world.sql(f"DROP TRIGGER poison ON {table}")


def test_a_message_the_database_refuses_does_not_hold_up_those_behind_it(
    world: World, door: Door, poisoned: Any
) -> None:
    poisoned("signals", "NEW.signal_id = 'bad'")
    topic = "homes/H0001/button-1/signal"
    answers = door.gets(
        (topic, b'{"kind":"help_call","id":"1"}'),
        (topic, b'{"kind":"help_call","id":"bad"}'),
        (topic, b'{"kind":"fall","id":"2"}'),
    )
    assert sorted(a.kind for a in world.alarms()) == ["fall", "help_call"]
    assert len(answers) == 2
    assert door.dead() == [(topic, "could not be stored: DataException")]


def test_a_device_found_in_a_batch_that_failed_is_found_again(
    world: World, door: Door, poisoned: Any
) -> None:
    """Its id from the batch that was rolled back must not be remembered: readings have no foreign
    key that would notice."""
    poisoned("readings", "NEW.co2 = 666")
    door.gets(
        ("homes/H0001/new/reading", b'{"co2":1,"seq":1}'),
        ("homes/H0001/new/reading", b'{"co2":666,"seq":2}'),
        ("homes/H0001/new/reading", b'{"co2":3,"seq":3}'),
        lane="bulk",
    )
    found = world.sql(
        "SELECT r.co2 FROM readings r JOIN devices d ON d.id = r.device_id"
        " WHERE d.code = 'new' ORDER BY r.at"
    )
    assert found == [1, 3]
    assert len(door.dead()) == 1
    assert door.bulk.take_stored_seqs() == {("H0001", "new"): 3}


def test_when_the_database_goes_away_nothing_is_stored_and_the_batch_can_be_tried_again(
    world: World, door: Door
) -> None:
    batch = [
        door.message("homes/H0001/button-1/signal", CALL),
        door.message("homes/H0001/new/signal", b'{"kind":"smoke"}'),
    ]
    readings = [door.message("homes/H0001/newer/reading", b'{"co2":1,"seq":1}')]
    for lane, messages in (("urgent", batch), ("bulk", readings)):
        with world.pool.connection() as conn:
            conn.execute("CREATE TEMPORARY TABLE gone ()")
            world.sql("SELECT pg_terminate_backend(%s)", conn.info.backend_pid)
            with pytest.raises(psycopg.OperationalError):
                getattr(door, lane).write(conn, messages)
    assert world.alarms() == []
    assert door.dead() == []
    assert len(door.gets(*batch)) == 2
    door.gets(*readings, lane="bulk")
    assert len(world.alarms()) == 2
    assert world.sql("SELECT co2 FROM readings JOIN devices ON id = device_id") == [1]


def test_losing_the_connection_at_the_commit_forgets_the_device_it_would_have_added(
    world: World, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = [door.message("homes/H0001/newer/reading", b'{"co2":1,"seq":1}')]

    def lost(*_: object) -> None:
        raise psycopg.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr("ingest.writing.batch_writer.registry.advance_stored_seq", lost)
        with pytest.raises(psycopg.OperationalError), world.pool.connection() as conn:
            door.bulk.write(conn, readings)
    door.gets(*readings, lane="bulk")
    assert world.sql("SELECT co2 FROM readings JOIN devices ON id = device_id") == [1]


def tried_again(world: World, door: Door, batch: list[Message]) -> int:
    """As the runner does, until the lane moves on; how often."""
    for times in range(1, 20):
        try:
            world.run(door.urgent.write, batch)
        except psycopg.OperationalError:
            continue
        return times
    raise AssertionError("everything behind it waits for ever")


@pytest.mark.parametrize("code", ["out_of_memory", "statement_too_complex", "io_error"])
def test_what_the_server_has_no_memory_for_does_not_hold_up_those_behind_it(
    world: World, door: Door, poisoned: Any, code: str
) -> None:
    """Broken by taking every OperationalError for an outage."""
    poisoned("signals", "NEW.signal_id = 'bad'", code)
    batch = [
        door.message("homes/H0001/button-1/signal", b'{"kind":"help_call","id":"%s"}' % name)
        for name in (b"1", b"bad", b"2")
    ]
    assert tried_again(world, door, batch) == BATCH_ATTEMPTS
    assert [a.count for a in world.alarms()] == [2]
    ((_, reason),) = door.dead()
    assert reason.startswith("could not be stored: ")
    assert len(door.gets(("homes/H0001/button-1/signal", CALL))) == 1


def test_a_full_disk_makes_no_dead_letter_of_a_press(
    world: World, door: Door, poisoned: Any
) -> None:
    """There may be room left in the pages of the dead letters, and none for the alarm: it stays
    with the broker until somebody has made room. Break: count a full disk as a refusal."""
    poisoned("signals", "true", "disk_full")
    batch = [door.message("homes/H0001/button-1/signal", b'{"kind":"help_call","id":"1"}')]
    with pytest.raises(AssertionError, match="for ever"):
        tried_again(world, door, batch)
    assert door.dead() == []
    world.sql("DROP TRIGGER poison ON signals")
    world.sql(
        "CREATE TRIGGER poison BEFORE INSERT ON signals FOR EACH ROW WHEN (false)"
        " EXECUTE FUNCTION seed.poison()"
    )
    assert tried_again(world, door, batch) == 1
    assert [a.count for a in world.alarms()] == [1]


def test_a_full_disk_counts_no_call_twice(world: World, door: Door, poisoned: Any) -> None:
    """There is not even room for the dead letter: the batch waits, and what was stored of it is
    not stored again each time. Broken by forgetting what was stored one by one."""
    poisoned("signals", "NEW.kind = 'smoke'", "disk_full")
    poisoned("dead_letters", "true", "disk_full")
    batch = [
        door.message("homes/H0001/button-1/signal", b'{"kind":"help_call"}'),
        door.message("homes/H0001/smoke-1/signal", b'{"kind":"smoke"}'),
    ]
    with pytest.raises(AssertionError, match="for ever"):
        tried_again(world, door, batch)
    world.sql("DROP TRIGGER poison ON signals")
    world.sql(
        "CREATE TRIGGER poison BEFORE INSERT ON signals FOR EACH ROW WHEN (false)"
        " EXECUTE FUNCTION seed.poison()"
    )
    tried_again(world, door, batch)
    assert sorted((a.kind, a.count) for a in world.alarms()) == [("help_call", 1), ("smoke", 1)]
