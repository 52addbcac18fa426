"""Telephone numbers as Alibaba Cloud takes and gives them: eleven digits, without +86. Pure."""

PREFIX = "+86"


def local(number: str) -> str:
    """Of an E.164 number of mainland China; a landline keeps its area code, with its 0."""
    digits = number.removeprefix(PREFIX)
    return digits if digits.startswith("1") and len(digits) == 11 else f"0{digits}"


def international(number: str) -> str:
    """As our records have it."""
    digits = number.strip().removeprefix("+").removeprefix("00")
    if digits.startswith("86") and len(digits) > 11:
        digits = digits[2:]
    return PREFIX + digits.removeprefix("0")
