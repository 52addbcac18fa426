"""Takes calls for the phones: voice notifications, and interactive ones that ask for a key."""

from collections.abc import Mapping
from time import monotonic

from device_sim.carrier.alibaba.account import AlibabaAccount
from device_sim.carrier.alibaba.answers import OK, Answer, raise_scripted_refusal
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.limits import Tally
from device_sim.carrier.alibaba.phone_numbers import callee
from device_sim.carrier.alibaba.queries import whole
from device_sim.carrier.alibaba.records import Ledger, VoiceCall, new_id
from device_sim.carrier.alibaba.reports import ReportQueue
from device_sim.carrier.alibaba.templates.catalogue import Catalogue
from device_sim.carrier.alibaba.templates.text import spoken_text
from device_sim.carrier.alibaba.voice_call import VoiceScript, VoiceStory
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call, Carrier, carrier_now

TTS_PRODUCT, FILE_PRODUCT, IVR_PRODUCT = "11010000138001", "11000000300006", "11000000300005"
TWINS_WITHIN_S = 1.0
SHARED_NUMBER = "057100000000"
"""Shown when the caller names none."""
LONGEST_OUT_ID = 15


class VoiceCalling:
    """SingleCallByTts, SingleCallByVoice and IvrCall."""

    def __init__(
        self,
        network: Network,
        live_calls: LiveCalls,
        account: AlibabaAccount,
        catalogue: Catalogue,
        ledger: Ledger,
        reports: ReportQueue,
    ) -> None:
        self._network = network
        self._live_calls = live_calls
        self._account = account
        self._catalogue = catalogue
        self._ledger = ledger
        self._reports = reports
        self._tally = Tally()
        self._stories: dict[str, VoiceStory] = {}

    def by_tts(self, params: Mapping[str, str]) -> Answer:
        """SingleCallByTts: a text is said; keys mean nothing."""
        text = self._text(params.get("TtsCode", ""), params.get("TtsParam"))
        script = VoiceScript(text, plays=whole(params, "PlayTimes", 1, 3, "3"))
        return self._take(params, script, TTS_PRODUCT)

    def by_file(self, params: Mapping[str, str]) -> Answer:
        """SingleCallByVoice: a recording, registered as a voice template without variables."""
        text = self._text(params.get("VoiceCode", ""), None)
        script = VoiceScript(text, plays=whole(params, "PlayTimes", 1, 3, "3"))
        return self._take(params, script, FILE_PRODUCT)

    def interactive(self, params: Mapping[str, str]) -> Answer:
        """IvrCall: a text, and another one for each key of the menu."""
        if not self._account.behaviour.interactive_calls:
            raise BusinessError("isv.PRODUCT_UN_SUBSCRIPT")
        if not params.get("CalledShowNumber"):
            raise BusinessError("isv.DISPLAY_NUMBER_ILLEGAL")
        menu = {
            params[f"{one}.Key"]: self._text(
                params.get(f"{one}.Code", ""), params.get(f"{one}.TtsParams")
            )
            for one in (f"MenuKeyMap.{number}" for number in range(1, 13))
            if params.get(f"{one}.Key")
        }
        if not menu:
            raise BusinessError("isv.INVALID_PARAMETERS", "MenuKeyMap is needed")
        bye = params.get("ByeCode")
        script = VoiceScript(
            text=self._text(params.get("StartCode", ""), params.get("StartTtsParams")),
            menu=menu,
            farewell=self._text(bye, params.get("ByeTtsParams")) if bye else "",
            plays=whole(params, "PlayTimes", 1, 3, "3"),
            key_timeout_s=whole(params, "Timeout", 1, 60_000, "5000") / 1000,
            keys_after_menu=self._account.behaviour.keys_after_menu,
        )
        return self._take(params, script, IVR_PRODUCT)

    def _text(self, code: str, variables: str | None) -> str:
        return spoken_text(self._catalogue.usable_voice_template(code).content, variables)

    def _take(self, params: Mapping[str, str], script: VoiceScript, product_id: str) -> Answer:
        number, shown = callee(params.get("CalledNumber", "")), params.get("CalledShowNumber")
        self._catalogue.check_display(shown)
        if len(params.get("OutId", "").encode()) > LONGEST_OUT_ID:
            raise BusinessError("isv.INVALID_PARAMETERS", "OutId must be 1 to 15 bytes")
        self._check_limits(number)
        behaviour = self._network.take_call_behaviour(number)
        raise_scripted_refusal(behaviour)
        self._tally.count((number,), monotonic())
        kept = VoiceCall(
            call_id=new_id(),
            product_id=product_id,
            number=number,
            show_number=shown or SHARED_NUMBER,
            out_id=params.get("OutId", ""),
            asked_at=carrier_now(),
            taken_at=monotonic(),
        )
        self._ledger.add_call(kept)
        call = _call(kept)
        self._network.add_call(call)
        story = VoiceStory(self._network, self._ledger, self._reports, script, behaviour)
        blocking = self._account.behaviour.twin_calls_block
        live = story.live(call, TWINS_WITHIN_S if blocking else 0.0)
        self._stories[kept.call_id] = story
        self._live_calls.add(live)
        return Answer(OK | {"CallId": kept.call_id}, behaviour, live.start)

    def _check_limits(self, number: str) -> None:
        behaviour = self._account.behaviour
        twin = self._ledger.last_call_to(number, TWINS_WITHIN_S)
        if behaviour.twin_calls_block and twin is not None:
            control = self._live_calls.control(twin.call_id)
            if control is not None:
                self._stories[twin.call_id].blocked = True
                control.hang_up("failed")
            raise BusinessError("isv.BUSINESS_LIMIT_CONTROL", "触发秒级流控Permits:1")
        refusal = self._tally.refusal((number,), behaviour.call_limits, monotonic())
        if refusal:
            raise BusinessError("isv.BUSINESS_LIMIT_CONTROL", refusal)


def _call(kept: VoiceCall) -> Call:
    return Call(
        sid=kept.call_id,
        carrier=Carrier.ALIBABA,
        account_sid="",
        from_=kept.show_number,
        to=kept.number,
        status="queued",
        date_created=kept.asked_at,
        date_updated=kept.asked_at,
    )
