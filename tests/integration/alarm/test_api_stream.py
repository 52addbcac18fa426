"""The stream, over a real server: what the database commits is on every screen."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest

from alerts.alarm import operator_actions
from api.access import accounts
from api.access.auth import Principal
from api.access.login import hash_secret
from api.http.metrics import Metrics
from api.routes.alarm.event_stream import StreamResponse
from api.server import ApiServer
from api.stream.broadcaster import MAX_QUEUED_EVENTS, StreamBroadcaster
from api.stream.changes import ChangeReader
from store.access import desk_presence, sessions, tokens
from store.alarm import alarms
from store.db import Connection, Pool
from store.home import people
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house

DEADLINE = 60.0


class Screen:
    """One connection to the stream; events are read as they come, within a deadline."""

    def __init__(self, url: str, token: str, stack: ExitStack) -> None:
        client = stack.enter_context(
            httpx.Client(timeout=DEADLINE, headers={"Authorization": f"Bearer {token}"})
        )
        self.response = stack.enter_context(client.stream("GET", f"{url}/api/v1/stream"))
        self._lines = self.response.iter_lines()

    def next(self) -> tuple[str, Any]:
        name = ""
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        return "end", None

    def until(self, name: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        while True:
            got, data = self.next()
            assert got != "end", f"the stream ended before {name}"
            if got == name and wanted(data):
                return data


class Centre:
    """A server with its screens."""

    def __init__(self, house: House, stack: ExitStack) -> None:
        self.house, self._stack = house, stack
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        self.server = ApiServer(house.app)
        self._thread = threading.Thread(target=self.server.run, args=([sock],), daemon=True)
        self._thread.start()
        stack.callback(self.stop)
        httpx.Client(transport=httpx.HTTPTransport(retries=20)).get(f"{self.url}/healthz")

    def screen(self, role: Role = Role.OPERATOR) -> Screen:
        screen = Screen(self.url, self.house.tokens[role], self._stack)
        assert screen.response.status_code == 200
        return screen

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def centre(house: House) -> Iterator[Centre]:
    with ExitStack() as stack:
        yield Centre(house, stack)


def test_the_queue_comes_first_then_every_change(centre: Centre, house: House) -> None:
    there = house.press("H0001")
    screen = centre.screen()
    assert screen.response.headers["content-type"].startswith("text/event-stream")
    assert screen.response.headers["x-accel-buffering"] == "no"
    name, data = screen.next()
    assert (name, [a["id"] for a in data["items"]]) == ("queue", [there])
    new = house.press("H0002")
    raised = screen.until("alarm", lambda a: a["id"] == new)
    assert (raised["state"], raised["home"]) == ("RAISED", "H0002")


def test_an_alarm_is_the_same_on_the_stream_and_in_the_list(centre: Centre, house: House) -> None:
    screen = centre.screen()
    screen.until("queue")
    house.press()
    seen = screen.until("alarm")
    assert seen == house.client(Role.OPERATOR).get("/api/v1/alarms").json()["items"][0]


def test_two_screens_see_the_one_owner_and_the_end(centre: Centre, house: House) -> None:
    alarm = house.press()
    screens = [centre.screen(), centre.screen(Role.SUPERVISOR)]
    for screen in screens:
        screen.until("queue")
    operator = house.client(Role.OPERATOR)
    operator.post(f"/api/v1/alarms/{alarm}/acknowledge")
    for screen in screens:
        seen = screen.until("alarm", lambda a: a["state"] == "ACKNOWLEDGED")
        assert seen["owner"]["name"] == "The operator"
    operator.post(f"/api/v1/alarms/{alarm}/close", json={"outcome": "test"})
    for screen in screens:
        assert screen.until("alarm", lambda a: a["state"] == "CLOSED")["outcome"] == "test"


def test_messages_and_devices_are_on_the_stream(
    centre: Centre, house: House, conn: Connection
) -> None:
    house.press()
    screen, installer = centre.screen(), centre.screen(Role.INSTALLER)
    screen.until("queue")
    assert installer.until("queue")["items"] == []
    for number in (1, 2):  # one is for the loudspeaker of the home
        alarms.notify(conn, "notification", number)
    named = screen.until("notification", lambda n: n["person_name"])
    assert named["person_name"] == "Wang Child 1-1"
    house.client(Role.OPERATOR).patch("/api/v1/homes/H0001/devices/button-1", json={"room": "hall"})
    assert screen.until("device")["room"] == "hall"
    assert installer.next()[1]["room"] == "hall"


def test_a_family_and_a_responder_see_only_theirs(centre: Centre, house: House) -> None:
    family, responder = centre.screen(Role.FAMILY), centre.screen(Role.RESPONDER)
    assert family.until("queue")["items"] == responder.until("queue")["items"] == []
    other, own = house.press("H0002"), house.press("H0001")
    assert family.next()[1]["id"] == own
    operator = house.client(Role.OPERATOR)
    operator.post(f"/api/v1/alarms/{other}/acknowledge")
    body = {"responder": house.district.responder}
    operator.post(f"/api/v1/alarms/{other}/dispatch", json=body)
    assert responder.next()[1]["id"] == other
    operator.post(f"/api/v1/alarms/{own}/acknowledge")
    assert family.until("alarm", lambda a: a["state"] == "ACKNOWLEDGED")["id"] == own


def test_after_the_database_was_away_everybody_begins_anew(
    centre: Centre, house: House, conn: Connection
) -> None:
    screen = centre.screen()
    screen.until("queue")
    conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name LIKE 'anxin-api-%'"
    )
    alarm = house.press()
    fresh = screen.until("queue", lambda q: bool(q["items"]))
    assert [a["id"] for a in fresh["items"]] == [alarm]
    second = house.press("H0002")
    assert screen.until("alarm", lambda a: a["id"] == second)


def test_a_burst_is_read_together_and_ends_right(centre: Centre, house: House) -> None:
    alarm = house.press()
    screen = centre.screen()
    screen.until("queue")
    for _ in range(200):
        house.press()
    last = screen.until("alarm", lambda a: a["count"] == 201)
    assert last["id"] == alarm


def test_a_log_out_ends_the_stream_at_once(centre: Centre, house: House) -> None:
    with httpx.Client(base_url=centre.url, timeout=DEADLINE) as browser:
        csrf = browser.post(
            "/api/v1/session", json={"username": "the-operator", "password": "correct horse"}
        ).json()["csrf"]
        with browser.stream("GET", "/api/v1/stream") as response:
            lines = response.iter_lines()
            while next(lines) != "event: queue":
                pass
            browser.delete("/api/v1/session", headers={"X-CSRF-Token": csrf})
            for _ in lines:
                pass  # ends; within the client's deadline


def test_a_stopping_server_lets_go_of_its_screens(house: House) -> None:
    with ExitStack() as stack:
        centre = Centre(house, stack)
        screen = centre.screen()
        screen.until("queue")
        centre.stop()
        assert screen.next()[0] == "end"


def run(house: House, story: Callable[[StreamBroadcaster], Any], every: float = 0.05) -> None:
    """A hub without a server, with quick heartbeats."""

    async def go() -> None:
        deps = house.app.state.deps
        broadcaster = StreamBroadcaster(deps, Metrics(deps), every=every, retry=0.05)
        await broadcaster.start()
        try:
            await asyncio.wait_for(story(broadcaster), DEADLINE)
        finally:
            await broadcaster.stop()

    # On a thread of its own: the tests in the browser leave a loop running on this one.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, go()).result()


def principal(house: House, role: Role = Role.OPERATOR) -> Principal:
    return Principal(house.users[role], hash_secret(house.tokens[role]), None)


def test_a_disabled_user_is_cut_off_with_the_next_heartbeat(house: House, conn: Connection) -> None:
    async def story(broadcaster: StreamBroadcaster) -> None:
        client = broadcaster.connect(principal(house))
        stays = broadcaster.connect(principal(house, Role.ADMIN))
        assert (await client.events.get()).startswith(b"event: queue")
        assert b"event: heartbeat" in await client.events.get()
        accounts.disable_user(conn, "the-operator", NOON)
        await client.ended.wait()
        assert client.end_reason == "logged out"
        assert not stays.end_reason

    run(house, story)


@pytest.mark.parametrize("how", ["log out", "password", "disabled", "revoked"])
def test_whoever_is_shut_out_is_cut_off_at_once(house: House, conn: Connection, how: str) -> None:
    """By whichever process. Break: leaving it to the next heartbeat, 15 s later."""
    operator = principal(house)
    if how in ("log out", "password"):
        cookie = str(house.browser().cookies["anxin"])
        operator = Principal(operator.user, hash_secret(cookie), "csrf")

    async def story(broadcaster: StreamBroadcaster) -> None:
        client, stays = (
            broadcaster.connect(operator),
            broadcaster.connect(principal(house, Role.ADMIN)),
        )
        assert (await client.events.get()).startswith(b"event: queue")
        if how == "log out":
            sessions.end_session(conn, operator.secret_hash)
        elif how == "password":
            accounts.set_password(conn, "the-operator", "four brown horses")
        elif how == "disabled":
            accounts.disable_user(conn, "the-operator", NOON)
        else:
            (mine,) = [t for t in tokens.listed(conn, NOON) if t.username == "the-operator"]
            accounts.revoke_token(conn, mine.id, NOON)
        await asyncio.wait_for(client.ended.wait(), 5)
        assert client.end_reason == "logged out"
        assert not stays.end_reason

    run(house, story, every=3600)


def test_without_the_database_there_is_no_heartbeat_that_lies(
    house: House, conn: Connection, owner_url: str
) -> None:
    async def story(broadcaster: StreamBroadcaster) -> None:
        client = broadcaster.connect(principal(house))
        assert (await client.events.get()).startswith(b"event: queue")
        assert (await client.events.get()).startswith(b"event: heartbeat")
        name = conn.info.dbname
        with psycopg.connect(owner_url, dbname="postgres", autocommit=True) as other:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            try:
                conn.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name LIKE 'anxin-api-%'"
                )
                while broadcaster.listening:
                    await asyncio.sleep(0)
                while not client.events.empty():
                    client.events.get_nowait()
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(client.events.get(), 0.5)  # ten heartbeats' time
            finally:
                other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert (await client.events.get()).startswith(b"event: queue")

    run(house, story)


def test_whose_screen_is_connected_is_at_the_desk(house: House, conn: Connection) -> None:
    async def story(broadcaster: StreamBroadcaster) -> None:
        operator = broadcaster.connect(principal(house))
        broadcaster.connect(principal(house, Role.FAMILY))
        assert (await operator.events.get()).startswith(b"event: queue")
        ours = [house.users[Role.OPERATOR].id, house.users[Role.FAMILY].id]
        first = desk_presence.last_seen(conn, ours)
        assert first == {ours[0]: house.clock.now()}
        house.clock.move(seconds=20)
        while desk_presence.last_seen(conn, ours) == first:
            assert await operator.events.get()
        broadcaster.disconnect(operator)
        colleague = broadcaster.connect(principal(house, Role.ADMIN))
        assert (await colleague.events.get()).startswith(b"event: queue")
        last = desk_presence.last_seen(conn, ours)
        house.clock.move(seconds=20)
        for _ in range(3):  # the desk is noted before each heartbeat
            assert (await colleague.events.get()).startswith(b"event: heartbeat")
        assert desk_presence.last_seen(conn, ours) == last
        there = desk_presence.present(conn, house.clock.now())
        assert there == {house.users[Role.ADMIN].id}

    run(house, story)


def test_a_screen_that_waits_for_its_queue_gets_no_heartbeat(
    house: House, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line to the database went and came back while a heartbeat was being made: what the
    screen shows may be old until its queue has come."""
    asked, answer = threading.Event(), threading.Event()
    still_valid = ChangeReader.still_valid

    def slowly(reader: ChangeReader, hashes: list[bytes], now: datetime) -> set[bytes]:
        asked.set()
        assert answer.wait(DEADLINE)
        return still_valid(reader, hashes, now)

    async def story(broadcaster: StreamBroadcaster) -> None:
        client = broadcaster.connect(principal(house))
        assert (await client.events.get()).startswith(b"event: queue")
        monkeypatch.setattr(ChangeReader, "still_valid", slowly)
        await asyncio.to_thread(asked.wait, DEADLINE)
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'anxin-api-listen'"
        )
        for back in (False, True):
            while broadcaster.listening is not back:
                await asyncio.sleep(0)
        while not client.events.empty():
            client.events.get_nowait()
        answer.set()
        assert (await client.events.get()).startswith(b"event: queue")

    run(house, story)


def test_a_screen_that_does_not_read_is_sent_away_and_holds_up_nobody(
    house: House, conn: Connection
) -> None:
    """It would be shown a picture that is older and older; anew, it is right at once."""
    alarm = house.press()

    async def story(broadcaster: StreamBroadcaster) -> None:
        stuck = asyncio.Event()

        async def send(_message: Any) -> None:
            await stuck.wait()  # the network takes nothing more

        async def receive() -> Any:
            await stuck.wait()

        response = StreamResponse(broadcaster, principal(house))
        slow = asyncio.create_task(response({"type": "http"}, receive, send))
        quick = broadcaster.connect(principal(house, Role.ADMIN))
        assert (await quick.events.get()).startswith(b"event: queue")
        for _ in range(MAX_QUEUED_EVENTS + 1):
            await asyncio.to_thread(alarms.notify, conn, "alarm", alarm)
            assert (await quick.events.get()).startswith(b"event: alarm")
        await slow  # returned by itself, without an end of the response
        assert not quick.end_reason

    run(house, story, every=60)


def test_what_cannot_be_understood_on_the_channel_is_passed_over(
    house: House, conn: Connection
) -> None:
    async def story(broadcaster: StreamBroadcaster) -> None:
        client = broadcaster.connect(principal(house))
        await client.events.get()
        for payload in ("", "alarm", "alarm x", "alarm 999999", "moon 1", "alarm -1"):
            conn.execute("SELECT pg_notify('anxin', %s)", [payload])
        house.press()
        assert (await client.events.get()).startswith(b"event: alarm")

    run(house, story, every=60)


def test_from_commit_to_screen_takes_milliseconds(
    centre: Centre, house: House, database_url: str
) -> None:
    """A loose bound, for a busy machine; `make bench` holds the real one."""
    screen = centre.screen()
    screen.until("queue")
    alarm = house.press()
    screen.until("alarm", lambda a: a["id"] == alarm)
    took = []
    with psycopg.connect(database_url, autocommit=True) as writer:
        for _ in range(30):
            row = writer.execute(
                "UPDATE alarms SET version = version + 1 WHERE id = %s RETURNING version", [alarm]
            ).fetchone()
            assert row is not None
            began = time.perf_counter()
            writer.execute("SELECT pg_notify('anxin', %s)", [f"alarm {alarm}"])
            version = row[0]
            screen.until("alarm", lambda a, v=version: a["version"] >= v)  # type: ignore[misc]
            took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.25


def test_a_responder_who_declines_hears_no_more(
    centre: Centre, house: House, conn: Connection
) -> None:
    alarm = house.press()
    operator_actions.acknowledge(
        conn, alarm, house.users[Role.OPERATOR], NOON, house.app.state.deps.policy
    )
    body = {"responder": house.district.responder}
    operator = house.client(Role.OPERATOR)
    sent = operator.post(f"/api/v1/alarms/{alarm}/dispatch", json=body).json()
    responder = centre.screen(Role.RESPONDER)
    assert [a["id"] for a in responder.until("queue")["items"]] == [alarm]
    number = sent["dispatches"][0]["id"]
    house.client(Role.RESPONDER).post(f"/api/v1/dispatches/{number}/decline")
    assert responder.until("gone") == {"id": alarm}
    assert people.is_responder(conn, house.district.responder)
