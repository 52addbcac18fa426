"""A carrier that refuses everything for a while, then is well: what leaves when, what is told.

Played in seconds by the acceptance tests, at full length by tests/proofs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import httpx

from app.waiting import wait_until
from device_sim.phones import Phones
from tests.centre import DEADLINE, Centre

PLAN = [
    {"after_seconds": 0, "target": "console"},
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 20, "target": "contact", "position": 2},
    {"after_seconds": 20, "target": "grid_responder"},
]
PATIENCE = 45.0
"""Seconds in which all that waited must have left, sixty messages on a busy machine."""
OUTAGES: dict[str, Callable[[Phones], None]] = {
    "429": lambda phones: phones.behave(outcome="rate_limited"),
    "429 with Retry-After": lambda phones: phones.behave(outcome="rate_limited", retry_after=2),
    "500": lambda phones: phones.behave(outcome="server_error", status=500),
    "suspended": lambda phones: phones.behave(outcome="suspended"),
    "wrong token": lambda phones: phones.behave(outcome="unauthorized"),
    "no such account": lambda phones: phones.behave(outcome="unknown"),
}


@dataclass(frozen=True, slots=True)
class Drill:
    """Seconds: until readiness said so (None: it did not), from the recovery to the first page, to
    the last of those that waited, and until readiness was well again; and how often was tried."""

    told: float | None
    first_page: float
    all_left: float
    well: float
    tries: int
    exhausted: int
    unanswered: int

    def __str__(self) -> str:
        told = "not told" if self.told is None else f"told after {self.told:.1f} s"
        return (
            f"{told}; first page {self.first_page:.2f} s after recovery, all after "
            f"{self.all_left:.2f} s, ready after {self.well:.2f} s; {self.tries} requests meanwhile"
        )


def play(centre: Centre, outage: str, seconds: float, presses: int = 1) -> Drill:
    """Press, refuse for so long, be well again. The centre runs."""
    OUTAGES[outage](centre.phones)
    began, told = monotonic(), None
    for number in range(presses):
        kind = ("help_call", "smoke")[number % 2]
        device = ("button-1", "smoke-1")[number % 2]
        centre.hub(f"H{number // 2 + 1:04}").press(device, kind=kind).wait_acknowledged(DEADLINE)
    while monotonic() - began < seconds:
        if told is None and _reasons(centre):
            told = monotonic() - began
        wait_until(lambda: monotonic() - began >= seconds, 0.5)
    tries = len(centre.phones.requests)
    centre.phones.behave(outcome="active", retry_after=None)
    recovered = monotonic()
    centre.phones.wait_for_request(_taken(recovered), DEADLINE)
    first = monotonic() - recovered
    assert wait_until(lambda: _waiting(centre) == 0, PATIENCE), "not all have left"
    everything = monotonic() - recovered
    assert wait_until(lambda: not _reasons(centre), DEADLINE), _reasons(centre)
    return Drill(
        told,
        first,
        everything,
        monotonic() - recovered,
        tries,
        _count(centre, "plan_exhausted"),
        _count(centre, "dispatch_unanswered"),
    )


def _taken(since: float) -> Callable[..., bool]:
    return lambda request: request.method == "POST" and request.at >= since


def _reasons(centre: Centre) -> list[str]:
    """What readiness says of messages: other parts may start or be slow on a busy machine."""
    found: list[str] = httpx.get(f"{centre.url}/readyz", timeout=DEADLINE).json()["reasons"]
    return [reason for reason in found if "alarms: " in reason]


def _waiting(centre: Centre) -> int:
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT count(*) FROM notifications WHERE fault IS NOT NULL").fetchone()
    return int(row[0]) if row else 0


def _count(centre: Centre, event: str) -> int:
    with centre.pool.connection() as conn:
        row = conn.execute("SELECT count(*) FROM alarm_events WHERE event = %s", [event]).fetchone()
    return int(row[0]) if row else 0
