"""The numbers the engine works with. All times in seconds."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from store.model import AlarmState, Priority


@dataclass(frozen=True, slots=True)
class Policy:
    """Deadlines and pauses; where a figure comes from stands beside it."""

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    language: str = "zh"
    public_url: str = "http://127.0.0.1:8000"
    progress_life: int = 300
    """Acknowledged but nothing done: re-alarm. Calls above 180 s are reviewed one by one in
    telecare practice; five minutes leave room for a conversation."""
    progress_other: int = 900
    accept: int = 120
    """A responder who has not answered an offer by then is passed over."""
    arrive: int = 1800
    """On site within 15 minutes in town, 30 remote (home-bed service rules)."""
    on_scene: int = 3600
    """Arrived, but nothing heard since."""
    contact_pause: int = 600
    """Somebody of the family said that they are going: later contacts are left in peace."""
    pass_pause: int = 60
    """Before a plan starts again from its first step."""
    exhausted_pause: int = 300
    """Between the steps of a plan that has been through all its cycles: it never falls silent."""
    cover_ahead: int = 24 * 3600
    """How far ahead the rotas are searched for holes: the next shift and the one after."""
    claim_timeout: int = 20
    """A message that has been SENDING for longer was abandoned; above the carrier's timeout."""

    def progress(self, state: AlarmState, priority: Priority) -> int | None:
        """How long an alarm may stay in this state without anything happening; None: for ever."""
        if state == AlarmState.ACKNOWLEDGED:
            return self.progress_life if priority == Priority.LIFE else self.progress_other
        if state == AlarmState.DISPATCHED:
            return self.arrive
        if state == AlarmState.ON_SCENE:
            return self.on_scene
        return None
