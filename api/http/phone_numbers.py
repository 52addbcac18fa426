"""A telephone number in a request: taken as people write it, kept in E.164."""

from typing import Annotated

from pydantic import AfterValidator

from alerts import phone_numbers
from alerts.phone_numbers import PhoneNumberError
from api.errors import InvalidError


def e164(written: str) -> str:
    """As `alerts.phone_numbers.e164`. InvalidError says why not and what to write."""
    try:
        return phone_numbers.e164(written)
    except PhoneNumberError as error:
        raise InvalidError(str(error)) from error


Phone = Annotated[str, AfterValidator(phone_numbers.e164)]
"""Normalised to E.164, or a clear refusal."""
