"""What API tests share: an application, a clock to set, a user of every role with a token."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from alerts.alarm.receiving import receive_signal
from alerts.policy import Policy
from api.access.accounts import add_user, make_token
from api.deps import ApiDeps
from store.access import sessions
from store.db import Connection, Pool
from store.home import registry
from store.model import Kind, Role, Signal, User
from tests.district import NOON, District, build_district
from tests.one_app import app_with
from tests.passwords import quick_hash

TWILIO_TOKEN = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse"
HERE = ("127.0.0.1", 50_000)
PUBLIC = "https://anxin.example.org"


@dataclass
class HandClock:
    """Stands still until moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def seconds_until(self, at: datetime) -> float:
        return (at - self.at).total_seconds()

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class House:
    """An application over a small district, and somebody of every role with a token."""

    app: FastAPI
    clock: HandClock
    district: District
    users: dict[Role, User]
    tokens: dict[Role, str]
    conn: Connection = field(repr=False)

    def client(self, role: Role | None = None) -> TestClient:
        """A program of that role; None: nobody."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return TestClient(self.app, headers=headers, client=HERE, raise_server_exceptions=False)

    def browser(self, role: Role = Role.OPERATOR) -> TestClient:
        """A browser with a session, without the CSRF header."""
        client = TestClient(self.app, client=HERE, raise_server_exceptions=False)
        answer = client.post(
            "/api/v1/session", json={"username": f"the-{role}", "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        return client

    def press(self, home: str = "H0001", kind: Kind = Kind.HELP_CALL) -> int:
        """A signal of the home; returns its alarm."""
        return press(self.conn, home, kind, self.clock.now())


def press(conn: Connection, home: str, kind: Kind = Kind.HELP_CALL, at: datetime = NOON) -> int:
    device = registry.find_device(conn, home, "button-1")
    assert device is not None
    signal = Signal("button-1", kind, True, False, None, at, at, True, False)
    with conn.transaction():
        receipt = receive_signal(conn, device, signal, at, Policy())
    assert receipt.alarm_id is not None
    return receipt.alarm_id


def deps_for(
    pool: Pool, database_url: str, clock: HandClock, policy: Policy | None = None
) -> ApiDeps:
    policy = policy or Policy()
    return ApiDeps(pool, database_url, clock, policy, "k" * 32, PUBLIC, TWILIO_TOKEN, "zh", False)


def build_house(
    pool: Pool,
    conn: Connection,
    database_url: str,
    homes: int = 2,
    policy: Policy | None = None,
) -> House:
    clock = HandClock()
    district = build_district(conn, homes=homes)
    person = {Role.FAMILY: district.home.contacts[0], Role.RESPONDER: district.responder}
    users, tokens = {}, {}
    for role in Role:
        users[role] = add_user(
            conn,
            username=f"the-{role}",
            role=role,
            password=None,
            now=NOON,
            name=f"The {role}",
            person_id=person.get(role),
        )
        sessions.set_password(conn, f"the-{role}", quick_hash(PASSWORD))
        tokens[role] = make_token(conn, f"the-{role}", "test", NOON, days=3650).secret
    app = app_with(deps_for(pool, database_url, clock, policy))
    return House(app, clock, district, users, tokens, conn)
