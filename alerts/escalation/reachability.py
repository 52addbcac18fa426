"""When a plan may skip the wait before its next step: nobody of the last one is reachable. Pure.

A chain names one message of one step to one person: `step:alarm:run:cycle:step:person`, the same
for all the channels it is tried on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.escalation.plan_position import PlanPosition, next_position
from alerts.escalation.steps import NEARBY, Step, Target
from store.model import Notification, NotificationState

_UNDELIVERABLE = frozenset({NotificationState.FAILED, NotificationState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Chain:
    """What a chain's name says."""

    run: int
    position: PlanPosition

    @property
    def step(self) -> str:
        return f"{self.run}:{self.position.cycle}:{self.position.step}:"


def chain_of(alarm_id: int, run: int, position: PlanPosition, person_id: int) -> str:
    return f"step:{alarm_id}:{run}:{position.cycle}:{position.step}:{person_id}"


def parse_chain(name: str) -> Chain | None:
    """None: not a message of a plan's step."""
    parts = name.split(":")
    if len(parts) != 6 or parts[0] != "step" or not all(part.isdigit() for part in parts[1:]):
        return None
    return Chain(int(parts[2]), PlanPosition(int(parts[3]), int(parts[4])))


def is_last_before(chain: Chain, next_: PlanPosition, run: int, steps: Sequence[Step]) -> bool:
    """Whether the plan waits because of this step: only calls to the console and words in the home,
    which take no time, lie between it and the next one."""
    if chain.run != run:
        return False
    position = chain.position
    if next_.turn and (next_.cycle, next_.step) == (position.cycle, position.step):
        return True  # the step itself has somebody else to ask
    for _ in range(len(steps) + 1):
        position = next_position(position, steps)
        if position == next_:
            return True
        if position.step >= len(steps) or steps[position.step].target not in NEARBY - {
            Target.OUTSIDE
        }:
            return False
    return False


def nobody_reachable(chain: Chain, alarm_id: int, sent: Iterable[Notification]) -> bool:
    """Whether nothing is left that may still reach anybody of the step. What could not be sent
    and is tried again does not count: it may never be sent."""
    prefix = f"step:{alarm_id}:{chain.step}"
    mine = [n for n in sent if n.chain.startswith(prefix)]
    return all(
        n.state in _UNDELIVERABLE
        or (n.state in (NotificationState.QUEUED, NotificationState.SENDING) and n.error_code)
        for n in mine
    )
