"""How a webhook is tried: Twilio's defaults, or what the fragment of its address says. Pure.

`https://centre.example/webhook#rc=3&rp=all&ct=2000`: the fragment is read here and never sent.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

CONNECT, READ, CLIENT_ERROR, SERVER_ERROR = "ct", "rt", "4xx", "5xx"
"""Kinds of failure, as the retry policy `rp` names them; `all` stands for each of them."""
KINDS = frozenset({CONNECT, READ, CLIENT_ERROR, SERVER_ERROR})


@dataclass(frozen=True)
class Overrides:
    """Twilio's published defaults: one more try, and only if no connection was made."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    """For all tries together."""
    retries: int = 1
    retried: frozenset[str] = frozenset({CONNECT})

    def again(self, failure: str, tries: int, elapsed_s: float) -> bool:
        """Whether a webhook that failed so is tried once more."""
        return failure in self.retried and tries <= self.retries and elapsed_s < self.total_s


def split_overrides(url: str) -> tuple[str, Overrides]:
    """The address that is asked (and signed), and how. What is out of bounds is not heeded."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.fragment))
    usual = Overrides()
    overrides = Overrides(
        _seconds(given.get("ct"), usual.connect_s, 10_000),
        _seconds(given.get("rt"), usual.read_s, 15_000),
        _seconds(given.get("tt"), usual.total_s, 15_000),
        _retries(given.get("rc"), usual.retries),
        _policy(given.get("rp"), usual.retried),
    )
    return urlunsplit(parts._replace(fragment="")), overrides


def failure_of(status: int) -> str | None:
    """The kind of failure that an answer is; None: it is none."""
    if 400 <= status < 500:
        return CLIENT_ERROR
    return SERVER_ERROR if status >= 500 else None


def _seconds(given: str | None, usual: float, most_ms: int) -> float:
    number = _number(given)
    return number / 1000 if number is not None and 100 <= number <= most_ms else usual


def _retries(given: str | None, usual: int) -> int:
    number = _number(given)
    return number if number is not None and number <= 5 else usual


def _policy(given: str | None, usual: frozenset[str]) -> frozenset[str]:
    named = frozenset((given or "").split(","))
    return KINDS if "all" in named else (named & KINDS or usual)


def _number(given: str | None) -> int | None:
    return int(given) if given and given.isascii() and given.isdigit() else None
