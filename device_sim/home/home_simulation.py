"""One home as a SimPy simulation: the resident moves, the devices report. No clock."""

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import simpy

from device_sim.home.daily_routine import (
    BED,
    OUT,
    DailyRoutine,
    next_stay,
    room_of,
    routine_of_day,
    seeded_random,
)
from device_sim.home.effects import ResidentEvent, SensorEffect
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.scenario.model import Life

FIRST_REPORT_S = 15.0
"""A device reports soon after its hub came up, so that a new home does not look dead."""
MOTION_CLEARS_S = 90.0
"""A motion sensor says "nobody" so long after the last hit, as battery sensors do."""
STIRS_S = 300.0
"""Mean time between two hits of somebody who is up in a room."""
UTC_OFFSET_H = 8.0
"""Day and night in China."""

Values = dict[str, float | int | bool]
Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class DeviceReport:
    """A report of a device at a moment."""

    at: datetime
    device: str
    values: Values


class HomeSimulation:
    """The reports of one home from `start` on, in order of time. Same arguments, same events.

    `happenings` befall the resident, `changes` alter what devices report. With `days: none` in
    `life` nothing moves by itself: only what happenings and changes cause is reported.
    """

    def __init__(
        self,
        spec: HomeSpec,
        seed: int,
        start: datetime,
        life: Life | None = None,
        happenings: Sequence[ResidentEvent] = (),
        changes: Sequence[SensorEffect] = (),
    ) -> None:
        self._spec = spec
        self._seed = f"{seed}/{spec.home}"
        self._start = start.astimezone(UTC)
        self._life = life or Life(days="everyday")
        self._happenings = sorted(happenings, key=lambda h: h.at)
        self._changes = changes
        self._base_c = seeded_random(self._seed, "warmth").uniform(18.5, 22.5)
        self._rng = seeded_random(self._seed, "steps")
        self._env = simpy.Environment()
        self._out: list[DeviceReport] = []
        self._where = BED
        self._still = False
        self._hits: dict[str, float] = {}

    def events(self, lasts: float = math.inf) -> Iterator[DeviceReport]:
        """What is reported within `lasts` seconds (for ever without it), made as it is read."""
        if not self._spec.devices:
            return  # nobody would ever notice anything
        self._start_processes()
        while self._env.peek() <= lasts:
            self._env.step()
            out, self._out = self._out, []
            yield from out

    def _start_processes(self) -> None:
        everyday = self._life.days == "everyday"
        if everyday:
            self._where = self._place_now()
            self._env.process(self._visits())
        resident = self._env.process(self._resident(everyday))
        for happening in self._happenings:
            self._env.process(self._befall(resident, happening))
        for spec in self._spec.devices:
            if everyday or any(c.device in ("", spec.device) for c in self._changes):
                self._env.process(self._reports(spec, everyday))

    def _place_now(self) -> str:
        hour = self._hour()
        day = self._day()
        return BED if day.asleep(hour) else OUT if day.away(hour) else "living"

    # what the resident does

    def _resident(self, everyday: bool) -> Steps:
        while True:
            try:
                if not everyday:
                    yield self._env.event()
                where, stay = next_stay(self._day(), self._hour(), self._rng)
                yield from self._go(where)
                yield from self._stay(stay)
            except simpy.Interrupt as interrupt:
                yield from self._suffer(_cause(interrupt))

    def _befall(self, resident: simpy.Process, happening: ResidentEvent) -> Steps:
        yield self._env.timeout(happening.at)
        resident.interrupt(happening)

    def _suffer(self, happening: ResidentEvent) -> Steps:
        """What happens to the resident; something else may happen meanwhile."""
        while True:
            try:
                if happening.where:
                    yield from self._go(happening.where)
                self._still = happening.still
                yield self._env.timeout(happening.lasts)
                self._still = False
                if happening.where == OUT:
                    yield from self._go("living")
            except simpy.Interrupt as interrupt:
                happening = _cause(interrupt)
            else:
                return

    def _go(self, where: str) -> Steps:
        before, self._where = self._where, where
        if before == where:
            return
        if BED in (before, where):
            self._report_all("bed", {"bed": where == BED})
        if OUT in (before, where):
            yield from self._through_the_door()

    def _through_the_door(self) -> Steps:
        self._report_all("door", {"door": True})
        yield self._env.timeout(self._rng.uniform(15, 60))
        self._report_all("door", {"door": False})

    def _stay(self, seconds: float) -> Steps:
        """Be there; the motion sensors of the room notice, less so in the decline."""
        until = self._env.now + seconds
        pause = STIRS_S / max(0.05, self._activity())
        while self._env.now < until:
            if self._where not in (BED, OUT) and not self._still:
                self._stir(self._where)
            yield self._env.timeout(min(self._rng.expovariate(1 / pause), until - self._env.now))

    def _visits(self) -> Steps:
        """Somebody comes to see the resident: the door, and more life in the living room."""
        while True:
            day, hour = self._day(), self._hour()
            begins = day.visit[0] if day.visit else 24.0
            if hour > begins or not day.visit:
                yield self._env.timeout((24.0 - hour) * 3600 + 1)
                continue
            yield self._env.timeout((begins - hour) * 3600)
            yield from self._through_the_door()
            yield self._env.timeout((day.visit[1] - begins) * 3600)
            yield from self._through_the_door()
            yield self._env.timeout(60)

    # what the devices notice

    def _stir(self, where: str) -> None:
        for spec in self._spec.devices:
            if spec.kind == "motion" and room_of(spec.room) == where:
                self.hit(spec)

    def hit(self, spec: DeviceSpec) -> None:
        """A motion sensor sees somebody; it clears some time after the last hit."""
        fresh = spec.device not in self._hits
        self._hits[spec.device] = self._env.now
        if fresh:
            self._report(spec, {"motion": True})
            self._env.process(self._clear(spec))

    def _clear(self, spec: DeviceSpec) -> Steps:
        while (left := self._hits[spec.device] + MOTION_CLEARS_S - self._env.now) > 0:
            yield self._env.timeout(left)
        del self._hits[spec.device]
        self._report(spec, {"motion": False})

    def _reports(self, spec: DeviceSpec, everyday: bool) -> Steps:
        """What a device says by itself: its measurements, or that it is there."""
        rng = seeded_random(self._seed, spec.device)
        battery, drift = rng.uniform(60.0, 100.0), 0.0
        interval = spec.interval
        if spec.kind == "climate" and self._life.interval:
            interval = self._life.interval
        yield self._env.timeout(rng.uniform(0.0, min(interval, FIRST_REPORT_S)))
        while True:
            drift = 0.95 * drift + rng.gauss(0.0, 0.08)
            battery = max(1.0, battery - interval / 86_400 * 0.15)
            if everyday or self._touched(spec.device):
                self._report(spec, self._measured(spec, drift) | {"battery": round(battery)})
            yield self._env.timeout(interval * rng.uniform(0.9, 1.1))

    def _touched(self, device: str) -> bool:
        return any(change.holds(device, self._env.now) for change in self._changes)

    def _measured(self, spec: DeviceSpec, drift: float) -> Values:
        match spec.kind:
            case "climate":
                hour = self._hour()
                warmth = self._base_c + 1.6 * math.sin((hour - 9.0) / 24 * 2 * math.pi) + drift
                damp = 52.0 - 2.5 * (warmth - self._base_c) + 2 * drift
                return {"temperature": round(warmth, 1), "humidity": round(damp)}
            case "motion":
                return {"motion": spec.device in self._hits}
            case "door":
                return {"door": False}
            case "bed":
                return {"bed": self._where == BED}
        return {}

    def _report_all(self, kind: str, values: Values) -> None:
        for spec in self._spec.devices:
            if spec.kind == kind:
                self._report(spec, values)

    def _report(self, spec: DeviceSpec, values: Values) -> None:
        at = self._start + timedelta(seconds=round(self._env.now, 3))
        event: DeviceReport | None = DeviceReport(at, spec.device, values)
        for change in self._changes:
            if event is not None and change.holds(spec.device, self._env.now):
                changed = change.apply(event.values, self._env.now)
                event = None if changed is None else replace(event, values=changed)
        if event is not None:
            self._out.append(event)

    # time

    def _local(self) -> datetime:
        return self._start + timedelta(seconds=self._env.now, hours=UTC_OFFSET_H)

    def _hour(self) -> float:
        local = self._local()
        return local.hour + local.minute / 60 + local.second / 3600 + local.microsecond / 3.6e9

    def _day(self) -> DailyRoutine:
        return routine_of_day(self._seed, self._local(), self._life.visitors)

    def _activity(self) -> float:
        """1 at the beginning of the run, less with every day of a decline."""
        left: float = (1 - self._life.decline) ** (self._env.now / (7 * 86_400))
        return left


def _cause(interrupt: simpy.Interrupt) -> ResidentEvent:
    found: ResidentEvent = interrupt.cause  # type: ignore[assignment]
    return found
