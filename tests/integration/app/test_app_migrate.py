"""`anxin migrate` on the embedded database."""

from collections.abc import Iterator

import psycopg
import pytest

from app import main
from app.embedded.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def database() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.temporary() as made:
        yield made


def test_migrate_once_and_then_nothing_to_do(
    database: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", database.url)
    assert main.run(["migrate"]) == 0
    assert capsys.readouterr().out.startswith("applied 0001_")
    assert main.run(["migrate"]) == 0
    assert capsys.readouterr().out == "nothing to do\n"


def test_a_foreign_history_is_one_line_and_exit_1(
    database: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", database.url)
    assert main.run(["migrate"]) == 0
    with psycopg.connect(database.url) as connection:
        connection.execute("UPDATE schema_migrations SET checksum = 'other'")
    capsys.readouterr()
    assert main.run(["migrate"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_no_database_is_one_line_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", "postgresql://u:hush@/x?host=/none/such")
    assert main.run(["migrate"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "hush" not in said
