"""Operators: they see the queue by the stream, take the most urgent alarm, act by the API."""

import http.client
import itertools
import json
import random
import threading
from collections.abc import Sequence
from typing import Any

import structlog

from device_sim.people.tasks import Course, Tasks
from device_sim.scenario.model import Operators, Responders
from device_sim.web import Web, WebError

log = structlog.get_logger(__name__)

TAKEN_UP_TO = 3
"""Priorities operators take at once; technical alarms become work with a date of their own."""
LOOKS_S, LOOKS_REAL_S = 2.0, 0.1
"""How often an operator looks at a dispatch that is on its way: simulated seconds, but not oftener
than so many real ones."""
PATIENCE_S = 2700.0
"""On site within 45 minutes, or somebody else is sent."""
OUTCOMES = {
    "help_call": "assistance", "fall": "genuine_fall", "smoke": "genuine_fire",
    "carbon_monoxide": "genuine_gas", "gas_leak": "genuine_gas", "water_leak": "genuine_water",
    "wandering": "genuine_wandering", "inactivity": "social", "cold": "assistance",
}  # fmt: skip
OVER = ("CLOSED",)
GONE = frozenset({"DECLINED", "NO_ANSWER", "CANCELLED"})


class Desk:
    """The operators of a run. Each has one alarm at a time; who waits for a responder is free."""

    def __init__(
        self,
        operators: Operators,
        responders: Responders | None,
        api: str,
        tokens: Sequence[str],
        seed: int,
        homes: frozenset[str],
        speed: float,
    ) -> None:
        self._how = operators
        self._visits = responders
        self._homes = homes
        self._rng = random.Random(f"{seed}/desk")  # noqa: S311 - the same people each time
        turns = itertools.cycle(tokens)
        self._seats = [Web(api, next(turns)) for _ in range(operators.count)]
        self._free = list(range(operators.count))
        self._tasks = Tasks("desk", speed)
        self._looks = max(LOOKS_S, LOOKS_REAL_S * speed)
        self._alarms: dict[int, dict[str, Any]] = {}
        self._taken: set[int] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._stream = Web(api, tokens[0])
        self._listener = threading.Thread(target=self._listen, name="desk stream", daemon=True)

    def start(self) -> None:
        """The shift begins."""
        if self._seats:
            self._listener.start()

    def stop(self) -> None:
        """The shift is over; what is open stays open."""
        self._stopped.set()
        self._tasks.stop()
        for seat in self._seats:
            seat.close()

    # what is on the screen

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except (OSError, http.client.HTTPException) as error:
                log.info("the stream broke off", error=str(error))
                self._stopped.wait(0.2)
            except Exception:
                # A desk that sees nothing any more would look like one that does nothing.
                log.exception("the stream could not be read, connecting again")
                self._stopped.wait(0.2)

    def _follow(self) -> None:
        connection = self._stream.connect()
        try:
            connection.request("GET", "/api/v1/stream", headers=self._stream.headers)
            answer = connection.getresponse()
            event = ""
            while not self._stopped.is_set() and (line := answer.readline()):
                text = line.decode().rstrip("\n")
                if text.startswith("event:"):
                    event = text[6:].strip()
                elif text.startswith("data:") and event in ("queue", "alarm"):
                    self._show(event, json.loads(text[5:]))
        finally:
            connection.close()

    def _show(self, event: str, data: Any) -> None:
        shown = data.get("items", [data]) if isinstance(data, dict) else data
        with self._lock:
            if event == "queue":
                self._alarms = {}
            for alarm in shown:
                self._alarms[alarm["id"]] = alarm
                if alarm["state"] == "RAISED" and alarm["owner"] is None:
                    continue
                if alarm["state"] == "RAISED":
                    self._taken.discard(alarm["id"])  # a re-alarm: somebody must look again
        self._assign()

    def _assign(self) -> None:
        """Free operators take what is most urgent."""
        while True:
            with self._lock:
                waiting = [
                    alarm
                    for alarm in self._alarms.values()
                    if alarm["state"] == "RAISED"
                    and alarm["id"] not in self._taken
                    and alarm["priority"] <= TAKEN_UP_TO
                    and (alarm["home"] in self._homes or alarm["home"] is None)
                ]
                if not self._free or not waiting:
                    return
                alarm = min(waiting, key=lambda a: (a["priority"], a["raised_at"]))
                seat = self._free.pop(0)
                self._taken.add(alarm["id"])
            self._tasks.begin(self._handle(seat, alarm), self._how.reacts.draw(self._rng))

    # what is done with an alarm

    def _handle(self, seat: int, alarm: dict[str, Any]) -> Course:
        desk = self._seats[seat]
        sends = self._rng.random() < self._how.sends
        talk = self._how.talks.draw(self._rng)
        sent = False
        try:
            desk.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")
            yield talk
            if sends and self._visits is not None:
                sent = self._send(desk, alarm, frozenset())
            if not sent:
                self._close(desk, alarm)
        except WebError as error:
            # Somebody was quicker, or the centre did not answer: what stays RAISED is taken again.
            log.info("refused", alarm=alarm["id"], error=str(error)[:200])
            with self._lock:
                self._taken.discard(alarm["id"])
        finally:
            with self._lock:
                self._free.append(seat)
            self._assign()
        if sent:
            self._tasks.begin(self._watch(desk, alarm), self._looks)

    def _send(self, desk: Web, alarm: dict[str, Any], asked: frozenset[int]) -> bool:
        """Offer it to somebody on duty who was not asked yet."""
        on_duty = desk.get("/api/v1/responders", on_duty="true", area=alarm["area"]["code"])
        others = [r for r in on_duty["items"] if r["person_id"] not in asked]
        others = others or [
            r for r in desk.get("/api/v1/responders", on_duty="true")["items"]
            if r["person_id"] not in asked
        ]  # fmt: skip
        if not others:
            return False
        chosen = self._rng.choice(others)
        desk.post(f"/api/v1/alarms/{alarm['id']}/dispatch", responder=chosen["person_id"])
        return True

    def _watch(self, desk: Web, alarm: dict[str, Any]) -> Course:
        """Until the responder was there; another one when the first does not go."""
        waited = 0.0
        while waited < PATIENCE_S:
            with self._lock:
                now = self._alarms.get(alarm["id"], alarm)
            states = {d["state"]: d for d in now["dispatches"]}
            if now["state"] in OVER:
                return
            if "ARRIVED" in states:
                assert self._visits is not None  # noqa: S101 - nobody is sent without them
                yield self._visits.stays.draw(self._rng)
                number = states["ARRIVED"]["id"]
                desk.post(f"/api/v1/dispatches/{number}/done", finding="Looked after")
                self._close(desk, alarm)
                return
            if states and set(states) <= GONE:
                asked = frozenset(d["responder_id"] for d in now["dispatches"])
                if not self._send(desk, alarm, asked):
                    break
            yield self._looks
            waited += self._looks
        self._close(desk, alarm)

    def _close(self, desk: Web, alarm: dict[str, Any]) -> None:
        outcome = OUTCOMES.get(alarm["kind"], "social")
        try:
            desk.post(f"/api/v1/alarms/{alarm['id']}/close", outcome=outcome, note="")
        except WebError as error:
            log.info("not closed", alarm=alarm["id"], error=str(error)[:200])
            with self._lock:
                self._taken.discard(alarm["id"])
