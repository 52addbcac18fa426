"""The templates of one message: the quick ones in place, the others by the process that renders."""

from datetime import datetime
from time import monotonic, thread_time
from typing import Any

from ingest.dialects.home_assistant.states import render
from ingest.dialects.home_assistant.template_cost import is_quick, is_quick_source
from ingest.dialects.home_assistant.templates import template_of
from ingest.dialects.vocabulary.template_renders import LEFT_OUT, OverBudgetError
from ingest.errors import UnreadableConfigError, UnreadableError
from ingest.rendering.budget import PER_MESSAGE, HomeBudget
from ingest.rendering.job import Job

IN_PLACE = 0.01
"""Seconds that a message's quick templates may take on a lane's thread; an ordinary message takes a
hundredth of it."""


class MessageRenders:
    """Handed to the reader. What has no result yet is noted in `missing`; the message is read again
    when it has. Used by one thread."""

    def __init__(self, home: str, text: str, received_at: datetime, budget: HomeBudget) -> None:
        self.home = home
        self.missing = Job(home, text, received_at)
        self._budget = budget
        self._left = {False: 0.0, True: 0.0}
        self._in_place = 0.0
        self._began = 0.0
        self._done: dict[str, str | UnreadableError | None] = {}
        self._checked: dict[str, str] = {}

    def begin(self) -> None:
        """The message is about to be read."""
        now = monotonic()
        for telemetry in self._left:
            left = self._budget.left(self.home, now, telemetry=telemetry)
            self._left[telemetry] = min(left, PER_MESSAGE)
        self._in_place = IN_PLACE if self._budget.is_fresh(self.home, now) else 0.0
        self._began = thread_time()

    def end(self) -> bool:
        """It has been read; whether it has to be again, since results are missing."""
        self._budget.charge(self.home, thread_time() - self._began, monotonic())
        return not self.missing.is_empty()

    def take_results(self) -> None:
        """Those of the job that was missing."""
        job = self.missing
        self._checked |= job.checked
        for source, found in job.rendered.items():
            if found.refused == LEFT_OUT:
                self._done[source] = OverBudgetError()
            else:
                self._done[source] = UnreadableError(found.refused) if found.refused else found.text
        self.missing = Job(job.home, job.text, job.received_at)

    def check(self, source: str) -> None:
        if source in self._checked:
            if self._checked[source]:
                raise UnreadableConfigError(self._checked[source])
        elif is_quick_source(source):
            self.allow(telemetry=False)
            template_of(source)
        else:
            self.missing.checks.append(source)

    def allow(self, *, telemetry: bool) -> None:
        if thread_time() - self._began >= self._left[telemetry]:
            raise OverBudgetError

    def render(self, source: str, text: str, document: Any, received_at: datetime) -> str | None:
        if source not in self._done:
            elapsed = thread_time() - self._began
            if elapsed >= self._in_place or not (
                is_quick(source, text) or _only_takes(source, document)
            ):
                if source not in self.missing.renders:
                    self.missing.renders.append(source)
                return None
            try:
                self._done[source] = render(source, text, document, received_at)
            except UnreadableError as error:
                self._done[source] = error
        found = self._done[source]
        if isinstance(found, UnreadableError):
            raise found
        return found


def _only_takes(source: str, document: Any) -> bool:
    """Nine of ten templates take one property, which is cheap however long the payload is."""
    return is_quick_source(source) and template_of(source).is_plain(document)
