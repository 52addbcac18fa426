"""One call from start to end, for every carrier: initiated, ringing, answered, completed."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from device_sim.carrier.behaviour import CallBehaviour, CallOutcome
from device_sim.carrier.call_control import CallControl
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call, carrier_now

log = structlog.get_logger(__name__)

_UNANSWERED = {CallOutcome.BUSY, CallOutcome.NO_ANSWER}


@dataclass(frozen=True)
class CallTerms:
    """What the carrier does in a call, and how long it waits."""

    talk: Callable[[CallControl], None]
    """The conversation, once somebody has picked up; returns when it is over."""
    reached: Callable[[Call, Sequence[str], bool], None]
    """Told of every state: the call, its states until now, whether this one is the last."""
    timeout_s: float = 60.0
    wait_s: float = 0.0
    """In the carrier's queue, before anything happens."""


class LiveCall:
    """A call that is going on. One thread tells its story; people act through `control`."""

    def __init__(
        self, network: Network, call: Call, terms: CallTerms, behaviour: CallBehaviour
    ) -> None:
        self.sid = call.sid
        self.to = call.phone
        self.control = CallControl(
            network.changed,
            keys=behaviour.digits,
            by_hand=behaviour.outcome in (CallOutcome.RING, CallOutcome.HANG_AFTER_ACCEPTING),
        )
        self._network = network
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
                self._network.update_call(self.sid, start_time=carrier_now())
                self._step("in-progress")
                self._terms.talk(self.control)
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

    def _step(self, status: str, *, last: bool = False) -> None:
        """Bring the call into its next state and tell the carrier."""
        call = self._network.update_call(self.sid, status=status)
        self._statuses.append(status)
        self._terms.reached(call, tuple(self._statuses), last)
