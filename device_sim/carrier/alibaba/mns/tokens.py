"""The tokens with which queues are read, and MNS's signature of requests."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from device_sim.carrier.alibaba.beijing_time import stamp


class MnsError(Exception):
    """MNS refuses: its code, HTTP's status."""

    def __init__(self, code: str, status: int, message: str) -> None:
        self.code = code
        self.status = status
        self.message = message
        super().__init__(f"{status} {code}: {message}")


@dataclass(frozen=True)
class Token:
    """A key for a while."""

    access_key_id: str
    access_key_secret: str
    security_token: str
    created: datetime
    expires: datetime

    def document(self) -> dict[str, str]:
        """As QueryTokenForMnsQueue answers it."""
        return {
            "AccessKeyId": self.access_key_id,
            "AccessKeySecret": self.access_key_secret,
            "SecurityToken": self.security_token,
            "CreateTime": stamp(self.created),
            "ExpireTime": stamp(self.expires),
        }


class Tokens:
    """Gives tokens out and knows them again. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}

    def issue(self, now: datetime, lives_s: float) -> Token:
        """A new one; those that have ended are forgotten an hour later."""
        token = Token(
            f"STS.{secrets.token_hex(12)}",
            secrets.token_hex(20),
            secrets.token_urlsafe(48),
            now,
            now + timedelta(seconds=lives_s),
        )
        with self._lock:
            recent = now - timedelta(hours=1)
            self._tokens = {id_: t for id_, t in self._tokens.items() if t.expires > recent}
            self._tokens[token.access_key_id] = token
        return token

    def check(self, method: str, target: str, headers: Mapping[str, str], now: datetime) -> None:
        """MnsError for a request that no token stands behind. `target`: path and query as sent."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        key_id, _, signature = given.partition(":")
        with self._lock:
            token = self._tokens.get(key_id)
        if scheme != "MNS" or token is None:
            raise MnsError("InvalidAccessKeyId", 403, "The AccessKey Id you provided is not exist.")
        if now >= token.expires:
            raise MnsError("InvalidSecurityToken", 403, "The security token has expired.")
        genuine = hmac.compare_digest(
            signature, mns_signature(method, target, headers, token.access_key_secret)
        )
        if not genuine or headers.get("security-token") != token.security_token:
            message = "The request signature we calculated does not match the one you provided."
            raise MnsError("SignatureDoesNotMatch", 403, message)


def mns_signature(method: str, target: str, headers: Mapping[str, str], secret: str) -> str:
    """What stands after the colon of Authorization; names of headers in small letters. Pure."""
    own = sorted(name for name in headers if name.startswith("x-mns-"))
    lines = [method, *(headers.get(name, "") for name in ("content-md5", "content-type", "date"))]
    to_sign = "\n".join([*lines, *(f"{name}:{headers[name]}" for name in own), target])
    digest = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
