"""What is written to people: the product's words, in Chinese and English.

One SMS segment holds 70 Chinese characters; the texts stay within two. None has a link or a
telephone number of its own: carriers of mainland China refuse them. The signature stands before
each, the centre's number behind.
"""

from collections.abc import Mapping
from types import MappingProxyType

from alerts.notify.wording.wording import Wording

SIGNATURE = "signature"

_NAME = "[[。请加上姓名，如“1 {name}”]]。", "[[. Please add a name, like '1 {name}']]"

_ALL = (
    Wording(SIGNATURE, "【安心】", "[Anxin] "),
    # to the family
    Wording(
        "alarm",
        "{where} {kind} {at}。[[{heed}]]回复 1 我去，2 去不了，3 已看到。编号 {code}",
        "{resident}: {kind} at {at}. [[{heed} ]]Reply 1 I am going, 2 I cannot, 3 seen. "
        "Code {code}",
    ),
    Wording(
        "fault",
        "{where} {kind}（{at}起），报警可能无法送达，请电话联系老人。我们正在处理。",
        "{resident}: {kind} since {at}. An alarm from there may not reach us, please call them. "
        "We are dealing with it.",
    ),
    Wording(
        "acknowledged",
        "{where}的报警，监控中心已有人处理。",
        "{resident}: the monitoring centre is dealing with the alarm.",
    ),
    Wording(
        "going",
        "{where}：{who} 正在赶去[[，约{minutes}分钟]]。",
        "{resident}: {who} is on the way[[, about {minutes} min]].",
    ),
    Wording("there", "{where}：{who} 已到达。", "{resident}: {who} is there."),
    Wording(
        "not_going",
        "{where}：{who} 改为不能前往。",
        "{resident}: {who} cannot go after all.",
    ),
    Wording(
        "over",
        "{where}的{kind}已于 {at} 处理完毕[[：{outcome}]]。",
        "{resident}: the {kind} alarm was closed at {at}.[[ {outcome}]]",
    ),
    Wording(
        "over_several",
        "{where}的{kind}已于 {at} 处理完毕[[：{outcome}]]。",
        "{resident}: the alarms {kind} were closed at {at}.[[ {outcome}]]",
    ),
    Wording(
        "outage",
        "{at}起{where}所在片区停电或断网，求助按钮暂时可能无法使用，请电话联系老人。我们正在处理。",
        "{resident}: power or network is down in the area since {at}. The emergency button may "
        "not work, please call them. We are dealing with it.",
    ),
    Wording(
        "outage_over",
        "{at}{area}{where}已恢复连接，求助按钮可以使用。",
        "{area}, {resident}: connected again at {at}. The emergency button works.",
    ),
    # answers to what somebody wrote
    Wording(
        "which",
        "有多户报警，请在回复中加编号，如“1 {code}”：{homes}",
        "Several homes have alarms. Add the code, like '1 {code}': {homes}",
    ),
    Wording("nothing_open", "您目前没有未结束的报警。", "There is no open alarm for you."),
    Wording(
        "not_heard",
        "{where}有报警（{kind}），编号 {code}。如果您指的是这个报警，请回复“{digit} {code}”",
        "There is an alarm at {resident} ({kind}), code {code}. If you mean this one, reply "
        "'{digit} {code}'",
    ),
    Wording(
        "noted_going",
        "已记录：{you}正前往{where}[[，约{minutes}分钟到]]。去不了请回复“2 {code}”" + _NAME[0],
        "Noted: {you_are} going to {resident}[[, there in about {minutes} min]]. "
        "If not: 2 {code}" + _NAME[1],
    ),
    Wording(
        "noted_cannot",
        "已记录：{you}去不了{where}。能去请回复“1 {code}”" + _NAME[0],
        "Noted: {you} cannot go to {resident}. If you can: 1 {code}" + _NAME[1],
    ),
    Wording(
        "noted_seen",
        "已记录：{you}已看到{where}的报警，没有说前往。要去请回复“1 {code}”，去不了回复“2 {code}”"
        + _NAME[0],
        "Noted: {you_have} seen the alarm of {resident}, and did not say that you go. "
        "Going: 1 {code}, cannot: 2 {code}" + _NAME[1],
    ),
    Wording(
        "desk_reads",
        "您的信息已收到，值班员会阅读。要答复报警请回复 {how}。",
        "An operator will read this. To answer an alarm, reply {how}.",
    ),
    Wording(
        "desk_looks",
        "您的图片或录音已收到，值班员会查看。要答复报警请回复 {how}。",
        "An operator will look at what you sent. To answer an alarm, reply {how}.",
    ),
    Wording(
        "cry_heard",
        "已收到您的求助，已发起报警，值班员会尽快与您联系。危及生命请拨打 120 或 119。",
        "We have raised an alarm, an operator will call you. If a life is in danger, "
        "call 120 or 119.",
    ),
    Wording("operator_words", "{words}", "{words}"),
    # to responders
    Wording(
        "offer",
        "派单：{resident} {kind} {at}，{address}。{noted}回复 1 接受，2 拒绝。编号 {code}。{more}",
        "Can you go? {resident}: {kind} at {at}, {address}. {noted}Reply 1 accept, 2 decline. "
        "Code {code}. {more}",
    ),
    Wording(
        "accepted",
        "已派您前往：{address}。{noted}开门方式{more}，或来电询问。到达回复 4，完成回复 5。"
        "编号 {code}",
        "Yours: {address}. {noted}How to get in: {more}, or call us. Reply 4 on arrival, "
        "5 when done. Code {code}",
    ),
    Wording(
        "also",
        "{where}又有新报警：{kind} {at}，与原派单同一住处。[[{heed}]]编号 {code}",
        "{resident}: now also {kind} at {at}, same home. [[{heed} ]]Code {code}",
    ),
    Wording(
        "called_off",
        "{where}的派单已取消，不必前往。",
        "{resident}: called off, no need to go.",
    ),
    Wording(
        "arrived",
        "您尚未接受此派单。您已到 {address} 吗？已到请回复“4 {code}”，正要去请回复“1 {code}”",
        "You have not accepted this one. Are you at {address}? Reply 4 {code} if you are there, "
        "1 {code} if you are going",
    ),
    Wording(
        "dispatch_declined",
        "已记录：您不去{where}。能去请回复“1 {code}”。",
        "Noted: you do not go to {resident}. If you do after all: 1 {code}",
    ),
    Wording(
        "dispatch_arrived",
        "已记录：您已到{where}。",
        "Noted: you are at the home of {resident}",
    ),
    Wording(
        "dispatch_going",
        "已记录：您正前往{where}[[，约{minutes}分钟到]]。到达请回复 4。",
        "Noted: you are going to {resident}[[, there in about {minutes} min]]. Reply 4 on arrival",
    ),
    Wording(
        "finding_noted",
        "已记录您的情况说明。完成请回复 5。编号 {code}",
        "Written down for the centre. Reply 5 when done. Code {code}",
    ),
    Wording(
        "done_noted",
        "谢谢，已记录您已完成。编号 {code}",
        "Thank you, noted: you are done. Code {code}",
    ),
    # to supervisors
    Wording(
        "overdue",
        "{what}已逾期，请到控制台查看。",
        "Overdue: {what}. Please look at the console.",
    ),
)
WRITTEN: Mapping[str, Wording] = MappingProxyType({one.name: one for one in _ALL})
