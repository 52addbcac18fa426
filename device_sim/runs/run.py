"""One whole run: plan, hubs, people, playing, waiting, verdict. Called by the commands."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from resource import RUSAGE_SELF, getrusage
from time import monotonic, process_time, time

from device_sim.centre.http_client import HttpClient, HttpError, path_segment
from device_sim.clock import SimulatedTime, utc_now
from device_sim.home.homes_file import HomeSpec
from device_sim.hubs.press import Backoff
from device_sim.oracle.judge import judge_run
from device_sim.oracle.observed import Observed, fetch_observed, parse_time
from device_sim.oracle.report import RunResult
from device_sim.oracle.run_statistics import statistics_of_run
from device_sim.oracle.verdict import Verdict
from device_sim.people.all_people import AllPeople
from device_sim.plan.compiler import WHOLE, Shard, compile_plan
from device_sim.runs import own_alarms
from device_sim.runs.errors import CannotPlayError
from device_sim.runs.latency_probe import LatencyProbe, ProbeSettings
from device_sim.runs.player import Player
from device_sim.scenario.model import Scenario

LOOK_AGAIN_S = 1.0
QUIET_S, QUIET_UNSURE_S = 4.0, 15.0
"""Real seconds without a change after which nothing more will come: when all is acknowledged, and
when something was sent that nobody acknowledges."""
HTTP_CONFLICT = 409
CLOCKS_TICK = timedelta(milliseconds=50)
"""Simulated time that a moment may be rounded by, and a machine be late."""
CLOCKS_APART = timedelta(minutes=4)
"""The centre believes a device's time up to 5 minutes ahead; less is the margin of the run."""


@dataclass(frozen=True)
class Surroundings:
    """Where the run happens. Without `api` only traffic is made; without `phones` nobody looks
    at what people got. `tokens`: one for each operator, used in turn.

    `clock`: the centre's (ANXIN_CLOCK), None for real time.
    """

    host: str
    port: int
    api: str = ""
    tokens: tuple[str, ...] = ("",)
    phones: str = ""
    clock: SimulatedTime | None = None
    speed: float | None = None
    start: datetime | None = None
    at_once: bool = False
    """As fast as the machine can; for traffic alone."""
    ramp_s: float = 0.0
    probe_s: float = 0.0
    """A press so often from a process of its own, for a latency that the load does not slow; 0:
    none."""
    backoff: Backoff | None = None
    close_open: bool = False
    """Close alarms that are open before the run and that it would be counted to."""
    leave_open: bool = False
    """Leave what the run has raised for somebody to look at."""
    part: Shard = WHOLE
    """Which homes this process plays, when several share a scenario. The people are the first's."""


class Run:
    """`outcome()` plays the scenario; `halt()`, from another thread, ends it early."""

    def __init__(
        self, scenario: Scenario, homes: Sequence[HomeSpec], surroundings: Surroundings
    ) -> None:
        self._surroundings = surroundings
        self._scenario = scenario
        self._homes = homes
        self._halted = threading.Event()
        self._player: Player | None = None
        self._ahead, self._unsure = timedelta(0), timedelta(seconds=1)
        """Of the centre's clock, and how sure that is."""

    def halt(self) -> None:
        """Play no further; what was sent is judged."""
        self._halted.set()
        if self._player is not None:
            self._player.halt()

    def outcome(self, progress: Callable[[float], None] | None = None) -> RunResult:
        """Play it, wait for what is on its way, judge. CannotPlayError, HttpError or ScenarioError
        (a ValueError) when it cannot be done."""
        around, scenario = self._surroundings, self._scenario
        with ExitStack() as stack:
            api = HttpClient(around.api, around.tokens[0]) if around.api else None
            phones = HttpClient(around.phones) if around.phones else None
            clock = self._clock()
            self._check_clock(api, clock)
            began = time()
            fixed = around.start or (self._scenario.start if around.clock is None else None)
            first = fixed or (clock.now() if clock else utc_now())
            player = self._player = Player(
                compile_plan(scenario, self._homes, first, around.part),
                around.host,
                around.port,
                clock,
                backoff=around.backoff,
            )
            stack.callback(player.stop)
            if api is not None:
                own_alarms.before(api, around.tokens, player.plan, close=around.close_open)
                _bind(api, player)
            player.connect(around.ramp_s)
            if api is not None and clock is not None and around.part.number == 1:
                homes = player.plan.homes
                people = AllPeople(scenario, homes, around.api, around.tokens, around.phones, clock)
                stack.callback(people.stop)
                people.start()
            if clock is not None and fixed is None:
                # The hubs took their time to connect: the first second is now.
                player.plan = compile_plan(scenario, self._homes, clock.now(), around.part)
            probe = self._probe()
            if probe is not None:
                stack.enter_context(probe)
            begun, worked = monotonic(), process_time()
            player.play(progress)
            took, worked = monotonic() - begun, process_time() - worked
            verdict, observed = self._await_verdict(player, api, phones, began)
        if observed is not None and not around.leave_open:
            own = own_alarms.of_run(player.plan, observed.alarms)
            own_alarms.after(around.api, around.tokens, own)
        verdict.latencies += probe.results if probe is not None else []
        plan = player.plan
        day = statistics_of_run(plan, observed.alarms) if observed else None
        return RunResult(
            scenario.name,
            scenario.seed,
            plan.start.isoformat(),
            len(plan.mine),
            len(player.ledger),
            scenario.lasts,
            took,
            verdict,
            day,
            worked,
            getrusage(RUSAGE_SELF).ru_maxrss / 1024,
        )

    def _probe(self) -> LatencyProbe | None:
        """In the home behind those of the scenario."""
        around = self._surroundings
        if not around.probe_s:
            return None
        if len(self._homes) <= self._scenario.homes:
            raise CannotPlayError(
                "--probe needs one home more than the scenario: add one, or give the scenario fewer"
            )
        home = self._homes[self._scenario.homes]
        settings = ProbeSettings(
            home.home,
            home.password,
            around.host,
            around.port,
            around.probe_s,
            around.api,
            around.tokens[0],
            around.phones,
        )
        return LatencyProbe(settings)

    def _start(self) -> datetime:
        return self._surroundings.start or self._scenario.starting(utc_now())

    def _clock(self) -> SimulatedTime | None:
        around = self._surroundings
        if around.at_once:
            return None
        if around.clock is not None:
            return around.clock
        now = utc_now()
        return SimulatedTime(now, around.speed or self._scenario.speed, self._start())

    def _check_clock(self, api: HttpClient | None, clock: SimulatedTime | None) -> None:
        """The centre must live in the same time, or it takes the devices' times for wrong."""
        if api is None or clock is None:
            return
        if self._surroundings.clock is None and clock.speed != 1:
            raise CannotPlayError(
                f"at {clock.speed:g} times real time the centre must live in the same time: start "
                f"it with ANXIN_CLOCK={clock.setting()} and give the same to --clock"
            )
        home = path_segment(self._homes[0].home)
        asked = clock.now()
        theirs = parse_time(api.get(f"/api/v1/homes/{home}/readings", metric="battery")["to"])
        answered = clock.now()
        self._ahead, self._unsure = theirs - answered, (answered - asked) + CLOCKS_TICK
        if abs(theirs - clock.now()) > max(CLOCKS_APART, timedelta(seconds=2 * clock.speed)):
            raise CannotPlayError(
                f"the centre's clock says {theirs.isoformat()}, the run's "
                f"{clock.now().isoformat()}: give --clock what the centre has in ANXIN_CLOCK"
            )

    def _await_verdict(
        self, player: Player, api: HttpClient | None, phones: HttpClient | None, began: float
    ) -> tuple[Verdict, Observed | None]:
        """Wait until nothing is outstanding, then look until nothing is missing any more."""
        deadline = monotonic() + self._scenario.settle
        if api is None:
            return Verdict(), None
        while player.ledger.outstanding() and monotonic() < deadline:
            if self._halted.wait(LOOK_AGAIN_S / 10):
                break
        plan, epoch = player.plan, time() - monotonic()
        since, homes = plan.start + self._ahead - self._unsure, _homes_to_check(player)
        before, unchanged = -1, monotonic()
        quiet = QUIET_S if player.ledger.all_confirmed() else QUIET_UNSURE_S
        while True:
            until = since + timedelta(days=3650)
            observed = fetch_observed(api, phones, homes, since, until, began=began)
            verdict = judge_run(plan, player.ledger.sent, observed, epoch)
            if len(verdict.findings) != before or player.ledger.outstanding():
                before, unchanged = len(verdict.findings), monotonic()
            over = monotonic() > min(deadline, unchanged + quiet) or self._halted.is_set()
            if not verdict.waiting or over:
                return verdict, observed
            self._halted.wait(LOOK_AGAIN_S)


def _homes_to_check(player: Player) -> list[str]:
    """The homes that were played, and those in whose name something was sent."""
    mine = [spec.home for spec in player.plan.my_homes]
    return list(dict.fromkeys([*mine, *(sent.home for sent in player.ledger.sent)]))


def _bind(api: HttpClient, player: Player) -> None:
    """Let the centre know the devices that cannot introduce themselves; those it knows stay."""
    for home, device in player.bindings():
        try:
            api.post(f"/api/v1/homes/{path_segment(home)}/devices", **device)
        except HttpError as error:
            if error.status != HTTP_CONFLICT:
                raise


__all__ = ["CannotPlayError", "HttpError", "Run", "Surroundings"]
