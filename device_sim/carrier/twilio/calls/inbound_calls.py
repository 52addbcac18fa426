"""Calls that people make to a number of the account: their TwiML comes from its voice URL."""

from collections.abc import Sequence

from device_sim.carrier.behaviour import CallBehaviour
from device_sim.carrier.call_control import CallControl, Destination
from device_sim.carrier.errors import NotPossibleError
from device_sim.carrier.live_call import CallTerms, LiveCall
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call
from device_sim.carrier.twilio.calls.conversation import CallConversation
from device_sim.carrier.twilio.calls.joined_calls import JoinedCall
from device_sim.carrier.twilio.documents import new_call
from device_sim.carrier.twilio.sms import DEFAULT_SENDER
from device_sim.carrier.twilio.webhook_forms import call_event_form
from device_sim.carrier.twilio.webhooks import WebhookSender


class InboundCalls:
    """What Twilio does when somebody telephones one of the account's numbers."""

    def __init__(
        self, network: Network, live_calls: LiveCalls, webhooks: WebhookSender, account_sid: str
    ) -> None:
        self.voice_url: str | None = None
        """Asked for TwiML when somebody calls."""
        self.status_url: str | None = None
        """Told when the call has ended."""
        self.fallback_url: str | None = None
        self._network = network
        self._live_calls = live_calls
        self._webhooks = webhooks
        self._account_sid = account_sid

    def call(self, number: str, to: str | None = None) -> Call:
        """The person at `number` telephones `to`, or back to whoever wrote or called last.
        NotPossibleError: nobody would answer."""
        if self.voice_url is None:
            raise NotPossibleError(
                "nobody would answer the call: set voice_url (--inbound-voice-url) first"
            )
        call = new_call(self._account_sid, number, to or self._last(number), inbound=True)
        self._network.add_call(call)
        terms = CallTerms(
            lambda control: self._talk(call, control, Destination(self.voice_url)), self._report
        )
        live = LiveCall(self._network, call, terms, CallBehaviour())
        live.control.press("")  # whoever calls has the telephone in their hand
        self._live_calls.add(live)
        live.start()
        return call

    def _last(self, number: str) -> str:
        heard = [
            *((m.date_created, m.from_) for m in self._network.messages(number) if m.to == number),
            *((c.date_created, c.from_) for c in self._network.calls(number) if not c.inbound),
        ]
        return max(heard, default=(None, DEFAULT_SENDER), key=lambda one: one[0])[1]

    def _talk(self, call: Call, control: CallControl, start: Destination) -> None:
        CallConversation(
            self._network,
            self._webhooks,
            control,
            call.sid,
            lambda number, timeout_s, joined: JoinedCall(
                self._network, self._webhooks, self._live_calls, call, number
            ).run(timeout_s, joined),
            0.0,
            self.fallback_url,
        ).talk(start)

    def _report(self, call: Call, statuses: Sequence[str], last: bool) -> None:
        if last and self.status_url:
            form = call_event_form(call, call.status, len(statuses) - 1)
            self._webhooks.post(call.sid, self.status_url, form)
