"""In with an alarm's code and the end of one's telephone number, instead of a log-in.

For people in mainland China, where no message may carry a link: the page is bookmarked once, the
code comes by SMS or call. What it opens is one alarm, for one person, for two hours. Guesses are
counted before they are looked at, by code and by address, together with failed log-ins.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from api.deps import ApiDeps
from api.errors import ApiError, InvalidError
from api.login import count_attempt
from store import access, by_code
from store.by_code import Answerer

log = structlog.get_logger()

CODE_LIMIT = 5
"""Wrong endings for one code within 15 minutes: a chance of 1 in 2,000 a window for who knows the
code and guesses four digits; SMS and calls go on working meanwhile."""
OPEN_FOR = timedelta(hours=2)
"""As long as an alarm is dealt with; then the code is asked for again."""
_CODE = re.compile(r"[0-9]{4,6}")
_ENDING = re.compile(r"[0-9]{4,15}")


class WrongCodeError(ApiError):
    """The code or the number is wrong."""

    status = 403
    slug = "wrong-code"
    title = "The code or the number is wrong"


class NotAloneError(ApiError):
    """Several people's numbers end like this."""

    status = 409
    slug = "not-alone"
    title = "Several numbers end with these digits: type the whole number"


@dataclass(frozen=True, slots=True)
class Admission:
    """One person to one alarm, until then."""

    alarm_id: int
    person_id: int
    until: datetime


def enter(deps: ApiDeps, code: str, ending: str, address: str) -> Admission:
    """`ending`: at least the last four digits. `address` is where the request came from.

    WrongCodeError whether the alarm or the person is wrong; InvalidError, ThrottledError,
    NotAloneError.
    """
    code, ending = _digits(code), _digits(ending)
    if not _CODE.fullmatch(code) or not _ENDING.fullmatch(ending):
        raise InvalidError("type the code of 4 to 6 digits and at least 4 digits of your number")
    now, name = deps.clock.now(), f"code:{code}"
    with deps.transaction() as conn:
        count_attempt(conn, name, address, now, CODE_LIMIT)
    with deps.connection() as conn:
        found = [who for who in by_code.answerers(conn, code) if who.phone.endswith(ending)]
        if not found:
            log.info("wrong code", address=address)
            raise WrongCodeError
        who = _the_one(found)
        access.forgive(conn, name)
    return Admission(who.alarm_id, who.person_id, now + OPEN_FOR)


def seal(deps: ApiDeps, admitted: Admission) -> str:
    """The admission as a cookie's value that nobody else can make."""
    plain = f"{admitted.alarm_id}.{admitted.person_id}.{int(admitted.until.timestamp())}"
    return f"{plain}.{_signed(deps, plain)}"


def unseal(deps: ApiDeps, cookie: str | None, now: datetime) -> Admission | None:
    """None: it is not ours, or its time is over."""
    plain, _, signature = (cookie or "").rpartition(".")
    if not plain or not hmac.compare_digest(_signed(deps, plain).encode(), signature.encode()):
        return None
    alarm_id, person_id, until = (int(part) for part in plain.split("."))
    admitted = Admission(alarm_id, person_id, datetime.fromtimestamp(until, now.tzinfo))
    return admitted if admitted.until > now else None


def _the_one(found: list[Answerer]) -> Answerer:
    """A couple that shares a number counts as its first, as with an SMS; two people whose numbers
    only end alike do not."""
    if len({who.phone for who in found}) > 1:
        raise NotAloneError
    return found[0]


def _digits(written: str) -> str:
    """Digits as people type them: full-width ones, with blanks, a # in front."""
    return re.sub(r"[\s#()+‐-]+", "", unicodedata.normalize("NFKC", written))


def _signed(deps: ApiDeps, plain: str) -> str:
    return hmac.new(deps.secret_key.encode(), b"code:" + plain.encode(), "sha256").hexdigest()
