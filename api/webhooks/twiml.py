"""A call script as TwiML; called by the Twilio webhooks."""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from alerts.notify.call_texts import VOICES
from alerts.response.call_script import Script

KEY_PRESS_TIMEOUT = 8
"""Seconds to wait for a key after the last word."""


def script_to_twiml(script: Script, action: str) -> str:
    """`action` is where the pressed key is to be posted."""
    response, language = VoiceResponse(), VOICES.get(script.language, VOICES["en"])
    if script.ask:
        gather = Gather(num_digits=1, action=action, method="POST", timeout=KEY_PRESS_TIMEOUT)
        for number, text in enumerate(script.says):
            if number:
                gather.pause(length=1)
            gather.say(text, language=language)
        response.append(gather)
        response.say(script.goodbye, language=language)
    else:
        for text in script.says:
            response.say(text, language=language)
    if script.conference:
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
