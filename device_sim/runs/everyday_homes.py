"""Many homes living their everyday life without a scenario, until they are stopped."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from device_sim.clock import SimulatedTime, utc_now
from device_sim.home.home_simulation import DeviceReport, HomeSimulation
from device_sim.home.homes_file import HomeSpec
from device_sim.hubs.hub import Hub
from device_sim.hubs.press import Backoff
from device_sim.hubs.reactor import Reactor
from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)


class EverydayHomes:
    """Connects the hubs of many homes and lets their devices report, until `stop()`."""

    def __init__(
        self,
        homes: Sequence[HomeSpec],
        host: str,
        port: int,
        *,
        seed: int = 0,
        time: SimulatedTime | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._specs = list(homes)
        self._seed = seed
        self._time = time or SimulatedTime(utc_now())
        self._timeline = Timeline("homes")
        self._reactor = Reactor("homes")
        # A hub that starts anew must not use seqs again that the centre knows from last time.
        first_seq = int(utc_now().timestamp())
        self._hubs = {
            spec.home: Hub(
                spec.home,
                spec.password,
                host,
                port,
                backoff=backoff,
                first_seq=first_seq,
                now=self._time.now,
                timeline=self._timeline,
                reactor=self._reactor,
            )
            for spec in homes
        }

    def __getitem__(self, home: str) -> Hub:
        return self._hubs[home]

    @property
    def connected(self) -> int:
        """How many hubs can send right now."""
        return sum(hub.connected for hub in self._hubs.values())

    def start(self) -> None:
        """Connect all (without waiting for the broker) and let the devices report."""
        start = self._time.now()
        for spec in self._specs:
            hub = self._hubs[spec.home]
            for device in spec.devices:
                hub.device_status(device.device, online=True)
            hub.start(wait_s=None)
            self._schedule(hub, HomeSimulation(spec, self._seed, start).events())

    def stop(self) -> None:
        """Every hub says goodbye, many at a time: without a broker each takes a second."""
        with ThreadPoolExecutor(32) as executor:
            list(executor.map(Hub.stop, self._hubs.values()))
        self._reactor.stop()
        self._timeline.stop()

    def _schedule(self, hub: Hub, events: Iterator[DeviceReport]) -> None:
        event = next(events, None)
        if event is None:
            return

        def report() -> None:
            hub.send_reading_of(event.at, event.device, event.values)
            self._schedule(hub, events)

        self._timeline.at(self._time.due(event.at), report)
