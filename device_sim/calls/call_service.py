"""Creates calls for the REST API and lets people act in them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from device_sim.calls.call_control import CallControl, Destination
from device_sim.calls.live_call import CallTerms, LiveCall
from device_sim.carrier.account import Account
from device_sim.carrier.behaviour import CallBehaviour
from device_sim.carrier.errors import CarrierError, NotPossibleError
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call, new_call
from device_sim.carrier.validation import check_address, check_call, raise_scripted_refusal
from device_sim.carrier.webhooks import WebhookSender


class CallService:
    """Creates calls and changes those that are going on."""

    def __init__(
        self, network: Network, webhooks: WebhookSender, account_sid: str, account: Account
    ) -> None:
        self._network = network
        self._webhooks = webhooks
        self._account_sid = account_sid
        self._account = account
        self._live: dict[str, LiveCall] = {}

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
        terms = replace(call_terms(form, events), wait_s=self._account.call_wait())
        live = LiveCall(self._network, self._webhooks, call, terms, behaviour)
        with self._network.changed:
            self._live = {sid: other for sid, other in self._live.items() if self._going_on(sid)}
            self._live[call.sid] = live
        return call, behaviour, live.start

    def update(self, sid: str, form: Mapping[str, str]) -> Call:
        """End a live call (Status) or send it elsewhere (Url, Twiml)."""
        control = self._control(sid)
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

    def press(self, number: str, digits: str) -> Call:
        """The person presses keys (and picks up, if it rings); NotPossibleError without a call."""
        call = self._current(number)
        self._control(call.sid).press(digits)
        return call

    def hang_up(self, number: str) -> Call:
        """The person ends the call, or declines one that rings (the caller sees `busy`)."""
        call = self._current(number)
        control = self._control(call.sid)
        control.hang_up("completed" if control.picked_up else "busy")
        return call

    def stop(self) -> None:
        """End all calls, without waiting for their threads."""
        with self._network.changed:
            live = list(self._live.values())
        for call in live:
            call.control.hang_up("canceled")

    def _going_on(self, sid: str) -> bool:
        call = self._network.call(sid)
        return call is not None and call.live

    def _current(self, number: str) -> Call:
        for call in reversed(self._network.calls(number)):
            if call.live and call.sid in self._live:
                return call
        raise NotPossibleError(f"{number} has no call now: wait until it rings")

    def _control(self, sid: str) -> CallControl:
        live = self._live.get(sid)
        if live is None or not self._going_on(sid):
            raise CarrierError(21220)
        return live.control


def start_destination(form: Mapping[str, str]) -> Destination:
    """Where the instructions are: Url wins over Twiml, as with Twilio."""
    url = form.get("Url")
    document = None if url else form.get("Twiml")
    return Destination(url, document, form.get("Method", "POST").upper())


def call_terms(form: Mapping[str, str], events: list[str]) -> CallTerms:
    """What a creation form asks for. One value may name several events, as Twilio allows."""
    named = frozenset(name for item in events for name in item.split())
    detection = form.get("MachineDetection", "none")
    return CallTerms(
        start=start_destination(form),
        status_callback=form.get("StatusCallback"),
        events=named or frozenset({"completed"}),
        machine_detection=None if detection.lower() in ("", "none") else detection,
        timeout_s=float(form.get("Timeout", "60")),
        fallback_url=form.get("FallbackUrl"),
    )
