"""The pure parts of the simulated hubs and homes: backoff, wire, backlog, a day, the file."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from device_sim.centre import wire
from device_sim.clock import SimulatedTime
from device_sim.commands.phones import phones
from device_sim.commands.simulate import simulate
from device_sim.home.homes_file import DeviceSpec, HomesFileError, HomeSpec, read_homes
from device_sim.hubs.backlog import ReadingBacklog
from device_sim.hubs.press import Backoff
from device_sim.timeline import Timeline

MORNING = datetime(2026, 11, 21, 0, tzinfo=UTC)
HOME = HomeSpec(
    "H0001",
    "secret",
    (DeviceSpec("climate-1", "climate"), DeviceSpec("motion-1", "motion", "kitchen")),
)


def test_repeats_come_further_apart_up_to_a_longest_pause() -> None:
    backoff = Backoff(first=2.0, factor=1.5, longest=6.0)
    assert [backoff.delay(attempt) for attempt in (1, 2, 3, 4, 5)] == [2.0, 3.0, 4.5, 6.0, 6.0]
    assert backoff.delay(100_000) == 6.0


@pytest.mark.parametrize("wrong", [{"first": 0.0}, {"factor": 0.5}, {"longest": 1.0}])
def test_a_backoff_that_would_not_pause_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a backoff needs"):
        Backoff(**wrong)


def test_a_signal_says_what_the_contract_says() -> None:
    payload = wire.signal_payload("id-1", "help_call", MORNING)
    assert json.loads(payload) == {
        "id": "id-1",
        "kind": "help_call",
        "active": True,
        "at": "2026-11-21T00:00:00.000Z",
        "test": False,
    }
    assert wire.signal_topic("H0001", "button-1") == "homes/H0001/button-1/signal"


def test_acknowledgements_and_progress_are_understood() -> None:
    ack = b'{"id":"a","device":"button-1","kind":"help_call","alarm":7,"at":"2026-11-21T08:00:00Z"}'
    assert wire.read_ack(ack) == wire.SignalAck("a", 7)
    assert wire.read_ack(b'{"device":"th-1","upto":17}') == wire.ReadingAck("th-1", 17)
    told = wire.read_progress(b'{"alarm":7,"state":"DISPATCHED","text":"Li","eta_minutes":8}')
    assert told == wire.Progress(7, "DISPATCHED", "Li", 8.0)


@example(b'{"":"","id":""}')
@given(st.binary(max_size=60))
def test_what_is_no_acknowledgement_is_none(payload: bytes) -> None:
    assert wire.read_ack(payload) is None
    assert wire.read_progress(payload) is None


@pytest.mark.parametrize("name", ["", "a/b", "a+", "#", "status"])
def test_a_device_name_that_is_no_topic_level_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="device"):
        wire.check_name("device", name)


def test_readings_are_kept_until_acknowledged_and_replayed_in_order() -> None:
    backlog = ReadingBacklog(first_seq=10)
    for value in range(250):
        backlog.add("th-1", MORNING + timedelta(seconds=value), {"temperature": value})
    backlog.add("door-1", MORNING, {"door": True})
    backlog.acknowledge("th-1", 19)
    messages = [(device, json.loads(payload)) for device, payload in backlog.messages()]
    assert [len(readings) for _, readings in messages] == [100, 100, 40, 1]
    assert [r["seq"] for device, rs in messages for r in rs if device == "th-1"] == list(
        range(20, 260)
    )
    assert messages[-1] == ("door-1", [{"at": wire.instant(MORNING), "seq": 10, "door": True}])


def test_a_full_backlog_loses_the_oldest_and_counts_them() -> None:
    backlog = ReadingBacklog(capacity=3)
    for value in range(5):
        backlog.add("th-1", MORNING, {"temperature": value})
    ((_, payload),) = backlog.messages()
    assert [reading["temperature"] for reading in json.loads(payload)] == [2, 3, 4]
    assert backlog.dropped == 2


def test_simulated_time_runs_faster_from_the_epoch_on() -> None:
    epoch = datetime.now(UTC) - timedelta(seconds=10)
    ahead = SimulatedTime(epoch, speed=60.0).now() - epoch
    assert timedelta(minutes=10) <= ahead < timedelta(minutes=11)


def written(path: Path, content: object) -> Path:
    file = path / "homes.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_homes_are_read_from_their_file(tmp_path: Path) -> None:
    device = {"device": "button-1", "kind": "help_call", "room": "卧室", "interval_s": 60}
    file = written(tmp_path, [{"home": "H0001", "password": "x", "devices": [device]}])
    (home,) = read_homes(file)
    assert home == HomeSpec("H0001", "x", (DeviceSpec("button-1", "help_call", "卧室", 60.0),))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({}, "must be a list"),
        ([], "at least one home"),
        ([1], r"\[0\]: must be an object"),
        ([{"home": "H1", "devices": []}], r"\[0\]: password is missing"),
        ([{"home": "H/1", "password": "x", "devices": []}], "must not be empty and not contain"),
        ([{"home": "H1", "password": 5, "devices": []}], "password must be text"),
        ([{"home": "H1", "password": "x", "devices": {}}], "devices must be a list"),
        ([{"home": "H1", "password": "x", "devices": [{"device": "a"}]}], "kind is missing"),
        (
            [{"home": "H1", "password": "x", "devices": [{"device": "a", "kind": "toaster"}]}],
            r"devices\[0\]: device a: kind 'toaster' is none of help_call",
        ),
        (
            [{"home": "H1", "password": "x", "devices": [], "colour": "red"}],
            "colour is not known",
        ),
        ([{"home": "H1", "password": "x", "devices": []}] * 2, "H1 is there twice"),
    ],
)
def test_a_wrong_file_of_homes_says_where(tmp_path: Path, content: object, complaint: str) -> None:
    with pytest.raises(HomesFileError, match=complaint):
        read_homes(written(tmp_path, content))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--homes", "nowhere.json"], "cannot read nowhere.json"),
        (["--homes", "x", "--mqtt", "localhost"], "must be HOST:PORT"),
        (["press", "--homes", "nowhere.json"], "cannot read nowhere.json"),
        ([], "--homes is missing"),
        (["pres"], "neither a file that ends in .yaml nor a ready scenario"),
    ],
)
def test_wrong_usage_of_simulate_is_one_clear_line_and_status_2(
    arguments: list[str], complaint: str
) -> None:
    result = CliRunner().invoke(simulate, arguments)
    assert result.exit_code == 2
    assert complaint in result.output


def test_the_phones_need_an_account(tmp_path: Path) -> None:
    result = CliRunner().invoke(phones, [], env={"ANXIN_TWILIO_ACCOUNT_SID": ""})
    assert result.exit_code == 2
    assert "--account-sid" in result.output


def test_a_step_that_fails_does_not_stop_the_next_ones() -> None:
    done: list[str] = []
    finished = threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    with Timeline() as timeline:
        timeline.after(0, lambda: done.append("first"))
        timeline.after(0, fail)
        timeline.after(0, lambda: done.append("never")).cancel()
        timeline.after(0, finished.set)
        assert finished.wait(5)
    assert done == ["first"]
