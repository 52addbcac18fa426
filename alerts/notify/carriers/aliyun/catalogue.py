"""Our texts as templates, in Chinese: all that leaves by Alibaba Cloud.

Each is approved by the carrier once, under our signature, and filled with short variables: 35
characters at most, none beside another, without telephone numbers and links. Addresses, ways in and
whatever else is longer are on the page of the code, or said by an operator. Pure.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LONGEST_VARIABLE = 35
LONGEST_TEXT = 500
"""Characters of a template, signature included."""
VARIABLE = re.compile(r"\$\{(\w+)\}")
LINK = re.compile(r"(https?://\S*|www\.\S*|[\w-]+(\.[\w-]+)*\.(com|cn|net|org|top|io)\b\S*)", re.I)
NUMBER = re.compile(r"\+?\d(?:[\s-]?\d){4,}")
"""Five digits and more are taken for a telephone number, an account or a code."""
_FORBIDDEN = str.maketrans("", "", "【】{}$<>&\\\x00\r\n\t")


@dataclass(frozen=True, slots=True)
class Template:
    """`text` with its variables as ${name}. `codes`: those that are numbers of ours. `spoken`: read
    in a call, not written."""

    text: str
    spoken: bool = False
    codes: frozenset[str] = frozenset({"code", "at"})

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(VARIABLE.findall(self.text))


_READ_ON = "详情请打开监控中心网页，输入编号${code}。"
_TOLD = "${where}有${kind}报警，时间${at}，编号${code}。"
_GREETING = "您好，这是安心照护中心的来电。"

CATALOGUE: Mapping[str, Template] = MappingProxyType(
    {
        "alarm": Template(
            "${where}有${kind}报警，时间${at}。回复1我去，2去不了，3已看到。" + _READ_ON
        ),
        "offer": Template("派单：${where}有${kind}报警，时间${at}。回复1接受，2拒绝。" + _READ_ON),
        "accepted": Template(
            "已派您前往。地址请打开监控中心网页，输入编号${code}查看。到达请回复4。"
        ),
        "also": Template("${where}又有${kind}报警，时间${at}，与原派单同一住处，编号${code}。"),
        "arrived": Template(
            "您尚未接受此派单。已到现场请回复4加编号${code}，正要去请回复1加编号。"
        ),
        "finding_noted": Template("已记录您的情况说明，完成请回复5，编号${code}。"),
        "done_noted": Template("谢谢，已记录您已完成，编号${code}。"),
        "there": Template("${where}的报警，${who}已到达。"),
        "not_going": Template("${where}的报警，${who}改为不能前往。"),
        "going": Template("${where}的报警，${who}正在赶去。"),
        "acknowledged": Template("${where}的报警，监控中心已有人处理。"),
        "ended": Template("${where}的${kind}报警已于${at}处理完毕：${outcome}。"),
        "over": Template("${where}的${kind}报警已于${at}处理完毕。"),
        "outage": Template(
            "${at}起${where}所在片区停电或断网，求助按钮暂时可能无法使用，请电话联系老人。"
            "我们正在处理。"
        ),
        "outage_over": Template("${where}已于${at}恢复连接，求助按钮可以使用。"),
        "fault": Template(
            "${where}的设备自${at}起有${kind}，报警可能无法送达，请电话联系老人。我们正在处理。"
        ),
        "called_off": Template("${where}的派单已取消，不必前往。"),
        "which": Template("您有多个未结束的报警，请在回复中加编号，如1加${code}。"),
        "nothing_open": Template("您目前没有未结束的报警。"),
        "not_heard": Template(
            "${where}有${kind}报警，编号${code}。您的答复如指此报警，请在答复后加编号再发一次。"
        ),
        "noted": Template("已记录：${answer}。如有变化请再回复：1我去，2去不了，3已看到。"),
        "desk_reads": Template(
            "您的信息已收到，值班员会阅读。要答复报警请回复：1我去，2去不了，3已看到。"
        ),
        "cry_heard": Template(
            "已收到您的求助并发起报警，值班员会尽快与您联系。危及生命请拨打120或119。"
        ),
        "overdue": Template(
            "${orders}项工单、${tasks}项任务已逾期，请到控制台查看。",
            codes=frozenset({"orders", "tasks"}),
        ),
        "call_greeting": Template(
            _GREETING + "收听内容请按1，能去请按2，去不了请按3。", spoken=True
        ),
        "call_told": Template(_TOLD + "请回复短信，或打开监控中心网页答复。", spoken=True),
        "call_yes": Template("谢谢，已记录您能去。" + _TOLD, spoken=True),
        "call_no": Template("谢谢，已记录您去不了。再见。", spoken=True),
        "call_notice": Template(
            _GREETING + "请查看我们发给您的短信，或打开监控中心网页。", spoken=True
        ),
    }
)
"""By the names that settings, rows and texts use."""
GREETING, NOTICE = "call_greeting", "call_notice"
KEYS = MappingProxyType({"1": "call_told", "2": "call_yes", "3": "call_no"})
"""What each key of an interactive call is answered with. A call ends with its first key."""
_ASKS = frozenset({"alarm", "offer"})


def speaks_with_keys(usable: Collection[str]) -> bool:
    """Whether calls can be answered by a key: all that is said in them has to be approved."""
    return {GREETING, *KEYS.values()} <= set(usable)


def can_be_said(template: str, usable: Collection[str]) -> bool:
    """Whether a call can stand for this text: by keys, or by a notice that tells nothing."""
    return template in _ASKS and (speaks_with_keys(usable) or NOTICE in usable)


def filled(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """The variables of a template for what is in a message's fields, by their names there or, of
    older messages, by number; each as the carrier takes it."""
    return {
        variable: fitting(values.get(variable, ""), code=variable in template.codes)
        for variable in template.variables
    }


def fitting(value: str, *, code: bool = False) -> str:
    """A value as the carrier takes it: short, without links, telephone numbers and brackets. A
    `code` of ours may be digits. Never empty: an empty one is refused."""
    text = value.translate(_FORBIDDEN).strip()
    if not code:
        text = NUMBER.sub("", LINK.sub("", text)).strip()
    if len(text) > LONGEST_VARIABLE:
        text = text[: LONGEST_VARIABLE - 1] + "…"
    return text or "—"


def shown(name: str, values: Mapping[str, str]) -> str:
    """The text as it arrives, without the signature."""
    variables = filled(CATALOGUE[name], values)
    return VARIABLE.sub(lambda found: variables[found[1]], CATALOGUE[name].text)
