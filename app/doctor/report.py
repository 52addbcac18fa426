"""The result of one check of `anxin doctor`, as one line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from alerts.notify.channels.interface import Finding
from app.config.settings import Settings


class Level(IntEnum):
    """How bad it is; also the exit status of the command."""

    ok = 0
    warning = 1
    wrong = 2


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line: what was looked at, and the figure found or the advice."""

    level: Level
    what: str
    text: str

    def __str__(self) -> str:
        """`wrong    broker queue     100 of 1,500 kept: …`, on one line whatever the text is."""
        return f"{self.level.name:<8} {self.what:<16} {' '.join(self.text.split())}"


Check = Callable[[Settings], Iterable[CheckResult]]


def of_channel(finding: Finding) -> CheckResult:
    """What a channel's own look at its account has found."""
    return CheckResult(Level[finding.level], finding.what, finding.text)


def ok(what: str, text: str) -> CheckResult:
    return CheckResult(Level.ok, what, text)


def warning(what: str, text: str) -> CheckResult:
    return CheckResult(Level.warning, what, text)


def wrong(what: str, text: str) -> CheckResult:
    return CheckResult(Level.wrong, what, text)
