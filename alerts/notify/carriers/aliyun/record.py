"""Alibaba Cloud: registered templates and automatic calls, within mainland China."""

from collections.abc import Iterator

from alerts.notify.carriers.abilities import Abilities, CalleeLimit, LookUp, Text, Tie
from alerts.notify.carriers.aliyun.account import AliyunSettings, OwnText, account_of
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, GREETING
from alerts.notify.carriers.aliyun.faults import fault_of
from alerts.notify.carriers.interface import CarrierRecord
from alerts.notify.channels.interface import CarrierQueue, Channel, Finding
from alerts.own_texts import OwnTexts
from store.db import Pool
from store.notify import message_texts
from store.notify.message_texts import ChosenText

ALIYUN = "aliyun"
_SMS, _VOICE = "sms", "voice"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def _is_open(settings: AliyunSettings, channel: str) -> bool:
    if not settings.aliyun_access_key_id:
        return False
    return channel == _SMS or any(CATALOGUE[name].spoken for name in settings.aliyun_templates)


def _open(settings: AliyunSettings, channel: str, pool: Pool) -> Channel:
    account = account_of(settings, _own_texts(pool))
    if channel == _SMS:
        from alerts.notify.carriers.aliyun.sms import AliyunSms

        return AliyunSms(account)
    from alerts.notify.carriers.aliyun.voice import AliyunVoice

    return AliyunVoice(account)


def _own_texts(pool: Pool) -> OwnText:
    """Looked up with each message: code and text of a template must belong together."""

    def own(name: str) -> ChosenText | None:
        with pool.connection() as conn:
            return message_texts.chosen_one(conn, f"{ALIYUN}_{name}", "zh")

    return own


def _queues(settings: AliyunSettings) -> list[CarrierQueue]:
    if not settings.aliyun_access_key_id:
        return []
    from alerts.notify.carriers.aliyun.queue import queues_of

    return queues_of(account_of(settings))


def _usable(settings: AliyunSettings) -> frozenset[str]:
    """Without interactive calls no greeting asks for a key."""
    keys = frozenset() if settings.aliyun_interactive_calls else {GREETING}
    return frozenset(settings.aliyun_templates) - keys


def _check(settings: AliyunSettings, own: OwnTexts) -> Iterator[Finding]:
    from alerts.notify.carriers.aliyun.account_check import check_account

    return check_account(account_of(settings, lambda name: own.get(f"{ALIYUN}_{name}", "zh")))


CARRIER: CarrierRecord[AliyunSettings] = CarrierRecord(
    name=ALIYUN,
    title="Alibaba Cloud",
    domestic=True,
    channels={
        _SMS: Abilities(
            text=Text.TEMPLATES,
            replies=Tie.NUMBER,
            key_presses=False,
            look_up=LookUp.OUR_ID,
            only_mainland=True,
            callee_limits=(
                CalleeLimit(1, _MINUTE),
                CalleeLimit(5, _HOUR, life=2),
                CalleeLimit(10, _DAY, life=4),
            ),
        ),
        _VOICE: Abilities(
            text=Text.TEMPLATES,
            replies=Tie.NONE,
            key_presses=True,
            look_up=LookUp.NONE,
            only_mainland=True,
            callee_limits=(
                CalleeLimit(1, _MINUTE),
                CalleeLimit(5, _HOUR, life=2),
                CalleeLimit(20, _DAY, life=8),
            ),
        ),
    },
    is_open=_is_open,
    open=_open,
    open_queues=_queues,
    check_account=_check,
    is_abroad=lambda _settings: False,
    fault_of_report=fault_of,
    templates=_usable,
)
