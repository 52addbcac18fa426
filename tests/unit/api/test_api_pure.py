"""What needs no database: phone numbers, cursors, places to go to, frames."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import InvalidError
from api.http.phone_numbers import e164
from api.routes.access.session import local_path
from api.stream.changes import QueueSnapshot, StreamEvent, heartbeat_event, sse_event
from api.views import alarm_cursors
from api.views.alarm_cursors import AlarmCursor, ListPart
from api.views.alarms import Audience
from store.alarm.alarm_lists import PagePosition
from store.model import Role, User

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+8613912345678", "+8613912345678"),
        ("13912345678", "+8613912345678"),
        ("139 1234 5678", "+8613912345678"),
        ("139-1234-5678", "+8613912345678"),
        ("0086 13912345678", "+8613912345678"),
        ("+1 (415) 555-0123", "+14155550123"),
        ("＋86 139 1234 5678", "+8613912345678"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_a_number_is_understood_as_people_write_it(written: str, number: str) -> None:
    assert e164(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345",
        "02131234567",
        "12912345678",
        "+0123456789",
        "+86",
        "139123456789",
        "call me",
        "+86139123456x8",
        "+123456789012345678",
    ],
)
def test_a_number_without_its_country_is_refused(written: str) -> None:
    with pytest.raises(InvalidError, match="country"):
        e164(written)


@given(st.text())
def test_any_text_is_a_number_or_a_clear_refusal(text: str) -> None:
    with suppress(InvalidError):
        assert e164(text).startswith("+")


@given(
    st.sampled_from(ListPart),
    st.integers(1, 2**63 - 1),
    st.integers(1, 4),
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
)
def test_a_cursor_comes_back_as_it_went(
    part: ListPart, number: int, priority: int, taken: bool, at: datetime
) -> None:
    cursor = AlarmCursor(part, PagePosition(number, priority, taken, at))
    assert alarm_cursors.decode_cursor(alarm_cursors.encode_cursor(cursor)) == cursor
    assert alarm_cursors.decode_cursor(
        alarm_cursors.encode_cursor(AlarmCursor(part, None))
    ) == AlarmCursor(part, None)


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda b: b.hex()))
def test_a_cursor_of_somebody_else_is_refused(text: str) -> None:
    with suppress(InvalidError):
        assert isinstance(alarm_cursors.decode_cursor(text), AlarmCursor)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/console", "/console"),
        ("/alarms/7?x=1", "/alarms/7?x=1"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        ("///evil", "/"),
    ],
)
def test_a_log_in_leads_only_to_places_of_ours(wanted: str | None, path: str) -> None:
    assert local_path(wanted) == path


def user(role: Role, person: int = 1) -> User:
    return User(9, person, "u", "U", "en", role)


def test_a_frame_goes_only_to_its_audience() -> None:
    alarm = StreamEvent(b"", Audience(family=frozenset({1}), responders=frozenset({2})))
    assert alarm.is_for(user(Role.OPERATOR, 77))
    assert alarm.is_for(user(Role.FAMILY, 1))
    assert alarm.is_for(user(Role.RESPONDER, 2))
    assert not alarm.is_for(user(Role.FAMILY, 2))
    assert not alarm.is_for(user(Role.RESPONDER, 1))
    assert not alarm.is_for(user(Role.INSTALLER, 1))
    assert StreamEvent(b"", Audience(), installers=True).is_for(user(Role.INSTALLER))


def test_the_queue_holds_what_a_user_may_see() -> None:
    theirs = Audience(family=frozenset({1}))
    snapshot = QueueSnapshot(
        NOON,
        [StreamEvent(b'{"id":1}', theirs, alarm=1), StreamEvent(b'{"id":2}', Audience(), alarm=2)],
    )
    start = b'event: queue\ndata: {"at":"2026-11-21T04:00:00Z","items":['
    assert snapshot.for_user(user(Role.FAMILY)) == (start + b'{"id":1}]}\n\n', {1})
    both = start + b'{"id":1},{"id":2}]}\n\n'
    assert snapshot.for_user(user(Role.OPERATOR)) == (both, {1, 2})
    assert snapshot.for_user(user(Role.RESPONDER)) == (start + b"]}\n\n", set())


def test_a_heartbeat_tells_the_centres_time() -> None:
    assert heartbeat_event(NOON) == sse_event("heartbeat", b'{"at":"2026-11-21T04:00:00Z"}')
