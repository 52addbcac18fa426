"""Exit status 0, 1 or 2, and an error is one clear line."""

import subprocess
import sys
import types
from collections.abc import Callable

import click
import pytest

from app import main
from app.errors import AppError, EmbeddedError, SettingsError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Register a function as the command `try`."""

    def register(body: Callable[[], None]) -> None:
        module = types.ModuleType("anxin_tried")
        module.command = click.command("try")(body)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "anxin_tried", module)
        monkeypatch.setitem(main.COMMANDS, "try", ("anxin_tried:command", "Try."))

    return register


def failing(error: BaseException) -> Callable[[], None]:
    def body() -> None:
        raise error

    return body


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (EmbeddedError("no room"), 1, "anxin: no room\n"),
        (AppError(), 1, "anxin: The run failed.\n"),
        (SettingsError("ANXIN_X is wrong"), 2, "anxin: ANXIN_X is wrong\n"),
        (click.UsageError("which home?"), 2, "anxin: which home?\n"),
        (ZeroDivisionError("by\nzero"), 1, "anxin: ZeroDivisionError: by zero\n"),
    ],
)
def test_an_error_is_one_line(
    command: Callable[[Callable[[], None]], None],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    line: str,
) -> None:
    command(failing(error))
    assert main.run(["try"]) == status
    assert capsys.readouterr().err == line


def test_the_traceback_is_there_for_who_asks(
    command: Callable[[Callable[[], None]], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANXIN_DEBUG", "1")
    command(failing(EmbeddedError("no room")))
    assert main.run(["try"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_quiet(
    command: Callable[[Callable[[], None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(failing(KeyboardInterrupt()))
    assert main.run(["try"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["nonsense"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("words", [["settle"], ["settle", "--homes", "3"], ["settle", "--help"]])
def test_an_old_name_says_the_new_one(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main.run(words) == 2
    assert capsys.readouterr().err == "anxin: `anxin settle` is called `anxin seed` now\n"
    assert main.run(["--help"]) == 0
    assert "settle" not in capsys.readouterr().out


def test_no_command_shows_the_help_and_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([]) == 2
    assert "migrate" in capsys.readouterr().err


def test_every_registered_command_can_be_called(capsys: pytest.CaptureFixture[str]) -> None:
    for name in main.COMMANDS:
        assert main.run([name, "--help"]) == 0
        assert "Usage: anxin" in capsys.readouterr().out


def test_help_imports_no_command() -> None:
    look = (
        "import sys; from app import main; main.run(['--help']);"
        "sys.exit(any(m in sys.modules for m in ('psycopg', 'pydantic', 'fastapi', 'twilio')))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert done.returncode == 0
    assert "migrate" in done.stdout
