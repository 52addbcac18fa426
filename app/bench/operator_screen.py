"""An operator's screen for the bench: when each home's alarm came up on it."""

import http.client
import json
import threading
from time import monotonic

import psycopg

from api.access.accounts import make_role_token
from app.bench.figures import wait_or_time_out
from app.bench.rig import Rig, running_process
from app.config.clock import SystemClock
from app.free_port import free_port
from store.model import Role

_HOST = "127.0.0.1"
_START = 30.0
"""Seconds for the process to answer."""


class OperatorScreen:
    """Runs the API and reads its stream while a `with` block lasts."""

    def __init__(self, system: Rig) -> None:
        self._port = free_port(_HOST)
        self._api = running_process(
            "api",
            {**system.env, "ANXIN_HTTP": f"{_HOST}:{self._port}", "ANXIN_SECRET_KEY": "b" * 64},
        )
        with psycopg.connect(system.database_url, autocommit=True) as conn:
            self._token = make_role_token(conn, Role.OPERATOR, "bench", SystemClock().now()).secret
        self._first: dict[str, float] = {}
        self._line: http.client.HTTPConnection | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> "OperatorScreen":
        self._api.__enter__()
        wait_or_time_out(self._connect, _START, "the API's stream")
        self._reader.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._api.__exit__(None, None, None)  # its end is the end of the stream
        self._reader.join()

    def first_seen(self) -> dict[str, float]:
        """When the first event of each home came, on the scale of time.monotonic()."""
        return dict(self._first)

    def _connect(self) -> bool:
        line = http.client.HTTPConnection(_HOST, self._port, timeout=_START)
        try:
            line.request(
                "GET",
                "/api/v1/stream",
                headers={
                    "Authorization": f"Bearer {self._token}",
                    "Accept": "text/event-stream",
                },
            )
            self._answer = line.getresponse()
        except OSError:
            return False
        if self._answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"the stream answers {self._answer.status}")
        self._line = line
        return True

    def _read(self) -> None:
        event = ""
        try:
            while line := self._answer.readline():
                at = monotonic()
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "alarm":
                    self._first.setdefault(str(json.loads(value)["home"]), at)
        except (OSError, http.client.HTTPException):
            return  # the API was stopped
