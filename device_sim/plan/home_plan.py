"""What each step of a scenario means for one home: actions, effects, troubles."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import singledispatch

import orjson

from device_sim.centre import wire
from device_sim.home.daily_routine import BED, OUT
from device_sim.home.effects import (
    Cooling,
    DrainingBattery,
    Frozen,
    PowerLoss,
    ResidentEvent,
    SensorEffect,
)
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import OUTAGE, SILENCE
from device_sim.plan.actions import Action, Cut, Fate, Intrude, Join, Measure, Raw, Signal, Trouble
from device_sim.scenario import steps

GOES_ON = 3600.0
"""Seconds after its end that a trouble still explains an alarm."""


@dataclass
class HomePlan:
    """What the steps of one home come to."""

    home: int
    spec: HomeSpec
    victim: str
    """Another home's code, for what is sent to a topic that is not one's own."""
    start: datetime
    run: str
    rng: random.Random
    actions: list[Action] = field(default_factory=list)
    happenings: list[ResidentEvent] = field(default_factory=list)
    changes: list[SensorEffect] = field(default_factory=list)
    skews: list[tuple[float, float, timedelta]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    def when(self, at: float) -> datetime:
        """The moment by the hub's clock, which may be wrong."""
        skew = sum((by for begins, ends, by in self.skews if begins <= at < ends), timedelta())
        return self.start + timedelta(seconds=round(at, 3)) + skew

    def new_id(self) -> str:
        """The hub's own id of a signal: of this run, home and number."""
        return f"{self.run}-{self.spec.home}-{next(self.numbers)}"

    def signal(self, at: float, device: str, kind: str, *, active: bool = True) -> None:
        """A call that the hub repeats, or its end."""
        made = Signal(at, self.home, device, kind, self.when(at), self.new_id(), active)
        self.actions.append(made)

    def trouble(self, at: float, what: str, lasts: float, *causes: str, must: str = "") -> None:
        """Note what really happens."""
        explains = frozenset(causes) | ({must} if must else set())
        self.troubles.append(Trouble(at, self.home, what, lasts + GOES_ON, explains, must))

    def away(self, at: float, lasts: float) -> None:
        """No connection for so long."""
        self.actions += [Cut(at, self.home), Join(at + lasts, self.home)]


@singledispatch
def plan_step(step: steps.Step, plan: HomePlan, at: float) -> None:  # noqa: ARG001
    """Add to `plan` what the step does in that home, beginning at second `at`."""
    raise TypeError(f"no way to play {type(step).__name__}")


@plan_step.register
def _(step: steps.Press, plan: HomePlan, at: float) -> None:
    for number in range(step.times):
        when = at + number * step.pause
        signal_id = plan.new_id() if step.repeats else None
        plan.actions.append(
            Signal(
                when,
                plan.home,
                step.device,
                step.kind,
                plan.when(when),
                signal_id,
                test=step.test,
            )
        )
    lasts = step.times * step.pause
    plan.trouble(at, f"press {step.kind}", lasts, must="" if step.test else step.kind)


@plan_step.register
def _(step: steps.Fall, plan: HomePlan, at: float) -> None:
    plan.happenings.append(ResidentEvent(at, step.lies, still=True))
    plan.trouble(at, "fall without a press", step.lies, "fall", *SILENCE)


@plan_step.register
def _(step: steps.Smoke, plan: HomePlan, at: float) -> None:
    for number, device in enumerate([step.device, *step.reaches]):
        begins = at + number * step.spreads
        plan.signal(begins, device, "smoke")
        plan.signal(max(begins, at + step.lasts), device, "smoke", active=False)
    plan.trouble(at, "smoke", step.lasts, must="smoke")


@plan_step.register
def _(step: steps.Gas, plan: HomePlan, at: float) -> None:
    _latching(plan, at, step.device, "gas_leak", step.lasts)


@plan_step.register
def _(step: steps.Flood, plan: HomePlan, at: float) -> None:
    _latching(plan, at, step.device, "water_leak", step.lasts)


def _latching(plan: HomePlan, at: float, device: str, kind: str, lasts: float) -> None:
    plan.signal(at, device, kind)
    plan.signal(at + lasts, device, kind, active=False)
    plan.trouble(at, kind, lasts, must=kind)


@plan_step.register
def _(step: steps.Wandering, plan: HomePlan, at: float) -> None:
    plan.happenings.append(ResidentEvent(at, step.lasts, OUT))
    plan.trouble(at, "wandering", step.lasts, "wandering", "door_open", "bed_absence", *SILENCE)


@plan_step.register
def _(step: steps.Absence, plan: HomePlan, at: float) -> None:
    plan.happenings.append(ResidentEvent(at, step.lasts, OUT))
    plan.trouble(at, "absence", step.lasts, "wandering", *SILENCE)


@plan_step.register
def _(step: steps.StaysInBed, plan: HomePlan, at: float) -> None:
    plan.happenings.append(ResidentEvent(at, step.lasts, BED, still=True))
    plan.trouble(at, "does not get up", step.lasts, *SILENCE)


@plan_step.register
def _(step: steps.ColdRoom, plan: HomePlan, at: float) -> None:
    plan.changes.append(Cooling("", at, at + step.within + step.lasts, step.to, step.within))
    plan.trouble(at, "cold room", step.within + step.lasts, "cold")


@plan_step.register
def _(step: steps.HubDead, plan: HomePlan, at: float) -> None:
    plan.away(at, step.lasts)
    plan.trouble(at, "hub dead", step.lasts, *OUTAGE)


@plan_step.register
def _(step: steps.BrokerCut, plan: HomePlan, at: float) -> None:
    plan.away(at, step.lasts)
    plan.trouble(at, "broker cut", step.lasts, *OUTAGE)


@plan_step.register
def _(step: steps.PowerCut, plan: HomePlan, at: float) -> None:
    plan.away(at, step.lasts)
    plan.changes.append(PowerLoss("", at, at + step.lasts))
    plan.trouble(at, "power cut", step.lasts, *OUTAGE)


@plan_step.register
def _(step: steps.Flapping, plan: HomePlan, at: float) -> None:
    for number in range(step.times):
        plan.away(at + number * (step.down + step.up), step.down)
    plan.trouble(at, "flapping link", step.times * (step.down + step.up), *OUTAGE)


@plan_step.register
def _(step: steps.ReconnectStorm, plan: HomePlan, at: float) -> None:
    for number in range(step.times):
        plan.away(at + number * step.pause, 0.0)
    plan.trouble(at, "reconnect storm", step.times * step.pause, *OUTAGE)


@plan_step.register
def _(step: steps.Duplicate, plan: HomePlan, at: float) -> None:
    signal_id, when = plan.new_id(), plan.when(at)
    plan.actions += [
        Signal(at, plan.home, step.device, step.kind, when, signal_id, again=number > 0)
        for number in range(step.times)
    ]
    plan.trouble(at, "the same press again", 0.0, must=step.kind)


@plan_step.register
def _(step: steps.Reordered, plan: HomePlan, at: float) -> None:
    topic = wire.reading_topic(plan.spec.home, step.device)
    for number in range(step.count):
        when = plan.when(at) - timedelta(seconds=number)
        payload = orjson.dumps({"at": wire.instant(when), "temperature": 20.0 + number})
        plan.actions.append(Raw(at, plan.home, step.device, topic, payload, Fate.STORED, when=when))


@plan_step.register
def _(step: steps.Late, plan: HomePlan, at: float) -> None:
    when = plan.when(at) - timedelta(seconds=step.by)
    plan.actions.append(Signal(at, plan.home, step.device, step.kind, when, plan.new_id()))
    plan.trouble(at, f"late {step.kind}", 0.0, must=step.kind)


@plan_step.register
def _(step: steps.ClockSkew, plan: HomePlan, at: float) -> None:
    by = timedelta(seconds=-step.by if step.behind else step.by)
    plan.skews.append((at, at + step.lasts, by))


@plan_step.register
def _(step: steps.FrozenSensor, plan: HomePlan, at: float) -> None:
    plan.changes.append(Frozen(step.device, at, at + step.lasts))
    plan.trouble(at, "frozen sensor", step.lasts, "device_fault")


@plan_step.register
def _(step: steps.StrayHits, plan: HomePlan, at: float) -> None:
    for hit in sorted(plan.rng.uniform(0, step.lasts) for _ in range(step.count)):
        for delay, motion in ((0.0, True), (90.0, False)):
            moment = round(at + hit + delay, 3)
            plan.actions.append(
                Measure(moment, plan.home, step.device, {"motion": motion}, plan.when(moment))
            )
    plan.trouble(at, "stray hits", step.lasts)


@plan_step.register
def _(step: steps.DeadBattery, plan: HomePlan, at: float) -> None:
    plan.changes.append(DrainingBattery(step.device, at, float("inf"), step.start, step.within))
    plan.trouble(at, "dead battery", float("inf"), "low_battery", "device_offline")


@plan_step.register
def _(step: steps.Corrupted, plan: HomePlan, at: float) -> None:
    payloads = {
        "cut": b'{"at":"2026-11-21T08:0',
        "garbage": plan.rng.randbytes(40) + b"\xff\xfe",
        "empty": b"",
        "wrong_type": b'{"temperature":"warm"}',
    }
    topic = wire.reading_topic(plan.spec.home, step.device)
    payload = payloads[step.how]
    plan.actions.append(Raw(at, plan.home, step.device, topic, payload, Fate.DEAD_LETTER))


@plan_step.register
def _(step: steps.Oversized, plan: HomePlan, at: float) -> None:
    topic = wire.reading_topic(plan.spec.home, step.device)
    payload = b'{"temperature":21,"note":"' + b"x" * step.bytes + b'"}'
    # QoS 0: a broker that hangs up on it must not get it again with every new connection.
    plan.actions.append(Raw(at, plan.home, step.device, topic, payload, Fate.OPEN, qos=0))
    plan.trouble(at, "oversized payload", 0.0, *OUTAGE)


@plan_step.register
def _(step: steps.WrongCredentials, plan: HomePlan, at: float) -> None:  # noqa: ARG001
    plan.actions.append(Intrude(at, plan.home))


@plan_step.register
def _(step: steps.ForeignTopic, plan: HomePlan, at: float) -> None:
    signal_id = plan.new_id()
    payload = wire.signal_payload(signal_id, "help_call", plan.when(at))
    topic = wire.signal_topic(plan.victim, step.device)
    plan.actions.append(
        Raw(
            at,
            plan.home,
            step.device,
            topic,
            payload,
            Fate.NOWHERE,
            id=signal_id,
            victim=step.victim,
        )
    )
