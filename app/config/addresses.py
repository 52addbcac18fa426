"""Parses addresses in settings: HOST:PORT and mqtt://user:password@host:port."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class ListenAddress:
    """Where a server listens. Port 0 lets the system choose one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: "str | ListenAddress | None") -> "ListenAddress | None":
        """Read `HOST:PORT` or `[v6]:PORT`; ValueError says what is wrong with it."""
        if not isinstance(text, str):
            return text
        host, colon, port = text.strip().rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host:
            raise ValueError("it has no host or no port")
        return cls(host, _port(port))

    def __str__(self) -> str:
        """Return HOST:PORT, an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class MqttAddress:
    """How to reach the broker, and as whom. The password is not in the repr."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: "str | MqttAddress | None") -> "MqttAddress | None":
        """Read mqtt:// (default port 1883) or mqtts:// (8883).

        User and password may be percent-encoded. ValueError says what is wrong.
        """
        if not isinstance(url, str):
            return url
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise ValueError("its port is not a number from 1 to 65535") from None
        if parts.scheme not in ("mqtt", "mqtts"):
            raise ValueError("it does not start with mqtt:// or mqtts://")
        if not parts.hostname or port == 0:
            raise ValueError("it has no host" if not parts.hostname else "its port is 0")
        if parts.path.strip("/") or parts.query:
            # an unescaped / or ? in the password lands here, and the host would be wrong
            raise ValueError(
                "there is something after the port (is a / in the password? write %2F)"
            )
        tls = parts.scheme == "mqtts"
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password is not None else None
        return cls(parts.hostname, port or (8883 if tls else 1883), tls, user, password)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ValueError("its port is not a number from 0 to 65535")
    return int(text)
