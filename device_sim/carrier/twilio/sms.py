"""The life of an SMS at Twilio: checked, accepted, queued, sent, delivered; and replies back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

import structlog

from device_sim.carrier.behaviour import SmsBehaviour, SmsOutcome, callbacks_at
from device_sim.carrier.errors import NotPossibleError
from device_sim.carrier.network import Network
from device_sim.carrier.opt_out import opt_out_change, opt_out_type
from device_sim.carrier.records import Carrier, Message, carrier_now
from device_sim.carrier.twilio.account import Account, OptOut
from device_sim.carrier.twilio.calls import twiml
from device_sim.carrier.twilio.documents import new_sid
from device_sim.carrier.twilio.errors import CarrierError, code_of, message_for
from device_sim.carrier.twilio.templates import template_text
from device_sim.carrier.twilio.validation import check_message, raise_scripted_refusal
from device_sim.carrier.twilio.webhook_forms import inbound_form, status_form
from device_sim.carrier.twilio.webhook_requests import WebhookResponse
from device_sim.carrier.twilio.webhooks import WebhookSender
from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

DEFAULT_SENDER = "+15005550006"
"""The number that a Messaging Service sends from when the simulator was told none."""


_STOPPED = SmsBehaviour(outcome=SmsOutcome.FAILED, error_code=21610)
_ENDED = frozenset({"delivered", "undelivered", "failed"})


@dataclass(frozen=True)
class StatusStep:
    """One state of a message, that many seconds after it was accepted."""

    after_s: float
    status: str
    error_code: int | None = None


def status_steps(behaviour: SmsBehaviour, validity_s: float | None) -> list[StatusStep]:
    """The states a message goes through. Not sent within its validity: failed with 30036."""
    delay = behaviour.delay_ms
    queued = delay.queued / 1000
    sent = queued + delay.sent / 1000
    final = sent + delay.delivered / 1000
    if validity_s is not None and sent > validity_s:
        return [
            StatusStep(min(queued, validity_s), "queued"),
            StatusStep(validity_s, "failed", 30036),
        ]
    steps = [StatusStep(queued, "queued")]
    if behaviour.outcome is SmsOutcome.FAILED:
        return [*steps, StatusStep(sent, "failed", code_of(behaviour))]
    steps.append(StatusStep(sent, "sent"))
    if behaviour.outcome is SmsOutcome.SENT:
        return steps
    if behaviour.outcome is SmsOutcome.UNDELIVERED:
        return [*steps, StatusStep(final, "undelivered", code_of(behaviour))]
    return [*steps, StatusStep(final, "delivered")]


class SmsService:
    """Accepts messages for the phones and carries their replies back."""

    def __init__(
        self,
        network: Network,
        webhooks: WebhookSender,
        timeline: Timeline,
        account_sid: str,
        senders: Mapping[str, str],
        account: Account,
    ) -> None:
        self.inbound_url: str | None = None
        self.fallback_url: str | None = None
        self.templates: dict[str, str] = {}
        self._network = network
        self._webhooks = webhooks
        self._timeline = timeline
        self._account_sid = account_sid
        self._senders = senders
        self._account = account

    def create(self, form: Mapping[str, str]) -> tuple[Message, SmsBehaviour, Callable[[], None]]:
        """Accept a message, or raise a PhonesError as the phone's behaviour says.

        The caller answers with the message as the behaviour says, and calls what comes third to
        send it on its way: after the answer, if that goes out at once, so as not to delay it.
        """
        validity = check_message(form, self._account.behaviour)
        body = template_text(form, self.templates)
        to, service = form["To"], form.get("MessagingServiceSid")
        sender = form.get("From") or self._senders.get(service or "", DEFAULT_SENDER)
        stopped = self._has_stopped(to, sender)
        if stopped and self._account.behaviour.opt_out is OptOut.AT_ONCE:
            raise CarrierError(21610)
        behaviour = _STOPPED if stopped else self._network.take_sms_behaviour(to)
        raise_scripted_refusal(behaviour)
        message = self._new(sender, to, body, "outbound-api", service)
        self._network.add_message(message, to)
        callback = form.get("StatusCallback")
        return message, behaviour, lambda: self._begin(message, callback, behaviour, validity)

    def reply(
        self,
        number: str,
        text: str,
        to: str,
        media: tuple[tuple[str, str], ...] = (),
    ) -> Message:
        """The person at `number` writes to `to`; posted to the inbound URL.

        `media`: address and type of each picture that comes with it.
        """
        if self.inbound_url is None:
            raise NotPossibleError(
                "nobody would hear the reply: set inbound_url (--inbound-url) first"
            )
        with self._network.phone(number) as phone:
            leave = opt_out_change(text, to in phone.opted_out)
            if leave is not None:
                (phone.opted_out.add if leave else phone.opted_out.discard)(to)
        message = replace(
            self._new(number, to, text, "inbound", self._service_of(to), status="received"),
            media=media,
        )
        self._network.add_message(message, number)
        self._webhooks.post(
            f"reply {number}",
            self.inbound_url,
            inbound_form(message, self._opt_out_type(text, leave)),
            lambda answer: self._answer(number, to, answer),
            fallback=self.fallback_url,
        )
        return message

    def owns(self, address: str) -> bool:
        """Is this the number of one of the account's Messaging Services?"""
        return address in self._senders.values()

    def _opt_out_type(self, text: str, change: bool | None) -> str | None:
        return opt_out_type(text, change) if self._account.behaviour.advanced_opt_out else None

    def _begin(
        self,
        message: Message,
        callback: str | None,
        behaviour: SmsBehaviour,
        validity: float | None,
    ) -> None:
        """Put the steps of an accepted message on the timeline."""
        steps = status_steps(behaviour, validity)
        posts = callbacks_at([step.status for step in steps], behaviour.callbacks)
        for step, statuses in zip(steps, posts, strict=True):
            self._timeline.after(
                step.after_s,
                lambda s=step, p=statuses: self._take(message, s, p, callback),  # type: ignore[misc]
            )

    def _take(
        self, message: Message, step: StatusStep, statuses: tuple[str, ...], callback: str | None
    ) -> None:
        """Bring the message into its next state and post what is to be posted."""
        if self._account.suspended and step.status != "queued":
            if self._network.message_now(message.sid).status in _ENDED:
                return
            step, statuses = StatusStep(step.after_s, "failed", 30002), ("failed",)
        changes: dict[str, object] = {"status": step.status}
        if step.status == "sent":
            changes["date_sent"] = carrier_now()
        if step.status == "delivered":
            changes["on_phone_at"] = monotonic()
        if step.error_code is not None:
            changes["error_code"] = step.error_code
            changes["error_message"] = message_for(step.error_code)
        message = self._network.update_message(message.sid, **changes)
        if callback:
            for status in statuses:
                self._webhooks.post(message.sid, callback, status_form(message, status))

    def _answer(self, number: str, sender: str, answer: WebhookResponse) -> None:
        """Deliver the <Message>s that the webhook answered a reply with."""
        if not answer.body.strip():
            return
        for verb in twiml.parse(answer.body):
            if not isinstance(verb, twiml.Text) or not verb.body:
                continue
            with self._network.phone(number) as phone:
                if sender in phone.opted_out:
                    continue
            message = self._new(sender, number, verb.body, "outbound-reply", None)
            self._network.add_message(message, number)
            self._begin(message, None, SmsBehaviour(), None)

    def _has_stopped(self, to: str, sender: str) -> bool:
        with self._network.phone(to) as phone:
            return sender in phone.opted_out

    def _service_of(self, number: str) -> str | None:
        """The Messaging Service that a reply to this number names."""
        if not self._account.behaviour.inbound_service:
            return None
        return next((sid for sid, sender in self._senders.items() if sender == number), None)

    def _new(
        self,
        from_: str,
        to: str,
        body: str,
        direction: str,
        service: str | None,
        status: str | None = None,
    ) -> Message:
        now = carrier_now()
        return Message(
            sid=new_sid("SM"),
            carrier=Carrier.TWILIO,
            account_sid=self._account_sid,
            from_=from_,
            to=to,
            body=body,
            direction=direction,
            status=status or ("accepted" if service else "queued"),
            date_created=now,
            date_updated=now,
            date_sent=now if status == "received" else None,
            messaging_service_sid=service,
        )
