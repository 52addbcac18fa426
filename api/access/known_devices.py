"""Browsers in which a user has logged in before: a signed cookie that lasts, one for each user.

It opens nothing. It only says that tries with this user's name in this browser are not those of
a stranger, so that guesses from elsewhere do not keep its user out (login_throttle.py). Who steals
one can guess at one name as often as from one more address. Several people share a desk: each has
a cookie of their own, sent with the log-in alone.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import Response

from api.deps import ApiDeps

KNOWN_FOR = timedelta(days=400)
"""After the last log-in: as long as browsers keep any cookie (RFC 6265bis, 5.5)."""
PATH = "/api/v1/session"
_VALUE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")


def recognised(
    deps: ApiDeps, cookies: Mapping[str, str], user_id: int, now: datetime
) -> str | None:
    """Which browser of this user's it is; None: they have not logged in there, or too long ago."""
    given = _VALUE.fullmatch(cookies.get(_name(deps, user_id), ""))
    if not given:
        return None
    device, issued, signature = given.groups()
    if not hmac.compare_digest(_signed(deps, user_id, device, issued), signature):
        return None
    age = now.timestamp() - int(issued)
    return device if age < KNOWN_FOR.total_seconds() else None


def remember(
    response: Response, deps: ApiDeps, user_id: int, device: str | None, now: datetime
) -> None:
    """Let this browser be known to be this user's from now on."""
    device, issued = device or secrets.token_hex(16), str(int(now.timestamp()))
    response.set_cookie(
        _name(deps, user_id),
        f"{device}.{issued}.{_signed(deps, user_id, device, issued)}",
        max_age=int(KNOWN_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        path=PATH,
        secure=deps.secure_cookies,
    )


def _name(deps: ApiDeps, user_id: int) -> str:
    return f"{'__Secure-' if deps.secure_cookies else ''}anxin-device-{user_id}"


def _signed(deps: ApiDeps, user_id: int, device: str, issued: str) -> str:
    plain = f"device:{user_id}:{device}:{issued}"
    return hmac.new(deps.secret_key.encode(), plain.encode(), "sha256").hexdigest()
