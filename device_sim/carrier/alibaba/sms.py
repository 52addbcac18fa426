"""The life of an SMS at Alibaba Cloud: taken, sent, reported; and replies back."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from device_sim.carrier.alibaba.account import AlibabaAccount
from device_sim.carrier.alibaba.answers import OK, Answer, raise_scripted_refusal
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.limits import Tally
from device_sim.carrier.alibaba.mns.queues import MessageType
from device_sim.carrier.alibaba.records import Ledger, Sending, SendStatus, new_id
from device_sim.carrier.alibaba.reports import ReportQueue, sms_report
from device_sim.carrier.alibaba.sms_requests import ACCESS_NUMBER, SmsRequest, SmsRequests
from device_sim.carrier.behaviour import SmsBehaviour, SmsOutcome
from device_sim.carrier.errors import NotPossibleError
from device_sim.carrier.network import Network
from device_sim.carrier.opt_out import opt_out_change
from device_sim.carrier.records import Carrier, Message, carrier_now
from device_sim.timeline import Timeline

_CODES = {SmsOutcome.UNDELIVERED: "UNDELIV", SmsOutcome.FAILED: "MK:0001"}
_STOPPED = SmsBehaviour(outcome=SmsOutcome.FAILED, error_code="MOBILE_IN_BLACK")


class SmsSending:
    """Takes messages for the phones and carries their replies back."""

    def __init__(
        self,
        network: Network,
        timeline: Timeline,
        account: AlibabaAccount,
        requests: SmsRequests,
        ledger: Ledger,
        reports: ReportQueue,
    ) -> None:
        self._network = network
        self._timeline = timeline
        self._account = account
        self._requests = requests
        self._ledger = ledger
        self._reports = reports
        self._tally = Tally()

    def take(self, requests: list[SmsRequest]) -> Answer:
        """All of them under one BizId, or none: BusinessError or what the phone's script says."""
        limits, now = self._account.behaviour.sms_limits, monotonic()
        for request in requests:
            refusal = self._tally.refusal((request.number, request.sign_name), limits, now)
            if refusal:
                raise BusinessError("isv.BUSINESS_LIMIT_CONTROL", refusal)
        behaviours = [self._behaviour(request) for request in requests]
        for behaviour in behaviours:
            raise_scripted_refusal(behaviour)
        biz_id = new_id()
        begins = []
        for index, (request, behaviour) in enumerate(zip(requests, behaviours, strict=True)):
            self._tally.count((request.number, request.sign_name), now)
            sid = biz_id if len(requests) == 1 else f"{biz_id}-{index}"
            self._keep(sid, biz_id, request)
            begins.append(self._way_of(sid, behaviour))
        return Answer(OK | {"BizId": biz_id}, behaviours[0], lambda: [begin() for begin in begins])

    def reply(
        self, number: str, text: str, to: str, media: tuple[tuple[str, str], ...] = ()
    ) -> Message:
        """The person at `number` writes to `to`; it waits in the queue SmsUp."""
        if media:
            raise NotPossibleError("this carrier takes no pictures: send a text alone")
        extension = to.removeprefix(ACCESS_NUMBER)
        sign_name = self._sign_of(number, extension)
        with self._network.phone(number) as phone:
            leave = opt_out_change(text, sign_name in phone.opted_out)
            if leave is not None:
                (phone.opted_out.add if leave else phone.opted_out.discard)(sign_name)
        message = _message(new_id(), number, to, text, "inbound", "received")
        self._network.add_message(message, number)
        self._reports.put_reply(message, sign_name, extension)
        return message

    def owns(self, address: str) -> bool:
        """Is this the access number, whatever stands behind it?"""
        return address.startswith(ACCESS_NUMBER)

    def _behaviour(self, request: SmsRequest) -> SmsBehaviour:
        with self._network.phone(request.number) as phone:
            if request.sign_name in phone.opted_out:
                return _STOPPED
        return self._network.take_sms_behaviour(request.number)

    def _keep(self, sid: str, biz_id: str, request: SmsRequest) -> None:
        message = _message(
            sid, request.sender, request.number, request.text, "outbound-api", "queued"
        )
        self._network.add_message(message, request.number)
        self._ledger.add_sending(
            Sending(
                sid=sid,
                biz_id=biz_id,
                number=request.number,
                sign_name=request.sign_name,
                template_code=request.template_code,
                content=request.text,
                dest_code=request.extension,
                out_id=request.out_id,
                sent_at=message.date_created,
                taken_at=monotonic(),
            )
        )

    def _way_of(self, sid: str, behaviour: SmsBehaviour) -> Callable[[], None]:
        """What sends a kept message on its way."""
        delay, after = behaviour.delay_ms, self._timeline.after
        sent = (delay.queued + delay.sent) / 1000
        ended = sent + delay.delivered / 1000

        def begin() -> None:
            match behaviour.outcome:
                case SmsOutcome.FAILED:
                    after(sent, lambda: self._end(sid, "failed", behaviour))
                case SmsOutcome.SENT:
                    after(sent, lambda: self._sent(sid))
                case SmsOutcome.UNDELIVERED:
                    after(sent, lambda: self._sent(sid))
                    after(ended, lambda: self._end(sid, "undelivered", behaviour))
                case _:
                    after(sent, lambda: self._sent(sid))
                    after(ended, lambda: self._end(sid, "delivered", behaviour))

        return begin

    def _sent(self, sid: str) -> None:
        self._network.update_message(sid, status="sent", date_sent=carrier_now())

    def _end(self, sid: str, state: str, behaviour: SmsBehaviour) -> None:
        """The operator's receipt has come."""
        good = state == "delivered"
        scripted = behaviour.error_code if isinstance(behaviour.error_code, str) else None
        code = "DELIVERED" if good else scripted or _CODES[behaviour.outcome]
        changes: dict[str, Any] = {"on_phone_at": monotonic()} if good else {"error_code": code}
        message = self._network.update_message(sid, status=state, **changes)
        sending = self._ledger.update_sending(
            sid,
            status=SendStatus.DELIVERED if good else SendStatus.FAILED,
            err_code=code,
            received_at=carrier_now(),
        )
        report = sms_report(sending, message.segments)
        self._reports.put(MessageType.SMS_REPORT, report, behaviour.callbacks)

    def _sign_of(self, number: str, extension: str) -> str:
        """The signature that a reply to this extension belongs to."""
        sent = self._ledger.sendings(lambda s: s.number == number and s.dest_code == extension)
        return sent[0].sign_name if sent else self._requests.sign_of(extension)


def _message(sid: str, from_: str, to: str, body: str, direction: str, status: str) -> Message:
    now = carrier_now()
    return Message(
        sid=sid,
        carrier=Carrier.ALIBABA,
        account_sid="",
        from_=from_,
        to=to,
        body=body,
        direction=direction,
        status=status,
        date_created=now,
        date_updated=now,
    )
