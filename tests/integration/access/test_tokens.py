"""Bearer tokens end, are listed and revoked, by the API and on the command line."""

from datetime import timedelta

import pytest

from api.access import accounts
from app import main
from store.access import tokens
from store.db import Connection, Pool
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


def works(house: House, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    return bool(house.client().get("/api/v1/session", headers=headers).status_code == 200)


def test_a_token_ends(house: House, conn: Connection) -> None:
    """Break: never looking at its end."""
    made = accounts.make_role_token(conn, Role.OPERATOR, "nightly", house.clock.now(), days=30)
    house.clock.move(days=30, seconds=-1)
    assert works(house, made.secret)
    house.clock.move(seconds=2)
    assert not works(house, made.secret)


def test_what_a_process_of_the_version_before_makes_ends_after_a_year(
    house: House, conn: Connection
) -> None:
    made = accounts.make_role_token(conn, Role.OPERATOR, "old", house.clock.now())
    conn.execute("UPDATE tokens SET expires_at = NULL")
    house.clock.move(days=364)
    assert works(house, made.secret)
    house.clock.move(days=2)
    assert not works(house, made.secret)
    assert tokens.find_user(conn, b"none", NOON) is None


def test_an_admin_makes_lists_and_revokes_them(house: House) -> None:
    admin = house.client(Role.ADMIN)
    sent = {"role": "operator", "label": "pager", "days": 7}
    made = admin.post("/api/v1/tokens", json=sent).json()
    assert works(house, made["token"])
    listed = admin.get("/api/v1/tokens").json()["items"]
    (mine,) = [one for one in listed if one["id"] == made["id"]]
    assert (mine["label"], mine["role"], mine["revoked_at"]) == ("pager", "operator", None)
    assert "token" not in mine
    assert admin.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert not works(house, made["token"])
    assert admin.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"role": "boss"}, {"days": 0}, {"days": 4000}, {"label": ""}, {"more": 1}]
)
def test_a_token_that_cannot_be_is_refused(house: House, wrong: dict[str, object]) -> None:
    sent = {"role": "operator", "label": "pager", **wrong}
    assert house.client(Role.ADMIN).post("/api/v1/tokens", json=sent).status_code == 422


def test_the_command_line_makes_lists_and_revokes_them(
    house: House,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", database_url)
    assert main.run(["token", "--role", "operator", "--label", "pager", "--days", "7"]) == 0
    secret = capsys.readouterr().out.strip()
    assert works(house, secret)
    assert main.run(["token", "list"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "pager" in line]
    assert "until" in line
    assert secret not in line
    assert main.run(["token", "revoke", line.split()[0]]) == 0
    assert not works(house, secret)
    assert main.run(["token", "revoke", line.split()[0]]) == 1
    capsys.readouterr()
    assert main.run(["token", "list"]) == 0
    assert "revoked" in capsys.readouterr().out
    assert main.run(["token"]) == 2


def test_a_token_of_long_ago_is_not_listed(house: House, conn: Connection) -> None:
    made = accounts.make_role_token(conn, Role.OPERATOR, "short", house.clock.now(), days=1)
    house.clock.at += timedelta(days=32)
    listed = tokens.listed(conn, house.clock.now() - timedelta(days=30))
    assert made.id not in {one.id for one in listed}
