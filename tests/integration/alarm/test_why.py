"""`anxin why`: one alarm's story from the database."""

import re

import pytest
from click.testing import CliRunner

from alerts.response import delivery_reports
from app.commands.why import why
from app.main import run
from store.model import OutboxLane
from store.notify import outbox
from tests.world import World


def told(url: str, alarm: str) -> list[str]:
    result = CliRunner().invoke(why, [alarm], env={"ANXIN_DATABASE_URL": url})
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_it_tells_from_the_signal_to_the_carriers_callback_in_order(
    world: World, database_url: str
) -> None:
    """Break: leave one of the tables out of the statement."""
    alarm = world.raised(id="press-7")
    world.time = world.time.replace(minute=1)
    sent = world.run(outbox.claim, OutboxLane.LIFE, "one", world.now(), ["sms", "voice"])
    assert sent is not None
    world.run(outbox.record_sent, sent.id, "one", "SM1", world.now())
    world.time = world.time.replace(minute=2)
    report = (sent.id, "SM1", "delivered", None, world.now(), world.policy)
    world.run(delivery_reports.receive_callback, *report)
    title, *lines = told(database_url, str(alarm.id))
    assert title.startswith(f"alarm {alarm.id}, code {alarm.code}: help_call of H0001, priority 1")
    assert lines == sorted(lines, key=lambda line: line[:24])
    sources = [re.split(r" +", line)[2:4] for line in lines]
    for expected in (
        ["signal", "help_call"],
        ["journal", "raised"],
        ["message", "queued"],
        ["message", "sent"],
        ["callback", "delivered"],
        ["journal", "delivered"],
        ["timer", "step"],
    ):
        assert expected in sources, lines
    assert {"device=button-1", "id=press-7", "active=true"} <= set(lines[0].split())
    assert told(database_url, alarm.code)[0] == title


def test_it_names_nobody(world: World, database_url: str) -> None:
    alarm = world.raised()
    text = "\n".join(told(database_url, str(alarm.id)))
    phones = world.home.phones
    names = world.sql("SELECT name FROM people")
    assert [word for word in (*phones, *names) if word in text] == []


@pytest.mark.parametrize("asked", ["999999", "0000", "no-number", "9" * 30])
def test_one_that_is_not_there_is_one_line_and_status_1(
    database_url: str,
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", database_url)
    assert run(["why", asked]) == 1
    said = capsys.readouterr().err
    assert said.startswith("anxin: there is no alarm with the number or code")
    assert said.count("\n") == 1
