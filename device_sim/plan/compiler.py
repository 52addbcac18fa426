"""Turns a scenario and homes into all actions in order of time. Same input, same bytes."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from device_sim.home.daily_routine import seeded_random
from device_sim.home.home_simulation import HomeSimulation
from device_sim.home.homes_file import HomeSpec
from device_sim.plan.actions import Action, Measure, Trouble
from device_sim.plan.home_plan import HomePlan, plan_step
from device_sim.scenario.model import Scenario
from device_sim.scenario.parser import ScenarioError
from device_sim.scenario.steps import ClockSkew, ForeignTopic, Step
from device_sim.scenario.suggestions import did_you_mean


@dataclass(frozen=True)
class Shard:
    """One of several processes that share a scenario: every `of`-th home is its own. What a home
    does depends on the seed and on itself alone, so all parts together send what one would."""

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise ScenarioError(f"there is no part {self.number} of {self.of}: write 1/2, 2/2")

    def plays(self, home: int) -> bool:
        """Is that home, counted from 1, one of mine?"""
        return (home - self.number) % self.of == 0


WHOLE = Shard()


@dataclass(frozen=True)
class RunPlan:
    """What is going to happen, from `start` on. `run` names the run in its signals' ids."""

    scenario: Scenario
    start: datetime
    run: str
    homes: tuple[HomeSpec, ...]
    home_plans: tuple[HomePlan, ...]
    part: Shard = WHOLE

    @property
    def mine(self) -> tuple[int, ...]:
        """The homes that this process plays, counted from 1 among all."""
        return tuple(n for n in range(1, len(self.homes) + 1) if self.part.plays(n))

    @property
    def my_homes(self) -> list[HomeSpec]:
        """What is played here, and asked for afterwards."""
        return [self.homes[number - 1] for number in self.mine]

    @property
    def troubles(self) -> list[Trouble]:
        """What really happens, by time."""
        found = [trouble for home_plan in self.home_plans for trouble in home_plan.troubles]
        return sorted(found, key=lambda t: (t.at, t.home))

    def of_home(self, home: int) -> Iterator[Action]:
        """What one home does until the end of the scenario, by time; made as it is read."""
        home_plan = self.home_plans[home - 1]
        within = [action for action in home_plan.actions if action.at <= self.scenario.lasts]
        steps = sorted(within, key=lambda action: action.at)  # stable: as written
        return heapq.merge(self._life(home_plan), steps, key=lambda action: action.at)

    def actions(self) -> Iterator[Action]:
        """What the homes of this part do, by time, then by home."""
        return heapq.merge(
            *(self.of_home(home) for home in self.mine),
            key=lambda action: (action.at, action.home),
        )

    def _life(self, home_plan: HomePlan) -> Iterator[Action]:
        scenario = self.scenario
        simulation = HomeSimulation(
            home_plan.spec,
            scenario.seed,
            self.start,
            scenario.life,
            home_plan.happenings,
            home_plan.changes,
        )
        for event in simulation.events(scenario.lasts):
            at = (event.at - self.start).total_seconds()
            if at <= scenario.lasts:
                yield Measure(at, home_plan.home, event.device, event.values, home_plan.when(at))


def compile_plan(
    scenario: Scenario, homes: Sequence[HomeSpec], start: datetime, part: Shard = WHOLE
) -> RunPlan:
    """Work the scenario out for these homes. ScenarioError when it needs more homes than there
    are, or names a device that a home has not."""
    if len(homes) < scenario.homes:
        raise ScenarioError(
            f"{scenario.name} needs {scenario.homes} homes, but there are only {len(homes)}: "
            "give a file with more homes, or make `homes` smaller"
        )
    chosen = tuple(homes[: scenario.homes])
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    run = f"{start:%Y%m%d%H%M%S}{start.microsecond // 1000:03}-{scenario.seed}"
    home_plans = [
        HomePlan(
            number, spec, "", start, run, seeded_random(f"{scenario.seed}/{spec.home}", "work")
        )
        for number, spec in enumerate(chosen, start=1)
    ]
    # A wrong clock first: whatever is sent in its time carries it.
    for step in sorted(scenario.steps, key=lambda step: not isinstance(step, ClockSkew)):
        numbers = scenario.homes_of(step.homes)
        for index, number in enumerate(numbers):
            _do(step, home_plans, number, step.at + step.spread * index / len(numbers), chosen)
    return RunPlan(scenario, start, run, chosen, tuple(home_plans), part)


def _do(
    step: Step, home_plans: Sequence[HomePlan], number: int, at: float, homes: Sequence[HomeSpec]
) -> None:
    home_plan = home_plans[number - 1]
    if isinstance(step, ForeignTopic):
        if step.victim > len(homes):
            raise ScenarioError(f"foreign_topic: there is no home {step.victim}: add homes")
        home_plan.victim = homes[step.victim - 1].home
    device = getattr(step, "device", None)
    if device is not None and device not in {spec.device for spec in home_plan.spec.devices}:
        known = [spec.device for spec in home_plan.spec.devices]
        raise ScenarioError(
            f"{type(step).__name__} names device {device!r}, but home {home_plan.spec.home} "
            f"has {'only ' + ', '.join(known) if known else 'none'}"
            + (did_you_mean(device, known) if known else "")
        )
    plan_step(step, home_plan, at)
