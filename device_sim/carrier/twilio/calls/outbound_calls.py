"""Twilio's calls on the network of phones: their TwiML, their callbacks, numbers they join."""

from collections.abc import Sequence
from dataclasses import dataclass

from device_sim.carrier.behaviour import CallBehaviour, CallOutcome, callbacks_at
from device_sim.carrier.call_control import CallControl, Destination
from device_sim.carrier.live_call import CallTerms, LiveCall
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call
from device_sim.carrier.twilio.calls.conversation import CallConversation
from device_sim.carrier.twilio.calls.joined_calls import JoinedCall
from device_sim.carrier.twilio.calls.twiml import DialNumber
from device_sim.carrier.twilio.webhook_forms import call_event_form
from device_sim.carrier.twilio.webhooks import WebhookSender

EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""CallStatus → StatusCallbackEvent; every end of a call is the event `completed`."""


@dataclass(frozen=True)
class CallRequest:
    """What the caller asked for. `events`: which StatusCallbackEvents are posted."""

    start: Destination
    status_callback: str | None = None
    events: frozenset[str] = frozenset({"completed"})
    machine_detection: str | None = None
    timeout_s: float = 60.0
    fallback_url: str | None = None


class OutboundCall:
    """What Twilio does in one call."""

    def __init__(
        self,
        network: Network,
        webhooks: WebhookSender,
        live_calls: LiveCalls,
        call: Call,
        request: CallRequest,
        behaviour: CallBehaviour,
    ) -> None:
        self._network = network
        self._webhooks = webhooks
        self._live_calls = live_calls
        self._call = call
        self._request = request
        self._behaviour = behaviour

    def live(self, wait_s: float = 0.0) -> LiveCall:
        """The call on the network, to be started. `wait_s`: first in the carrier's queue."""
        terms = CallTerms(self._talk, self._report, self._request.timeout_s, wait_s)
        return LiveCall(self._network, self._call, terms, self._behaviour)

    def _talk(self, control: CallControl) -> None:
        if self._request.machine_detection is not None:
            # Whoever picked up hears nothing while the carrier listens who it is.
            control.wait(self._behaviour.delay_ms.detection / 1000)
            self._network.update_call(self._call.sid, answered_by=self._answered_by())
        CallConversation(
            self._network,
            self._webhooks,
            control,
            self._call.sid,
            self._dial,
            self._behaviour.delay_ms.key / 1000,
            self._request.fallback_url,
        ).talk(self._request.start)

    def _answered_by(self) -> str:
        """What machine detection finds."""
        if self._behaviour.answered_by is not None:
            return self._behaviour.answered_by
        if self._behaviour.outcome is not CallOutcome.MACHINE:
            return "human"
        waits = self._request.machine_detection == "DetectMessageEnd"
        return "machine_end_beep" if waits else "machine_start"

    def _dial(
        self, number: DialNumber, timeout_s: float, control: CallControl
    ) -> tuple[Call, bool]:
        return JoinedCall(self._network, self._webhooks, self._live_calls, self._call, number).run(
            timeout_s, control
        )

    def _report(self, call: Call, statuses: Sequence[str], last: bool) -> None:
        """Post the callbacks that are asked for."""
        address = self._request.status_callback
        if not address:
            return
        # Only the end of a story knows that it is the end: until then another step will follow.
        story = statuses if last else [*statuses, "to come"]
        for posted in callbacks_at(story, self._behaviour.callbacks)[len(statuses) - 1]:
            if EVENTS.get(posted, "completed") in self._request.events:
                form = call_event_form(call, posted, statuses.index(posted))
                self._webhooks.post(call.sid, address, form)
