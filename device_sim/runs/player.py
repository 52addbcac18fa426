"""Plays a plan against a broker: each action at its time, each noted in the ledger."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic

import structlog

from device_sim.centre import wire
from device_sim.clock import SimulatedTime
from device_sim.dialects.encoder import DialectEncoder, Publication
from device_sim.dialects.formats import encoder_for
from device_sim.hubs.connection import HubRefusedError
from device_sim.hubs.hub import HEARTBEAT_S, Hub
from device_sim.hubs.press import Backoff
from device_sim.hubs.reactor import Reactor
from device_sim.oracle.ledger import Ledger, SentRecord
from device_sim.plan.actions import Action, Cut, Fate, Intrude, Join, Measure, Raw, Signal
from device_sim.plan.compiler import RunPlan
from device_sim.runs.errors import CannotPlayError
from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

CONNECT_S = 60.0
"""Real seconds that all hubs may take to connect at the beginning."""
REFUSAL_S = 5.0
WRONG_LOGIN = "not the password"


class Player:
    """The hubs of a plan. `time` None: as fast as the machine can, without waiting.

    `recorder` is given everything that is sent, once, in its order, whether there is a connection
    or not. `dry`: nothing is connected at all.
    """

    def __init__(
        self,
        plan: RunPlan,
        host: str,
        port: int,
        time: SimulatedTime | None,
        *,
        backoff: Backoff | None = None,
        recorder: Callable[[str, bytes], None] | None = None,
        dry: bool = False,
    ) -> None:
        self.plan = plan
        self.ledger = Ledger()
        self._broker = (host, port)
        self._time = time
        self._recorder = recorder
        self._dry = dry
        self._timeline = Timeline("play")
        self._reactor = Reactor("play")
        self._stopped = threading.Event()
        self._cut: set[int] = set()
        # A hub that starts anew must not use seqs again that the centre knows from last time.
        first_seq = int(plan.start.timestamp()) * 100
        beat_s = HEARTBEAT_S / (time.speed if time is not None else 1.0)
        mine = dict(zip(plan.mine, plan.my_homes, strict=True))
        self._hubs = {
            number: Hub(
                spec.home,
                spec.password,
                host,
                port,
                backoff=backoff,
                first_seq=first_seq,
                timeline=self._timeline,
                reactor=self._reactor,
                heartbeat_s=beat_s,
                on_readings_acknowledged=partial(self.ledger.acknowledged, spec.home),
            )
            for number, spec in mine.items()
        }
        self._encoders: dict[int, DialectEncoder | None] = {
            number: encoder_for(plan.scenario.dialect, spec) for number, spec in mine.items()
        }

    @property
    def connected(self) -> int:
        """How many hubs can send right now."""
        return sum(hub.connected for hub in self._hubs.values())

    def hub(self, home: int) -> Hub:
        """A home's hub, counted from 1."""
        return self._hubs[home]

    def bindings(self) -> list[tuple[str, dict[str, str]]]:
        """(home, device) that have to be bound at the centre before they are understood."""
        return [
            (self.hub(number).home, device)
            for number, encoder in self._encoders.items()
            if encoder is not None
            for device in encoder.bindings()
        ]

    def connect(self, ramp_s: float = 0.0) -> None:
        """Connect all, spread over `ramp_s` seconds. CannotPlayError says how many could not."""
        for number, hub in self._hubs.items():
            hub.start(wait_s=None)
            if ramp_s:
                self._stopped.wait(ramp_s / len(self._hubs))
            if self._stopped.is_set():
                return
            self._announce(number)
        deadline = monotonic() + CONNECT_S
        while self.connected < len(self._hubs) and not self._stopped.wait(0.02):
            if monotonic() > deadline:
                missing = next(hub for hub in self._hubs.values() if not hub.connected)
                raise CannotPlayError(
                    f"{self.connected} of {len(self._hubs)} hubs connected to "
                    f"{self._broker[0]}:{self._broker[1]} within {CONNECT_S:.0f} s: "
                    f"{missing.refusal or 'no broker answers'}"
                )

    def play(self, progress: Callable[[float], None] | None = None) -> None:
        """Every action at its time; `progress` gets the share of the run that is over."""
        lasts, reported = self.plan.scenario.lasts, 0.0
        report_progress = progress or (lambda _: None)
        for action in self.plan.actions():
            if self._stopped.is_set():
                return
            self._wait_for(action.at)
            if lasts and action.at / lasts - reported > 0.005:
                reported = action.at / lasts
                report_progress(reported)
            self._do(action)
        self._wait_for(lasts)
        for home in sorted(self._cut):
            self.hub(home).start(wait_s=None)
        self._cut.clear()
        report_progress(1.0)

    def halt(self) -> None:
        """End the run early."""
        self._stopped.set()

    def stop(self) -> None:
        """Every hub says goodbye; nothing is left behind."""
        self._stopped.set()
        with ThreadPoolExecutor(32) as executor:
            list(executor.map(Hub.stop, self._hubs.values()))
        self._reactor.stop()
        self._timeline.stop()

    def _wait_for(self, at: float) -> None:
        if self._time is not None:
            left = self._time.due(self.plan.start + timedelta(seconds=at)) - monotonic()
            if left > 0:
                self._stopped.wait(left)

    def _do(self, action: Action) -> None:
        match action:
            case Measure():
                self._measure(action)
            case Signal():
                self._signal(action)
            case Raw():
                self._raw(action)
            case Cut() | Join() | Intrude() if self._dry:
                pass
            case Cut():
                self._cut.add(action.home)
                self.hub(action.home).drop(wait=False)  # a storm cuts thousands
                self.ledger.cut(self.hub(action.home).home)
            case Join():
                if action.home in self._cut:
                    self._cut.discard(action.home)
                    self.hub(action.home).start(wait_s=None)
                    self._announce(action.home)
            case Intrude():
                self._intrude(action)

    def _measure(self, action: Measure) -> None:
        hub, encoder = self.hub(action.home), self._encoders[action.home]
        if encoder is not None:
            publications = encoder.report(action.device, action.values, action.when)
            self._publish(action.home, publications)
            if publications:
                self._note_publication(hub, encoder.code(action.device), "report", action, "")
            return
        connected = hub.connected
        reading = hub.send_reading_of(action.when, action.device, action.values)
        self._record(wire.reading_topic(hub.home, action.device), reading.payload())
        sent = self.ledger.add(
            hub.home,
            action.device,
            "reading",
            action.when,
            Fate.STORED,
            connected=connected,
            seq=reading.seq,
        )
        sent.values = action.values

    def _signal(self, action: Signal) -> None:
        hub, encoder = self.hub(action.home), self._encoders[action.home]
        if encoder is not None:
            publications = encoder.signal(action.device, action.kind, action.active, action.when)
            if publications:
                self._publish(action.home, publications)
                sent = self._note_publication(
                    hub, encoder.code(action.device), "signal", action, action.kind
                )
                sent.active = action.active
                return
        if action.id is None:
            self._once(hub, action)
            return
        press = hub.press(
            action.device,
            action.kind,
            active=action.active,
            test=action.test,
            signal_id=action.id,
            at=action.when,
        )
        self._record(wire.signal_topic(hub.home, action.device), press.payload)
        if action.again:
            return
        sent = self._note(hub, action, connected=press.published_at is not None)
        self.ledger.follow(sent, press)

    def _once(self, hub: Hub, action: Signal) -> None:
        """A signal without an id: published, and that is all."""
        topic = wire.signal_topic(hub.home, action.device)
        payload = wire.signal_payload(
            None, action.kind, action.when, active=action.active, test=action.test
        )
        connected = hub.connected
        hub.publish(topic, payload)
        self._record(topic, payload)
        self._note(hub, action, connected=connected)

    def _note(self, hub: Hub, action: Signal, *, connected: bool) -> SentRecord:
        sent = self.ledger.add(
            hub.home,
            action.device,
            "signal",
            action.when,
            Fate.STORED,
            connected=connected,
            kind=action.kind,
        )
        sent.id, sent.active, sent.test = action.id, action.active, action.test
        return sent

    def _note_publication(
        self, hub: Hub, device: str, what: str, action: Measure | Signal, kind: str
    ) -> SentRecord:
        sent = self.ledger.add(
            hub.home, device, what, action.when, Fate.STORED, connected=hub.connected, kind=kind
        )
        if isinstance(action, Measure):
            sent.values = action.values
        return sent

    def _raw(self, action: Raw) -> None:
        hub = self.hub(action.home)
        connected = hub.connected
        hub.publish(action.topic, action.payload, qos=action.qos)
        self._record(action.topic, action.payload)
        home = self.plan.homes[action.victim - 1].home if action.victim else hub.home
        what = "signal" if action.id else "raw" if action.when is None else "report"
        sent = self.ledger.add(
            home,
            action.device,
            what,
            action.when or self.plan.start,
            action.fate,
            connected=connected,
        )
        sent.id, sent.topic, sent.size = action.id, action.topic, len(action.payload)

    def _intrude(self, action: Intrude) -> None:
        """A log-in with a wrong password; whoever gets in has broken in."""
        spec = self.plan.homes[action.home - 1]
        sent = self.ledger.add(
            spec.home, "", "intrusion", self.plan.start, Fate.NOWHERE, connected=True
        )
        intruder = Hub(spec.home, WRONG_LOGIN, *self._broker)
        try:
            intruder.start(wait_s=REFUSAL_S)
            sent.breached = True
        except (HubRefusedError, TimeoutError):
            sent.breached = False
        finally:
            intruder.drop()
            intruder.stop()

    def _announce(self, home: int) -> None:
        encoder = self._encoders[home]
        if encoder is not None:
            self._publish(home, encoder.announce())
            return
        for device in self.plan.homes[home - 1].devices:
            self.hub(home).device_status(device.device, online=True)

    def _publish(self, home: int, publications: list[Publication]) -> None:
        for one in publications:
            self.hub(home).publish(one.topic, one.payload, qos=one.qos, retain=one.retain)
            self._record(one.topic, one.payload)

    def _record(self, topic: str, payload: bytes) -> None:
        if self._recorder is not None:
            self._recorder(topic, payload)
