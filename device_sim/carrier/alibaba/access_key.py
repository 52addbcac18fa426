"""Checks who asks: Alibaba Cloud's signature ACS3-HMAC-SHA256. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from device_sim.carrier.alibaba.errors import GatewayError

ALGORITHM = "ACS3-HMAC-SHA256"
TOLERANCE = timedelta(minutes=15)
"""How far the caller's clock may be off."""
_AUTHORIZATION = re.compile(
    ALGORITHM + r" Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)"
)


@dataclass(frozen=True)
class AccessKey:
    """What a program signs its requests with."""

    id: str
    secret: str


DEMO_KEY = AccessKey("LTAIsimulatedphones", "simulated-phones-secret")
"""The key of simulated phones that were given none."""


@dataclass(frozen=True)
class SignedRequest:
    """A request as it came; names of headers in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


def check_signature(request: SignedRequest, key: AccessKey, now: datetime) -> None:
    """GatewayError for another key, a wrong signature, or a clock that is off."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise GatewayError("MissingAuthorization")
    given_id, signed_headers, given = found.groups()
    if given_id != key.id:
        raise GatewayError("InvalidAccessKeyId.NotFound", 404)
    names = signed_headers.split(";")
    if not _covers(names, request.headers) or not _fits_body(request):
        raise GatewayError("SignatureDoesNotMatch")
    if not hmac.compare_digest(given, signature_of(request, names, key)):
        raise GatewayError("SignatureDoesNotMatch")
    if not _in_time(request.headers.get("x-acs-date", ""), now):
        raise GatewayError("InvalidTimeStamp.Expired")


def signature_of(request: SignedRequest, signed_headers: list[str], key: AccessKey) -> str:
    """The signature that the request must carry, in hexadecimal digits."""
    canonical = "\n".join(
        [
            request.method,
            quote(request.path, safe="/~"),
            _canonical_query(request.query),
            *(f"{name}:{request.headers.get(name, '').strip()}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            request.headers.get("x-acs-content-sha256", ""),
        ]
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def _canonical_query(query: Mapping[str, str]) -> str:
    pairs = (f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))
    return "&".join(pairs)


def _covers(names: list[str], headers: Mapping[str, str]) -> bool:
    """Whether all that must be signed is: the host and every header of Alibaba Cloud's own."""
    needed = {"host", *(name for name in headers if name.startswith("x-acs-"))}
    return needed <= set(names) and names == sorted(names)


def _fits_body(request: SignedRequest) -> bool:
    digest = hashlib.sha256(request.body).hexdigest()
    return request.headers.get("x-acs-content-sha256") == digest


def _in_time(given: str, now: datetime) -> bool:
    try:
        at = datetime.strptime(given, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(at - now) <= TOLERANCE
