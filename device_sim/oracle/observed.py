"""Fetches what the centre stored and what the phones got, by their HTTP interfaces."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from device_sim.centre.http_client import HttpClient, path_segment

PAGE = 5000
ALARMS = 500
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Paged:
    """A message or call on somebody's phone. `at`: seconds since 1970 when the carrier took it.
    `keys`: whether any was pressed, if it is a call."""

    number: str
    text: str
    at: float
    call: bool = False
    keys: bool = False


@dataclass
class Observed:
    """By home's code where it says so. `since`: the beginning of the run by the centre's clock."""

    since: datetime = ALWAYS
    signals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reports: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    older: list[dict[str, Any]] = field(default_factory=list)
    """Alarms that were open before the run and that its signals were counted to."""
    codes: Counter[str] = field(default_factory=Counter)
    """How many alarms bore a code since the run began, those of other homes too."""
    dead_letters: list[dict[str, Any]] = field(default_factory=list)
    paged: list[Paged] | None = None
    """None: nobody asked the phones."""


def parse_time(text: str) -> datetime:
    """A time of the API."""
    return datetime.fromisoformat(text)


def fetch_observed(
    api: HttpClient,
    phones: HttpClient | None,
    homes: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    began: float,
    reports: bool = True,
) -> Observed:
    """Everything of these homes in [since, until), in the centre's time, and of the phones since
    `began` (real seconds since 1970). HttpError: no answer."""
    observed = Observed(since)
    earliest = since - timedelta(days=8)  # readings carry their own time, a week back at most
    for home in homes:
        below = f"/api/v1/homes/{path_segment(home)}"
        observed.signals[home] = list(_rows(api, f"{below}/signals", since, until))
        if reports:
            observed.reports[home] = list(_rows(api, f"{below}/reports", earliest, until))
    alarms = _alarms(api, since)
    observed.codes = Counter(alarm["code"] for alarm in alarms)
    mine = frozenset(homes)
    observed.alarms = [
        _detail(api, alarm["id"])
        for alarm in alarms
        if parse_time(alarm["raised_at"]) >= since and (alarm["home"] in mine or not alarm["home"])
    ]
    known = {alarm["id"] for alarm in observed.alarms}
    named = {row["alarm"] for rows in observed.signals.values() for row in rows}
    observed.older = [_detail(api, number) for number in sorted(named - known - {None})]
    letters = api.get("/api/v1/dead-letters", limit=500)["items"]
    observed.dead_letters = [
        letter for letter in letters if parse_time(letter["received_at"]) >= since
    ]
    if phones is not None:
        observed.paged = list(_paged(phones, began))
    return observed


def _rows(api: HttpClient, path: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    mark: dict[str, Any] = {}
    while True:
        page = api.get(
            path, **{"from": since.isoformat(), "to": until.isoformat(), "limit": PAGE}, **mark
        )
        yield from page["items"]
        if page["next"] is None:
            return
        mark = {"cursor" if isinstance(page["next"], str) else "after": page["next"]}


def _alarms(api: HttpClient, since: datetime) -> list[dict[str, Any]]:
    """All that were open since then; one that moves in the list while it is read counts once."""
    found: dict[int, dict[str, Any]] = {}
    cursor = None
    while True:
        page = api.get("/api/v1/alarms", state="all", limit=ALARMS, cursor=cursor)
        found |= {
            alarm["id"]: alarm
            for alarm in page["items"]
            if not alarm["closed_at"] or parse_time(alarm["closed_at"]) >= since
        }
        cursor = page["next"]
        if cursor is None:
            return list(found.values())


def _detail(api: HttpClient, number: int) -> dict[str, Any]:
    """With the second (since 1970) at which it was asked for: messages go on leaving meanwhile."""
    asked_at = time()
    found: dict[str, Any] = api.get(f"/api/v1/alarms/{number}")
    return found | {"asked_at": asked_at}


def _paged(phones: HttpClient, after: float) -> Iterator[Paged]:
    record = phones.get("/phones/record", since=after)
    for message in record["messages"]:
        if message["direction"] == "out":
            yield Paged(message["to"], message["text"], message["accepted_at"])
    for call in record["calls"]:
        if call["direction"] == "in":
            continue
        yield Paged(
            call["to"],
            " ".join(call["said"]),
            call["accepted_at"],
            call=True,
            keys=bool(call["digits"]),
        )
