"""Twilio's lists: filters by To, From and date, in the order of sending, page by page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from device_sim.carrier.records import Call, Message
from device_sim.carrier.twilio.errors import CarrierError

PAGE_SIZE = 50
LARGEST_PAGE = 1000
_NEVER = datetime.min.replace(tzinfo=UTC)


class Record(Protocol):
    """What can be listed."""

    @property
    def sid(self) -> str: ...
    @property
    def from_(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def status(self) -> str: ...


R = TypeVar("R", bound=Record)


def sent_at(message: Message) -> datetime | None:
    """The date that DateSent filters look at; None: never sent, so no date finds it."""
    return message.date_sent


def created_at(record: Message | Call) -> datetime:
    """What a kinder carrier looks at for what was never sent or dialled."""
    return record.date_created


def started_at(call: Call) -> datetime | None:
    """The date that StartTime filters look at; None: never dialled, so no date finds it."""
    return call.dialled_at


def chosen(
    records: Sequence[R],
    query: Mapping[str, str],
    field: str,
    date_of: Callable[[R], datetime | None],
) -> list[R]:
    """The records that the query asks for, newest first by that date, without a date at the end.

    `field` is DateSent or StartTime: `field` alone means that day (or second), `field>` and
    `field<` are inclusive, because the equals sign of the query belongs to them.
    """
    kept = [
        record
        for record in records
        if all(
            not query.get(name) or query[name] == value
            for name, value in (("To", record.to), ("From", record.from_))
        )
        and (not query.get("Status") or query["Status"] == record.status)
    ]
    for name, span in _spans(query, field):
        kept = [r for r in kept if _in_span(date_of(r), name.removeprefix(field), span)]
    newest_first = kept[::-1]
    # In the order of that date, as Twilio documents; it does not say where those without it stand.
    return sorted(newest_first, key=lambda r: date_of(r) or _NEVER, reverse=True)


def _in_span(at: datetime | None, comparison: str, span: tuple[datetime, datetime]) -> bool:
    if at is None:
        return False
    first, last = span
    return (comparison == "<" or at >= first) and (comparison == ">" or at < last)


def _spans(query: Mapping[str, str], field: str) -> list[tuple[str, tuple[datetime, datetime]]]:
    names = (field, f"{field}>", f"{field}<")
    return [(name, _span(name, query[name])) for name in names if query.get(name)]


def _span(name: str, given: str) -> tuple[datetime, datetime]:
    """The day or the second that is meant: from, and just after."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise CarrierError(
            20001, message=f"{name} must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, not {given}"
        ) from error
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    at = at.replace(microsecond=0)
    return at, at + (timedelta(days=1) if len(given) == 10 else timedelta(seconds=1))


def page(
    records: Sequence[R],
    query: Mapping[str, str],
    path: str,
    key: str,
    document: Callable[[R], dict[str, Any]],
) -> dict[str, Any]:
    """One page of a list in Twilio's JSON; the token of the next is the last sid of this one."""
    size = _whole(query, "PageSize", PAGE_SIZE, 1, LARGEST_PAGE)
    number = _whole(query, "Page", 0, 0, 1_000_000)
    start = number * size
    if token := query.get("PageToken"):
        sids = [record.sid for record in records]
        start = sids.index(token.removeprefix("PA")) + 1 if token.removeprefix("PA") in sids else 0
    shown = records[start : start + size]
    more = start + size < len(records)
    same = {name: value for name, value in query.items() if not name.startswith("Page")}

    def uri(page_number: int, after: str | None) -> str:
        extra = {"PageSize": size, "Page": page_number} | ({"PageToken": after} if after else {})
        return f"{path}?{urlencode(same | extra)}"

    return {
        key: [document(record) for record in shown],
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": uri(0, None),
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1, None) if number else None,
        "start": start,
        "uri": uri(number, query.get("PageToken")),
    }


def _whole(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    if not given.isdigit() or not least <= int(given) <= most:
        raise CarrierError(20001, message=f"{name} must be {least} to {most}, not {given}")
    return int(given)
