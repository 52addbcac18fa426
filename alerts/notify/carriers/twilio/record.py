"""Twilio: free text, replies, key presses and conferences, nearly everywhere."""

from urllib.parse import urlsplit

from alerts.notify.carriers.abilities import Abilities, LookUp, Text, Tie
from alerts.notify.carriers.interface import CarrierRecord
from alerts.notify.carriers.twilio.account import TwilioSettings, account_of, check_account
from alerts.notify.carriers.twilio.faults import fault_of_code
from alerts.notify.channels.interface import Channel
from store.db import Pool

TWILIO = "twilio"
_SMS, _VOICE = "sms", "voice"


def _is_open(settings: TwilioSettings, channel: str) -> bool:
    """Calls need a number to call from: a messaging service has none."""
    number = settings.twilio_from or settings.twilio_life_from
    return bool(settings.twilio_account_sid and (channel == _SMS or number))


def _open(settings: TwilioSettings, channel: str, _pool: Pool) -> Channel:
    if channel == _SMS:
        from alerts.notify.carriers.twilio.sms import TwilioSms

        return TwilioSms(account_of(settings))
    from alerts.notify.carriers.twilio.voice import TwilioVoice

    return TwilioVoice(account_of(settings))


def _is_abroad(settings: TwilioSettings) -> bool:
    host = urlsplit(settings.twilio_api_url).hostname or "twilio.com"
    return host == "twilio.com" or host.endswith(".twilio.com")


CARRIER: CarrierRecord[TwilioSettings] = CarrierRecord(
    name=TWILIO,
    title="Twilio",
    domestic=False,
    channels={
        _SMS: Abilities(text=Text.FREE, replies=Tie.NUMBER, key_presses=False, look_up=LookUp.TEXT),
        _VOICE: Abilities(
            text=Text.FREE, replies=Tie.NONE, key_presses=True, look_up=LookUp.NUMBER, talks=True
        ),
    },
    is_open=_is_open,
    open=_open,
    open_queues=lambda _settings: (),
    check_account=lambda settings, _own: check_account(settings),
    is_abroad=_is_abroad,
    fault_of_report=fault_of_code,
    templates=lambda settings: frozenset(settings.twilio_templates),
)
