"""What variables of messages look like, for a preview and to count segments. Pure."""

import re
from collections.abc import Mapping

from alerts.notify.carriers.aliyun.catalogue import VARIABLE as TEMPLATE_VARIABLE
from alerts.notify.wording.originals import Form, Original
from alerts.notify.wording.rendering import rendered

_ZH = {
    "resident": "王秀英",
    "where": "王秀英家",
    "kind": "紧急呼叫",
    "at": "08:05",
    "heed": "",
    "code": "4711",
    "who": "李娜",
    "minutes": "8",
    "outcome": "人已跌倒，已扶起",
    "area": "北区",
    "homes": "4711 王秀英 紧急呼叫; 4712 赵强 烟雾",
    "digit": "1",
    "you": "您",
    "you_are": "您",
    "you_have": "您",
    "name": "",
    "how": "1 我去，2 去不了，3 已看到",
    "words": "好的，我们马上处理。",
    "address": "芙蓉路 12 号 3 栋 502",
    "noted": "住户有风险提示。有人保管钥匙。",
    "more": "详情在网页输入编号查看。",
    "what": "2 项工单、1 项任务",
    "access": "钥匙盒在门旁",
    "orders": "2",
    "tasks": "1",
    "answer": "您正前往王秀英家，约8分钟到",
}
_EN = {
    "resident": "Wang Xiuying",
    "where": "Wang Xiuying",
    "kind": "help call",
    "at": "08:05",
    "heed": "",
    "code": "4711",
    "who": "Li Na",
    "minutes": "8",
    "outcome": "They had fallen and were helped up.",
    "area": "North",
    "homes": "4711 Wang Xiuying help call; 4712 Zhao Qiang smoke",
    "digit": "1",
    "you": "you",
    "you_are": "you are",
    "you_have": "you have",
    "name": "",
    "how": "1 I am going, 2 I cannot, 3 seen",
    "words": "All right, we see to it.",
    "address": "Furong Road 12, block 3, 502",
    "noted": "Risks are noted. Somebody has a key. ",
    "more": "More on the page, by the code.",
    "what": "2 work order(s) and 1 task(s)",
    "access": "the key box beside the door",
}
SAMPLES: Mapping[str, Mapping[str, str]] = {"zh": _ZH, "en": _EN}


def shown(original: Original, body: str, signature: str) -> str:
    """The words as somebody would get them; KeyError: a variable that is not known."""
    values = SAMPLES[original.language]
    if original.form.registered:
        return signature + TEMPLATE_VARIABLE.sub(lambda found: values[found[1]], body)
    if original.form == Form.SIGNATURE:
        return body
    text = rendered(body, values)
    return signature + text if original.form == Form.WRITTEN else re.sub(r"\s+", " ", text)
