"""What the carrier's refusals mean: of the message, of the carrier, or of our account there."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from alerts.notify.carriers.twilio.client import send_error
from alerts.notify.channels.interface import Fault
from alerts.notify.channels.retry_after import LONGEST, seconds_asked_for

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def refused(status: int, code: int | None = None) -> TwilioRestException:
    return TwilioRestException(status, "/Messages.json", code=code)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_passes_by_itself_is_the_carriers(status: int) -> None:
    found = send_error(refused(status))
    assert (found.fault, found.permanent) == (Fault.CARRIER, False)
    assert found.ambiguous == (status >= 500)


@pytest.mark.parametrize("code", [20429, 14107, 21611, 30001, 30022, 63038])
def test_a_limit_of_the_carrier_is_not_the_messages_whatever_the_status(code: int) -> None:
    found = send_error(refused(400, code))
    assert (found.fault, found.permanent) == (Fault.CARRIER, False)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, 20003),
        (401, None),
        (402, None),
        (403, 20003),
        (403, 20403),
        (403, None),
        (404, 20404),
        (404, None),
        (400, 10001),
        (400, 20005),
        (400, 20006),
        (400, 30002),
        (400, 90010),
        (400, 21606),
        (400, 21701),
        (400, 21408),
    ],
)
def test_what_is_wrong_with_the_account_is_not_the_messages(status: int, code: int | None) -> None:
    """Break: permanent=True for every 4xx: a wrong token loses every message of the night."""
    found = send_error(refused(status, code))
    assert (found.fault, found.permanent) == (Fault.ACCOUNT, False)


@pytest.mark.parametrize("code", [21211, 21610, 21612, 21614, 21617])
def test_what_is_wrong_with_the_number_or_the_text_is_final(code: int) -> None:
    for status in (400, 403, 404):
        found = send_error(refused(status, code))
        assert (found.fault, found.permanent, found.code) == (None, True, str(code))


def test_their_newer_form_of_an_error_is_read_as_well() -> None:
    found = send_error(TwilioServiceException("about:blank", "Too many", 429, 20429))
    assert (found.fault, found.code) == (Fault.CARRIER, "429")


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout(),
        requests.ReadTimeout(),
        requests.ConnectionError(ConnectionRefusedError()),
        requests.ConnectionError("reset"),
        TwilioException("what they answer is not JSON"),
    ],
)
def test_a_carrier_out_of_reach_is_the_carriers(error: Exception) -> None:
    assert send_error(error).fault is Fault.CARRIER


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("37", 37.0),
        (" 37 ", 37.0),
        ("86400", LONGEST),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=90), usegmt=True), LONGEST),
        ("Sunday, 01-Mar-26 12:01:00 GMT", 60.0),
        ("Sun Mar  1 12:01:00 2026", 60.0),
        ("Sun, 99 Mar 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert seconds_asked_for(header, NOW) == seconds


def test_the_wait_the_carrier_asks_for_is_part_of_the_error() -> None:
    assert send_error(refused(429), retry_after=37.0).retry_after == 37.0
    assert send_error(refused(503), retry_after=37.0).retry_after == 37.0
    assert send_error(refused(429)).retry_after is None
