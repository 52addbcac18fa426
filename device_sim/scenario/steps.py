"""What can happen in a scenario: one class for each step, named by `do`.

Times are lengths from the beginning of the run. What a step is for stands in its docstring, which
is also its description in the JSON Schema.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from device_sim.kinds import Signals
from device_sim.scenario.values import HomeNumbers, Seconds

Share = Annotated[float, Field(ge=0, le=1)]


class Step(BaseModel):
    """`at` is counted from the beginning of the run, `homes` from 1 in the order of the file.

    `spread`: the homes do it one after the other within that time instead of all at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    at: Seconds
    homes: HomeNumbers = (1,)
    spread: Seconds = 0.0


class Press(Step):
    """Somebody presses a button, `times` times with `pause` between."""

    do: Literal["press"]
    device: str = "button-1"
    kind: Signals = Signals.HELP_CALL
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    pause: Seconds = 1.0
    test: bool = False
    repeats: bool = True
    """false: a device that sends no id, so that its hub cannot repeat it."""


class Fall(Step):
    """A fall without a press: from then on nothing moves for `lies`; nobody calls."""

    do: Literal["fall"]
    lies: Seconds = 6 * 3600.0


class Smoke(Step):
    """Smoke that spreads: from one detector to the next of the home, after `spreads` each; all
    clear again after `lasts`."""

    do: Literal["smoke"]
    device: str = "smoke-1"
    reaches: list[str] = Field(default_factory=list)
    spreads: Seconds = 30.0
    lasts: Seconds = 600.0


class Gas(Step):
    """Gas escapes; the detector clears after `lasts`."""

    do: Literal["gas"]
    device: str = "gas-1"
    lasts: Seconds = 600.0


class Flood(Step):
    """Water on the floor, gone after `lasts`."""

    do: Literal["flood"]
    device: str = "water-1"
    lasts: Seconds = 3600.0


class Wandering(Step):
    """The resident leaves through the entrance door, for `lasts`, at whatever hour it is."""

    do: Literal["wandering"]
    device: str = "door-1"
    lasts: Seconds = 1800.0


class StaysInBed(Step):
    """The resident does not get up: in bed, nothing else moves, for `lasts`."""

    do: Literal["stays_in_bed"]
    lasts: Seconds = 6 * 3600.0


class ColdRoom(Step):
    """The heating fails: the temperature falls to `to` °C within `within` and stays for `lasts`."""

    do: Literal["cold_room"]
    to: Annotated[float, Field(ge=-20, le=25)] = 8.0
    within: Seconds = 3600.0
    lasts: Seconds = 4 * 3600.0


class Absence(Step):
    """The resident leaves the home and comes back after `lasts`."""

    do: Literal["absence"]
    lasts: Seconds = 8 * 3600.0


class HubDead(Step):
    """The hub breaks off without a goodbye; connected again after `lasts`, with what it kept."""

    do: Literal["hub_dead"]
    lasts: Seconds = 3600.0


class BrokerCut(Step):
    """No hub of these homes reaches the broker for `lasts`; they go on measuring."""

    do: Literal["broker_cut"]
    homes: HomeNumbers = ()
    lasts: Seconds = 60.0


class PowerCut(Step):
    """The electricity of an area fails: hubs are cut off and measure nothing for `lasts`."""

    do: Literal["power_cut"]
    homes: HomeNumbers = ()
    lasts: Seconds = 600.0


class Flapping(Step):
    """A bad link: `times` times down for `down` and up for `up`."""

    do: Literal["flapping"]
    times: Annotated[int, Field(ge=1, le=500)] = 5
    down: Seconds = 1.0
    up: Seconds = 2.0


class ReconnectStorm(Step):
    """All hubs lose their connection at once and come back at once, `times` times."""

    do: Literal["reconnect_storm"]
    homes: HomeNumbers = ()
    times: Annotated[int, Field(ge=1, le=100)] = 1
    pause: Seconds = 5.0


class Duplicate(Step):
    """The same press, with the same id, comes `times` times."""

    do: Literal["duplicate"]
    device: str = "button-1"
    kind: Signals = Signals.HELP_CALL
    times: Annotated[int, Field(ge=2, le=1000)] = 3


class Reordered(Step):
    """Readings of one device arrive the newest first."""

    do: Literal["reordered"]
    device: str = "climate-1"
    count: Annotated[int, Field(ge=2, le=1000)] = 5


class Late(Step):
    """A press that happened `by` ago arrives only now."""

    do: Literal["late"]
    device: str = "button-1"
    kind: Signals = Signals.HELP_CALL
    by: Seconds = 1800.0


class ClockSkew(Step):
    """The hub's clock is `by` wrong (`behind` or ahead) for `lasts`."""

    do: Literal["clock_skew"]
    by: Seconds = 3600.0
    behind: bool = True
    lasts: Seconds = 3600.0


class FrozenSensor(Step):
    """A sensor repeats its last value for `lasts`, whatever happens around it."""

    do: Literal["frozen_sensor"]
    device: str = "climate-1"
    lasts: Seconds = 3600.0


class StrayHits(Step):
    """A motion sensor sees somebody where nobody is: `count` single hits within `lasts`."""

    do: Literal["stray_hits"]
    device: str = "motion-1"
    count: Annotated[int, Field(ge=1, le=1000)] = 4
    lasts: Seconds = 24 * 3600.0


class DeadBattery(Step):
    """A battery goes from `start` % to nothing within `within`, then the device is silent."""

    do: Literal["dead_battery"]
    device: str = "climate-1"
    start: Annotated[float, Field(ge=1, le=100)] = 20.0
    within: Seconds = 3600.0


class Corrupted(Step):
    """A payload that is no JSON, that lacks what it needs, or is no text at all."""

    do: Literal["corrupted"]
    device: str = "climate-1"
    how: Literal["cut", "garbage", "empty", "wrong_type"] = "cut"


class Oversized(Step):
    """A payload of `bytes`; more than a mebibyte is refused by the centre."""

    do: Literal["oversized"]
    device: str = "climate-1"
    bytes: Annotated[int, Field(ge=1, le=64 * 1024 * 1024)] = 1_200_000


class WrongCredentials(Step):
    """Somebody tries to log in as the home with a wrong password; must be refused."""

    do: Literal["wrong_credentials"]


class ForeignTopic(Step):
    """The hub publishes a press on another home's topic; must reach nobody.

    Needs a broker with access rules, so not the embedded one.
    """

    do: Literal["foreign_topic"]
    victim: Annotated[int, Field(ge=1)] = 2
    device: str = "button-1"


AnyStep = Annotated[
    Press
    | Fall
    | Smoke
    | Gas
    | Flood
    | Wandering
    | StaysInBed
    | ColdRoom
    | Absence
    | HubDead
    | BrokerCut
    | PowerCut
    | Flapping
    | ReconnectStorm
    | Duplicate
    | Reordered
    | Late
    | ClockSkew
    | FrozenSensor
    | StrayHits
    | DeadBattery
    | Corrupted
    | Oversized
    | WrongCredentials
    | ForeignTopic,
    Field(discriminator="do"),
]
