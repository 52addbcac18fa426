"""A text together with the registered template that says the same. Pure."""

from collections.abc import Mapping


class TemplateText(str):
    """A text, which of our templates a carrier without free text sends instead, and the values of
    its variables, in Chinese as the templates are."""

    template: str
    values: Mapping[str, str]

    def __new__(cls, text: str, template: str, /, **values: str) -> "TemplateText":
        made = super().__new__(cls, text)
        made.template, made.values = template, values
        return made


def template_of(text: str) -> str:
    """Empty: no template says this."""
    return text.template if isinstance(text, TemplateText) else ""


def values_of(text: str) -> Mapping[str, str]:
    return text.values if isinstance(text, TemplateText) else {}
