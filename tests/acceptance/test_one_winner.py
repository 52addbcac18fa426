"""One winner: however many engines and operators reach for the same, one gets it.

Broken on purpose by claiming timers without FOR NO KEY UPDATE … SKIP LOCKED and without deleting
them (`take_timer` as a SELECT): four engines then ask the same person several times.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from alerts.escalation import step_targets
from alerts.escalation.step_targets import StepContext, StepOutcome
from alerts.policy import Policy
from api.access.accounts import make_token
from app.config.clock import SystemClock
from store.model import Kind, Notification, Role
from tests.centre import DEADLINE, Centre
from tests.district import add_user
from tests.integration.api.api_kit import press as press_button
from tests.sizes import sized

HOMES = sized(100, 20)
KINDS = [Kind.HELP_CALL, Kind.FALL, Kind.SMOKE, Kind.CARBON_MONOXIDE, Kind.GAS_LEAK]
QUIET = Policy(language="en", pass_pause=3600, exhausted_pause=3600)


class AtOnce:
    """A carrier that takes everything at once: who is told is decided before."""

    def send(self, notification: Notification) -> str:
        return f"SM{notification.id:032}"

    def find(self, notification: Notification, since: Any) -> list[str]:
        return []


@pytest.mark.sized
def test_four_engines_and_five_hundred_due_steps_tell_nobody_twice(
    open_up: Callable[..., Centre], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five hundred with `make proofs`."""
    centre = open_up(policy=QUIET, homes=HOMES)
    centre.set_plan([{"after_seconds": 600, "target": "contacts"}])
    with centre.pool.connection() as conn:
        for home in centre.district.homes:
            for kind in KINDS:
                press_button(conn, home.code, kind, SystemClock().now())
        conn.execute("UPDATE timers SET due_at = %s", [SystemClock().now()])
    dice, never = random.Random(7), threading.Event()
    good = step_targets.reach_target

    def fire_with_pauses(conn: Any, at: StepContext) -> StepOutcome:
        never.wait(dice.random() * 0.02)
        done = good(conn, at)
        never.wait(dice.random() * 0.02)
        return done

    monkeypatch.setattr(step_targets, "reach_target", fire_with_pauses)
    centre.channels = {"sms": AtOnce(), "voice": AtOnce()}
    for number in range(4):
        centre.start_engine(f"alerts-{number}")
    steps = len(KINDS) * HOMES
    for share in range(50, steps + 1, 50):  # each with a deadline of its own
        centre.wait_until(
            "SELECT count(*) >= %(share)s FROM alarm_events WHERE event = 'step_fired'",
            f"{share} steps",
            share=share,
        )
    with centre.pool.connection() as conn:
        asked = conn.execute(
            "SELECT alarm_id, data->>'step', count(*) FROM alarm_events"
            " WHERE event = 'step_fired' GROUP BY 1, 2"
        ).fetchall()
        told = conn.execute(
            "SELECT alarm_id, person_id, channel, count(*) FROM notifications"
            " WHERE purpose = 'alarm' GROUP BY 1, 2, 3"
        ).fetchall()
    assert len(asked) == steps
    assert {row[-1] for row in asked} == {1}
    assert len(told) == steps * 3
    assert {row[-1] for row in told} == {1}


def test_the_carrier_gets_each_message_once(open_up: Callable[..., Centre]) -> None:
    """The same with messages: what four engines send arrives once at each phone."""
    centre = open_up(policy=QUIET, homes=10)
    centre.set_plan([{"after_seconds": 0, "target": "contacts"}])
    with centre.pool.connection() as conn:
        for home in centre.district.homes:
            press_button(conn, home.code, Kind.HELP_CALL, SystemClock().now())
    for number in range(4):
        centre.start_engine(f"alerts-{number}")
    centre.wait_until(
        "SELECT count(*) = 30 FROM notifications WHERE provider_id IS NOT NULL", "30 messages sent"
    )
    received: Counter[str] = Counter()
    for home in centre.district.homes:
        for phone in home.phones:
            received[phone] = len(centre.phones[phone].sent_to_it)
    assert set(received.values()) == {1}
    assert len(received) == 30


def test_fifty_acknowledgements_at_once_have_one_owner_and_49_are_told_who(
    open_up: Callable[..., Centre],
) -> None:
    """Fails when `acknowledge` writes without looking at the state it found."""
    centre = open_up()
    centre.start_api()
    with centre.pool.connection() as conn:
        alarm = press_button(conn, "H0001", Kind.HELP_CALL, SystemClock().now())
        tokens = []
        for number in range(50):
            user = add_user(conn, f"Operator {number}", Role.OPERATOR)
            tokens.append(make_token(conn, user.username, "story", SystemClock().now()).secret)
    start, answers = threading.Barrier(50), list[httpx.Response]()

    def take(token: str) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
            start.wait(DEADLINE)
            answers.append(http.post(f"{centre.url}/api/v1/alarms/{alarm}/acknowledge"))

    threads = [threading.Thread(target=take, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {200: 1, 409: 49}
    (won,) = [a.json()["owner"]["id"] for a in answers if a.status_code == 200]
    assert {a.json()["owner"]["id"] for a in answers if a.status_code == 409} == {won}
