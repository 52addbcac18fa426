"""A whole monitoring centre for acceptance tests: database, broker, fake carrier, API and hubs.

home = centre.home()
home.press("button-1")
centre.daughter().wait_for_sms("help call")
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx
import orjson
import psycopg
from paho.mqtt import publish
from psycopg.types.json import Jsonb

from alerts.engine.engine import RECONCILE_EVERY, Engine
from alerts.notify.carriers.aliyun.queue import queues_of
from alerts.notify.carriers.aliyun.sms import AliyunSms
from alerts.notify.carriers.aliyun.voice import AliyunVoice
from alerts.notify.carriers.interface import ByCarrier
from alerts.notify.carriers.twilio.account import TwilioAccount
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.carriers.twilio.voice import TwilioVoice
from alerts.notify.channels.interface import CarrierQueue, Channel
from alerts.policy import Policy
from api.access.accounts import make_token
from api.app import create_app
from api.deps import ApiDeps
from api.server import ApiServer
from app.bootstrap.wiring import broker_of
from app.config.addresses import MqttAddress
from app.config.clock import SystemClock
from app.config.settings import Settings
from app.free_port import free_port
from device_sim.hubs.hub import Hub
from device_sim.phones import Phone, Phones
from ingest.service import LANES, Ingest
from store.alarm.kinds import KINDS
from store.answer_limits import ANSWER_WITHIN
from store.db import WORK_CHANNEL, Pool, open_pool
from tests import aliyun
from tests.broker import AnyBroker, forget_session
from tests.district import District, build_district

ACCOUNT = "AC" + "1" * 32
TOKEN = "story"
LIFE_SENDER, REST_SENDER = "+8610000000002", "+8610000000001"
TEMPLATES = {"alarm": "HX" + "a" * 32}
TEMPLATE_TEXTS = {TEMPLATES["alarm"]: "【安心】{{1}}家{{2}}，{{3}}，编号{{4}}"}
EVERY_WAY = frozenset({"sms", "voice", "apprise"})
SECRET = "s" * 32
QUICK_BEAT = 0.05
"""Seconds between an ingest's heartbeats: a test waits for the first that says it is connected."""
LOOK = 0.1
"""Seconds between two looks at what nobody notifies."""
DEADLINE = 15.0
"""Seconds an event may take on a busy machine before a test gives up."""


class Console:
    """An operator's screen: hears the stream, acts by the API."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=DEADLINE)
        self.alarms: dict[int, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def wait_for(self, shows: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """The first alarm on the screen for which `shows` holds."""
        with self._changed:
            self._changed.wait_for(
                lambda: any(shows(a) for a in self.alarms.values()), timeout=DEADLINE
            )
            found = [a for a in self.alarms.values() if shows(a)]
            assert found, f"the screen never showed {what}; it shows {self.alarms}"
            return found[0]

    def act(self, path: str, **body: Any) -> Any:
        """POST below /api/v1; the answer's JSON."""
        answer = self.http.post(f"/api/v1/{path}", json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def detail(self, alarm: int) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/alarms/{alarm}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def journal(self, alarm: int) -> list[str]:
        return [line["event"] for line in self.detail(alarm)["journal"]]

    def close(self) -> None:
        self._closing.set()
        self.http.close()

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                with httpx.Client(headers=self.http.headers, timeout=60) as client:
                    url = f"{str(self.http.base_url).rstrip(chr(47))}/api/v1/stream"
                    with client.stream("GET", url) as answer:
                        self._read(answer.iter_lines())
            except (httpx.HTTPError, RuntimeError):
                self._closing.wait(0.1)

    def _read(self, lines: Iterator[str]) -> None:
        event = ""
        for line in lines:
            if self._closing.is_set():
                return
            if line.startswith("event:"):
                event = line[6:].strip()
            elif line.startswith("data:") and event in ("queue", "alarm"):
                self._show(event, orjson.loads(line[5:]))

    def _show(self, event: str, data: Any) -> None:
        shown = data if isinstance(data, list) else data.get("items", [data])
        with self._changed:
            if event == "queue":
                self.alarms = {}
            for alarm in shown:
                self.alarms[alarm["id"]] = alarm
            self._changed.notify_all()


@dataclass
class Centre:
    """Everything a story needs. Parts start when first asked for and stop with the test."""

    database_url: str
    pool: Pool
    broker: AnyBroker
    district: District
    phones: Phones
    policy: Policy
    stack: ExitStack
    port: int
    settings: Settings
    ends: list[Callable[[], None]] = field(default_factory=list)
    """What tells the parts to end; each is waited for when the stack unwinds."""
    hubs: dict[str, Hub] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    """Channels beside the carrier's."""
    china: bool = False
    """Whether there are templates registered for +86."""
    aliyun: bool = False
    """Whether Alibaba Cloud is there beside Twilio; the policy says who may serve whom."""
    carrier_url: str = ""
    """What the engine takes for the carrier, the phones themselves if empty."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hub(self, home: str = "H0001") -> Hub:
        """The home's hub, connected."""
        if home not in self.hubs:
            address = MqttAddress.parse(self.broker.hub_url(home))
            assert address is not None
            hub = Hub(home, address.password or "", address.host, address.port)
            self.stack.callback(hub.stop)
            hub.start()
            self.hubs[home] = hub
        return self.hubs[home]

    def publish(self, home: str, topic: str, payload: bytes) -> None:
        """One plain message of a home's hub, as any MQTT client sends it; QoS 1."""
        address = MqttAddress.parse(self.broker.hub_url(home))
        assert address is not None
        publish.single(
            topic,
            payload,
            qos=1,
            hostname=address.host,
            port=address.port,
            client_id=f"plain-{home}",
            auth={"username": home, "password": address.password or ""},
        )

    def contact(self, position: int = 1, home: int = 1) -> Phone:
        return self.phones[self.district.homes[home - 1].phones[position - 1]]

    def responder(self) -> Phone:
        return self.phones[self.district.responder_phone]

    def console(self, operator: int = 0) -> Console:
        """A screen logged in as one of the operators."""
        user = self.district.operators[operator]
        with self.pool.connection() as conn:
            token = make_token(conn, user.username, "story", SystemClock().now()).secret
        console = Console(self.url, token)
        self.stack.callback(console.close)
        return console

    def set_plan(self, steps: list[dict[str, Any]], cycles: int = 2) -> None:
        """Use this plan for whatever endangers somebody from now on."""
        dangers = [kind for kind, record in KINDS.items() if record.endangers]
        with self.pool.connection() as conn:
            conn.execute(
                "UPDATE plans SET retired_at = %s WHERE kind = ANY (%s)",
                [SystemClock().now(), dangers],
            )
            conn.execute(
                "INSERT INTO plans (code, version, steps, cycles, created_at) "
                "SELECT 'default', max(version) + 1, %s, %s, %s FROM plans",
                [Jsonb(steps), cycles, SystemClock().now()],
            )

    def wait_until(self, query: str, what: str, **values: Any) -> Any:
        """Wait until a query's first value is true; looks again with every notification."""
        give_up = monotonic() + DEADLINE
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            conn.execute(f"LISTEN {WORK_CHANNEL}".encode())
            while True:
                row = conn.execute(query.encode(), values).fetchone()
                if row and row[0]:
                    return row[0]
                assert monotonic() < give_up, f"waited in vain for {what}"
                for _ in conn.notifies(timeout=LOOK, stop_after=1):
                    """Look again."""

    def start_ingest(self, instance: str = "ingest-1") -> Callable[[], None]:
        """An ingest in this process; returns what stops it. Waits until its lanes are connected."""
        pool = self.stack.enter_context(
            open_pool(self.database_url, size=6, answer_within=ANSWER_WITHIN)
        )
        ingest = Ingest(
            pool,
            self.database_url,
            broker_of(self.settings),
            SystemClock(),
            self.policy,
            instance,
            beat=QUICK_BEAT,
        )
        stop = self._run(ingest.run)
        self.wait_until(
            "SELECT detail->>'urgent' = 'connected' AND detail->>'bulk' = 'connected' "
            "FROM heartbeats WHERE process = 'ingest' AND instance = %(instance)s",
            "ingest to be connected",
            instance=instance,
        )
        return stop

    def start_engine(
        self, instance: str = "alerts-1", reconcile_every: float = RECONCILE_EVERY
    ) -> Callable[[], None]:
        pool = self.stack.enter_context(
            open_pool(self.database_url, size=12, answer_within=ANSWER_WITHIN)
        )
        account = self.account()
        channels: dict[str, Channel | ByCarrier] = {
            "sms": TwilioSms(account),
            "voice": TwilioVoice(account),
            **self.channels,
        }
        queues: list[CarrierQueue] = []
        if self.aliyun:
            domestic = aliyun.account(self.phones.url)
            channels |= {
                "sms": ByCarrier({"aliyun": AliyunSms(domestic), "twilio": TwilioSms(account)}),
                "voice": ByCarrier(
                    {"aliyun": AliyunVoice(domestic), "twilio": TwilioVoice(account)}
                ),
            }
            queues = queues_of(domestic)
        engine = Engine(
            pool,
            self.database_url,
            channels,
            SystemClock(),
            self.policy,
            instance,
            reconcile_every=reconcile_every,
            queues=queues,
        )
        return self._run(engine.run)

    def account(self) -> TwilioAccount:
        return TwilioAccount(
            ACCOUNT,
            TOKEN,
            sender=REST_SENDER,
            life_sender=LIFE_SENDER,
            api_url=self.carrier_url or self.phones.url,
            public_url=self.url,
            templates=TEMPLATES if self.china else {},
        )

    def start_api(self) -> Callable[[], None]:
        app = create_app(
            ApiDeps(
                pool=self.pool,
                database_url=self.database_url,
                clock=SystemClock(),
                policy=self.policy,
                secret_key=SECRET,
                public_url=self.url,
                twilio_auth_token=TOKEN,
                language="en",
                secure_cookies=False,
            )
        )
        server = ApiServer(app, port=self.port)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        self.wait_until_answered()

        def end() -> None:
            server.should_exit = True

        return self._waited_for(thread, end)

    def wait_until_answered(self) -> None:
        """The console's address takes connections."""
        deadline = monotonic() + DEADLINE
        while monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/healthz", timeout=DEADLINE)
            except httpx.TransportError:
                threading.Event().wait(0.02)
            else:
                return
        raise AssertionError("the api did not start")

    def env(self, instance: str) -> dict[str, str]:
        """The settings of a process of this centre."""
        return {
            "ANXIN_DATABASE_URL": self.database_url,
            "ANXIN_MQTT_URL": self.broker.centre_url,
            "ANXIN_PUBLIC_URL": self.url,
            "ANXIN_SECRET_KEY": SECRET,
            "ANXIN_HTTP": f"127.0.0.1:{self.port}",
            "ANXIN_TWILIO_ACCOUNT_SID": ACCOUNT,
            "ANXIN_TWILIO_AUTH_TOKEN": TOKEN,
            "ANXIN_TWILIO_FROM": REST_SENDER,
            "ANXIN_TWILIO_LIFE_FROM": LIFE_SENDER,
            "ANXIN_TWILIO_API_URL": self.phones.url,
            "ANXIN_INSTANCE": instance,
            "ANXIN_LOG_FORMAT": "keyvalue",
        }

    def _run(self, work: Callable[[threading.Event], None]) -> Callable[[], None]:
        asked = threading.Event()
        thread = threading.Thread(target=work, args=(asked,), daemon=True)
        thread.start()

        return self._waited_for(thread, asked.set)

    def _waited_for(self, thread: threading.Thread, end: Callable[[], None]) -> Callable[[], None]:
        """Return what ends a thread and waits for it; so does the centre's end."""

        def stop() -> None:
            end()
            thread.join(DEADLINE)

        self.ends.append(end)
        self.stack.callback(stop)
        return stop

    def end_all(self) -> None:
        """Tell all parts to end, so that they do it at the same time."""
        for end in self.ends:
            end()


@contextmanager
def open_centre(
    database_url: str, broker: AnyBroker, *, homes: int = 1, policy: Policy | None = None
) -> Iterator[Centre]:
    """A centre over an empty database. Nothing of ours runs yet."""
    with ExitStack() as stack:
        pool = stack.enter_context(open_pool(database_url, size=24, answer_within=ANSWER_WITHIN))
        with pool.connection() as conn:
            district = build_district(conn, homes=homes, now=SystemClock().now())
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        phones = stack.enter_context(
            Phones(
                ACCOUNT,
                TOKEN,
                inbound_url=f"{url}/webhooks/twilio/sms",
                voice_url=f"{url}/webhooks/twilio/voice",
                voice_status_url=f"{url}/webhooks/twilio/voice/status",
                templates=TEMPLATE_TEXTS,
                alibaba=aliyun.simulated(),
            )
        )
        settings = Settings(
            database_url=database_url,
            mqtt_url=MqttAddress.parse(broker.centre_url),
            secret_key=SECRET,
        )
        given = broker_of(settings)
        for lane in LANES:
            forget_session(broker.centre_url, f"anxin-ingest-{lane.name}-{given.session_secret}")
        chosen = policy or Policy(public_url=url, language="en")
        centre = Centre(database_url, pool, broker, district, phones, chosen, stack, port, settings)
        try:
            yield centre
        finally:
            centre.end_all()
