"""Which kinds of messages to people leave late, by how much, and whether a carrier refuses them.

Pure. The desk, readiness and the outside monitor are told the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from store.engine.backlog import Delivery
from store.model import OutboxLane
from store.records import N_

KINDS = {
    OutboxLane.LIFE: N_("life alarms"),
    OutboxLane.AT_RISK: N_("other alarms"),
    OutboxLane.ROUTINE: N_("comfort and technical messages"),
}
"""The most urgent first."""
ALLOWED = {OutboxLane.LIFE: 15.0, OutboxLane.AT_RISK: 30.0, OutboxLane.ROUTINE: 600.0}
"""Real seconds a message may wait: routine texts leave at the pace of a plain number."""
REFUSED = 15.0
"""Real seconds after which a refused message about an alarm is told: with the desk's look every ten
seconds, operators know within thirty."""
STANDSTILL = 30.0
"""Real seconds in which none of what is due has left."""
SAMPLE = 10
"""Of so many messages tried lately at least, nine of ten were not taken."""


@dataclass(frozen=True, slots=True)
class LateMessages:
    """Messages of one lane that do not leave as they should. `seconds`: how late the worst is;
    `account_code`: what the carrier says of our account, None: nothing; `refused`, `tried`: of the
    newest."""

    lane: OutboxLane
    seconds: float
    waiting: int
    refuses: bool
    account_code: str | None
    refused: int
    tried: int

    @property
    def line(self) -> str:
        """For programs and logs; the pages translate it."""
        kinds = KINDS[self.lane]
        late = f"{self.seconds:.0f} s late"
        if self.account_code:
            return f"{kinds}: the carrier refuses our account ({self.account_code}), {late}"
        if self.refused and self.refused >= 0.9 * self.tried:
            return (
                f"{kinds}: the carrier refused {self.refused} of the last {self.tried} messages, "
                f"{late}"
            )
        if self.refuses:
            return f"{kinds}: the carrier refuses messages, {late}"
        return f"{kinds}: messages leave {late}"


def find_late(
    found: Iterable[Delivery], second: float = 1.0, queued_life: float = ALLOWED[OutboxLane.LIFE]
) -> list[LateMessages]:
    """What is late enough to be told, the most urgent first. `second`: real seconds in one second
    of the clock; `queued_life`: real seconds a message about a life may wait."""
    by_lane = {delivery.lane: delivery for delivery in found}
    allowed = {**ALLOWED, OutboxLane.LIFE: queued_life}
    return [
        _late(lane, delivery, second)
        for lane in KINDS
        if (delivery := by_lane.get(int(lane))) is not None
        and _is_late(lane, delivery, second, allowed[lane])
    ]


def _is_late(lane: OutboxLane, delivery: Delivery, second: float, allowed: float) -> bool:
    if not delivery.waiting:
        return False
    late = delivery.seconds_late * second
    still = delivery.since_sent is None or delivery.since_sent * second > STANDSTILL
    return (
        late > allowed
        or (late > STANDSTILL and still)
        or (late > REFUSED and delivery.refused > 0 and lane != OutboxLane.ROUTINE)
        or _mostly_refused(delivery)
    )


def _mostly_refused(delivery: Delivery) -> bool:
    tried = delivery.taken + delivery.not_taken
    return tried >= SAMPLE and delivery.not_taken >= 0.9 * tried


def _late(lane: OutboxLane, delivery: Delivery, second: float) -> LateMessages:
    mostly = _mostly_refused(delivery)
    return LateMessages(
        lane=lane,
        seconds=round(delivery.seconds_late * second, 1),
        waiting=delivery.waiting,
        refuses=delivery.refused > 0,
        account_code=delivery.account_code,
        refused=delivery.not_taken if mostly else 0,
        tried=delivery.taken + delivery.not_taken,
    )
