"""`anxin demo` as its user sees it: a process, its lines, and what is left when it has gone."""

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from app.free_port import free_port
from tests.demo_process import PHONES_ABOVE, DemoProcess, found, port_with_phones, press
from tests.servers.process import wait_until

pytestmark = pytest.mark.timeout(180)
DAUGHTER = "+8613800001001"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="anxin-demo-") as folder:
        # run as root, the database has a user of its own, who must get through
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


@pytest.fixture
def demo(data: Path) -> Iterator[DemoProcess]:
    process = DemoProcess(data, port_with_phones(), free_port())
    yield process
    process.clear()


def all_gone(family: list[psutil.Process]) -> bool:
    return not alive(family)


def alive(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run; where nobody collects the dead they keep their number."""
    return [process for process in family if runs(process)]


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_the_printed_log_ins_work_and_ctrl_c_leaves_nothing(demo: DemoProcess) -> None:
    demo.ready()
    text = "\n".join(demo.said)
    assert demo.get("/readyz")["status"] == "ready"
    password = found(r"log in as operator or operator2, password (\S+)", text)
    login = {"username": "operator", "password": password}
    session = f"http://127.0.0.1:{demo.http}/api/v1/session"
    assert requests.post(session, json=login, timeout=10).ok
    assert found(r"phones +http://127\.0\.0\.1:(\d+)/phones", text) == str(demo.http + 10)
    assert found(r"Alibaba Cloud's interfaces at (\S+);", text).endswith(f":{demo.http + 10}")

    press("H0001", found(r"H0001: user H0001, password (\S+)", text), demo.mqtt)
    path = f"/phones/{DAUGHTER}/messages"
    wait_until(
        lambda: bool(demo.get(path, PHONES_ABOVE)["messages"]), "an SMS on the daughter's phone"
    )

    family = demo.family()
    assert len(family) > 10
    demo.signal(signal.SIGINT)
    assert demo.ended() == 0, demo.log()
    assert all_gone(family), alive(family)


@pytest.mark.long
def test_it_starts_again_in_the_same_place_and_kill_9_leaves_nothing(
    data: Path, demo: DemoProcess
) -> None:
    demo.ready()
    demo.signal(signal.SIGTERM)
    demo.ended()
    phones = f"127.0.0.1:{free_port()}"
    again = DemoProcess(data, demo.http, demo.mqtt, "--phones", phones)
    try:
        again.ready()
        assert f"http://{phones}/phones" in "\n".join(again.said)
        assert requests.get(f"http://{phones}/phones", timeout=10).ok
        again.signal(signal.SIGHUP)  # the terminal that started it is closed
        assert again.get("/readyz")["status"] == "ready"
        family = again.family()
        again.signal(signal.SIGKILL)
        again.ended()
        wait_until(lambda: all_gone(family), "the end of all its children", 40)
    finally:
        again.clear()


@pytest.mark.parametrize("option", ["--http", "--mqtt", "--phones"])
def test_a_taken_port_is_one_line(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        given = {"--http": f"127.0.0.1:{port_with_phones()}", "--mqtt": f"127.0.0.1:{free_port()}"}
        given[option] = address
        words = [word for pair in given.items() for word in pair]
        done = subprocess.run(
            [sys.executable, "-m", "app.main", "demo", "--data", str(tmp_path / "new"), *words],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"cannot listen on {address}" in done.stderr
    assert f"choose another {option}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def anxin(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "app.main", "demo", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=170,
    )


def test_a_demo_in_the_background_is_waited_for_and_ended(data: Path) -> None:
    """As a CI job does it: each line a command of its own, in a shell that ends."""
    http, mqtt = port_with_phones(), free_port()
    place = ["--data", str(data)]
    nothing = anxin(*place, "--until-ready")
    assert (nothing.returncode, "no demo runs in" in nothing.stderr) == (3, True)
    assert "no demo runs in" in anxin(*place, "--stop").stdout
    at = ["--http", f"127.0.0.1:{http}", "--mqtt", f"127.0.0.1:{mqtt}", "--homes", "2", "--no-sim"]
    started = anxin(*place, *at, "--detach")
    try:
        assert started.returncode == 0, started.stderr
        twice = anxin(*place, "--http", f"127.0.0.1:{port_with_phones()}", "--mqtt", "127.0.0.1:1")
        assert (twice.returncode, "a demo runs in" in twice.stderr) == (1, True), twice.stderr
        ready = anxin(*place, "--until-ready")
        assert ready.returncode == 0, ready.stderr
        assert ready.stdout.rstrip().endswith(f"ready http://127.0.0.1:{http}")
        assert requests.get(f"http://127.0.0.1:{http}/readyz", timeout=10).ok
    finally:
        ended = anxin(*place, "--stop")
    assert (ended.returncode, ended.stdout.strip()) == (0, "ended"), ended.stderr
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{http}/healthz", timeout=10)


def test_a_demo_that_cannot_be_started_in_the_background_says_why(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        at = ["--http", f"127.0.0.1:{port_with_phones()}", "--data", str(data), "--detach"]
        refused = anxin(*at, "--mqtt", f"127.0.0.1:{taken.getsockname()[1]}")
    assert refused.returncode == 1
    assert "choose another --mqtt" in refused.stderr
