"""A JSON client over HTTP, for the centre's API and for the simulated phones."""

import http.client
import json
import threading
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT_S = 30.0
KEPT_S = 2.0
"""Real seconds for which a connection that nobody used is trusted: servers hang up after some
(uvicorn after 5), and what is asked in that moment is lost, and must not be asked twice."""


class HttpError(Exception):
    """The other side refused, or did not answer; `status` is HTTP's, 0 for no answer."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class HttpClient:
    """One kept connection to a base address, with a bearer token. Thread-safe: one call at a
    time."""

    def __init__(self, base: str, token: str = "") -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{base!r} is no address: write http://127.0.0.1:8000")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._base = parts.path.rstrip("/")
        self.url = base.rstrip("/")
        self.headers = {"Accept": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at this path; HttpError when it is refused."""
        given = {name.rstrip("_"): value for name, value in query.items() if value is not None}
        return self.request("GET", f"{path}?{urlencode(given)}" if given else path)

    def post(self, path: str, **body: Any) -> Any:
        """The answer's JSON, None without one."""
        return self.request("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        """The answer's JSON, None without one."""
        return self.request("PUT", path, body)

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """One request; a GET whose kept connection has died is asked again."""
        with self._lock:
            if monotonic() - self._used_at > KEPT_S:
                self._drop()
            try:
                return self._attempt(method, path, body)
            except (http.client.HTTPException, OSError) as error:
                self._drop()
                if method != "GET":
                    raise HttpError(0, f"{method} {self.url}{path}: {error}") from error
            try:
                return self._attempt(method, path, body)
            except (http.client.HTTPException, OSError) as error:
                self._drop()
                raise HttpError(0, f"{method} {self.url}{path}: {error}") from error

    def connect(self) -> http.client.HTTPConnection:
        """A new connection of the caller's own, for a stream."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host or "", self._port, timeout=TIMEOUT_S)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            self._drop()

    def _attempt(self, method: str, path: str, body: Any) -> Any:
        if self._connection is None:
            self._connection = self.connect()
        headers = dict(self.headers)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        self._connection.request(method, self._base + path, data, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self._used_at = monotonic()
        if answer.status >= 300:
            excerpt = content[:300].decode(errors="replace")
            raise HttpError(answer.status, f"{method} {self.url}{path}: {answer.status} {excerpt}")
        return json.loads(content) if content else None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def path_segment(text: str) -> str:
    """A text as one level of a path."""
    return quote(text, safe="")
