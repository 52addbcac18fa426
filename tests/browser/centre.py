"""The application on a real port over a test's database, opened in a real browser."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from uuid import uuid4

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from alerts.alarm.receiving import receive_signal
from alerts.policy import Policy
from alerts.response import contact_answers, sms_replies
from api.access.accounts import add_user
from api.deps import ApiDeps
from app.free_port import free_port
from store.access import sessions
from store.alarm import alarms
from store.db import Connection
from store.home import people, registry
from store.model import Alarm, Answer, Kind, Role, Signal
from tests.district import District, TestHome
from tests.one_app import app_with
from tests.passwords import quick_hash

PASSWORD = "correct horse battery"
POLICY = Policy(channels=frozenset({"sms", "voice", "apprise"}), services={"120": "+8673184512345"})


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def seconds_until(self, at: datetime) -> float:
        return (at - self.now()).total_seconds()


class Server:
    """uvicorn in a thread, always on the same port, that can be cut off and come back."""

    def __init__(self, deps: Callable[[str], ApiDeps]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._deps = deps(self.url)
        self.start()

    def start(self) -> None:
        config = uvicorn.Config(
            app_with(self._deps),
            host="127.0.0.1",
            port=self.port,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = monotonic() + 20
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            assert monotonic() < deadline, "the server did not start in time"
            self._thread.join(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"


@dataclass
class Centre:
    """What the stories are told with."""

    server: Server
    conn: Connection
    district: District
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def employ(self, username: str, name: str, language: str, role: Role = Role.OPERATOR) -> None:
        add_user(
            self.conn,
            username=username,
            role=role,
            password=None,
            now=datetime.now(UTC),
            name=name,
            language=language,
        )
        sessions.set_password(self.conn, username, quick_hash(PASSWORD))

    def open(
        self, path: str = "/login", width: int = 1280, height: int = 800, *, scripts: bool = True
    ) -> Page:
        """A browser of its own, that has never been here."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            base_url=self.server.url,
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def log_in(self, username: str, width: int = 1280, height: int = 800) -> Page:
        page = self.open("/login", width, height)
        page.locator("#username").fill(username)
        page.locator("#password").fill(PASSWORD)
        page.locator("button.primary").click()
        expect(page).not_to_have_url(f"{self.server.url}/login")
        return page

    def at_work(self, username: str, width: int = 1280, height: int = 800) -> Page:
        """Logged in, the line to the centre up, the shift begun."""
        page = self.log_in(username, width, height)
        expect(page.locator("html[data-line=up]")).to_be_attached()
        page.locator("#shift").click()
        expect(page.locator("html[data-sound=on]")).to_be_attached()
        return page

    def press(self, kind: Kind = Kind.HELP_CALL, home: TestHome | None = None) -> Alarm:
        """Somebody needs help: the signal arrives and is committed."""
        home = home or self.district.home
        device = registry.find_device(self.conn, home.code, home.button)
        assert device is not None
        now = datetime.now(UTC)
        signal = Signal(home.button, kind, True, False, None, now, now, False, False)
        with self.conn.transaction():
            receipt = receive_signal(self.conn, device, signal, now, POLICY)
        assert receipt.alarm_id is not None
        # No engine runs here. What waits would bring a banner sooner or later, and what is below
        # would move from under the pointer.
        self.conn.execute(
            "UPDATE notifications SET state = 'SENT', sent_at = %s WHERE state = 'QUEUED'", [now]
        )
        return self.alarm(receipt.alarm_id)

    def replies(self, person_id: int, alarm: Alarm, answer: Answer) -> None:
        person = people.find_person(self.conn, person_id)
        assert person is not None
        contact_answers.respond(
            self.conn, alarm.id, person, answer, via="sms", now=datetime.now(UTC), policy=POLICY
        )

    def writes(self, position: int, text: str) -> None:
        """A contact of the first home writes an SMS."""
        phone = self.district.home.phones[position - 1]
        sms = sms_replies.InboundSms(f"SM{uuid4().hex}", phone, text)
        sms_replies.receive_sms(self.conn, sms, datetime.now(UTC), POLICY)

    def alarm(self, alarm_id: int) -> Alarm:
        found = alarms.get(self.conn, alarm_id)
        assert found is not None
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        """What a script or the content policy complains about; a refused request is no bug."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)
