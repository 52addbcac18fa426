"""A number that <Dial> joins to a call: it rings, hears what is for it alone, then both talk."""

from device_sim.carrier.behaviour import CallBehaviour
from device_sim.carrier.call_control import CallControl, Destination
from device_sim.carrier.live_call import CallTerms, LiveCall
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call
from device_sim.carrier.twilio.calls.conversation import CallConversation
from device_sim.carrier.twilio.calls.twiml import DialNumber
from device_sim.carrier.twilio.documents import new_call
from device_sim.carrier.twilio.webhooks import WebhookSender


class JoinedCall:
    """One telephone that is joined to another call."""

    def __init__(
        self,
        network: Network,
        webhooks: WebhookSender,
        live_calls: LiveCalls,
        parent: Call,
        number: DialNumber,
    ) -> None:
        self._network = network
        self._webhooks = webhooks
        self._live_calls = live_calls
        self._number = number
        # Who is joined sees the number of who called, as with Twilio.
        shown = parent.from_ if parent.inbound else parent.to
        self._call = new_call(parent.account_sid, shown, number.number, parent=parent.sid)
        self._talked = False

    def run(self, timeout_s: float, other: CallControl) -> tuple[Call, bool]:
        """Ring for so long; talk until one of both hangs up. The call, and whether they talked."""
        network, sid = self._network, self._call.sid
        network.add_call(self._call)
        behaviour = network.take_call_behaviour(self._number.number)
        terms = CallTerms(
            lambda control: self._talk(control, other, behaviour), lambda *_: None, timeout_s
        )
        live = LiveCall(network, self._call, terms, behaviour)
        self._live_calls.add(live)
        live.start()
        with network.changed:
            network.changed.wait_for(lambda: other.interrupted or not network.call_now(sid).live)
            live.control.hang_up("completed" if self._talked else "canceled")
            network.changed.wait_for(lambda: not network.call_now(sid).live)
        return network.call_now(sid), self._talked

    def _talk(self, control: CallControl, other: CallControl, behaviour: CallBehaviour) -> None:
        if self._number.url is not None and not self._agrees(control, behaviour):
            return
        network, sid = self._network, self._call.sid
        room = f"dial-{sid}"
        with network.changed:
            self._talked = True
            network.enter(room, sid)
            network.enter(room, self._call.parent_call_sid or "")
            network.changed.wait_for(lambda: control.interrupted or other.interrupted)
            network.leave(room, sid, ends=True)

    def _agrees(self, control: CallControl, behaviour: CallBehaviour) -> bool:
        """Whether the document for this person alone came to its end, and did not hang up."""
        conversation = CallConversation(
            self._network,
            self._webhooks,
            control,
            self._call.sid,
            lambda number, timeout_s, joined: JoinedCall(
                self._network, self._webhooks, self._live_calls, self._call, number
            ).run(timeout_s, joined),
            behaviour.delay_ms.key / 1000,
        )
        start = Destination(self._number.url, method=self._number.method)
        return conversation.talk(start) and not control.interrupted
