"""What is asked of the process that renders, and what it answers; one JSON line each. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

import orjson

from ingest.dialects.vocabulary.template_renders import LEFT_OUT


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's text; or why it is refused. Neither: the payload holds nothing for it."""

    text: str | None = None
    refused: str = ""


LEFT = Rendered(refused=LEFT_OUT)
"""There was no time for it."""


@dataclass(slots=True)
class Job:
    """The templates of one message. `checks`: those that a config is to have; `renders`: those that
    are to be rendered over the text. `results` by template, when it is done."""

    home: str
    text: str
    received_at: datetime
    checks: list[str] = field(default_factory=list)
    renders: list[str] = field(default_factory=list)
    checked: dict[str, str] = field(default_factory=dict)
    """By template why it is refused; empty: it is not."""
    rendered: dict[str, Rendered] = field(default_factory=dict)

    def is_empty(self) -> bool:
        return not self.checks and not self.renders

    def request(self) -> bytes:
        said = {
            "text": self.text,
            "at": self.received_at.isoformat(),
            "checks": self.checks,
            "renders": self.renders,
        }
        return orjson.dumps(said) + b"\n"

    def take(self, answer: bytes) -> float:
        """Note the results; the seconds of processor time that they took."""
        said = orjson.loads(answer)
        self.checked = dict(said["checked"])
        self.rendered = {s: Rendered(text, why) for s, (text, why) in said["rendered"].items()}
        self.give_up()
        return float(said["seconds"])

    def give_up(self) -> None:
        """What has no result gets none."""
        for source in self.checks:
            self.checked.setdefault(source, LEFT_OUT)
        for source in self.renders:
            self.rendered.setdefault(source, LEFT)
