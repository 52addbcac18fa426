"""Every message whose words a centre can change, with the product's own. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from alerts.notify.carriers.aliyun.catalogue import CATALOGUE
from alerts.notify.wording import rendering
from alerts.notify.wording.catalogue import WORDINGS
from alerts.notify.wording.spoken import AT_HOME, CALLS
from alerts.notify.wording.wording import LANGUAGES
from alerts.notify.wording.written import SIGNATURE


class Form(StrEnum):
    """How a message reaches somebody."""

    SIGNATURE = "signature"
    WRITTEN = "written"
    CALL = "call"
    HOME = "home"
    """Spoken by the hub."""
    SMS_TEMPLATE = "sms_template"
    """Approved by a carrier of mainland China before it may be sent."""
    VOICE_TEMPLATE = "voice_template"

    @property
    def registered(self) -> bool:
        return self in (Form.SMS_TEMPLATE, Form.VOICE_TEMPLATE)


@dataclass(frozen=True, slots=True)
class Original:
    """The product's words of one message in one language. `variables`: all that may be said;
    `needed`: without these the reader does not know what it is about."""

    name: str
    language: str
    form: Form
    body: str
    variables: frozenset[str]
    needed: frozenset[str]


_NOT_NEEDED = frozenset({"at", "noted", "more", "minutes", "how"})
"""Good to know, and on the page or the screen besides."""
SAME = MappingProxyType({"where": frozenset({"resident"}), "resident": frozenset({"where"})})
"""What says the same: either will do."""


def _originals() -> Iterator[Original]:
    for name, wording in WORDINGS.items():
        form = Form.CALL if name in CALLS else Form.HOME if name in AT_HOME else Form.WRITTEN
        for language in LANGUAGES:
            body = wording.body(language)
            yield Original(
                name,
                language,
                Form.SIGNATURE if name == SIGNATURE else form,
                body,
                wording.variables,
                frozenset(rendering.always(body)) - _NOT_NEEDED,
            )
    for name, template in CATALOGUE.items():
        yield Original(
            f"aliyun_{name}",
            "zh",
            Form.VOICE_TEMPLATE if template.spoken else Form.SMS_TEMPLATE,
            template.text,
            frozenset(template.variables),
            frozenset(template.variables) - _NOT_NEEDED,
        )


ORIGINALS: Mapping[tuple[str, str], Original] = MappingProxyType(
    {(one.name, one.language): one for one in _originals()}
)
"""By name and language, in the order in which they are shown."""
