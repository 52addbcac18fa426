"""A text, the wording it is made of, and the registered template that says the same. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


class TemplateText(str):
    """A text, which of our templates a carrier without free text sends instead (empty: none), and
    the values of its variables, in Chinese as the templates are.

    `wording`, `language` and `said`: of what it is made, so that it can be said in a centre's own
    words.
    """

    template: str
    values: Mapping[str, str]
    wording: str = ""
    language: str = ""
    said: Mapping[str, str] = _NOTHING

    def __new__(cls, text: str, template: str, /, **values: str) -> "TemplateText":
        made = super().__new__(cls, text)
        made.template, made.values = template, values
        return made

    def made_of(self, wording: str, language: str, said: Mapping[str, str]) -> "TemplateText":
        """The same, and what it is made of."""
        self.wording, self.language, self.said = wording, language, said
        return self

    def finished(self, text: str) -> "TemplateText":
        """What is said in its place, in words that are not changed any more."""
        return TemplateText(text, self.template, **self.values)


def template_of(text: str) -> str:
    """Empty: no template says this."""
    return text.template if isinstance(text, TemplateText) else ""


def values_of(text: str) -> Mapping[str, str]:
    return text.values if isinstance(text, TemplateText) else {}
