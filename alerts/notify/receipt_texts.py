"""What a responder's report by SMS was taken for, in Chinese and English. Pure."""

from alerts.notify.template_text import TemplateText


def finding_noted_text(code: str, language: str) -> TemplateText:
    """To who has written what they found."""
    text = f"[Anxin] Written down for the centre. Reply 5 when done. Code {code}"
    if language == "zh":
        text = f"【安心】已记录您的情况说明。完成请回复 5。编号 {code}"
    return TemplateText(text, "finding_noted", code=code)


def done_noted_text(code: str, language: str) -> TemplateText:
    """To who has written that they are done."""
    text = f"[Anxin] Thank you, noted: you are done. Code {code}"
    if language == "zh":
        text = f"【安心】谢谢，已记录您已完成。编号 {code}"
    return TemplateText(text, "done_noted", code=code)
