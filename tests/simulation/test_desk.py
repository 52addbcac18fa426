"""What operators do with an alarm, whatever the centre makes of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from device_sim.centre import http_client
from device_sim.centre.http_client import HttpClient
from device_sim.people.alarm_feed import AlarmFeed
from device_sim.people.operators import OperatorTeam
from device_sim.scenario.model import Operators, Responders
from device_sim.scenario.values import Between
from tests.simulation.scripted import ScriptedCentre, dispatch

AT_ONCE = Between(0.0, 0.0)
VISITS = Responders(stays=AT_ONCE)
TAKEN, SENT = "alarms/N/acknowledge", "alarms/N/dispatch"
DONE, CLOSED = "dispatches/N/done", "alarms/N/close"


@pytest.fixture
def centre() -> Iterator[ScriptedCentre]:
    made = ScriptedCentre().start()
    yield made
    made.stop()


@contextmanager
def desk(centre: ScriptedCentre, sends: float) -> Iterator[None]:
    how = Operators(count=1, reacts=AT_ONCE, talks=AT_ONCE, sends=sends)
    made = OperatorTeam(how, VISITS, centre.url, ["token"], 0, frozenset({"H0001"}), 100.0)
    made.start()
    try:
        yield
    finally:
        made.stop()


def test_an_alarm_that_is_raised_again_is_taken_again(centre: ScriptedCentre) -> None:
    """Breaks when what was in somebody's hands once counts as taken for ever."""
    with desk(centre, sends=1.0):
        centre.wait_for(TAKEN, SENT)
        centre.change(state="RAISED", dispatches=[dispatch("NO_ANSWER")])
        centre.wait_for(TAKEN, SENT, TAKEN, SENT)


def test_who_was_sent_by_the_plan_is_watched_over(centre: ScriptedCentre) -> None:
    """Breaks when an operator sends a second responder instead, or ends the alarm at once."""
    centre.change(dispatches=[dispatch("ACCEPTED")])
    with desk(centre, sends=0.0):
        centre.wait_for(TAKEN)
        centre.change(state="ON_SCENE", dispatches=[dispatch("ARRIVED")])
        centre.wait_for(TAKEN, DONE, CLOSED)


def test_an_alarm_nobody_is_sent_to_is_ended_after_the_talk(centre: ScriptedCentre) -> None:
    with desk(centre, sends=0.0):
        centre.wait_for(TAKEN, CLOSED)


def test_an_older_version_is_passed_over() -> None:
    """Breaks when an answer that was overtaken by the stream brings the past back."""
    screen = AlarmFeed(HttpClient("http://127.0.0.1:1"), lambda: None)
    screen.show({"id": 1, "version": 3, "state": "ACKNOWLEDGED"})
    screen.show({"id": 1, "version": 2, "state": "RAISED"})
    assert screen.get(1)["state"] == "ACKNOWLEDGED"
    assert [alarm["version"] for alarm in screen.open()] == [3]


def test_what_is_sent_after_a_pause_is_not_lost_with_the_old_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Breaks when a connection that the server has given up is used for a POST."""
    now = [0.0]
    monkeypatch.setattr(http_client, "monotonic", lambda: now[0])
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = threading.Semaphore(0)
        threading.Thread(target=_answer_one_each, args=(server, asked), daemon=True).start()
        client = HttpClient(f"http://127.0.0.1:{server.getsockname()[1]}")
        assert client.post("/first") == {}
        assert asked.acquire(timeout=20)  # the server has hung up
        now[0] += http_client.KEPT_S + 1
        assert client.post("/second") == {}


def _answer_one_each(server: socket.socket, hung_up: threading.Semaphore) -> None:
    for _ in range(2):
        connection, _address = server.accept()
        with connection:
            while b"{}" not in connection.recv(65536):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        hung_up.release()
