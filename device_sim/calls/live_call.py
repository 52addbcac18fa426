"""One call from start to end: initiated, ringing, answered, conversation, completed."""

import threading
from dataclasses import dataclass

import structlog

from device_sim.calls.call_control import CallControl, Destination
from device_sim.calls.conversation import CallConversation
from device_sim.carrier.behaviour import CallBehaviour, CallOutcome, callbacks_at
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call, carrier_now, new_call
from device_sim.carrier.webhook_forms import call_event_form
from device_sim.carrier.webhooks import WebhookSender

log = structlog.get_logger(__name__)

EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""CallStatus → StatusCallbackEvent; every end of a call is the event `completed`."""
_UNANSWERED = {CallOutcome.BUSY, CallOutcome.NO_ANSWER}


@dataclass(frozen=True)
class CallTerms:
    """What the caller asked for. `events`: which StatusCallbackEvents are posted."""

    start: Destination
    status_callback: str | None = None
    events: frozenset[str] = frozenset({"completed"})
    machine_detection: str | None = None
    timeout_s: float = 60.0
    fallback_url: str | None = None
    wait_s: float = 0.0
    """In the carrier's queue, before anything happens."""


class LiveCall:
    """A call that is going on. One thread tells its story; people act through `control`."""

    def __init__(
        self,
        network: Network,
        webhooks: WebhookSender,
        call: Call,
        terms: CallTerms,
        behaviour: CallBehaviour,
    ) -> None:
        self.sid = call.sid
        self.to = call.to
        self.control = CallControl(
            network.changed,
            keys=behaviour.digits,
            by_hand=behaviour.outcome in (CallOutcome.RING, CallOutcome.HANG_AFTER_ACCEPTING),
        )
        self._network = network
        self._webhooks = webhooks
        self._terms = terms
        self._behaviour = behaviour
        self._statuses: list[str] = []

    def start(self) -> None:
        """Tell the story in a thread of its own."""
        threading.Thread(target=self.run, name=f"call {self.sid}", daemon=True).start()

    def run(self) -> None:
        """The whole story; returns when the call has ended."""
        try:
            ending = self._ring()
            if ending is None:
                self._answer()
                self._conversation().talk(self._terms.start)
                ending = "completed"
        except Exception as error:
            log.exception("a simulated call failed", call=self.sid)
            self._network.update_call(self.sid, error=f"11100 {error}")
            ending = "failed"
        self.control.wait(self._behaviour.delay_ms.completed / 1000)
        self._network.update_call(self.sid, end_time=carrier_now(), asking=False)
        self._step(self.control.ended_as or ending, last=True)

    def _ring(self) -> str | None:
        """Until it is answered (None), or ends as busy, no-answer, failed or canceled."""
        control, delay = self.control, self._behaviour.delay_ms
        control.wait(self._terms.wait_s + delay.initiated / 1000)
        self._network.update_call(self.sid, dialled_at=carrier_now())
        self._step("initiated")
        control.wait(delay.ringing / 1000)
        if self._behaviour.outcome is CallOutcome.FAILED:
            return "failed"
        if control.ended_as:
            return control.ended_as
        self._step("ringing")
        if control.by_hand:
            answered = control.wait_for(lambda: control.picked_up, self._terms.timeout_s)
            return control.ended_as or (None if answered else "no-answer")
        control.wait(delay.answered / 1000)
        if self._behaviour.outcome in _UNANSWERED:
            return self._behaviour.outcome.value
        return control.ended_as

    def _answer(self) -> None:
        """Picked up; whoever it is hears nothing while the carrier listens who it is."""
        self._network.update_call(self.sid, start_time=carrier_now())
        self._step("in-progress")
        if self._terms.machine_detection is not None:
            self.control.wait(self._behaviour.delay_ms.detection / 1000)
            self._network.update_call(self.sid, answered_by=self._answered_by())

    def _answered_by(self) -> str:
        """What machine detection finds."""
        if self._behaviour.answered_by is not None:
            return self._behaviour.answered_by
        if self._behaviour.outcome is not CallOutcome.MACHINE:
            return "human"
        waits = self._terms.machine_detection == "DetectMessageEnd"
        return "machine_end_beep" if waits else "machine_start"

    def _conversation(self) -> CallConversation:
        key_delay_s = self._behaviour.delay_ms.key / 1000
        return CallConversation(
            self._network,
            self._webhooks,
            self.control,
            self.sid,
            self._dial,
            key_delay_s,
            self._terms.fallback_url,
        )

    def _dial(self, number: str, timeout_s: float) -> Call:
        """Call another number within this call; returns that call when it has ended."""
        parent = self._network.call_now(self.sid)
        child = new_call(parent.account_sid, parent.to, number, parent=self.sid)
        self._network.add_call(child)
        terms = CallTerms(Destination(document="<Response/>"), timeout_s=timeout_s)
        behaviour = self._network.take_call_behaviour(number)
        LiveCall(self._network, self._webhooks, child, terms, behaviour).run()
        return self._network.call_now(child.sid)

    def _step(self, status: str, *, last: bool = False) -> None:
        """Bring the call into its next state and post the callbacks that are asked for."""
        call = self._network.update_call(self.sid, status=status)
        self._statuses.append(status)
        address = self._terms.status_callback
        if not address:
            return
        # Only the end of a story knows that it is the end: until then another step will follow.
        story = self._statuses if last else [*self._statuses, "to come"]
        for posted in callbacks_at(story, self._behaviour.callbacks)[len(self._statuses) - 1]:
            if EVENTS.get(posted, "completed") in self._terms.events:
                form = call_event_form(call, posted, self._statuses.index(posted))
                self._webhooks.post(self.sid, address, form)
