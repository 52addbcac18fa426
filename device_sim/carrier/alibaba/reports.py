"""What Alibaba Cloud puts into the queues: receipts, replies, calls that have ended."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from time import monotonic
from typing import Any

from device_sim.carrier.alibaba.account import AlibabaAccount, Reports
from device_sim.carrier.alibaba.beijing_time import stamp
from device_sim.carrier.alibaba.mns.queues import MessageQueues, MessageType
from device_sim.carrier.alibaba.phone_numbers import written
from device_sim.carrier.alibaba.records import Sending, SendStatus, VoiceCall
from device_sim.carrier.behaviour import Callbacks
from device_sim.carrier.records import Call, Message, carrier_now
from device_sim.timeline import Timeline

STATUS_WORDS = {
    "200000": "用户听完语音",
    "200001": "用户提前挂机未完整收听",
    "200002": "用户占线",
    "200003": "用户收到呼叫但未接听",
    "200005": "被叫用户无法接通",
    "200007": "用户无法接通（不在服务区）",
    "200008": "获取按键超时",
    "200010": "关机",
    "200011": "停机",
    "200105": "被叫号码受限",
}
KEY_PRESSED = "300000"
_SEQUENCE = count(1_000_000_001)


def sms_report(sending: Sending, parts: int) -> dict[str, Any]:
    """SmsReport: what became of a message."""
    good = sending.status is SendStatus.DELIVERED
    return {
        "phone_number": written(sending.number),
        "send_time": stamp(sending.sent_at),
        "report_time": stamp(sending.received_at),
        "success": good,
        "err_code": sending.err_code,
        "err_msg": "用户接收成功" if good else "用户接收失败",
        "sms_size": str(parts),
        "biz_id": sending.biz_id,
        "out_id": sending.out_id,
    }


def sms_up(message: Message, sign_name: str, dest_code: str) -> dict[str, Any]:
    """SmsUp: what a person wrote."""
    return {
        "phone_number": written(message.from_),
        "send_time": stamp(message.date_created),
        "content": message.body,
        "sign_name": sign_name,
        "dest_code": dest_code,
        "sequence_id": next(_SEQUENCE),
    }


def voice_report(kept: VoiceCall, call: Call) -> dict[str, Any]:
    """VoiceReport: how a call ended."""
    return {
        "call_id": kept.call_id,
        "originate_time": stamp(kept.asked_at),
        "ring_time": stamp(kept.ring_time),
        "start_time": stamp(call.start_time),
        "end_time": stamp(call.end_time),
        "caller": kept.show_number,
        "callee": written(kept.number),
        "duration": str(call.duration or 0),
        "status_code": kept.status_code,
        "status_msg": STATUS_WORDS.get(kept.status_code, ""),
        "hangup_direction": kept.hangup_direction,
        "out_id": kept.out_id,
        "dtmf": "".join(call.digits),
        "voice_type": "voice",
    }


def key_report(kept: VoiceCall, digits: str, at: datetime) -> dict[str, Any]:
    """VoiceCallReport of a pressed key, while the call goes on."""
    return {
        "call_id": kept.call_id,
        "status_code": KEY_PRESSED,
        "status_time": stamp(at),
        "out_id": kept.out_id,
        "dtmf": digits,
    }


class ReportQueue:
    """Puts reports into the queues: late, twice or never, as account and phone say."""

    def __init__(self, queues: MessageQueues, account: AlibabaAccount, timeline: Timeline) -> None:
        self._queues = queues
        self._account = account
        self._timeline = timeline

    def put(
        self,
        kind: MessageType,
        content: Mapping[str, Any],
        callbacks: Callbacks = Callbacks.ONCE,
    ) -> None:
        """`callbacks`: of the phone that it is about."""
        behaviour = self._account.behaviour
        if behaviour.reports is Reports.NONE or callbacks is Callbacks.NONE:
            return
        doubled = behaviour.reports is Reports.DUPLICATE or callbacks is Callbacks.DUPLICATE
        for _ in range(2 if doubled else 1):
            if behaviour.report_delay_s:
                self._timeline.after(behaviour.report_delay_s, lambda: self._now(kind, content))
            else:
                self._now(kind, content)

    def put_reply(self, message: Message, sign_name: str, dest_code: str) -> None:
        """What a person wrote."""
        self.put(MessageType.SMS_UP, sms_up(message, sign_name, dest_code))

    def put_key(self, kept: VoiceCall, digits: str) -> None:
        """A key that was pressed just now."""
        self.put(MessageType.VOICE_CALL_REPORT, key_report(kept, digits, carrier_now()))

    def _now(self, kind: MessageType, content: Mapping[str, Any]) -> None:
        self._queues.put(kind, content, monotonic())
