"""Families and responders with simulated phones: they answer late, or not at all."""

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

import structlog

from device_sim.centre.alarm_codes import alarm_codes_in
from device_sim.centre.http_client import HttpClient, HttpError, path_segment
from device_sim.people.routines import Routine, RoutineRunner
from device_sim.scenario.model import Contacts, Responders

log = structlog.get_logger(__name__)

LOOK_S = 0.05
"""Real seconds between two looks at what has come."""
OVERLAP_S = 1.0
LISTEN = "1"
"""The key that a call asks for before it says what it is about; the answer is the next one."""
OFFER = re.compile(r"(?:Reply|回复)\s*1")
ON_ARRIVAL = re.compile(r"(?:Reply|回复)\s*4")


@dataclass(frozen=True)
class _PhoneOwner:
    """Somebody with a phone. `opts_out`: writes STOP to the first message."""

    number: str
    responder: bool
    opts_out: bool = False


class PhoneOwners:
    """Everybody with a simulated phone. What one does depends on the seed, the number and how
    many messages came before; not on the other phones."""

    def __init__(
        self,
        contacts: Contacts | None,
        responders: Responders | None,
        phones: str,
        numbers: Mapping[str, bool],
        seed: int,
        speed: float,
    ) -> None:
        """`numbers`: phone number → whether it is a responder's."""
        self._contacts, self._responders = contacts, responders
        self._web = HttpClient(phones)
        self._seed = seed
        self._speed = speed
        self._tasks = RoutineRunner("phones' people", speed)
        self._stopped = threading.Event()
        self._people: dict[str, _PhoneOwner] = {}
        self._answered: set[tuple[str, str]] = set()
        self._read_sids: set[str] = set()
        self._numbers = numbers
        self._thread = threading.Thread(target=self._watch, name="phones' people", daemon=True)

    def start(self) -> None:
        """Everybody gets their habits; then they look at their phones."""
        for number, responder in self._numbers.items():
            if responder and self._responders:
                self._people[number] = _PhoneOwner(number, responder=True)
            elif not responder and self._contacts:
                self._people[number] = self._relative(number, self._contacts)
        self._since = time()
        if self._people:
            self._thread.start()

    def stop(self) -> None:
        """Nobody answers any more."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self._tasks.stop()
        self._web.close()

    def _rng(self, number: str, what: str) -> random.Random:
        return random.Random(f"{self._seed}/{number}/{what}")  # noqa: S311 - the same each time

    def _relative(self, number: str, how: Contacts) -> _PhoneOwner:
        rng = self._rng(number, "habits")
        one = rng.random()
        call: dict[str, Any] | str = "no-answer"
        if one < how.rejects:
            self._behave(number, sms={"outcome": "undelivered"}, call="busy")
            return _PhoneOwner(number, responder=False)
        if one < how.rejects + how.voice_mail:
            call = "machine"
        elif rng.random() < how.replies:
            after_ms = min(3_600_000, int(how.after.draw(rng) / self._speed * 1000))
            digits = LISTEN + ("1" if rng.random() < how.going else "2")
            call = {"outcome": "answer", "digits": digits, "delay_ms": {"answered": after_ms}}
        self._behave(number, call=call)
        return _PhoneOwner(number, responder=False, opts_out=rng.random() < how.opts_out)

    def _behave(self, number: str, **behaviour: Any) -> None:
        self._web.put(f"/phones/{path_segment(number)}/behaviour", **behaviour)

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_S):
            try:
                record = self._web.get("/phones/record", since=self._since - OVERLAP_S)
            except HttpError as error:
                log.warning("the phones do not answer", error=str(error))
                self._stopped.wait(1.0)
                continue
            for message in record["messages"]:
                fresh = message["direction"] == "out" and message["on_phone"]
                if fresh and message["sid"] not in self._read_sids:
                    self._read_sids.add(message["sid"])
                    self._since = max(self._since, message["accepted_at"])
                    self._read(message)

    def _read(self, message: dict[str, Any]) -> None:
        person, text = self._people.get(message["to"]), message["text"]
        codes = alarm_codes_in(text)
        if person is None or not codes:
            return
        code = codes[0]
        key = (person.number, code + ("there" if ON_ARRIVAL.search(text) else ""))
        if key in self._answered:
            return
        self._answered.add(key)
        answer = self._answer(person, code, text, self._rng(person.number, key[1]))
        if answer is not None:
            after, words = answer
            read = (time() - message["accepted_at"]) * self._speed
            self._tasks.begin(self._write(person.number, words), after - read)

    def _answer(
        self, person: _PhoneOwner, code: str, text: str, rng: random.Random
    ) -> tuple[float, str] | None:
        """After how many simulated seconds, and what; None: nothing at all."""
        if person.responder:
            how = self._responders
            if how is None:
                return None
            if ON_ARRIVAL.search(text):
                return how.travels.draw(rng), f"4 {code}"
            if not OFFER.search(text):
                return None
            return how.after.draw(rng), f"{1 if rng.random() < how.accepts else 2} {code}"
        family = self._contacts
        if family is None or not OFFER.search(text):
            return None
        if person.opts_out:
            return family.after.draw(rng), "STOP"
        if rng.random() >= family.replies:
            return None
        one = rng.random()
        meant = 1 if one < family.going else 2 if one < family.going + family.cannot else 3
        return family.after.draw(rng), f"{meant} {code}"

    def _write(self, number: str, words: str) -> Routine:
        self._web.post(f"/phones/{path_segment(number)}/reply", text=words)
        yield from ()
