"""Checks a centre's own words for a message. Pure.

UnacceptableError says what is wrong with them, and what to do.
"""

import re
import unicodedata

from alerts.errors import UnacceptableError
from alerts.notify.carriers.aliyun.catalogue import LINK, LONGEST_TEXT, NUMBER
from alerts.notify.carriers.aliyun.catalogue import VARIABLE as TEMPLATE_VARIABLE
from alerts.notify.wording import rendering
from alerts.notify.wording.originals import SAME, Form, Original

_SIGNATURES = {
    "zh": re.compile(r"【[^【】\[\]{}\s]{2,20}】"),
    "en": re.compile(r"\[[^【】\[\]{}]{2,20}\] "),
}
_CODES = {
    Form.SMS_TEMPLATE: re.compile(r"SMS_\d{3,20}"),
    Form.VOICE_TEMPLATE: re.compile(r"TTS_\d{3,20}"),
}


def checked(original: Original, body: str, template_code: str) -> tuple[str, str]:
    """The words and the carrier's code as they are kept."""
    text = unicodedata.normalize("NFC", body)
    text = text if original.form == Form.SIGNATURE else text.strip()
    if not text.strip():
        raise UnacceptableError("the text is empty: write what is to be said")
    if len(text) > LONGEST_TEXT:
        raise UnacceptableError(f"the text has {len(text)} characters: {LONGEST_TEXT} at most")
    if any(unicodedata.category(each) in ("Cc", "Cs", "Co") for each in text):
        raise UnacceptableError("the text has a line break or a character that cannot be sent")
    code = template_code.strip()
    if original.form == Form.SIGNATURE:
        _check_signature(original.language, text)
    elif original.form.registered:
        _check_template(original, text, code)
    else:
        _check_words(original, text)
    if code and not original.form.registered:
        raise UnacceptableError("only registered templates have a carrier's code")
    return text, code


def _check_signature(language: str, text: str) -> None:
    if not _SIGNATURES[language].fullmatch(text):
        raise UnacceptableError(
            "the signature is 【name】 in Chinese, [name] and a space in English: "
            "2 to 20 characters inside"
        )


def _check_words(original: Original, text: str) -> None:
    if original.form == Form.WRITTEN and LINK.search(text):
        raise UnacceptableError(
            "carriers refuse links in texts: leave it out, the page's address comes by itself"
        )
    if re.search(r"[【】]", text):
        raise UnacceptableError(
            "【】 is for the signature, which stands before each text by itself"
        )
    for part in re.findall(r"\[\[(.*?)\]\]", text):
        if "[[" in part or not rendering.VARIABLE.search(part):
            raise UnacceptableError(
                f"[[{part}]]: a part that may fall away has at least one variable "
                "and no other part in it"
            )
    rest = rendering.VARIABLE.sub("", re.sub(r"\[\[.*?\]\]", "", text))
    inside = "".join(
        rendering.VARIABLE.sub("", part) for part in re.findall(r"\[\[(.*?)\]\]", text)
    )
    if re.search(r"[{}]|\[\[|\]\]", rest + inside):
        raise UnacceptableError(
            "a brace or bracket is not closed: see below how variables are written"
        )
    _check_variables(original, rendering.variables(text), rendering.always(text))


def _check_template(original: Original, text: str, code: str) -> None:
    if not _CODES[original.form].fullmatch(code):
        example = "SMS_123456789" if original.form == Form.SMS_TEMPLATE else "TTS_123456789"
        raise UnacceptableError(
            f"the carrier's code of the approved template is missing: it looks like {example}"
        )
    if "[[" in text or re.search(r"[{}]", TEMPLATE_VARIABLE.sub("", text)):
        raise UnacceptableError(
            "write variables of a registered template as shown below, and no parts in brackets"
        )
    if re.search(r"\}\s*\$\{", text):
        raise UnacceptableError("the carrier refuses two variables side by side: put words between")
    if LINK.search(text) or NUMBER.search(text) or re.search(r"[【】]", text):
        raise UnacceptableError("the carrier refuses links, long numbers and 【】 in a template")
    found = set(TEMPLATE_VARIABLE.findall(text))
    _check_variables(original, found, found)


def _check_variables(original: Original, all_of_them: set[str], always: set[str]) -> None:
    if unknown := sorted(all_of_them - original.variables):
        known = ", ".join(sorted(original.variables)) or "none"
        raise UnacceptableError(f"unknown variable: {', '.join(unknown)}; this text knows: {known}")
    missing = sorted(
        name for name in original.needed if not ({name} | SAME.get(name, frozenset())) & always
    )
    if missing:
        raise UnacceptableError(
            f"without {', '.join(missing)} the reader does not know what it is about: "
            "write it, outside of double brackets"
        )
