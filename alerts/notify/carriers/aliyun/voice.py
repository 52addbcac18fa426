"""Calls through Alibaba Cloud: registered texts, read by a machine; keys where the account may.

With interactive calls somebody hears who calls, and by a key hears what it is about or says whether
they can go. Without, there is only a notice that tells nothing, which is nobody's answer.
"""

import json
from datetime import datetime
from typing import Any

from alibabacloud_dyvmsapi20170525 import models

from alerts.notify.carriers.aliyun import client
from alerts.notify.carriers.aliyun.account import AliyunAccount, Registered
from alerts.notify.carriers.aliyun.catalogue import (
    GREETING,
    KEYS,
    NOTICE,
    can_be_said,
    filled,
    speaks_with_keys,
)
from alerts.notify.carriers.aliyun.numbers import local
from alerts.notify.carriers.aliyun.sms import NO_TEMPLATE
from alerts.notify.channels.interface import Fault, SendError
from store.model import Notification

TIMES = 2
"""How often the text is read: old people answer late."""


class AliyunVoice:
    """Calls by Alibaba Cloud. How they end, and which keys were pressed, comes by a message queue.
    It knows a call only by its own id: nothing can be looked up whose answer was lost."""

    carrier = "aliyun"

    def __init__(self, account: AliyunAccount) -> None:
        self._account = account
        self._client = client.voice_client(account)
        keys = frozenset() if account.key_presses else {GREETING}
        self._usable = frozenset(account.templates) - keys

    def send(self, notification: Notification) -> str:
        if not can_be_said(notification.template, self._usable):
            raise SendError(NO_TEMPLATE, permanent=True)
        if speaks_with_keys(self._usable):
            body = self._interactive(notification)
        else:
            body = self._notice(notification)
        if not body.call_id:
            raise SendError("no_answer", ambiguous=True, fault=Fault.CARRIER)
        return str(body.call_id)

    def find(self, notification: Notification, since: datetime) -> list[str]:  # noqa: ARG002
        """Nothing can be looked up: in doubt it is called again, when its telephone may be."""
        return []

    def _notice(self, notification: Notification) -> Any:
        request = models.SingleCallByTtsRequest(
            called_number=local(notification.address),
            called_show_number=self._account.voice_number or None,
            tts_code=self._code(NOTICE),
            tts_param=self._values(notification, NOTICE),
            play_times=TIMES,
            out_id=str(notification.id),
        )
        return client.asked(
            lambda: self._client.single_call_by_tts_with_options(request, client.RUNTIME)
        )

    def _interactive(self, notification: Notification) -> Any:
        request = models.IvrCallRequest(
            called_number=local(notification.address),
            called_show_number=self._account.voice_number,
            start_code=self._code(GREETING),
            start_tts_params=self._values(notification, GREETING),
            menu_key_map=[self._key(notification, key, name) for key, name in KEYS.items()],
            play_times=TIMES,
            out_id=str(notification.id),
        )
        return client.asked(lambda: self._client.ivr_call_with_options(request, client.RUNTIME))

    def _key(self, notification: Notification, key: str, name: str) -> Any:
        return models.IvrCallRequestMenuKeyMap(
            key=key,
            code=self._code(name),
            tts_params=self._values(notification, name),
        )

    def _values(self, notification: Notification, name: str) -> str:
        values = filled(self._registered(name).template, notification.fields)
        return json.dumps(values, ensure_ascii=False)

    def _code(self, name: str) -> str:
        return self._registered(name).code

    def _registered(self, name: str) -> Registered:
        found = self._account.registered(name)
        if found is None:
            raise SendError(NO_TEMPLATE, permanent=True)
        return found
