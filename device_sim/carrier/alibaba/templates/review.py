"""What a reviewer finds wrong in a template, as far as it follows from its text. Pure."""

import re

VARIABLE = re.compile(r"\$\{([^}]*)\}")
LONGEST = 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,24}")
_TAKEN = frozenset({"email", "mobile", "id", "nick", "site"})
_LINK_WITH_VARIABLE = re.compile(r"(?:https?://|www\.|\.(?:cn|com|net|org))[^\s，。；]*\$\{", re.I)


def variables_of(content: str) -> list[str]:
    """The names of its variables, in order."""
    return VARIABLE.findall(content)


def rejection(content: str) -> str | None:
    """Why a reviewer refuses it; None: nothing in the text speaks against it."""
    if not content.strip() or len(content) > LONGEST:
        return f"模板内容须为1至{LONGEST}个字符"
    if "【" in content or "】" in content:
        return "模板内容不能包含【】，签名由系统添加"
    for name in variables_of(content):
        if not _NAME.fullmatch(name) or name in _TAKEN:
            return f"变量名称不规范：${{{name}}}"
    if _LINK_WITH_VARIABLE.search(content):
        return "链接中不能使用变量"
    between = VARIABLE.split(content)[::2]
    if not any(_says_something(part) for part in between):
        return "不支持全变量模板"
    if not all(_says_something(part) for part in between[1:-1]):
        return "不支持变量相邻，变量之间需有文字说明"
    return None


def _says_something(text: str) -> bool:
    """Whether there is a word in it: marks and blanks alone do not part two variables."""
    return any(c.isalnum() for c in text)
