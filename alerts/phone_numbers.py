"""Turns telephone numbers as people write them into E.164, and refuses those nobody can have. Pure.

By the numbering plans of libphonenumber. Of mainland China's mobiles each block is taken, since new
ones are given out before the plan that we have knows of them.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SERVICE = re.compile(r"[1-9][0-9]{2,5}")
"""Of a service, as one dials it in its own country: 120, 12345, 96321."""
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LIKE_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]*")
_WRITTEN = re.compile(r"[\s().‐-]+")
_EXTENSION = re.compile(r"(?i)(ext|extn|extension|x|#|;|,|转|分机)\.?\s*\d+\s*$")

NO_COUNTRY = "write the number with its country, like +8613912345678 or +862131234567"
OF_A_SERVICE = (
    "this is the number of a service, not somebody's: "
    "write the number with its country, like +8613912345678 or +862131234567"
)
UNKNOWN_COUNTRY = (
    "no country has this code: "
    "write the number with its country, like +8613912345678 or +862131234567"
)
TOO_SHORT = (
    "the number is too short, a digit is missing: "
    "write the number with its country, like +8613912345678 or +862131234567"
)
TOO_LONG = (
    "the number is too long, a digit is too many: "
    "write the number with its country, like +8613912345678 or +862131234567"
)
IMPOSSIBLE = (
    "no telephone can have this number, a digit is wrong: "
    "write the number with its country, like +8613912345678 or +862131234567"
)
WITH_EXTENSION = (
    "an extension cannot be rung: write the direct number with its country, "
    "like +8613912345678 or +862131234567"
)


class PhoneNumberError(ValueError):
    """A number that cannot be somebody's; its text says why and what to write. It does not repeat
    the number."""


def e164(written: str) -> str:
    """+8613900000001 from "139 0000 0001", "0086-139…", "+86 139…". PhoneNumberError.

    A number without a country is taken only when it is a mobile of mainland China: anything else
    could be rung in the wrong country.
    """
    if _EXTENSION.search(written.strip()):
        raise PhoneNumberError(WITH_EXTENSION)
    number = normalised(written)
    problem = problem_of(number)
    if problem is None:
        return _formatted(number)
    raise PhoneNumberError(problem)


def service_number(written: str) -> str:
    """A service's number: in E.164, or short, as one dials it there. PhoneNumberError."""
    plain = _plain(written)
    return plain if SERVICE.fullmatch(plain) else e164(written)


def as_dialled_there(number: str) -> str:
    """A number in E.164 as one dials it inside its country, in groups: 0731-84512345. Others as
    they are."""
    if problem_of(number) is not None:
        return number
    country = phonenumbers.parse(number, None)
    form = phonenumbers.PhoneNumberFormat.NATIONAL
    inside = phonenumbers.format_number(country, form).replace("(", "").replace(")", "")
    area, _, rest = inside.partition(" ")
    return f"{area}-{rest.replace(' ', '')}" if area.startswith("0") else inside.replace(" ", "")


def normalised(written: str) -> str:
    """The number without signs and with + or country in front where that is certain. It may still
    be one that nobody can have."""
    number = _plain(written)
    if number.startswith("00"):
        number = "+" + number[2:]
    return "+86" + number if _CHINESE_MOBILE.fullmatch(number) else number


def problem_of(number: str) -> str | None:
    """Why a number in E.164 cannot be somebody's, and what to write; None: it can."""
    if not number.startswith("+"):
        return OF_A_SERVICE if SERVICE.fullmatch(number) else NO_COUNTRY
    if not re.fullmatch(r"\+[0-9]+", number):
        return NO_COUNTRY
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException as error:
        return _unreadable(error)
    return _problem(parsed)


def _problem(parsed: PhoneNumber) -> str | None:
    national = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == 86 and _LIKE_CHINESE_MOBILE.fullmatch(national):
        length = len("13912345678")
        if len(national) != length:
            return TOO_SHORT if len(national) < length else TOO_LONG
        return None
    match phonenumbers.is_possible_number_with_reason(parsed):
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return TOO_SHORT
        case ValidationResult.TOO_LONG:
            return TOO_LONG
        case ValidationResult.INVALID_COUNTRY_CODE:
            return UNKNOWN_COUNTRY
    return None if phonenumbers.is_valid_number(parsed) else IMPOSSIBLE


def _unreadable(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return UNKNOWN_COUNTRY
    if error.error_type == NumberParseException.TOO_LONG:
        return TOO_LONG
    short = (NumberParseException.TOO_SHORT_AFTER_IDD, NumberParseException.TOO_SHORT_NSN)
    return TOO_SHORT if error.error_type in short else NO_COUNTRY


def _formatted(number: str) -> str:
    """Without what belongs to ringing inside the country: +44 (0)20 is +4420."""
    parsed = phonenumbers.parse(number, None)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _plain(written: str) -> str:
    return _WRITTEN.sub("", unicodedata.normalize("NFKC", written))
