"""When a plan need not wait: nobody of its last step can be reached any more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation import reachability
from alerts.escalation.plan_position import PlanPosition, next_position
from alerts.escalation.reachability import Chain
from alerts.escalation.steps import Step, Target
from store.model import Notification, NotificationState, OutboxLane
from tests.district import NOON

C, P, G = Target.CONSOLE, Target.CONTACT, Target.GRID_RESPONDER
S = NotificationState


def steps(*targets: Target) -> list[Step]:
    return [Step(60, target, 1) for target in targets]


def sent(person: int, state: NotificationState, error: str | None = None) -> Notification:
    chain = reachability.chain_of(1, 3, PlanPosition(0, 1), person)
    rest: dict[str, Any] = dict.fromkeys(
        ("claimed_by", "claimed_at", "provider_id", "sent_at", "finished_at", "dispatch_id")
    )
    return Notification(
        id=1,
        alarm_id=1,
        person_id=person,
        purpose="alarm",
        channel="sms",
        lane=OutboxLane.LIFE,
        address="",
        body="",
        dedupe="",
        state=state,
        due_at=NOON,
        attempts=1,
        provider_rank=0,
        error_code=error,
        created_at=NOON,
        chain=chain,
        **rest,
    )


@given(st.integers(1), st.integers(1), st.integers(0), st.integers(0), st.integers(1))
def test_a_chains_name_is_read_back(alarm: int, run: int, cycle: int, step: int, who: int) -> None:
    name = reachability.chain_of(alarm, run, PlanPosition(cycle, step), who)
    assert reachability.parse_chain(name) == Chain(run, PlanPosition(cycle, step))


@pytest.mark.parametrize("name", ["", "offer:7", "step:1:2:3", "step:a:b:c:d:e", "told:1:2:3:4:5"])
def test_what_is_no_chain_of_a_step(name: str) -> None:
    assert reachability.parse_chain(name) is None


@pytest.mark.parametrize(
    ("targets", "at", "next_", "last"),
    [
        ([P, G], 0, PlanPosition(0, 1), True),
        ([P, C, G], 0, PlanPosition(0, 2), True),
        ([P, P, G], 0, PlanPosition(0, 2), False),
        ([P, P, G], 1, PlanPosition(0, 2), True),
        ([P, C], 0, PlanPosition(1, 0), True),
        ([P, G], 0, PlanPosition(1, 0), False),
    ],
)
def test_the_plan_waits_because_of_a_step_when_only_the_console_lies_between(
    targets: list[Target], at: int, next_: PlanPosition, last: bool
) -> None:
    assert (
        reachability.is_last_before(Chain(3, PlanPosition(0, at)), next_, 3, steps(*targets))
        is last
    )
    assert not reachability.is_last_before(Chain(2, PlanPosition(0, at)), next_, 3, steps(*targets))


@given(st.lists(st.sampled_from([C, P, G]), min_size=1, max_size=6), st.data())
def test_the_step_right_before_the_next_is_always_the_last(
    targets: list[Target], data: st.DataObject
) -> None:
    plan = steps(*targets)
    place = PlanPosition(data.draw(st.integers(0, 3)), data.draw(st.integers(0, len(plan) - 1)))
    assert reachability.is_last_before(Chain(1, place), next_position(place, plan), 1, plan)


@pytest.mark.parametrize(
    ("others", "unreachable"),
    [
        ([], True),
        ([sent(8, S.FAILED)], True),
        ([sent(8, S.QUEUED, "503")], True),
        ([sent(8, S.QUEUED)], False),
        ([sent(8, S.SENT)], False),
        ([sent(8, S.DELIVERED)], False),
    ],
)
def test_one_who_may_still_be_reached_is_hope(
    others: list[Notification], unreachable: bool
) -> None:
    chain = Chain(3, PlanPosition(0, 1))
    assert (
        reachability.nobody_reachable(chain, 1, [sent(7, S.FAILED, "30003"), *others])
        is unreachable
    )
