"""A call script as TwiML; called by the Twilio webhooks."""

from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from alerts.notify.call_texts import VOICES
from alerts.notify.wording.own_words import in_own_words
from alerts.own_texts import OwnTexts
from alerts.response.calls.call_script import Script

KEY_PRESS_TIMEOUT = 8
"""Seconds to wait for a key after the last word."""


@dataclass(frozen=True, slots=True)
class RingAddresses:
    """Of a telephone that is joined: what is heard there first, and where the call goes on when it
    rings no more or the talk is over."""

    offer: str
    over: str


def script_to_twiml(
    script: Script, action: str, own: OwnTexts, ring: RingAddresses | None = None
) -> str:
    """`action` is where the pressed key is to be posted; `ring`: of the script's `ringing`; `own`:
    what the centre says in its own words."""
    says = [in_own_words(text, own) for text in script.says]
    response, language = VoiceResponse(), VOICES.get(script.language, VOICES["en"])
    if script.ask:
        gather = Gather(num_digits=1, action=action, method="POST", timeout=KEY_PRESS_TIMEOUT)
        for number, text in enumerate(says):
            if number:
                gather.pause(length=1)
            gather.say(text, language=language)
        response.append(gather)
        response.say(in_own_words(script.goodbye, own), language=language)
    else:
        for text in says:
            response.say(text, language=language)
    if script.connects:
        return str(response)
    if script.ringing and ring:
        dial = Dial(timeout=script.ringing.seconds, action=ring.over, method="POST")
        dial.number(script.ringing.phone, url=ring.offer, method="POST")
        response.append(dial)
    elif script.conference:
        dial = Dial()
        dial.conference(
            script.conference,
            end_conference_on_exit=script.leave_ends,
            beep=False,
            start_conference_on_enter=script.leave_ends,
        )
        response.append(dial)
    else:
        response.hangup()
    return str(response)
