"""All messages by name, and the texts that are made of them. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from alerts.notify.template_text import TemplateText
from alerts.notify.wording.rendering import rendered
from alerts.notify.wording.spoken import AT_HOME, CALLS
from alerts.notify.wording.wording import Wording
from alerts.notify.wording.written import SIGNATURE, WRITTEN

WORDINGS: Mapping[str, Wording] = MappingProxyType({**WRITTEN, **CALLS, **AT_HOME})


def written(
    name: str,
    language: str,
    said: Mapping[str, str],
    template: str = "",
    values: Mapping[str, str] = MappingProxyType({}),
) -> TemplateText:
    """A text under our signature. `said`: the variables of the wording in the reader's language;
    `template`, `values`: which registered template says the same, and its own."""
    text = mark(language) + rendered(WRITTEN[name].body(language), said)
    return TemplateText(text, template, **values).made_of(name, language, said)


def spoken(name: str, language: str, **said: str) -> TemplateText:
    """What is said in a call, or by the hub."""
    wording = CALLS.get(name) or AT_HOME[name]
    text = rendered(wording.body(language), said)
    return TemplateText(text, "").made_of(name, language, said)


def mark(language: str) -> str:
    """The product's signature."""
    return WRITTEN[SIGNATURE].body(language)
