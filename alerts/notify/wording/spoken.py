"""What is said in calls and in the home: the product's words, in Chinese and English.

Heard once, often by old people: short. What is said before a key was pressed may be heard by a
machine or a stranger, and has nothing of a resident, a home or an alarm.
"""

from collections.abc import Mapping
from types import MappingProxyType

from alerts.notify.wording.wording import Wording

_CALLS = (
    Wording(
        "greeting_call",
        "您好，这是安心照护中心的来电。收听内容请按 1。",
        "Hello, this is a call from the Anxin care centre. Press 1 to hear it.",
    ),
    Wording(
        "notice_call",
        "您好，这是安心照护中心的来电。请查看我们发给您的消息，或回电给我们。",
        "Hello, this is a call from the Anxin care centre. Please look at the messages we sent "
        "you, or call us back.",
    ),
    Wording(
        "alarm_call",
        "安心监控中心。{where}，{kind}，时间 {at}。[[{heed}]]能去请按 1，去不了请按 2。"
        "编号 {code}。",
        "This is the Anxin monitoring centre. {resident}: {kind} at {at}. [[{heed} ]]Press 1 if "
        "you are going, press 2 if you cannot. Code {code}.",
    ),
    Wording(
        "offer_call",
        "安心监控中心派单。{resident}，{kind}，时间 {at}，{address}。[[{heed}]]接受请按 1，"
        "拒绝请按 2。",
        "This is the Anxin monitoring centre. Can you go? {resident}: {kind} at {at}, {address}. "
        "[[{heed} ]]Press 1 to accept, press 2 to decline.",
    ),
    Wording(
        "also_call",
        "安心监控中心。您前往的{where}又有新报警：{kind}，时间 {at}。[[{heed}]]",
        "This is the Anxin monitoring centre. At the home of {resident} there is now also: "
        "{kind} at {at}.[[ {heed}]]",
    ),
    Wording(
        "access_call",
        "{address}。[[{heed}]]开门方式：{access}。编号 {code}。",
        "{address}. [[{heed} ]]How to get in: {access}. Code {code}.",
    ),
    Wording(
        "going_said",
        "谢谢，已记录您正在赶去。再见。",
        "Thank you. Noted: you are going.",
    ),
    Wording(
        "cannot_said",
        "谢谢，已记录您去不了，我们会联系其他人。再见。",
        "Thank you. Noted: you cannot go. We will ask somebody else.",
    ),
    Wording(
        "accepted_said",
        "谢谢，已派您前往，开门方式随后告知。",
        "Thank you, it is yours. How to get in follows.",
    ),
    Wording(
        "declined_said",
        "好的，我们另外安排。再见。",
        "All right. We will ask somebody else.",
    ),
    Wording(
        "too_late_said",
        "谢谢，本次报警已经处理，不必前往。再见。",
        "Thank you. This has been dealt with already, you need not go.",
    ),
    Wording("wrong_key_said", "按键无效。", "That key is not known."),
    Wording("no_key_said", "没有收到按键。再见。", "No key was pressed. Goodbye."),
    Wording(
        "no_answer_said",
        "没有收到您的答复，我们会联系其他人。再见。",
        "You have not answered. We will ask somebody else. Goodbye.",
    ),
    Wording(
        "nothing_said",
        "您好，这是安心照护中心。目前没有给您的内容。再见。",
        "Hello, this is the Anxin care centre. There is nothing for you now. Goodbye.",
    ),
    Wording(
        "connect_call",
        "您好，这是安心照护中心的来电。接通请按 1。",
        "Hello, this is a call from the Anxin care centre. Press 1 to be connected.",
    ),
    Wording("connecting_said", "正在接通{who}。", "Connecting you with {who}."),
    Wording("joined_said", "安心监控中心来电。", "The Anxin monitoring centre is calling."),
    # to somebody who telephones the centre, and to the operators who are rung
    Wording(
        "centre_greeting",
        "您好，这里是安心照护中心。我们知道您来电了，正在为您接通值班员，请不要挂断。",
        "This is the Anxin care centre. We know that you are calling and are connecting you with "
        "an operator. Please hold the line.",
    ),
    Wording(
        "nobody_free_alarm",
        "值班员都在忙。您的来电已作为报警处理，我们会尽快回电，请保持电话畅通。"
        "危及生命时请直接拨打 120 或 119。",
        "No operator is free. Your call is an alarm now, and we call you back as soon as we can: "
        "please keep your telephone free. If a life is in danger, call 120 or 119 yourself.",
    ),
    Wording(
        "nobody_free_noted",
        "值班员都在忙。您的来电已登记，我们会尽快回电，请保持电话畅通。"
        "危及生命时请直接拨打 120 或 119。",
        "No operator is free. Your call is noted, and we call you back as soon as we can: please "
        "keep your telephone free. If a life is in danger, call 120 or 119 yourself.",
    ),
    Wording(
        "offered_said",
        "有人致电安心中心。接听请按 1。",
        "Somebody is calling the Anxin centre. Press 1 to talk with them.",
    ),
    Wording(
        "caller_gone_said",
        "来电已挂断，或已由同事接听。",
        "The caller has hung up, or a colleague has the call.",
    ),
)
_HOME = (
    Wording(
        "home_call",
        "已收到您的呼叫，正在为您找人",
        "your call has been received, help is called",
    ),
    Wording(
        "home_other",
        "监控中心正在联系您，请接听电话",
        "the centre calls you, please pick up",
    ),
    Wording("home_seen", "{who}已收到您的呼叫", "seen by {who}"),
    Wording("home_asked", "正在询问能上门的人员", "somebody is being asked to come"),
    Wording(
        "home_going",
        "{who}正在路上[[，约{minutes}分钟]]",
        "{who} is on the way[[, {minutes} minutes]]",
    ),
    Wording(
        "home_nobody",
        "暂时没有人能来，中心还在为您找人",
        "we are still looking for somebody",
    ),
    Wording("home_there", "{who}已到达", "{who} has arrived"),
    Wording("home_closed", "本次呼叫已结束", "the call is closed"),
    Wording("home_received", "已收到您的呼叫", "your call has been received"),
)
CALLS: Mapping[str, Wording] = MappingProxyType({one.name: one for one in _CALLS})
AT_HOME: Mapping[str, Wording] = MappingProxyType({one.name: one for one in _HOME})
"""Spoken by the hub's loudspeaker."""
