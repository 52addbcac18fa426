"""The official clients of Alibaba Cloud, set up for the simulated one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_dybaseapi20170525 import models as base_models
from alibabacloud_dybaseapi20170525.client import Client as BaseClient
from alibabacloud_dysmsapi20170525 import models as sms_models
from alibabacloud_dysmsapi20170525.client import Client as SmsClient
from alibabacloud_dyvmsapi20170525 import models as voice_models
from alibabacloud_dyvmsapi20170525.client import Client as VoiceClient
from alibabacloud_tea_openapi.utils_models import Config
from mns.account import Account
from mns.mns_exception import MNSServerException
from mns.queue import Queue

from device_sim.carrier.alibaba.beijing_time import day
from device_sim.carrier.records import carrier_now
from device_sim.phones import AccessKey, AlibabaSettings, MessageType, Phones

KEY = AccessKey("LTAItest", "a secret of thirty characters.")
DAUGHTER = "+8613800000001"
SON = "+8613800000002"
SIGN = "安心"
ALARM = "SMS_100000001"
CATALOGUE = {
    "signatures": {SIGN: {"extend_code": "01"}, "区中心": {}, "待审": {"status": "in_review"}},
    "templates": {
        ALARM: {"content": "${name}家有${kind}报警，回复1接单。", "name": "报警"},
        "SMS_100000002": {"content": "报警已结束。", "status": "in_review"},
        "SMS_100000003": {"content": "报警已结束。", "status": "refused", "reason": "无意义"},
    },
    "voice_templates": {
        "TTS_1": {"content": "安心服务中心来电，请按1键。"},
        "TTS_2": {"content": "${name}家有报警，接单请按1，不能去请按2。"},
        "TTS_3": {"content": "谢谢。"},
        "TTS_4": {"content": "知道了。"},
        "TTS_5": {"content": "再见。"},
        "TTS_9": {"content": "还没有审核。", "status": "in_review"},
    },
}


class Clients:
    """Each client, and its calls in short."""

    def __init__(self, phones: Phones, key: AccessKey = KEY) -> None:
        self.phones = phones
        endpoint = phones.url.removeprefix("http://")
        config = Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            endpoint=endpoint,
            protocol="http",
            read_timeout=3000,
        )
        self.sms, self.voice, self.base = SmsClient(config), VoiceClient(config), BaseClient(config)

    def send(self, to: str = "13800000001", **more: Any) -> dict[str, Any]:
        """SendSms of an alarm; more parameters by the names of the client."""
        variables = more.pop("variables", {"name": "王", "kind": "烟雾"})
        given = {
            "phone_numbers": to,
            "sign_name": SIGN,
            "template_code": ALARM,
            "template_param": json.dumps(variables),
        }
        request = sms_models.SendSmsRequest(**(given | more))
        return dict(self.sms.send_sms(request).body.to_map())

    def details(self, to: str = "13800000001", **more: Any) -> list[dict[str, Any]]:
        """QuerySendDetails of today."""
        given = {"send_date": day(carrier_now()), "page_size": 10, "current_page": 1}
        request = sms_models.QuerySendDetailsRequest(phone_number=to, **(given | more))
        body = self.sms.query_send_details(request).body.to_map()
        assert body["Code"] == "OK", body
        return list(body["SmsSendDetailDTOs"]["SmsSendDetailDTO"])

    def call(self, to: str = "13800000001", **more: Any) -> dict[str, Any]:
        """SingleCallByTts."""
        given = {"called_number": to, "tts_code": "TTS_2", "tts_param": '{"name": "王"}'}
        request = voice_models.SingleCallByTtsRequest(**(given | more))
        return dict(self.voice.single_call_by_tts(request).body.to_map())

    def ask(self, to: str = "13800000001", **more: Any) -> dict[str, Any]:
        """IvrCall with the menu 1 and 2."""
        key = voice_models.IvrCallRequestMenuKeyMap
        given = {
            "called_number": to,
            "called_show_number": "057100000001",
            "start_code": "TTS_2",
            "start_tts_params": '{"name": "王"}',
            "menu_key_map": [key(key="1", code="TTS_3"), key(key="2", code="TTS_4")],
            "bye_code": "TTS_5",
        }
        request = voice_models.IvrCallRequest(**(given | more))
        return dict(self.voice.ivr_call(request).body.to_map())

    def token(self, kind: MessageType) -> Any:
        """QueryTokenForMnsQueue."""
        request = base_models.QueryTokenForMnsQueueRequest(
            message_type=kind.value, queue_name=kind.queue_name
        )
        body = self.base.query_token_for_mns_queue(request).body
        assert body.code == "OK"
        return body.message_token_dto

    def queue(self, kind: MessageType) -> Queue:
        """The queue, opened with a new token."""
        token = self.token(kind)
        account = Account(
            self.phones.url, token.access_key_id, token.access_key_secret, token.security_token
        )
        return account.get_queue(kind.queue_name)

    def received(self, kind: MessageType, count: int = 1) -> list[dict[str, Any]]:
        """So many reports, read and deleted."""
        queue = self.queue(kind)
        found: list[dict[str, Any]] = []
        while len(found) < count:
            for message in queue.batch_receive_message(16, 10):
                found.append(json.loads(message.message_body))
                queue.delete_message(message.receipt_handle)
        return found

    def expects_nothing_in(self, kind: MessageType) -> None:
        """There is nothing to receive now."""
        with pytest.raises(MNSServerException) as caught:
            self.queue(kind).batch_receive_message(16, -1)
        assert caught.value.type == "MessageNotExist"


@pytest.fixture
def phones() -> Iterator[Phones]:
    settings = AlibabaSettings(key=KEY, catalogue=CATALOGUE)
    with Phones("AC" + "0" * 32, "a token", alibaba=settings) as phones:
        yield phones


@pytest.fixture
def clients(phones: Phones) -> Clients:
    return Clients(phones)
