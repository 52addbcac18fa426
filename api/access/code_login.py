"""Log-in with an alarm's code and the end of one's phone number; called by the /code page.

For people in mainland China, where no message may carry a link: the page is bookmarked once, the
code comes by SMS or call. What it opens is one alarm, for one person, for two hours. Guesses are
counted before they are looked at; what they lead to is decided in code_throttle.py.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.phone_numbers import E164, normalised
from api.access import code_throttle
from api.access.code_throttle import FailedTries
from api.deps import ApiDeps
from api.errors import ApiError, InvalidError, ThrottledError
from store.access import code_access
from store.access.code_access import Answerer, CodeTry
from store.db import Connection

log = structlog.get_logger()

OPEN_FOR = timedelta(hours=2)
"""As long as an alarm is dealt with; then the code is asked for again."""
_CODE = re.compile(r"[0-9]{4,6}")
_ENDING = re.compile(r"[0-9]{4,15}")


class WrongCodeError(ApiError):
    """The code or the number is wrong."""

    status = 403
    slug = "wrong-code"
    title = "The code or the number is wrong"


class WholeNumberRequiredError(ApiError):
    """The last digits do not tell: there were wrong tries, or several numbers end like this."""

    status = 409
    slug = "whole-number"
    title = "The last digits are not enough now: type the whole number"


@dataclass(frozen=True, slots=True)
class Admission:
    """One person to one alarm, until then."""

    alarm_id: int
    person_id: int
    until: datetime


def log_in_with_code(deps: ApiDeps, code: str, ending: str, address: str) -> Admission:
    """`ending`: at least the last four digits. `address` is where the request came from.

    WrongCodeError whether the alarm or the person is wrong; InvalidError, ThrottledError,
    WholeNumberRequiredError: whether there is such an alarm or not.
    """
    code, ending, whole = _digits(code), _digits(ending), _whole_number(ending)
    if not _CODE.fullmatch(code) or not _ENDING.fullmatch(ending):
        raise InvalidError("type the code of 4 to 6 digits and at least 4 digits of your number")
    now, tried = deps.clock.now(), CodeTry(code, ending[-4:], address)
    with deps.transaction() as conn:
        only_whole = _count_try(conn, tried, now)
        if not only_whole or whole:
            code_access.add_try(conn, tried, now)
    if only_whole and not whole:
        raise WholeNumberRequiredError
    with deps.connection() as conn:
        answerers = code_access.answerers(conn, code)
        found = [who for who in answerers if who.phone == whole]
        if not found and not only_whole:
            found = [who for who in answerers if who.phone.endswith(ending)]
        if not found:
            log.info("wrong code", address=address)
            raise WrongCodeError
        who = _single_person(found)
        code_access.was_right(conn, tried)
    return Admission(who.alarm_id, who.person_id, now + OPEN_FOR)


def _count_try(conn: Connection, tried: CodeTry, now: datetime) -> bool:
    """Whether only a whole number will do. ThrottledError: nothing does for the moment."""
    since, lately = now - code_throttle.WINDOW, now - code_throttle.WAIT
    tries = FailedTries(*code_access.recent_tries(conn, tried, since, lately))
    until = code_throttle.blocked_until(tries)
    if until is not None:
        raise ThrottledError(int((until - now).total_seconds()) + 1)
    return code_throttle.whole_number_needed(tries)


def sign_admission(deps: ApiDeps, admitted: Admission) -> str:
    """The admission as a cookie's value that nobody else can make."""
    plain = f"{admitted.alarm_id}.{admitted.person_id}.{int(admitted.until.timestamp())}"
    return f"{plain}.{_signed(deps, plain)}"


def verify_admission(deps: ApiDeps, cookie: str | None, now: datetime) -> Admission | None:
    """None: it is not ours, or its time is over."""
    plain, _, signature = (cookie or "").rpartition(".")
    if not plain or not hmac.compare_digest(_signed(deps, plain).encode(), signature.encode()):
        return None
    alarm_id, person_id, until = (int(part) for part in plain.split("."))
    admitted = Admission(alarm_id, person_id, datetime.fromtimestamp(until, now.tzinfo))
    return admitted if admitted.until > now else None


def _single_person(found: list[Answerer]) -> Answerer:
    """A couple that shares a number counts as its first, as with an SMS; two people whose numbers
    only end alike do not."""
    if len({who.phone for who in found}) > 1:
        raise WholeNumberRequiredError
    return found[0]


def _digits(written: str) -> str:
    """Digits as people type them: full-width ones, with blanks, a # in front."""
    return re.sub(r"[\s#()+‐-]+", "", unicodedata.normalize("NFKC", written))


def _whole_number(written: str) -> str | None:
    """The number in E.164 if that may be what was typed, also when its + was left out. Whether
    anybody can have it does not matter: it is compared with what is kept."""
    tried = (normalised(number) for number in (written, f"+{_digits(written)}"))
    return next((number for number in tried if E164.fullmatch(number)), None)


def _signed(deps: ApiDeps, plain: str) -> str:
    return hmac.new(deps.secret_key.encode(), b"code:" + plain.encode(), "sha256").hexdigest()
