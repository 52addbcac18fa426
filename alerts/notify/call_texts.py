"""Texts of voice calls, in Chinese and English. Heard once, often by old people: short.

A call begins with words that may be heard by anybody (`greeting_call`, or `notice_call` where there
are no keys); what it is about follows a key.
"""

from alerts.notify import hazards
from alerts.notify.texts import clock_time
from alerts.policy import Policy
from store.alarm.kinds import kind_name
from store.model import Alarm

VOICES = {"zh": "zh-CN", "en": "en-GB"}
"""The language a carrier reads a text in."""


def greeting_call(language: str) -> str:
    """The first words to whoever, or whatever, picked up: nothing about a resident, a home or an
    alarm may be heard by a machine or a stranger."""
    if language == "zh":
        return "您好，这是安心照护中心的来电。收听内容请按 1。"
    return "Hello, this is a call from the Anxin care centre. Press 1 to hear it."


def notice_call(language: str) -> str:
    """All that a carrier without key presses may say. Whoever hears it has not answered."""
    if language == "zh":
        return "您好，这是安心照护中心的来电。请查看我们发给您的消息，或回电给我们。"
    return (
        "Hello, this is a call from the Anxin care centre. "
        "Please look at the messages we sent you, or call us back."
    )


def alarm_call(alarm: Alarm, resident: str, language: str, policy: Policy) -> str:
    """To a contact: who, what, when, and which key."""
    at, what = clock_time(alarm.occurred_at, policy), kind_name(alarm.kind, language)
    heed = hazards.whole(alarm.kind, language, policy.gas_company)
    if language == "zh":
        where = resident if alarm.home_id is None else f"{resident}家"
        return (
            f"安心监控中心。{where}，{what}，时间 {at}。{heed}能去请按 1，去不了请按 2。"
            f"编号 {digits(alarm.code)}。"
        )
    return (
        f"This is the Anxin monitoring centre. {resident}: {what} at {at}. "
        f"{heed + ' ' if heed else ''}Press 1 if you are going, press 2 if you cannot. "
        f"Code {digits(alarm.code)}."
    )


def offer_call(alarm: Alarm, resident: str, address: str, language: str, policy: Policy) -> str:
    """To a responder: whether they go."""
    at, what = clock_time(alarm.occurred_at, policy), kind_name(alarm.kind, language)
    heed = hazards.whole(alarm.kind, language, policy.gas_company)
    if language == "zh":
        return (
            f"安心监控中心派单。{resident}，{what}，时间 {at}，{address}。{heed}"
            "接受请按 1，拒绝请按 2。"
        )
    return (
        f"This is the Anxin monitoring centre. Can you go? {resident}: {what} at {at}, {address}. "
        f"{heed + ' ' if heed else ''}"
        "Press 1 to accept, press 2 to decline."
    )


def also_call(alarm: Alarm, resident: str, language: str, policy: Policy) -> str:
    """To a responder who was sent to this home before: another danger has come up there."""
    at, what = clock_time(alarm.occurred_at, policy), kind_name(alarm.kind, language)
    heed = hazards.whole(alarm.kind, language, policy.gas_company)
    if language == "zh":
        return f"安心监控中心。您前往的{resident}家又有新报警：{what}，时间 {at}。{heed}"
    return (
        f"This is the Anxin monitoring centre. At the home of {resident} there is now also: "
        f"{what} at {at}. {heed}"
    ).strip()


def access_call(alarm: Alarm, address: str, access: str, language: str) -> str:
    """To a responder who has accepted and pressed a key: how to get in. Said, never written."""
    heed = hazards.whole(alarm.kind, language)
    if language == "zh":
        return f"{address}。{heed}开门方式：{access or '无记录'}。编号 {digits(alarm.code)}。"
    way_in = f"How to get in: {access or 'nothing is known'}. Code {digits(alarm.code)}."
    return " ".join(part for part in (f"{address}.", heed, way_in) if part)


def digits(code: str) -> str:
    """Read one by one, not as a number."""
    return " ".join(code)


def going_said(language: str) -> str:
    return (
        "谢谢，已记录您正在赶去。再见。" if language == "zh" else "Thank you. Noted: you are going."
    )


def cannot_said(language: str) -> str:
    if language == "zh":
        return "谢谢，已记录您去不了，我们会联系其他人。再见。"
    return "Thank you. Noted: you cannot go. We will ask somebody else."


def accepted_said(language: str) -> str:
    if language == "zh":
        return "谢谢，已派您前往，开门方式随后告知。"
    return "Thank you, it is yours. How to get in follows."


def declined_said(language: str) -> str:
    return (
        "好的，我们另外安排。再见。"
        if language == "zh"
        else "All right. We will ask somebody else."
    )


def too_late_said(language: str) -> str:
    if language == "zh":
        return "谢谢，本次报警已经处理，不必前往。再见。"
    return "Thank you. This has been dealt with already, you need not go."


def wrong_key_said(language: str) -> str:
    return "按键无效。" if language == "zh" else "That key is not known."


def no_key_said(language: str) -> str:
    if language == "zh":
        return "没有收到按键。再见。"
    return "No key was pressed. Goodbye."


def no_answer_said(language: str) -> str:
    """To somebody who asked to hear it and pressed nothing since."""
    if language == "zh":
        return "没有收到您的答复，我们会联系其他人。再见。"
    return "You have not answered. We will ask somebody else. Goodbye."


def nothing_said(language: str) -> str:
    """To a call that we know nothing of."""
    if language == "zh":
        return "您好，这是安心照护中心。目前没有给您的内容。再见。"
    return "Hello, this is the Anxin care centre. There is nothing for you now. Goodbye."


def connect_call(language: str) -> str:
    """To an operator, before somebody else is called. With whom is said after the key."""
    if language == "zh":
        return "您好，这是安心照护中心的来电。接通请按 1。"
    return "Hello, this is a call from the Anxin care centre. Press 1 to be connected."


def connecting_said(whom: str, language: str) -> str:
    return f"正在接通{whom}。" if language == "zh" else f"Connecting you with {whom}."


def joined_said(language: str) -> str:
    """To whom an operator calls."""
    return "安心监控中心来电。" if language == "zh" else "The Anxin monitoring centre is calling."
