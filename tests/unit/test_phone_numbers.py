"""Telephone numbers as people write them: kept in E.164, or refused with the reason."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import phone_numbers as numbers
from alerts.phone_numbers import PhoneNumberError, e164, problem_of, service_number

ADVICE = "like +8613912345678 or +862131234567"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13912345678", "+8613912345678"),
        ("0086-139-1234-5678", "+8613912345678"),
        ("＋86 (139) 1234 5678", "+8613912345678"),
        ("+86 0731 8451 2345", "+8673184512345"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+39 06 698 12345", "+390669812345"),
        ("+65 9123 4567", "+6591234567"),
        ("+49 1511 2345678", "+4915112345678"),
        ("+86 400 123 4567", "+864001234567"),
        # blocks that are given out before the plan we have knows of them
        ("+8614912345678", "+8614912345678"),
    ],
)
def test_it_is_kept_in_one_form(written: str, number: str) -> None:
    assert e164(written) == number
    assert problem_of(number) is None
    assert e164(number) == number


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("02131234567", numbers.NO_COUNTRY),
        ("8451 2345", numbers.NO_COUNTRY),
        ("call me", numbers.NO_COUNTRY),
        ("", numbers.NO_COUNTRY),
        ("120", numbers.OF_A_SERVICE),
        ("96321", numbers.OF_A_SERVICE),
        ("+861391234567", numbers.TOO_SHORT),
        ("+86139123456789", numbers.TOO_LONG),
        ("+86120", numbers.TOO_SHORT),
        ("+6591234", numbers.TOO_SHORT),
        ("+1415555012345", numbers.TOO_LONG),
        ("+8610000000000", numbers.IMPOSSIBLE),
        ("+8612912345678", numbers.IMPOSSIBLE),
        ("+11005550006", numbers.IMPOSSIBLE),
        ("+9991234567", numbers.UNKNOWN_COUNTRY),
        ("+0123456789", numbers.UNKNOWN_COUNTRY),
        ("+8613912345678 ext 5", numbers.WITH_EXTENSION),
        ("0731-84512345转8", numbers.WITH_EXTENSION),
        ("+" + "1" * 300, numbers.TOO_LONG),
    ],
)
def test_what_nobody_can_have_is_refused_with_the_reason_and_what_to_do(
    written: str, why: str
) -> None:
    """Broken on purpose by looking at the form alone: nobody is reached, and nobody knows why."""
    with pytest.raises(PhoneNumberError) as refused:
        e164(written)
    assert str(refused.value) == why
    assert ADVICE in why


@pytest.mark.parametrize(
    ("written", "number"),
    [("120", "120"), ("12345", "12345"), ("+86 731 8451 2345", "+8673184512345")],
)
def test_a_service_may_be_dialled_short(written: str, number: str) -> None:
    assert service_number(written) == number


@pytest.mark.parametrize("written", ["1", "0", "12", "ambulance", "+86120", "1234567"])
def test_what_is_no_number_is_no_services_either(written: str) -> None:
    with pytest.raises(PhoneNumberError):
        service_number(written)


@given(st.text() | st.from_regex(r"\+?[0-9 ()-]{0,40}", fullmatch=True))
def test_any_text_is_a_number_or_a_clear_refusal(text: str) -> None:
    with suppress(PhoneNumberError):
        number = e164(text)
        assert numbers.E164.fullmatch(number)
        assert e164(number) == number
