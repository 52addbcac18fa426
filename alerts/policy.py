"""Deadlines, pauses and limits of all use cases. All times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from store.model import AlarmState, Kind, OutboxLane, Priority


@dataclass(frozen=True, slots=True)
class Policy:
    """Deadlines and pauses, with the source of each figure. docs/operator.md tells them to who runs
    a centre; a test compares."""

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    language: str = "zh"
    public_url: str = "http://127.0.0.1:8000"
    progress_life: int = 300
    """Acknowledged but nothing done: re-alarm. Calls above 180 s are reviewed one by one in
    telecare practice; five minutes leave room for a conversation."""
    progress_other: int = 900
    progress_by_kind: Mapping[Kind, int] = field(default_factory=dict)
    """The same for kinds of which a centre wants to hear sooner, like smoke, or later."""
    accept: int = 120
    """A responder who has not answered an offer by then is passed over."""
    arrive: int = 1800
    """On site within 15 minutes in town, 30 remote (home-bed service rules)."""
    on_scene: int = 3600
    """Arrived, but nothing reported since."""
    contact_pause: int = 600
    """Somebody of the family said that they are going: later contacts wait so long."""
    pass_pause: int = 60
    """Before a plan starts again from its first step."""
    exhausted_pause: int = 300
    """Between the steps of a plan that has been through all its cycles: it never stops."""
    cover_ahead: int = 24 * 3600
    """How far ahead the rotas are searched for gaps: the next shift and the one after."""
    order_life_safety: int = 2 * 3600
    """A fault on a life-safety device is fixed or covered by hand within 2 h (the rule for
    monitoring systems of homes for the aged)."""
    order_battery: int = 3 * 86_400
    """A device that reports a low battery lasts for days: one working day and a weekend."""
    order_battery_critical: int = 86_400
    """Below `battery_critical` it may be gone tomorrow; a reading is trusted for 24 h, too."""
    order_other: int = 7 * 86_400
    """Nobody is in danger: the depot's weekly round."""
    battery_critical: float = 5.0
    """Percent. Coin cells drop within a day or two from there (makers' discharge curves)."""
    battery_reading_age: int = 86_400
    """A level older than this tells nothing about now (by analogy with pendant standards)."""
    hub_outage_order: int = 4 * 3600
    """Most hubs that go silent come back after a power cut or a restarted router; the rest need
    somebody there."""
    area_outage_order: int = 86_400
    """Power and network companies mend most cuts within a day; then it is ours to look."""
    channels: frozenset[str] = frozenset({"sms"})
    """What this installation can send by: the channels that its settings open."""
    carriers: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {"twilio": frozenset({"sms", "voice"})}
    )
    """Who carries SMS and calls here, and which of them."""
    templates: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which of our templates can be used at each carrier."""
    barred_from_mainland: frozenset[str] = frozenset()
    """Carriers abroad, which carry nothing about residents of mainland China."""
    carrier_overtake: int = 10
    """A carrier that may or may not have a life's message, and has taken nothing for so long, is
    passed over: a double is better than nothing."""
    life_sender: str = ""
    """The carrier's sender of each lane, a number or a service: people stop one, not all."""
    routine_sender: str = ""
    voice_first: tuple[str, ...] = ()
    """Numbers that begin so are called before they are written to, like +86."""
    sms_budget: int = 0
    """SMS a day to one +86 number; carriers there block who gets more. 0: not counted."""
    sms_budget_life: int = 0
    """How many of them are kept for life-safety."""
    segments_per_second: float = 0.0
    """What the metered sender may send; a plain number carries about one. 0: as fast as it goes."""
    bundle: int = 0
    """Technical and comfort messages to one person within that time become one. 0: each its own."""
    cancel_window: int = 15
    """A resident may say within that time that a press was not meant; still called back."""
    keep_raw_days: int = 90
    """Readings as they came; then by hour, which are kept for `keep_hourly_days`, then by day."""
    keep_hourly_days: int = 730
    keep_dead_letters_days: int = 90
    services: Mapping[str, str] = field(default_factory=dict)
    """Outside services an operator can join to a call, like 120, and their numbers in E.164."""
    claim_timeout: int = 20
    """A message that has been SENDING for longer was abandoned; above the carrier's timeout."""

    def sender_of(self, lane: OutboxLane) -> str:
        """The carrier's sender of a lane; "" when the installation has not said."""
        return (self.life_sender if lane == OutboxLane.LIFE else "") or self.routine_sender

    def sender_written_to(self, to: str) -> str:
        """Our sender that a reply is for: to a service it may name one of the service's numbers."""
        if to and to != self.life_sender and self.routine_sender.startswith("MG"):
            return self.routine_sender
        return to

    def progress(self, state: AlarmState, priority: Priority, kind: Kind) -> int | None:
        """How long an alarm may stay in this state without anything happening; None: for ever."""
        if state == AlarmState.ACKNOWLEDGED:
            usual = self.progress_life if priority == Priority.LIFE else self.progress_other
            return self.progress_by_kind.get(kind, usual)
        if state == AlarmState.DISPATCHED:
            return self.arrive
        if state == AlarmState.ON_SCENE:
            return self.on_scene
        return None
