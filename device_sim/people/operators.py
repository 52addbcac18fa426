"""Simulated operators: take the most urgent alarm, talk, dispatch, close, by the API."""

import itertools
import random
import threading
from collections.abc import Sequence

import structlog

from device_sim.centre.http_client import HttpClient, HttpError
from device_sim.kinds import KINDS, UNKNOWN_KIND
from device_sim.people.alarm_feed import Alarm, AlarmFeed
from device_sim.people.routines import Routine, RoutineRunner
from device_sim.scenario.model import Operators, Responders

log = structlog.get_logger(__name__)

HANDLED_UP_TO = 3
"""Priorities operators take at once; technical alarms become work with a date of their own."""
LOOKS_S, LOOKS_REAL_S = 2.0, 0.1
"""How often an operator looks at a dispatch that is on its way: simulated seconds, but not oftener
than so many real ones."""
PATIENCE_S = 2700.0
"""On site within 45 minutes, or somebody else is sent."""
ENDED_DISPATCH_STATES = frozenset({"DECLINED", "NO_ANSWER", "CANCELLED", "DONE"})
"""States of a dispatch that nobody waits for any more."""


class OperatorTeam:
    """The operators of a run. Each has one alarm at a time; who waits for a responder is free.

    An alarm that is RAISED and in nobody's hands waits, whether it is new or raised again because
    nothing came of it.
    """

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
        self._clients = [HttpClient(api, next(turns)) for _ in range(operators.count)]
        self._free = list(range(operators.count))
        self._tasks = RoutineRunner("desk", speed)
        self._looks = max(LOOKS_S, LOOKS_REAL_S * speed)
        self._taken: set[int] = set()
        self._lock = threading.Lock()
        self._feed = AlarmFeed(HttpClient(api, tokens[0]), self._assign)

    def start(self) -> None:
        """The shift begins."""
        if self._clients:
            self._feed.start()

    def stop(self) -> None:
        """The shift is over; what is open stays open."""
        self._feed.stop()
        self._tasks.stop()
        for client in self._clients:
            client.close()

    def _assign(self) -> None:
        """Free operators take what is most urgent."""
        while True:
            with self._lock:
                waiting = [alarm for alarm in self._feed.open() if self._waits(alarm)]
                if not self._free or not waiting:
                    return
                alarm = min(waiting, key=lambda a: (a["priority"], a["raised_at"]))
                operator = self._free.pop(0)
                self._taken.add(alarm["id"])
            self._tasks.begin(self._handle(operator, alarm["id"]), self._how.reacts.draw(self._rng))

    def _waits(self, alarm: Alarm) -> bool:
        return (
            alarm["state"] == "RAISED"
            and alarm["id"] not in self._taken
            and alarm["priority"] <= HANDLED_UP_TO
            and (alarm["home"] in self._homes or alarm["home"] is None)
        )

    def _handle(self, operator: int, number: int) -> Routine:
        """Take it, talk, then send somebody or end it; the operator is free again."""
        client = self._clients[operator]
        sends = self._rng.random() < self._how.sends
        talk = self._how.talks.draw(self._rng)
        watched = False
        try:
            self._feed.show(client.post(f"/api/v1/alarms/{number}/acknowledge"))
            yield talk
            # The plan may have sent somebody while nobody answered.
            watched = self._visits is not None and (
                _on_the_way(self._feed.get(number))
                or (sends and self._send(client, number, frozenset()))
            )
            if not watched:
                self._close(client, number)
        except HttpError as error:
            # Somebody was quicker, or the centre did not answer: what stays RAISED is taken again.
            log.info("refused", alarm=number, error=str(error)[:200])
        finally:
            with self._lock:
                self._taken.discard(number)
                self._free.append(operator)
            if watched:
                self._tasks.begin(self._watch(client, number), self._looks)
            self._assign()

    def _send(self, client: HttpClient, number: int, asked: frozenset[int]) -> bool:
        """Offer it to somebody on duty who was not asked yet."""
        area = self._feed.get(number)["area"]["code"]
        for query in ({"area": area}, {}):
            on_duty = client.get("/api/v1/responders", on_duty="true", **query)
            others = [r for r in on_duty["items"] if r["person_id"] not in asked]
            if others:
                chosen = self._rng.choice(others)["person_id"]
                path = f"/api/v1/alarms/{number}/dispatch"
                self._feed.show(client.post(path, responder=chosen))
                return True
        return False

    def _watch(self, client: HttpClient, number: int) -> Routine:
        """Until the responder was there; another one when the first does not go."""
        waited = 0.0
        while waited < PATIENCE_S:
            now = self._feed.get(number)
            if now["state"] == "CLOSED" or self._waits(now):
                return  # who takes it again watches over it
            try:
                arrived = _in_state(now, "ARRIVED")
                if arrived is not None:
                    assert self._visits is not None  # noqa: S101 - nobody is sent without them
                    yield self._visits.stays.draw(self._rng)
                    client.post(f"/api/v1/dispatches/{arrived}/done", finding="Looked after")
                    break
                if not _on_the_way(now):
                    asked = frozenset(d["responder_id"] for d in now["dispatches"])
                    if not self._send(client, number, asked):
                        break
            except HttpError as error:
                log.info("refused", alarm=number, error=str(error)[:200])
            yield self._looks
            waited += self._looks
        self._close(client, number)

    def _close(self, client: HttpClient, number: int) -> None:
        outcome = KINDS.get(self._feed.get(number)["kind"], UNKNOWN_KIND).outcome
        path = f"/api/v1/alarms/{number}/close"
        self._feed.show(client.post(path, outcome=outcome, note="", still_reported=True))


def _in_state(alarm: Alarm, state: str) -> int | None:
    """The dispatch that is in this state."""
    found = (d["id"] for d in alarm["dispatches"] if d["state"] == state)
    return next(found, None)


def _on_the_way(alarm: Alarm) -> bool:
    """Is somebody asked, on the way or there?"""
    return any(dispatch["state"] not in ENDED_DISPATCH_STATES for dispatch in alarm["dispatches"])
