"""The account at Alibaba Cloud that SMS and voice share: its settings. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, field_validator, model_validator
from pydantic_settings import NoDecode

from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, Template
from alerts.setting_fields import WebAddress, matching, read_json
from store.notify.message_texts import ChosenText

REPORTS, REPLIES, CALLS, KEYS = "SmsReport", "SmsUp", "VoiceReport", "VoiceCallReport"
"""What is told in a message queue: how SMS fare, what people write, how calls end, which keys are
pressed in them meanwhile."""
QUEUES = (REPORTS, REPLIES, CALLS, KEYS)
_JSON = BeforeValidator(read_json)


class AliyunSettings(BaseModel):
    """The settings of the account. A field's description says what to write."""

    aliyun_access_key_id: Annotated[str, matching(r"[0-9A-Za-z.]{8,128}")] = Field(
        default="", description="the id of an access key that may use SMS and voice, like LTAI5t…"
    )
    aliyun_access_key_secret: str = Field(
        default="", repr=False, description="the secret of that access key"
    )
    aliyun_sign_name: str = Field(
        default="", description="the approved signature of your SMS, without 【】"
    )
    aliyun_templates: Annotated[dict[str, str], NoDecode, _JSON] = Field(
        default_factory=dict,
        description="the codes of the approved templates by our names (`anxin templates` lists "
        'them), like {"alarm": "SMS_1234567", "call_notice": "TTS_1234567"}',
    )
    aliyun_queues: Annotated[dict[str, str], NoDecode, _JSON] = Field(
        default_factory=dict,
        description="the message queues of the account by what they tell, like "
        '{"SmsReport": "Alicom-Queue-1234-SmsReport", "SmsUp": "Alicom-Queue-1234-SmsUp", '
        '"VoiceReport": "Alicom-Queue-1234-VoiceReport"}',
    )
    aliyun_voice_number: Annotated[str, matching(r"\+?[0-9]{4,15}")] = Field(
        default="",
        description="the number that calls show, as you bought it, like 02160000000; empty: the "
        "carrier's common numbers, which cannot hear keys",
    )
    aliyun_interactive_calls: bool = Field(
        default=False, description="1 if the account may make interactive calls (IvrCall), else 0"
    )
    aliyun_region: Annotated[str, matching(r"[a-z0-9-]{4,32}")] = Field(
        default="cn-hangzhou", description="the region of the account, like cn-hangzhou"
    )
    aliyun_endpoint: WebAddress = Field(
        default="", description="an http:// or https:// address, for tries; empty: Alibaba Cloud"
    )

    @field_validator("aliyun_templates")
    @classmethod
    def _templates_are_ours(cls, given: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(given.keys() - CATALOGUE.keys()):
            raise ValueError(f"{unknown[0]} is none of our templates")
        return given

    @field_validator("aliyun_queues")
    @classmethod
    def _queues_are_known(cls, given: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(given.keys() - set(QUEUES)):
            raise ValueError(f"{unknown[0]} is none of {', '.join(QUEUES)}")
        return given

    @model_validator(mode="after")
    def _aliyun_is_whole(self) -> "AliyunSettings":
        """Refuse half an account: it would fail with the first alarm, not at the start."""
        calls = any(CATALOGUE[name].spoken for name in self.aliyun_templates)
        parts = {
            "ACCESS_KEY_ID": self.aliyun_access_key_id,
            "ACCESS_KEY_SECRET": self.aliyun_access_key_secret,
            "SIGN_NAME": self.aliyun_sign_name,
            "TEMPLATES with alarm": self.aliyun_templates.get("alarm", ""),
            "QUEUES with SmsReport": self.aliyun_queues.get(REPORTS, ""),
            "QUEUES with SmsUp": self.aliyun_queues.get(REPLIES, ""),
        }
        if calls:
            parts["QUEUES with VoiceReport"] = self.aliyun_queues.get(CALLS, "")
        missing = [name for name, value in parts.items() if not value]
        if missing and any(parts.values()):
            raise ValueError(
                f"ANXIN_ALIYUN_{missing[0]} is missing: Alibaba Cloud needs the access key, the "
                "signature, the template of an alarm, and the queues that tell how messages fare "
                "and what people answer; set all of them, or none"
            )
        if self.aliyun_interactive_calls and not self.aliyun_voice_number:
            raise ValueError(
                "ANXIN_ALIYUN_VOICE_NUMBER is missing: interactive calls need a number of yours"
            )
        return self


@dataclass(frozen=True, slots=True)
class Registered:
    """A template as the carrier has it: its code there, and its text."""

    code: str
    template: Template


OwnText: TypeAlias = Callable[[str], ChosenText | None]


def _nothing_own(_name: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """Where and as whom to send."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    sign_name: str
    templates: Mapping[str, str]
    queues: Mapping[str, str]
    voice_number: str = ""
    key_presses: bool = False
    region: str = "cn-hangzhou"
    endpoint: str = ""
    """Another address for all of its services; empty: theirs."""
    own: OwnText = _nothing_own
    """What the centre has registered in its own words, by our name of the template."""

    def registered(self, name: str) -> Registered | None:
        """Which template says it; None: none is registered."""
        shipped, own = CATALOGUE.get(name), self.own(name)
        if shipped is not None and own is not None and own.template_code:
            return Registered(own.template_code, replace(shipped, text=own.body))
        code = self.templates.get(name)
        return Registered(code, shipped) if code and shipped else None


def account_of(settings: AliyunSettings, own: OwnText = _nothing_own) -> AliyunAccount:
    return AliyunAccount(
        own=own,
        access_key_id=settings.aliyun_access_key_id,
        access_key_secret=settings.aliyun_access_key_secret,
        sign_name=settings.aliyun_sign_name,
        templates=settings.aliyun_templates,
        queues=settings.aliyun_queues,
        voice_number=settings.aliyun_voice_number,
        key_presses=settings.aliyun_interactive_calls,
        region=settings.aliyun_region,
        endpoint=settings.aliyun_endpoint,
    )
