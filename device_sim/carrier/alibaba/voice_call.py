"""One call of Alibaba Cloud on the network of phones: what is said, keys, how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from device_sim.carrier.alibaba.mns.queues import MessageType
from device_sim.carrier.alibaba.records import Ledger
from device_sim.carrier.alibaba.reports import ReportQueue, voice_report
from device_sim.carrier.behaviour import CallBehaviour, CallOutcome
from device_sim.carrier.call_control import CallControl
from device_sim.carrier.live_call import CallTerms, LiveCall
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call, carrier_now

HEARD, HUNG_UP_EARLY, NO_KEY, BLOCKED = "200000", "200001", "200008", "200105"
UNREACHED = "200005"
"""Also what a declined call is."""
ENDINGS = {"busy": "200002", "no-answer": "200003"}
"""States of a call that nobody answered → status_code; else UNREACHED."""
LEAST_STATUS_CODE = 200_000
"""A phone's `error_code` from here on is such a code: 200010, switched off."""
SPOKEN_PER_S = 8.0
"""Characters a second, for people; a scripted phone has no time to lose."""
LONGEST_SPEECH_S = 10.0


@dataclass(frozen=True)
class VoiceScript:
    """What the call says. `menu`: what is said to each key; empty: no key is asked for."""

    text: str
    menu: Mapping[str, str] = field(default_factory=dict)
    farewell: str = ""
    plays: int = 3
    key_timeout_s: float = 5.0
    keys_after_menu: bool = True


class VoiceStory:
    """What Alibaba Cloud does in one call. It asks nobody whether a machine answers."""

    def __init__(
        self,
        network: Network,
        ledger: Ledger,
        reports: ReportQueue,
        script: VoiceScript,
        behaviour: CallBehaviour,
    ) -> None:
        self._network = network
        self._ledger = ledger
        self._reports = reports
        self._script = script
        self._behaviour = behaviour
        self._status_code = HEARD
        self.blocked = False
        """Another call to the same number came within a second."""

    def live(self, call: Call, wait_s: float) -> LiveCall:
        """The call on the network, to be started."""
        terms = CallTerms(lambda c: self._talk(call.sid, c), self._reached, wait_s=wait_s)
        return LiveCall(self._network, call, terms, self._behaviour)

    def _talk(self, sid: str, control: CallControl) -> None:
        if self._script.menu:
            self._ask(sid, control)
        else:
            self._say(sid, control, self._script.text)
        if control.interrupted:
            self._status_code = HUNG_UP_EARLY

    def _ask(self, sid: str, control: CallControl) -> None:
        """Say the text and wait for a key of the menu, as often as the caller wants."""
        for _ in range(self._script.plays):
            self._say(sid, control, self._script.text, hold=False)
            key = self._key(sid, control)
            if control.interrupted:
                return
            if key in self._script.menu:
                self._answer_keys(sid, control, key)
                break
        else:
            self._status_code = NO_KEY
        self._say(sid, control, self._script.farewell)

    def _answer_keys(self, sid: str, control: CallControl, key: str) -> None:
        """Say what belongs to the key, and to those that follow."""
        more = self._script.keys_after_menu
        while key and not control.interrupted:
            self._say(sid, control, self._script.menu.get(key, ""), hold=not more)
            key = self._key(sid, control) if more else ""

    def _key(self, sid: str, control: CallControl) -> str:
        if control.keys:
            control.wait(self._behaviour.delay_ms.key / 1000)
        self._network.update_call(sid, asking=True)
        key = control.take_keys(_first_key, self._script.key_timeout_s)
        call = self._network.update_call(sid, asking=False)
        if key:
            self._network.update_call(sid, digits=(*call.digits, key))
            kept = self._ledger.call(sid)
            if kept is not None:
                self._reports.put_key(kept, key)
        return key

    def _say(self, sid: str, control: CallControl, text: str, *, hold: bool = True) -> None:
        if not text or control.interrupted:
            return
        call = self._network.call_now(sid)
        if not call.said or call.said[-1] != text:
            self._network.update_call(sid, said=(*call.said, text))
        if control.by_hand and hold:
            speech_s = min(LONGEST_SPEECH_S, len(text) / SPOKEN_PER_S)
            control.wait_for(lambda: bool(control.keys), speech_s)

    def _reached(self, call: Call, statuses: Sequence[str], last: bool) -> None:
        if statuses[-1] == "ringing":
            self._ledger.update_call(call.sid, ring_time=carrier_now())
        if not last:
            return
        answered = "in-progress" in statuses
        code = self._status_code if answered else self._unanswered_code(call.status)
        by_person = code == HUNG_UP_EARLY or call.status == "busy"
        kept = self._ledger.update_call(
            call.sid, status_code=code, hangup_direction="用户" if by_person else "机器"
        )
        self._reports.put(
            MessageType.VOICE_REPORT, voice_report(kept, call), self._behaviour.callbacks
        )

    def _unanswered_code(self, status: str) -> str:
        if self.blocked:
            return BLOCKED
        scripted = self._behaviour.error_code
        if isinstance(scripted, int) and scripted >= LEAST_STATUS_CODE:
            return str(scripted)
        declined = status == "busy" and self._behaviour.outcome is not CallOutcome.BUSY
        return UNREACHED if declined else ENDINGS.get(status, UNREACHED)


def _first_key(keys: str) -> tuple[str | None, str]:
    return (keys[0], keys[1:]) if keys else (None, "")
