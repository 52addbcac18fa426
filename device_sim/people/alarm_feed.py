"""The open alarms as operators see them, kept up to date by the centre's stream."""

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

import structlog

from device_sim.centre.http_client import HttpClient

log = structlog.get_logger(__name__)

AGAIN_S = 0.2
"""Real seconds before a stream that broke off is asked for again."""
Alarm = dict[str, Any]


class AlarmFeed:
    """Every alarm as it was last seen, newest version first come or not. `changed` is called from
    the stream's thread after each event; it must be quick."""

    def __init__(self, web: HttpClient, changed: Callable[[], None]) -> None:
        self._web = web
        self._changed = changed
        self._alarms: dict[int, Alarm] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="desk stream", daemon=True)

    def start(self) -> None:
        """Look, until `stop()`."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def open(self) -> list[Alarm]:
        """What is not closed."""
        with self._lock:
            return [alarm for alarm in self._alarms.values() if alarm["state"] != "CLOSED"]

    def get(self, number: int) -> Alarm:
        """An alarm that has been shown once."""
        with self._lock:
            return self._alarms[number]

    def show(self, alarm: Alarm) -> None:
        """An alarm as the centre gave it; an older version than the one before us is passed over:
        answers and stream overtake each other."""
        with self._lock:
            known = self._alarms.get(alarm["id"])
            if known is None or known["version"] <= alarm["version"]:
                self._alarms[alarm["id"]] = alarm

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except (OSError, http.client.HTTPException) as error:
                log.info("the stream broke off", error=str(error))
            except Exception:
                # Operators who see nothing any more would look like ones who do nothing.
                log.exception("the stream could not be read, connecting again")
            self._stopped.wait(AGAIN_S)

    def _follow(self) -> None:
        connection = self._web.connect()
        try:
            connection.request("GET", "/api/v1/stream", headers=self._web.headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise http.client.HTTPException(f"the stream is refused: {answer.status}")
            event = ""
            while not self._stopped.is_set() and (line := answer.readline()):
                text = line.decode().rstrip("\n")
                if text.startswith("event:"):
                    event = text[6:].strip()
                elif text.startswith("data:"):
                    self._take(event, json.loads(text[5:]))
        finally:
            connection.close()

    def _take(self, event: str, data: Any) -> None:
        if event == "queue":
            self._forget_all_but({alarm["id"] for alarm in data["items"]})
        elif event != "alarm":
            return
        for alarm in data["items"] if event == "queue" else [data]:
            self.show(alarm)
        self._changed()

    def _forget_all_but(self, numbers: set[int]) -> None:
        """The queue has all that is open: what it has not was closed while we did not look."""
        with self._lock:
            for number, alarm in self._alarms.items():
                if number not in numbers:
                    self._alarms[number] = alarm | {"state": "CLOSED"}
