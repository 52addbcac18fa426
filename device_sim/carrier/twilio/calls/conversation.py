"""An answered call: fetches TwiML, says it to the phone, hands the pressed keys back."""

import http.client
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin

import structlog

from device_sim.carrier.call_control import CallControl, Destination
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call
from device_sim.carrier.twilio.calls import twiml
from device_sim.carrier.twilio.webhook_forms import call_form
from device_sim.carrier.twilio.webhooks import WebhookSender

log = structlog.get_logger(__name__)

MOST_DOCUMENTS = 50
"""A call that asks for more is a redirect loop; Twilio too ends such calls."""

Dial = Callable[[twiml.DialNumber, float, CallControl], tuple[Call, bool]]
"""Calls another number and stays until that call has ended: (number, seconds to ring, the one who
is joined to it). That call, and whether the two talked."""


class CallConversation:
    """One answered call. `talk()` returns when the document or either side has ended it."""

    def __init__(
        self,
        network: Network,
        webhooks: WebhookSender,
        control: CallControl,
        sid: str,
        dial: Dial,
        key_delay_s: float,
        fallback_url: str | None = None,
    ) -> None:
        self._network = network
        self._webhooks = webhooks
        self._control = control
        self._sid = sid
        self._dial = dial
        self._key_delay_s = key_delay_s
        self._fallback_url = fallback_url
        self._over = False

    def talk(self, start: Destination) -> bool:
        """Follow the documents from `start`; what goes wrong is kept as the call's `error`. True:
        they came to their end. False: one of them hung up, or broke off."""
        destination: Destination | None = start
        base = ""
        for _ in range(MOST_DOCUMENTS):
            if destination is None or self._control.ended_as:
                return not self._over
            base = urljoin(base, destination.url or "")
            try:
                next_stop = self._play(self._document(destination, base), base)
            except twiml.TwimlError as error:
                next_stop = None
                self._broke_off(str(error))
            destination = self._control.take_redirect() or next_stop
        self._broke_off(f"11200 more than {MOST_DOCUMENTS} documents: a redirect loop?")
        return False

    def _broke_off(self, error: str) -> None:
        self._over = True
        log.warning("a call broke off", call=self._sid, error=error)
        self._network.update_call(self._sid, error=error)

    def _document(self, destination: Destination, base: str) -> list[twiml.Verb]:
        if destination.document is not None:
            return twiml.parse(destination.document)
        form = call_form(self._network.call_now(self._sid)) | dict(destination.fields)
        try:
            reply = self._webhooks.request(base, form, destination.method, self._fallback_url)
        except (OSError, http.client.HTTPException) as error:
            raise twiml.TwimlError(f"11200 the webhook did not answer: {error}") from error
        if reply.status >= 300:
            raise twiml.TwimlError(f"11200 the webhook answered {reply.status}")
        return twiml.parse(reply.body)

    def _play(self, verbs: list[twiml.Verb], base: str) -> Destination | None:
        """Do the verbs; returns where the conversation goes on, None when it is over."""
        for verb in verbs:
            if self._control.interrupted:
                return None
            match verb:
                case twiml.Say() | twiml.Play() | twiml.Pause():
                    self._prompt(verb)
                case twiml.Gather():
                    digits = self._gather(verb)
                    if digits is not None:
                        fields = {"Digits": digits}
                        return Destination(verb.action or base, method=verb.method, fields=fields)
                case twiml.Redirect():
                    return Destination(verb.url or base, method=verb.method)
                case twiml.Dial():
                    result = self._join(verb, base)
                    if verb.action:
                        return Destination(verb.action, method=verb.method, fields=result)
                case twiml.Conference():
                    self._confer(verb)
                case twiml.Hangup():
                    self._over = True
                    return None
                case twiml.Text():
                    log.warning("<Message> in a call is left out", call=self._sid)
        return None

    def _prompt(self, verb: twiml.Say | twiml.Play | twiml.Pause) -> None:
        call = self._network.call_now(self._sid)
        match verb:
            case twiml.Say():
                self._network.update_call(self._sid, said=(*call.said, verb.text))
            case twiml.Play():
                self._network.update_call(self._sid, played=(*call.played, verb.url))
            case twiml.Pause():
                # Only a person would notice; a scripted call has no time to lose.
                self._control.wait(verb.length if self._control.by_hand else 0)

    def _gather(self, verb: twiml.Gather) -> str | None:
        """The digits pressed; None when there are none and nobody asked to hear of that."""
        for prompt in verb.prompts:
            self._prompt(prompt)
        if self._control.keys:
            self._control.wait(self._key_delay_s)
        self._network.update_call(self._sid, asking=True)
        taken = self._control.take_keys(lambda keys: twiml.take_digits(keys, verb), verb.timeout)
        call = self._network.update_call(self._sid, asking=False)
        if not taken:
            return "" if verb.action_on_empty_result else None
        self._network.update_call(self._sid, digits=(*call.digits, taken))
        return taken

    def _confer(self, verb: twiml.Conference) -> None:
        """Stay in the room until this one hangs up or the room ends."""
        network = self._network
        network.enter(verb.room, self._sid)
        with network.changed:
            network.changed.wait_for(
                lambda: self._control.interrupted or self._sid not in network.room(verb.room)
            )
        network.leave(verb.room, self._sid, ends=verb.leave_ends)

    def _join(self, verb: twiml.Dial, base: str) -> dict[str, str]:
        """Call the others one after the other until one answers (Twilio: all at once)."""
        result = {"DialCallStatus": "failed"}
        for number in verb.numbers:
            url = urljoin(base, number.url) if number.url else None
            call, talked = self._dial(replace(number, url=url), verb.timeout, self._control)
            result = {
                "DialCallStatus": call.status,
                "DialCallSid": call.sid,
                "DialCallDuration": str(call.duration or 0),
                "DialBridged": str(talked).lower(),
            }
            if call.status == "completed" or self._control.interrupted:
                break
        return result
