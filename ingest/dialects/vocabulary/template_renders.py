"""How a message's templates are rendered: handed to a reader with the message, by who bounds it.

Reading stays a pure function: the same message with the same results gives the same events. Who
hands nothing in renders in place and without a limit, as tests and tools do.
"""

from datetime import datetime
from typing import Any, Protocol

from ingest.errors import UnreadableError

LEFT_OUT = "template: the parts of this topic take more processor time than a message or a home has"


class OverBudgetError(UnreadableError):
    """What is left of a message's or a home's processor time does not do for this part."""

    def __init__(self) -> None:
        super().__init__(LEFT_OUT)


class TemplateRenders(Protocol):
    """One message's templates. `telemetry` in what follows: a part that can raise no alarm, which
    goes without before one that can."""

    def check(self, source: str) -> None:
        """Whether a config may have this template. Raises UnreadableError with the reason."""

    def allow(self, *, telemetry: bool) -> None:
        """Before each part of a message. Raises OverBudgetError."""

    def render(self, source: str, text: str, document: Any, received_at: datetime) -> str | None:
        """As Template.render of the Home Assistant format."""
