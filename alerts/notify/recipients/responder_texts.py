"""Texts to a responder who is asked, who goes and who reports, in Chinese and English. Pure.

They say what protects whoever goes: what is dangerous there, who has a key, where the rest is to be
read. How to get in is never written, and what is known of the residents only to who has accepted.
"""

from collections.abc import Sequence

from alerts.notify import hazards
from alerts.notify.recipients.way_in_codes import is_written_in
from alerts.notify.template_text import TemplateText
from alerts.notify.texts import alarm_values, said_of
from alerts.notify.wording.catalogue import written
from alerts.policy import Policy
from store.home.homes import HomeVisit, KeyAt
from store.model import Alarm, Person

MOST_RISKS = {"zh": 24, "en": 60}
"""Characters of the residents' risks in a text; all of it is on the page."""
MOST_KEYS = 1
"""Key holders in a text; the others are on the page."""


def dispatch_link(dispatch_id: int, responder: Person, policy: Policy) -> str:
    """The responder's page of a dispatch; empty for numbers of mainland China."""
    if (responder.phone or "").startswith("+86"):
        return ""
    return f"{policy.public_url}/dispatches/{dispatch_id}"


def offer_text(
    alarm: Alarm, home: HomeVisit, language: str, policy: Policy, *, link: str = ""
) -> TemplateText:
    """To a responder: whether they go. That there are risks and a key is said; which and with whom
    is theirs to know once they have accepted. Without `link` the rest is on the page of the
    code."""
    said = said_of(alarm, home.residents, language, policy)
    parts = [said["heed"], *_noted(home, language)]
    more = f"详情：{link}" if link else "详情在网页输入编号查看。"
    if language != "zh":
        more = link or "More on the page, by the code."
        parts = [f"{part} " for part in parts if part]
    said |= {"address": home.address, "noted": "".join(parts), "more": more}
    values = alarm_values(alarm, home.residents, policy)
    return written("offer", language, said, "offer", values)


_NOTED = {
    "zh": ("住户有风险提示。", "有人保管钥匙。"),
    "en": ("Risks are noted.", "Somebody has a key."),
}


def _noted(home: HomeVisit, language: str) -> list[str]:
    risks, keys = _NOTED[language]
    return [risks if home.risks else "", keys if home.keys else ""]


def access_text(alarm: Alarm, home: HomeVisit, language: str, *, link: str = "") -> TemplateText:
    """To a responder who has accepted: where to go, what to heed, who has a key, and where to see
    how to get in. Codes of doors and key boxes are never written: a text stays on the telephone and
    with the carrier. Without `link` they see it by the alarm's code."""
    heed = hazards.brief(alarm.kind, language)
    risks, keys = _risks_said(home, language), _keys_said(home.keys, language)
    more = f"点此查看：{link}" if link else "请在网页输入编号查看"
    if language != "zh":
        more, heed = link or "on the page, by the code", f"{heed} " if heed else ""
    said = {
        "address": home.address,
        "noted": f"{heed}{risks}{keys}",
        "more": more,
        "code": alarm.code,
    }
    return written("accepted", language, said, "accepted", {"code": alarm.code})


def _risks_said(home: HomeVisit, language: str) -> str:
    """In short; nothing of it where somebody has written a code of the door among it."""
    if not home.risks:
        return ""
    zh, most = language == "zh", MOST_RISKS[language]
    if is_written_in(home.risks, [home]):
        return "风险见网页。" if zh else "Risks: on the page. "
    short = home.risks if len(home.risks) <= most else home.risks[: most - 1] + "…"
    return f"注意：{short}。" if zh else f"Risks: {short}. "


def _keys_said(keys: Sequence[KeyAt], language: str) -> str:
    named = [f"{key.name} {key.phone or ''}".strip() for key in keys[:MOST_KEYS]]
    if not named:
        return ""
    return f"钥匙：{'、'.join(named)}。" if language == "zh" else f"Key: {', '.join(named)}. "


def finding_noted_text(code: str, language: str) -> TemplateText:
    """To who has written what they found."""
    return written("finding_noted", language, {"code": code}, "finding_noted", {"code": code})


def done_noted_text(code: str, language: str) -> TemplateText:
    """To who has written that they are done."""
    return written("done_noted", language, {"code": code}, "done_noted", {"code": code})
