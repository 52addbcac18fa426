"""Passwords: the guessable are refused, none is on a command line, everybody changes their own."""

import io
import re
from typing import Any

import pytest

from api.access.login_throttle import PAIR
from api.access.password_rules import check_password
from api.errors import InvalidError
from app import main
from store.db import Connection, Pool
from store.model import Role
from tests.integration.api.api_kit import PASSWORD, House, build_house

GOOD = "four brown horses"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password",
        "Password1",
        "12345678",
        "1234567890",
        "qwertyuiop",
        "iloveyou1",
        "11111111",
        "abcdefgh",
        "5201314520",
        "lina1987",
        "operator1",
        "x" * 1025,
    ],
)
def test_what_anybody_would_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidError):
        check_password(password, ["operator", "李娜 lina"])


@pytest.mark.parametrize(
    "password", [GOOD, PASSWORD, "k7#Qz!pW", "安心守护每一位老人的家", "zzz" + "9" * 80]
)
def test_what_is_not_is_taken(password: str) -> None:
    check_password(password, ["operator"])


def change(browser: Any, old: str, new: str) -> Any:
    csrf = {"X-CSRF-Token": browser.get("/api/v1/session").json()["csrf"]}
    sent = {"old": old, "new": new}
    return browser.put("/api/v1/session/password", json=sent, headers=csrf)


def test_everybody_changes_their_own_and_their_other_sessions_end(house: House) -> None:
    here, elsewhere = house.browser(), house.browser()
    assert change(here, PASSWORD, GOOD).status_code == 204
    assert here.get("/api/v1/session").status_code == 200
    assert elsewhere.get("/api/v1/session").status_code == 401
    sent = {"username": "the-operator", "password": GOOD}
    assert house.client().post("/api/v1/session", json=sent).status_code == 200


def test_not_without_the_present_one_nor_with_a_guessable_one(house: House) -> None:
    browser = house.browser()
    wrong = change(browser, "not this one", GOOD)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "old")
    assert change(browser, PASSWORD, "12345678").status_code == 422
    assert (
        house.client(Role.OPERATOR)
        .put("/api/v1/session/password", json={"old": PASSWORD, "new": GOOD})
        .status_code
        == 403
    ), "a program has none"
    assert house.browser().get("/api/v1/session").status_code == 200, "it is the same still"


def test_a_stolen_session_does_not_find_the_password_by_trying(house: House) -> None:
    browser = house.browser()
    tried = [change(browser, f"guess {n}", GOOD).status_code for n in range(3 * PAIR[0].amount)]
    assert 429 in tried


def page_token(browser: Any) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/password").text)
    assert found
    return found[1]


@pytest.mark.parametrize("role", list(Role))
def test_the_page_is_there_for_everybody(house: House, role: Role) -> None:
    browser = house.browser(role)
    sent = {"csrf": page_token(browser), "old": PASSWORD, "new": GOOD, "again": GOOD}
    weak = {"new": "12345678", "again": "12345678"}
    for bad in ({"again": "other one 4"}, {"old": "wrong"}, weak):
        answer = browser.post("/password", data={**sent, **bad})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert browser.post("/password", data={**sent, "csrf": "x"}).status_code == 403
    done = browser.post("/password", data=sent)
    assert done.status_code == 200
    assert 'role="status"' in done.text


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ANXIN_DATABASE_URL", database_url)

    def run(*words: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main.run(words)

    return run


ADD = ("user", "add", "li", "--role", "operator", "--name", "李娜")


def test_a_password_comes_from_a_file_or_standard_input(
    house: House, command: Any, tmp_path: Any
) -> None:
    assert command(*ADD, "--password-file", "-", typed=f"{GOOD}\n") == 0
    file = tmp_path / "password"
    file.write_text("six yellow boats\n")
    assert command("user", "password", "li", "--password-file", str(file)) == 0
    sent = {"username": "li", "password": "six yellow boats"}
    assert house.client().post("/api/v1/session", json=sent).status_code == 200


@pytest.mark.parametrize("words", [ADD, ("user", "password", "li"), ("hub", "add", "H0001")])
def test_a_password_on_the_command_line_is_refused(
    command: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Everybody on the machine sees it."""
    assert command(*words, "--password", "hush hush hush") == 2
    said = capsys.readouterr().err
    assert "--password-file" in said
    assert "hush" not in said


def test_a_guessable_or_empty_one_is_one_line(
    command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*ADD, "--password-file", "-", typed="12345678\n") == 1
    assert "too easy to guess" in capsys.readouterr().err
    assert command(*ADD, "--password-file", "-", typed="\n") == 2
