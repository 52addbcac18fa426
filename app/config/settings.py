"""All settings of an installation, read once when a command starts and handed down.

They come from the environment, from `ANXIN_…_FILE` (a file holding the value, for secrets of
container platforms) and from a `.env` file in the working directory, in this order of weight.
"""

import difflib
import os
import re
import zoneinfo
from collections.abc import Collection
from datetime import tzinfo
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from alerts.notify.channels.registry import ChannelSettings
from alerts.phone_numbers import service_number
from alerts.setting_fields import LOOPBACK, Networks, WebAddress, matching, read_json
from app.config.addresses import ListenAddress, MqttAddress
from app.config.clock import clock_from
from app.config.secret_files import FileSource
from app.errors import SettingsError
from store.model import Kind

PREFIX = "ANXIN_"

# What to write instead. Also the list of settings a message may end with.
HINTS = {
    "database_url": "postgresql://user:password@host:5432/database",
    "database_owner_url": "the database's owner, for `anxin migrate`: "
    "postgresql://user:password@host:5432/database",
    "mqtt_url": "mqtt://user:password@host:1883 or mqtts://user:password@host:8883",
    "mqtt_admin_url": "mqtt://admin:password@host:1883, whoever may add and revoke hubs there",
    "secret_key": "at least 32 random characters; `openssl rand -hex 32` makes some",
    "former_secret_keys": "earlier values of ANXIN_SECRET_KEY, whose queues are to be emptied",
    "timezone": "a name of the IANA list, like Asia/Shanghai",
    "language": "zh or en",
    "voice_first": "beginnings of numbers that are called before they are written to, like +86",
    "segments_per_second": "how many SMS segments a second your plain number may send, like 1",
    "owner_away_seconds": "how long an operator may be cut off and keep their alarms, like 180",
    "bundle_seconds": "how long technical messages wait for others to the same person, like 180",
    "china_sms_budget": "how many SMS a day a +86 number may get, like 20; 0: not counted",
    "china_sms_budget_life": "how many of them are kept for life-safety, like 10",
    "keep_raw_days": "how many days readings are kept as they came, from 8, like 90",
    "keep_hourly_days": "how many days their sums by hour are kept, like 730",
    "keep_daily_days": "how many days their sums by day are kept, from 31, like 3650",
    "keep_door_codes_days": "how many days texts with the way into a home are kept, like 2",
    "keep_message_texts_days": "how many days the words of messages are kept, like 365",
    "keep_messages_days": "how many days it is kept that a message was sent, from 30, like 1095",
    "keep_signals_days": "how many days signals are kept, from 30, like 1095",
    "keep_access_views_days": "how many days it is kept who saw the way into a home, from 183, "
    "like 1095",
    "keep_dead_letters_days": "how many days unreadable messages are kept, like 90",
    "progress_by_kind": 'seconds until a re-alarm, 30 to 86400, by kind, like {"smoke": 180}',
    "services": "numbers of outside services, with their country or short, like "
    '{"120": "+8673184512345", "12345": "12345"}',
    "gas_company": "the gas company's emergency number, with its country or short, like 96777",
    "centre_phone": "the number people ring the centre at, with its country or short, like "
    "+8673184512345 or 12349",
    "instance": "1 to 32 letters, digits, _ or -, another one for each process of a kind",
    "http": "HOST:PORT, like 0.0.0.0:8000",
    "trusted_proxies": "addresses or networks of your reverse proxies, like 127.0.0.1, 172.18.0.1",
    "monitors": "addresses or networks that may read /readyz and /metrics, like 127.0.0.1",
    "metrics": "HOST:PORT, like 127.0.0.1:9100",
    "disks": "directories whose disks are watched, with commas between them, like /watch/db",
    "heartbeat_url": "the http:// or https:// address your monitor expects to be called",
    "clock": "FACTOR@SIMULATED@REAL, like 60@2026-11-21T08:00:00Z@2026-11-21T07:12:30Z",
    "log_format": "auto, text, keyvalue or json",
    "log_level": "debug, info, warning or error",
    "log_sql": "1 or 0",
    "debug": "1 or 0",
    **{name: field.description or "" for name, field in ChannelSettings.model_fields.items()},
}


def _postgres(url: str) -> str:
    if url and not re.match(r"postgres(ql)?://", url):
        raise ValueError("it does not start with postgresql://")
    return url


def _long_enough(key: str) -> str:
    if key and len(key) < 32:
        raise ValueError(f"it has only {len(key)} characters")
    return key


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone is known") from error
    return name


def _clock(text: str) -> str:
    clock_from(text)
    return text


def _listed(given: object) -> object:
    """Several values in one text, with commas or blanks between them."""
    return given.replace(",", " ").split() if isinstance(given, str) else given


def _optional_number(number: str) -> str:
    return service_number(number) if number else ""


Number = Annotated[str, AfterValidator(service_number)]
# NoDecode: these are read by us, not as JSON
Mqtt = Annotated[MqttAddress | None, NoDecode, BeforeValidator(MqttAddress.parse)]
Listen = Annotated[ListenAddress | None, NoDecode, BeforeValidator(ListenAddress.parse)]


class Settings(ChannelSettings, BaseSettings):
    """One field a setting; a text that was not given is empty. Secrets are not in the repr, and may
    be given as files (secret_files.py)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_postgres)] = Field(default="", repr=False)
    database_owner_url: Annotated[str, AfterValidator(_postgres)] = Field(default="", repr=False)
    mqtt_url: Mqtt = Field(default=None, repr=False)
    mqtt_admin_url: Mqtt = Field(default=None, repr=False)
    secret_key: Annotated[str, AfterValidator(_long_enough)] = Field(default="", repr=False)
    former_secret_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), repr=False
    )
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    voice_first: Annotated[list[str], NoDecode, BeforeValidator(_listed)] = Field(
        default_factory=list
    )
    segments_per_second: Annotated[float, Field(ge=0, le=1000)] = 1.0
    bundle_seconds: Annotated[int, Field(ge=0, le=3600)] = 180
    owner_away_seconds: Annotated[int, Field(ge=60, le=3600)] = 180
    china_sms_budget: Annotated[int, Field(ge=0)] = 0
    china_sms_budget_life: Annotated[int, Field(ge=0)] = 0
    services: Annotated[dict[str, Number], NoDecode, BeforeValidator(read_json)] = Field(
        default_factory=dict
    )
    gas_company: Annotated[str, AfterValidator(_optional_number)] = ""
    centre_phone: Annotated[str, AfterValidator(_optional_number)] = ""
    progress_by_kind: Annotated[
        dict[Kind, Annotated[int, Field(ge=30, le=86_400)]], NoDecode, BeforeValidator(read_json)
    ] = Field(default_factory=dict)
    # a device's own time is believed for 7 days: what comes so late is still rolled up
    keep_raw_days: Annotated[int, Field(ge=8, le=36_500)] = 90
    keep_hourly_days: Annotated[int, Field(ge=8, le=36_500)] = 730
    keep_daily_days: Annotated[int, Field(ge=31, le=36_500)] = 3650
    keep_dead_letters_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    keep_door_codes_days: Annotated[int, Field(ge=1, le=36_500)] = 2
    keep_message_texts_days: Annotated[int, Field(ge=2, le=36_500)] = 365
    # delivery reports and replies come within days, and a month is closed with its figures
    keep_messages_days: Annotated[int, Field(ge=30, le=36_500)] = 1095
    keep_signals_days: Annotated[int, Field(ge=30, le=36_500)] = 1095
    # never less than six months (Cybersecurity Law, article 21)
    keep_access_views_days: Annotated[int, Field(ge=183, le=36_500)] = 1095
    instance: Annotated[str, matching(r"[A-Za-z0-9_-]{1,32}")] = "1"
    http: Annotated[ListenAddress, NoDecode, BeforeValidator(ListenAddress.parse)] = ListenAddress(
        "0.0.0.0",  # noqa: S104 - the container's outside; behind it is a reverse proxy
        8000,
    )
    trusted_proxies: Networks = ()
    monitors: Networks = LOOPBACK
    metrics: Listen = None
    disks: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    heartbeat_url: WebAddress = Field(default="", repr=False)
    clock: Annotated[str, AfterValidator(_clock)] = ""
    log_format: Literal["auto", "text", "keyvalue", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_sql: bool = False
    debug: bool = False

    @property
    def zone(self) -> tzinfo:
        """The time zone people are shown."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def mqtt(self) -> MqttAddress:
        """The broker's address; SettingsError when it was not given."""
        if self.mqtt_url is None:
            raise SettingsError(_missing("mqtt_url"))
        return self.mqtt_url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the `…_FILE` settings between the environment and the .env file."""
        return init_settings, env_settings, FileSource(settings_cls), dotenv_settings


def load_settings(needs: Collection[str] = (), **overrides: Any) -> Settings:
    """Read the settings; `needs` are the fields (`database_url`, …) a command cannot do without.

    Raises SettingsError with one line that says which setting, why, and what to write instead.
    The value itself is never in the message: it may be a secret.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("; and ".join(_wrong(line) for line in error.errors())) from None
    missing = [field for field in needs if not getattr(settings, field)]
    if missing:
        raise SettingsError("; and ".join(_missing(field) for field in missing))
    return settings


def _wrong(line: Any) -> str:
    if not line["loc"]:
        return str(line["ctx"]["error"])
    field = str(line["loc"][0])
    # Only our own sentences are repeated: pydantic's may quote the value.
    why = str(line["ctx"]["error"]) if line["type"] == "value_error" else "it is not one of those"
    return f"{PREFIX}{field.upper()} is wrong: {why}; write {HINTS[field]}"


def _missing(field: str) -> str:
    name = f"{PREFIX}{field.upper()}"
    given = [key for key in {*os.environ, *dotenv_values(".env")} if key.startswith(PREFIX)]
    known = {f"{PREFIX}{hint.upper()}" for hint in HINTS}
    unknown = [key for key in given if key not in known and not key.endswith("_FILE")]
    close = difflib.get_close_matches(name, unknown, n=1, cutoff=0.8)
    slip = f" ({close[0]} is set: a slip of the pen?)" if close else ""
    return f"{name} is missing{slip}: set it to {HINTS[field]}"
