"""Deadlines, pauses and limits of all use cases. All times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from alerts.own_texts import OwnTexts
from store.attendance import Attendance
from store.model import AlarmState, Kind, OutboxLane, Priority

OWNED = frozenset({AlarmState.ACKNOWLEDGED, AlarmState.DISPATCHED, AlarmState.ON_SCENE})
"""The states of an alarm that somebody has taken and not closed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Deadlines and pauses, with the source of each figure. docs/operator.md tells them to who runs
    a centre; a test compares."""

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    language: str = "zh"
    public_url: str = "http://127.0.0.1:8000"
    progress_life: int = 300
    """A danger to life or a person at risk is acknowledged, its owner does nothing and nobody is on
    the way: re-alarm. Calls above 180 s are reviewed one by one in telecare practice; five minutes
    leave room for a conversation."""
    progress_other: int = 900
    """The same for comfort and technical alarms."""
    progress_by_kind: Mapping[Kind, int] = field(default_factory=dict)
    """The same for kinds of which a centre wants to hear sooner, like smoke, or later."""
    accept: int = 120
    """A responder who has not answered an offer by then is passed over."""
    unanswered_life: int = 45
    """Nobody has answered a text about a danger to life: they are called. Text and call within the
    60 s in which telecare answers calls, with a quarter of them left for the carrier."""
    unanswered_at_risk: int = 120
    """The same for a person at risk: as long as a responder has to answer an offer."""
    arrive: int = 1800
    """Who goes without saying how long they need is expected by then: on site within 15 minutes in
    town, 30 remote (home-bed service rules)."""
    arrive_grace: int = 120
    """So much later than they have said somebody may come: the time to park and ring the bell. A
    relative as well: the others of the family wait so long."""
    on_scene: int = 3600
    """Arrived, but nothing reported since."""
    at_desk: int = 45
    """Whose screen has been connected within that time is at the desk: three heartbeats of it."""
    owner_away: int = 180
    """An owner who was at the desk and has not been connected for so long has nothing in hand: long
    enough for a restarted browser, short enough for who waits."""
    contact_pause: int = 600
    """Somebody of the family said that they are going, and not how long they need: later contacts
    wait so long, while somebody owns the alarm."""
    pass_pause: int = 60
    """Before a plan starts again from its first step."""
    no_contact: int = 90
    """Somebody called or fell, and nobody has heard them speak since: the desk is told to call an
    ambulance. Calls are answered within 60 s (telecare practice); half a minute to talk is left."""
    no_contact_rule: int = 300
    """The same where only a rule has noticed something: most are false, and who sleeps needs a
    while to get to the telephone."""
    routine_from: time = time(8)
    """Families hear of comfort and technical matters by day, by the clocks of the home: before that
    time of the day nothing is sent to them."""
    routine_until: time = time(21)
    """From then on it waits for the morning."""
    gas_company: str = ""
    """The emergency number of the gas company, told to who goes to a gas leak; empty: not known."""
    centre_phone: str = ""
    """Where the centre is rung, in E.164 or short as one dials it there; it ends each text to a
    relative or responder. Empty: not known."""
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
    secure_door: int = 2 * 3600
    """A door that was forced is secured: a locksmith comes within the hour in a town, and an open
    flat is not left alone over night."""
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
    own_texts: OwnTexts = field(default_factory=OwnTexts, compare=False)
    """What the centre says in its own words; it changes while the process runs."""
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
    flapping_per_minute: int = 3
    """A detector that states its alarm so often is chattering (ISA-18.2: three times a minute)."""
    flapping_times: int = 30
    """So often in all before it counts as broken: steam and toast set a smoke alarm off for
    minutes, and are gone."""
    flapping_calls: int = 300
    """The same for a button: somebody in fear presses without end, a stuck one for hours."""
    keep_raw_days: int = 90
    """Readings as they came; then by hour, which are kept for `keep_hourly_days`, then by day."""
    keep_hourly_days: int = 730
    keep_daily_days: int = 3650
    """A rhythm is compared over years; a home is watched for ten."""
    keep_dead_letters_days: int = 90
    keep_door_codes_days: int = 2
    """Texts with the way into a home: the visit is over, and who saw it is kept elsewhere."""
    keep_message_texts_days: int = 365
    """What was written to people and by them; that it was stays for `keep_messages_days`."""
    keep_messages_days: int = 1095
    """Three years, the time within which a claim is raised in China (Civil Code, article 188)."""
    keep_signals_days: int = 1095
    keep_access_views_days: int = 1095
    """Who saw how to get into a home: records of access to personal data are kept for three years
    (PIPL, article 56), and never less than six months (Cybersecurity Law, article 21)."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Outside services an operator can join to a call, like 120, and their numbers in E.164."""
    claim_timeout: int = 20
    """A message that has been SENDING for longer was abandoned; above the carrier's timeout."""

    def zone(self, name: str | None) -> ZoneInfo:
        """The time zone of an area, as store/duty/areas.py tells it; None: the installation's."""
        return ZoneInfo(name) if name is not None else self.timezone

    def sender_of(self, lane: OutboxLane) -> str:
        """The carrier's sender of a lane; "" when the installation has not said."""
        return (self.life_sender if lane == OutboxLane.LIFE else "") or self.routine_sender

    def sender_written_to(self, to: str) -> str:
        """Our sender that a reply is for: to a service it may name one of the service's numbers."""
        if to and to != self.life_sender and self.routine_sender.startswith("MG"):
            return self.routine_sender
        return to

    def progress(
        self, state: AlarmState, attendance: Attendance, priority: Priority, kind: Kind
    ) -> int | None:
        """How long an owned alarm may stay as it is without anything happening; None: nobody owns
        it, or it is over. In whatever state nobody is on the way, its owner has to do something."""
        if state not in OWNED:
            return None
        if attendance == Attendance.THERE:
            return self.on_scene
        if attendance == Attendance.GOING:
            return self.arrive
        at_risk = priority <= Priority.PERSON_AT_RISK
        return self.progress_by_kind.get(
            kind, self.progress_life if at_risk else self.progress_other
        )

    def unanswered(self, priority: Priority) -> int | None:
        """After how many seconds without an answer the next channel is taken, where a step of the
        plan does not say; None: never, no telephone rings because of what endangers nobody."""
        waits = {
            Priority.LIFE: self.unanswered_life,
            Priority.PERSON_AT_RISK: self.unanswered_at_risk,
        }
        return waits.get(priority)

    def way(self, eta_minutes: int | None) -> int:
        """How long after they said so a responder may take until they are there."""
        if eta_minutes is None:
            return self.arrive
        return eta_minutes * 60 + self.arrive_grace
