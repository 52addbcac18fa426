"""Creates calls for Twilio's REST API, and changes those that are going on."""

from collections.abc import Callable, Mapping

from device_sim.carrier.behaviour import CallBehaviour
from device_sim.carrier.call_control import Destination
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call
from device_sim.carrier.twilio.account import Account
from device_sim.carrier.twilio.calls.outbound_calls import CallRequest, OutboundCall
from device_sim.carrier.twilio.documents import new_call
from device_sim.carrier.twilio.errors import CarrierError
from device_sim.carrier.twilio.validation import (
    check_address,
    check_call,
    raise_scripted_refusal,
)
from device_sim.carrier.twilio.webhooks import WebhookSender


class CallService:
    """Creates calls and changes those that are going on."""

    def __init__(
        self,
        network: Network,
        live_calls: LiveCalls,
        webhooks: WebhookSender,
        account_sid: str,
        account: Account,
    ) -> None:
        self._network = network
        self._live_calls = live_calls
        self._webhooks = webhooks
        self._account_sid = account_sid
        self._account = account

    def create(
        self, form: Mapping[str, str], events: list[str]
    ) -> tuple[Call, CallBehaviour, Callable[[], None]]:
        """Accept a call, or raise a PhonesError as the phone's behaviour says.

        What comes third makes the phone ring: to be called after the answer, as with messages.
        """
        check_call(form, self._account.behaviour)
        behaviour = self._network.take_call_behaviour(form["To"])
        raise_scripted_refusal(behaviour)
        call = new_call(self._account_sid, form["From"], form["To"])
        self._network.add_call(call)
        asked = call_request(form, events)
        outbound = OutboundCall(
            self._network, self._webhooks, self._live_calls, call, asked, behaviour
        )
        live = outbound.live(self._account.call_wait())
        self._live_calls.add(live)
        return call, behaviour, live.start

    def update(self, sid: str, form: Mapping[str, str]) -> Call:
        """End a live call (Status) or send it elsewhere (Url, Twiml)."""
        control = self._live_calls.control(sid)
        if control is None:
            raise CarrierError(21220)
        match form.get("Status"):
            case "canceled" | "completed" as status:
                control.hang_up(status)
            case None if form.get("Url") or form.get("Twiml"):
                check_address(form.get("Url"))
                control.redirect(start_destination(form))
            case _:
                raise CarrierError(
                    20001, message="give Status=completed, Status=canceled, Url or Twiml"
                )
        return self._network.call_now(sid)


def start_destination(form: Mapping[str, str]) -> Destination:
    """Where the instructions are: Url wins over Twiml, as with Twilio."""
    url = form.get("Url")
    document = None if url else form.get("Twiml")
    return Destination(url, document, form.get("Method", "POST").upper())


def call_request(form: Mapping[str, str], events: list[str]) -> CallRequest:
    """What a creation form asks for. One value may name several events, as Twilio allows."""
    named = frozenset(name for item in events for name in item.split())
    detection = form.get("MachineDetection", "none")
    return CallRequest(
        start=start_destination(form),
        status_callback=form.get("StatusCallback"),
        events=named or frozenset({"completed"}),
        machine_detection=None if detection.lower() in ("", "none") else detection,
        timeout_s=float(form.get("Timeout", "60")),
        fallback_url=form.get("FallbackUrl"),
    )
