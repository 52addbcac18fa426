"""What voice calls say, in Chinese and English; their words are in alerts/notify/wording.

A call begins with words that may be heard by anybody (`greeting_call`, or `notice_call` where there
are no keys); what it is about follows a key.
"""

from alerts.notify import hazards
from alerts.notify.template_text import TemplateText
from alerts.notify.texts import at_home_of, said_of
from alerts.notify.wording.catalogue import spoken
from alerts.policy import Policy
from store.model import Alarm

VOICES = {"zh": "zh-CN", "en": "en-GB"}
"""The language a carrier reads a text in."""


def greeting_call(language: str) -> TemplateText:
    """The first words to whoever, or whatever, picked up: nothing about a resident, a home or an
    alarm may be heard by a machine or a stranger."""
    return spoken("greeting_call", language)


def notice_call(language: str) -> TemplateText:
    """All that a carrier without key presses may say. Whoever hears it has not answered."""
    return spoken("notice_call", language)


def _told(alarm: Alarm, resident: str, language: str, policy: Policy) -> dict[str, str]:
    heed = hazards.whole(alarm.kind, language, policy.gas_company)
    return {**said_of(alarm, resident, language, policy), "heed": heed, "code": digits(alarm.code)}


def alarm_call(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To a contact: who, what, when, and which key."""
    return spoken("alarm_call", language, **_told(alarm, resident, language, policy))


def offer_call(
    alarm: Alarm, resident: str, address: str, language: str, policy: Policy
) -> TemplateText:
    """To a responder: whether they go."""
    told = _told(alarm, resident, language, policy)
    return spoken("offer_call", language, **told, address=address)


def also_call(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To a responder who was sent to this home before: another danger has come up there."""
    told = _told(alarm, resident, language, policy) | at_home_of(resident)
    return spoken("also_call", language, **told)


def access_call(alarm: Alarm, address: str, access: str, language: str) -> TemplateText:
    """To a responder who has accepted and pressed a key: how to get in. Said, never written."""
    unknown = "无记录" if language == "zh" else "nothing is known"
    return spoken(
        "access_call",
        language,
        address=address,
        heed=hazards.whole(alarm.kind, language),
        access=access or unknown,
        code=digits(alarm.code),
    )


def digits(code: str) -> str:
    """Read one by one, not as a number."""
    return " ".join(code)


def going_said(language: str) -> TemplateText:
    return spoken("going_said", language)


def cannot_said(language: str) -> TemplateText:
    return spoken("cannot_said", language)


def accepted_said(language: str) -> TemplateText:
    return spoken("accepted_said", language)


def declined_said(language: str) -> TemplateText:
    return spoken("declined_said", language)


def too_late_said(language: str) -> TemplateText:
    return spoken("too_late_said", language)


def wrong_key_said(language: str) -> TemplateText:
    return spoken("wrong_key_said", language)


def no_key_said(language: str) -> TemplateText:
    return spoken("no_key_said", language)


def no_answer_said(language: str) -> TemplateText:
    """To somebody who asked to hear it and pressed nothing since."""
    return spoken("no_answer_said", language)


def nothing_said(language: str) -> TemplateText:
    """To a call that we know nothing of."""
    return spoken("nothing_said", language)


def connect_call(language: str) -> TemplateText:
    """To an operator, before somebody else is called. With whom is said after the key."""
    return spoken("connect_call", language)


def connecting_said(whom: str, language: str) -> TemplateText:
    return spoken("connecting_said", language, who=whom)


def joined_said(language: str) -> TemplateText:
    """To whom an operator calls."""
    return spoken("joined_said", language)
