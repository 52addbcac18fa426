"""What is said to somebody who telephones the centre, and to the operators who are rung."""

from datetime import datetime

from alerts.notify.template_text import TemplateText
from alerts.notify.texts import clock_time
from alerts.notify.wording.catalogue import spoken
from alerts.policy import Policy


def greeting_said(language: str) -> TemplateText:
    """The first words. The number a caller shows can be forged: the same to everybody."""
    return spoken("centre_greeting", language)


def nobody_free_said(language: str, *, known: bool) -> TemplateText:
    """What becomes of a call that nobody could take."""
    return spoken("nobody_free_alarm" if known else "nobody_free_noted", language)


def offered_said(language: str) -> TemplateText:
    """To an operator who picked up; a voice mail may hear it, so nothing of who is calling."""
    return spoken("offered_said", language)


def caller_gone_said(language: str) -> TemplateText:
    return spoken("caller_gone_said", language)


def call_back_task(phone: str, at: datetime, policy: Policy) -> str:
    """The task to call back somebody whose number belongs to nobody. `phone` empty: withheld."""
    when = clock_time(at, policy)
    if policy.language == "zh":
        who = phone or "未显示号码的来电者"
        return f"回电：{who}，{when} 来电，无人接听。"
    return (
        f"Call back: {phone or 'a caller who withheld the number'}, rang at {when}, not answered."
    )
