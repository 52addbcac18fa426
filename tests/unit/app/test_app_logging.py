"""One line an entry, and no personal data."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.bootstrap.log_setup import configure_logging


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def raise_and_log() -> None:
    try:
        int("Mrs Wang, +8613800000000")
    except ValueError:
        structlog.get_logger().exception("send_failed", alarm=7)


def test_key_value_when_it_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(process="ingest")
    structlog.get_logger().info("alarm_raised", alarm=7, home="H0001")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "level=info event=alarm_raised" in line
    assert "alarm=7" in line
    assert "process=ingest" in line


def test_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    structlog.get_logger().warning("late", seconds=3)
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["level"], entry["seconds"]) == ("late", "warning", 3)


@pytest.mark.parametrize("form", ["text", "keyvalue", "json"])
def test_an_exception_is_one_line_without_its_words(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(form)  # type: ignore[arg-type]
    raise_and_log()
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "ValueError" in line
    assert "test_app_logging.py" in line
    assert "Wang" not in line


@pytest.mark.parametrize("key", ["name", "phone", "to", "password", "text"])
def test_personal_values_are_hidden(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger().info("sent", **{key: "Wang"})
    assert "Wang" not in capsys.readouterr().err


def test_libraries_log_through_the_same_door(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", level="warning")
    logging.getLogger("paho").info("quiet")
    logging.getLogger("paho").error("lost %s", "it")
    entry = json.loads(capsys.readouterr().err)
    assert entry["event"] == "lost it"
