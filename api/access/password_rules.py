"""Which passwords are refused: too short, or among the first that anybody would guess."""

from collections.abc import Sequence

from api.errors import InvalidError

MIN_PASSWORD, MAX_PASSWORD = 8, 1024
LEAST_SCORE = 2
"""Of zxcvbn's 0 to 4: fewer than a million guesses are refused, which is what tries over the
network find (login_throttle.py). Its lists have common passwords, names, words, keyboard walks."""
_LOOKED_AT = 72
"""Characters: zxcvbn's time grows with the length, and a longer one is not common."""


def check_password(password: str, about: Sequence[str] = ()) -> None:
    """`about`: what is known of its owner, like the user name. InvalidError says what to do."""
    from zxcvbn import zxcvbn  # its lists take a moment to read: only for who sets a password

    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if password.isdecimal():  # birthdays, telephones, 5201314: what is tried first in China
        raise InvalidError("this password is too easy to guess: it has digits alone")
    if len(password) > _LOOKED_AT:
        return
    known = [word for text in about for word in (text, *text.split())]
    if zxcvbn(password, user_inputs=["anxin", "安心", *known])["score"] < LEAST_SCORE:
        raise InvalidError("this password is too easy to guess: take several words, or more of it")
