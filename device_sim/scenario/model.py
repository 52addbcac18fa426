"""The model of a whole scenario: homes, steps, people, limits, what is expected."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from device_sim.kinds import KINDS
from device_sim.scenario.steps import AnyStep
from device_sim.scenario.suggestions import did_you_mean
from device_sim.scenario.values import Between, HomeNumbers, Seconds

Share = Annotated[float, Field(ge=0, le=1)]
Dialect = Literal[
    "native",
    "zigbee2mqtt",
    "tasmota",
    "shelly",
    "home_assistant",
    "homie",
    "chirpstack",
    "ttn",
    "statestream",
    "esphome",
    "rtl_433",
]


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}{did_you_mean(kind, sorted(KINDS))}")
    return kind


AlarmKind = Annotated[
    str, AfterValidator(_known_kind), Field(json_schema_extra={"enum": sorted(KINDS)})
]


def _wrong_step(number: int, why: str) -> PydanticCustomError:
    """The reader finds the line of a step by its number, from 1."""
    return PydanticCustomError("step", "{why}", {"step": number, "why": why})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Life(_Part):
    """How the residents live. `none`: nothing moves by itself, only the steps count.

    `decline`: how much of their activity they lose in a week (health decline). `interval`: how
    often climate sensors report, null: as their kind does.
    """

    days: Literal["none", "everyday"] = "none"
    decline: Share = 0.0
    visitors: Share = 0.3
    interval: Seconds | None = None


class Contacts(_Part):
    """What the family does with a message: shares of `replies`; the rest ignore it.

    `voice_mail`, `rejects`, `opts_out`: shares of the phones that are so.
    """

    replies: Share = 0.8
    going: Share = 0.5
    cannot: Share = 0.3
    after: Between = Between(20.0, 300.0)
    voice_mail: Share = 0.0
    rejects: Share = 0.0
    opts_out: Share = 0.0


class Responders(_Part):
    """What a responder does with an offer, and how long the way and the visit take."""

    accepts: Share = 0.9
    after: Between = Between(10.0, 60.0)
    travels: Between = Between(240.0, 900.0)
    stays: Between = Between(300.0, 1200.0)


class Operators(_Part):
    """`count` people at the desk, each with one alarm at a time."""

    count: Annotated[int, Field(ge=0, le=200)] = 2
    reacts: Between = Between(3.0, 20.0)
    talks: Between = Between(60.0, 240.0)
    sends: Share = 0.5
    """Share of the alarms a responder is sent to."""


class People(_Part):
    """Who is there to help; a part that is left out does nothing."""

    contacts: Contacts | None = None
    responders: Responders | None = None
    operators: Operators | None = None


class Expected(_Part):
    """So many alarms of this kind in each of these homes; `at_most: 0` means none. An area_outage
    is of no home: so many in the whole run."""

    alarm: AlarmKind
    homes: HomeNumbers = ()
    at_least: Annotated[int, Field(ge=0)] = 1
    at_most: Annotated[int, Field(ge=0)] = 1
    within: Seconds | None = None
    """Simulated time from the step that caused it to the alarm."""

    @model_validator(mode="after")
    def _in_order(self) -> "Expected":
        if self.at_most < self.at_least:
            raise ValueError("at_most is less than at_least")
        return self


class Answers(_Part):
    """Every life-safety alarm must be taken by somebody at the desk, and this share of them within
    that time. Simulated time, as the people's."""

    within: Seconds = 180.0
    share: Share = 0.975


class Limits(_Part):
    """Real time that the machine may take; more is late. null: not looked at."""

    acknowledged: Seconds | None = 5.0
    """From the publication of a signal to the centre's acknowledgement."""
    readings: Seconds | None = 10.0
    """From the publication of a reading to its acknowledgement; hubs get one a second."""
    paged: Seconds | None = 10.0
    """From the publication of a signal to the first message or call about its alarm."""


class Scenario(_Part):
    """`lasts` is simulated time, run `speed` times as fast. What would come later is not done, but
    hubs that are cut off then connect again, so that what they kept arrives. `settle` is the real
    time granted for what is still on its way."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    about: Annotated[str, Field(min_length=10)]
    seed: int = 0
    start: AwareDatetime | None = None
    lasts: Seconds
    speed: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    settle: Seconds = 15.0
    homes: Annotated[int, Field(ge=1, le=100_000)] = 1
    dialect: Dialect = "native"
    life: Life = Life()
    steps: list[AnyStep] = Field(default_factory=list)
    people: People = People()
    expect: list[Expected] = Field(default_factory=list)
    answers: Answers | None = None
    """null: the desk is not looked at."""
    limits: Limits = Limits()
    unexplained: Annotated[int, Field(ge=0)] = 0
    """How many life-safety alarms without a cause in the scenario are tolerated."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Scenario":
        for number, step in enumerate(self.steps, start=1):
            if step.at > self.lasts:
                raise _wrong_step(
                    number, "begins after the end of the run: make `lasts` longer or `at` earlier"
                )
            beyond = [home for home in step.homes if not 1 <= home <= self.homes]
            if beyond:
                raise _wrong_step(
                    number,
                    f"names home {beyond[0]}, but there are {self.homes}: write 1 to "
                    f"{self.homes}, or make `homes` larger",
                )
        return self

    def homes_of(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """The numbers of a step's homes; none means all."""
        return numbers or tuple(range(1, self.homes + 1))

    def starting(self, at: datetime) -> datetime:
        """Its own beginning, or `at` where it has none."""
        return self.start or at
