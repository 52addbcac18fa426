"""The calls that are going on, whichever carrier they came through: keys and hanging up."""

from device_sim.carrier.call_control import CallControl
from device_sim.carrier.errors import NotPossibleError
from device_sim.carrier.live_call import LiveCall
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call


class LiveCalls:
    """Finds the call that a person or a carrier acts in."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._live: dict[str, LiveCall] = {}

    def add(self, live: LiveCall) -> None:
        """A new call; those that have ended are forgotten."""
        with self._network.changed:
            self._live = {sid: other for sid, other in self._live.items() if self._going_on(sid)}
            self._live[live.sid] = live

    def control(self, sid: str) -> CallControl | None:
        """The control of a call; None when it has ended."""
        live = self._live.get(sid)
        return live.control if live is not None and self._going_on(sid) else None

    def press(self, number: str, digits: str) -> Call:
        """The person presses keys (and picks up, if it rings); NotPossibleError without a call."""
        call, control = self._current(number)
        control.press(digits)
        return call

    def hang_up(self, number: str) -> Call:
        """The person ends the call, or declines one that rings (the caller sees `busy`)."""
        call, control = self._current(number)
        answered = control.picked_up or call.status == "in-progress"
        control.hang_up("completed" if answered else "busy")
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

    def _current(self, number: str) -> tuple[Call, CallControl]:
        for call in reversed(self._network.calls(number)):
            control = self.control(call.sid)
            if control is not None:
                return call, control
        raise NotPossibleError(f"{number} has no call now: wait until it rings")
