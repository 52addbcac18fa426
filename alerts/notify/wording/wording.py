"""One message's wording. Pure."""

from dataclasses import dataclass

from alerts.notify.wording import rendering

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Wording:
    """The product's words of one message. `name` stands in rows and never changes."""

    name: str
    zh: str
    en: str

    def body(self, language: str) -> str:
        """In Chinese or, for whatever else, in English."""
        return self.zh if language == "zh" else self.en

    @property
    def variables(self) -> frozenset[str]:
        """All that there is to say, in one language or the other."""
        return frozenset(rendering.variables(self.zh) | rendering.variables(self.en))
