"""`anxin phones` and `anxin simulate` as processes: they say that they are up, and stop cleanly."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

RUN = "import sys; from app.main import main; main()"


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped(process: subprocess.Popen[str], number: signal.Signals) -> int:
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=20)
        assert "Traceback" not in errors
        return process.returncode
    finally:
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_phones_come_up_with_their_names_and_stop(
    tmp_path: Path, number: signal.Signals
) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"+8613800000001": "王芳"}), "utf-8")
    account = ["--account-sid", "AC1", "--auth-token", "t", "--names", str(names)]
    process = started("phones", "--http", "127.0.0.1:0", *account)
    assert process.stdout is not None
    word, url = process.stdout.readline().split()
    shown = requests.get(url, headers={"Accept": "application/json"}, timeout=5).json()
    assert (word, shown["phones"][0]["name"]) == ("phones", "王芳")
    assert stopped(process, number) == 0


def test_the_phones_register_a_catalogue_and_say_their_access_key(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text(json.dumps({"templates": {"SMS_7": {"content": "平安。"}}}), "utf-8")
    account = ["--account-sid", "AC1", "--auth-token", "t", "--access-key-id", "LTAItest"]
    account += ["--access-key-secret", "a secret"]
    process = started("phones", "--http", "127.0.0.1:0", *account, "--catalogue", str(catalogue))
    assert process.stdout is not None
    url = process.stdout.readline().split()[1].removesuffix("/phones")
    assert process.stdout.readline() == f"Alibaba Cloud {url} access key LTAItest\n"
    registered = requests.get(f"{url}/alibaba/catalogue", timeout=5).json()
    assert list(registered["templates"]) == ["SMS_7"]
    assert stopped(process, signal.SIGTERM) == 0


def test_a_catalogue_that_no_reviewer_lets_pass_is_one_clear_line(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text('{"templates": {"SMS_7": {"content": "${a}${b}报警"}}}', "utf-8")
    account = ["--account-sid", "AC1", "--auth-token", "t", "--catalogue", str(catalogue)]
    process = started("phones", "--http", "127.0.0.1:0", *account)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "templates.SMS_7" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("half", ["--access-key-id", "--access-key-secret"])
def test_half_an_access_key_is_refused(half: str) -> None:
    account = ["--account-sid", "AC1", "--auth-token", "t"]
    process = started("phones", "--http", "127.0.0.1:0", *account, half, "x")
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, "or neither" in errors) == (2, True)


def test_a_taken_port_is_one_clear_line_and_status_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = started("phones", "--http", address, "--account-sid", "A", "--auth-token", "t")
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"cannot listen on {address}" in errors
    assert len(errors.splitlines()) == 1


def test_homes_without_a_broker_wait_for_it_and_stop_when_told(tmp_path: Path) -> None:
    file = tmp_path / "homes.json"
    file.write_text(json.dumps([{"home": "H0001", "password": "x", "devices": []}]), "utf-8")
    process = started("simulate", "--homes", str(file), "--mqtt", "127.0.0.1:1")
    assert process.stdout is not None
    assert process.stdout.readline() == "simulating 1 homes\n"
    assert stopped(process, signal.SIGTERM) == 0
