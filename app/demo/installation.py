"""What `anxin demo` runs: a deployment's processes, and parts that stand in for the rest."""

import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from alerts.notify.carriers.twilio.account import REPORT_TRIES, SCRIPT_TRIES
from app.config.addresses import ListenAddress
from app.config.clock import ScaledClock
from app.demo.district import make_district
from app.demo.running_database import DATABASE_FOLDER
from app.demo.simulator_files import write_homes, write_phones, write_private
from app.embedded.broker import EmbeddedBroker
from app.embedded.installed_mosquitto import InstalledMosquitto, installed_mosquitto
from app.embedded.postgres import EmbeddedPostgres
from app.processes.guarded_process import Command
from app.processes.service import Service, url_answers
from device_sim.carrier.alibaba.access_key import DEMO_KEY

PHONES_ABOVE = 10
"""The simulated phones answer this many ports above the console."""


@dataclass(frozen=True)
class DemoOptions:
    """What the command line says."""

    homes: int
    http: ListenAddress
    mqtt: ListenAddress
    data: Path
    seed: int
    speed: float
    simulate: bool
    phones: ListenAddress | None = None
    """Where the simulated phones answer; None: beside the console."""
    mosquitto: bool = False
    """Use the Mosquitto of this machine, if there is one."""


@dataclass(frozen=True)
class DemoSecrets:
    """Made once for a data directory, for its owner only."""

    password: str
    secret_key: str
    account_sid: str
    auth_token: str


def _broker(options: DemoOptions) -> EmbeddedBroker:
    folder = options.data / "broker"
    found = installed_mosquitto() if options.mosquitto else None
    if found is None:
        return EmbeddedBroker(folder, devices=options.mqtt)
    return InstalledMosquitto(*found, folder, options.mqtt)


class DemoInstallation:
    """The demo's parts, put together; nothing runs yet."""

    def __init__(self, options: DemoOptions) -> None:
        options.data.mkdir(parents=True, exist_ok=True)
        self.options = options
        self.secrets = _secrets(options.data / "secrets.json")
        self.district = make_district(options.homes, options.seed)
        self.database = EmbeddedPostgres(options.data / DATABASE_FOLDER)
        self.broker = _broker(options)
        self.passwords = self.broker.add_hubs({h.code: None for h in self.district.homes})
        self.phones = options.phones or phones_address(options.http)
        self._clock = (
            "" if options.speed == 1 else ScaledClock.starting_now(options.speed).setting()
        )
        write_homes(options.data / "homes.json", self.district, self.passwords)
        write_phones(options.data / "phones.json", self.district)

    @property
    def console_url(self) -> str:
        return f"http://{_reachable(self.options.http)}"

    @property
    def phones_url(self) -> str:
        return f"{self.carriers_url}/phones"

    @property
    def carriers_url(self) -> str:
        return f"http://{_reachable(self.phones)}"

    @property
    def token_file(self) -> Path:
        """Holds a bearer token for simulations."""
        return self.options.data / "token"

    def simulate_command(self, scenario: str) -> str:
        """What plays a scenario in this demo and compares."""
        words = ["anxin simulate", scenario, "--homes", str(self.options.data / "homes.json")]
        words += ["--broker", _reachable(self.options.mqtt), "--api", self.console_url]
        words += ["--token-file", str(self.token_file)]
        words += ["--phones", self.carriers_url, "--close-open"]
        return " ".join(words + (["--clock", self._clock] if self._clock else []))

    def services(self) -> list[Service]:
        """In the order of their start."""
        ready = url_answers(f"{self.console_url}/readyz")
        parts = [
            self.database.service("database"),
            self.broker.service("broker"),
            self._anxin("migrate", after=("database",), once=True),
            self._anxin(
                "seed",
                "--homes",
                str(self.options.homes),
                "--seed",
                str(self.options.seed),
                "--token-file",
                str(self.token_file),
                after=("database", "migrate"),
                once=True,
            ),
            self._anxin(
                "phones",
                "--http",
                str(self.phones),
                "--names",
                str(self.options.data / "phones.json"),
                "--inbound-url",
                f"{self.console_url}/webhooks/twilio/sms{REPORT_TRIES}",
                "--inbound-voice-url",
                f"{self.console_url}/webhooks/twilio/voice{SCRIPT_TRIES}",
                "--inbound-status-url",
                f"{self.console_url}/webhooks/twilio/voice/status{REPORT_TRIES}",
                "--access-key-id",
                DEMO_KEY.id,
                "--access-key-secret",
                DEMO_KEY.secret,
            ),
            self._anxin("ingest", after=("database", "broker", "migrate")),
            self._anxin("alerts", after=("database", "phones", "migrate")),
            self._anxin("api", after=("database", "seed", "ingest", "alerts"), ready=ready),
        ]
        if self.options.simulate:
            parts.append(self._simulated_homes())
        return parts

    def _simulated_homes(self) -> Service:
        homes = str(self.options.data / "homes.json")
        words = ["simulate", "--homes", homes, "--mqtt", _reachable(self.options.mqtt)]
        words += ["--seed", str(self.options.seed)]
        if self._clock:
            factor, _, real = self._clock.split("@")
            words += ["--speed", factor, "--epoch", real]
        return self._anxin(*words, after=("broker", "api"))

    def _anxin(self, name: str, *words: str, **options: object) -> Service:
        command = Command(
            [sys.executable, "-P", "-m", "app.main", name, *words], env=self._env(name)
        )
        return Service(name, command, **options)  # type: ignore[arg-type]

    def _env(self, name: str) -> Mapping[str, str]:
        """All of it, so that nothing of a real installation's settings gets into the demo."""
        return {
            "ANXIN_DATABASE_URL": self.database.processes_url,
            "ANXIN_DATABASE_OWNER_URL": self.database.url if name == "migrate" else "",
            "ANXIN_MQTT_URL": self.broker.centre_url,
            "ANXIN_PUBLIC_URL": self.console_url,
            "ANXIN_SECRET_KEY": self.secrets.secret_key,
            "ANXIN_HTTP": str(self.options.http),
            "ANXIN_INSTANCE": f"{name}-1",
            "ANXIN_TWILIO_ACCOUNT_SID": self.secrets.account_sid,
            "ANXIN_TWILIO_AUTH_TOKEN": self.secrets.auth_token,
            "ANXIN_TWILIO_FROM": "+8610000000001",
            "ANXIN_TWILIO_LIFE_FROM": "+8610000000002",
            "ANXIN_TWILIO_MESSAGING_SERVICE_SID": "",
            "ANXIN_CENTRE_PHONE": "12349",
            "ANXIN_TWILIO_API_URL": self.carriers_url,
            "ANXIN_HEARTBEAT_URL": "",
            "ANXIN_METRICS": "",
            "ANXIN_DISKS": str(self.options.data.absolute()),
            "ANXIN_CLOCK": self._clock,
            "ANXIN_DEMO_PASSWORD": self.secrets.password,
        }


def phones_address(http: ListenAddress) -> ListenAddress:
    """Where the simulated phones answer when the console does at `http`."""
    return ListenAddress(http.host, http.port + PHONES_ABOVE)


def _secrets(path: Path) -> DemoSecrets:
    if path.exists():
        return DemoSecrets(**json.loads(path.read_text(encoding="utf-8")))
    made = DemoSecrets(
        password=secrets.token_urlsafe(9),
        secret_key=secrets.token_hex(32),
        account_sid="AC" + secrets.token_hex(16),
        auth_token=secrets.token_hex(16),
    )
    write_private(path, json.dumps(asdict(made)))
    return made


def _reachable(address: ListenAddress) -> str:
    """How to reach what listens on `address` from this machine."""
    host = "127.0.0.1" if address.host in ("0.0.0.0", "::") else address.host  # noqa: S104
    return str(ListenAddress(host, address.port))
