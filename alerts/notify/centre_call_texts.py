"""What is said to somebody who telephones the centre, and to the operators who are rung."""

from datetime import datetime

from alerts.notify.texts import clock_time
from alerts.policy import Policy


def greeting_said(language: str) -> str:
    """The first words. The number a caller shows can be forged: the same to everybody."""
    if language == "zh":
        return "您好，这里是安心照护中心。我们知道您来电了，正在为您接通值班员，请不要挂断。"
    return (
        "This is the Anxin care centre. We know that you are calling and are connecting you "
        "with an operator. Please hold the line."
    )


def nobody_free_said(language: str, *, known: bool) -> str:
    """What becomes of a call that nobody could take."""
    if language == "zh":
        done = "您的来电已作为报警处理" if known else "您的来电已登记"
        return (
            f"值班员都在忙。{done}，我们会尽快回电，请保持电话畅通。"
            "危及生命时请直接拨打 120 或 119。"
        )
    done = "Your call is an alarm now" if known else "Your call is noted"
    return (
        f"No operator is free. {done}, and we call you back as soon as we can: please keep your "
        "telephone free. If a life is in danger, call 120 or 119 yourself."
    )


def offered_said(language: str) -> str:
    """To an operator who picked up; a voice mail may hear it, so nothing of who is calling."""
    if language == "zh":
        return "有人致电安心中心。接听请按 1。"
    return "Somebody is calling the Anxin centre. Press 1 to talk with them."


def caller_gone_said(language: str) -> str:
    if language == "zh":
        return "来电已挂断，或已由同事接听。"
    return "The caller has hung up, or a colleague has the call."


def call_back_task(phone: str, at: datetime, policy: Policy) -> str:
    """The task to call back somebody whose number belongs to nobody. `phone` empty: withheld."""
    when = clock_time(at, policy)
    if policy.language == "zh":
        who = phone or "未显示号码的来电者"
        return f"回电：{who}，{when} 来电，无人接听。"
    return (
        f"Call back: {phone or 'a caller who withheld the number'}, rang at {when}, not answered."
    )
