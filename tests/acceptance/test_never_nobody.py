"""Never "nobody": an empty rota, a missing or opted-out contact cost no time, and the console says
so; whether somebody covers the next shift is known beforehand.

Broken on purpose by letting an empty step keep its time (`return True, …` in
plan_runner._run_step): the second child is then told after an hour. And by leaving `_check_cover`
out of Engine._scheduler: no warning appears. (That no rota, night shifts and clock changes
included, has a hole without a warning is shown in tests/unit/duty/test_shift_rules.py.)
"""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from store.duty import rotas
from tests.centre import Centre

HOUR = 3600


@pytest.mark.parametrize(
    ("missing", "step", "reason"),
    [
        ("UPDATE responders SET on_duty = false", "grid_responder", "no_responder"),
        ("DELETE FROM responders", "grid_responder", "no_responder"),
        (
            "INSERT INTO shifts (responder_id, weekdays, starts, ends, valid_until)"
            " SELECT person_id, '{1}', '08:00', '09:00', '2020-01-01' FROM responders",
            "grid_responder",
            "no_responder",
        ),
        (
            "INSERT INTO sms_stops (phone, sender, at) SELECT phone, '', '2026-01-01Z' FROM people"
            " WHERE id = (SELECT person_id FROM contacts WHERE position = 1)",
            "contact",
            "no_contact",
        ),
        (
            "UPDATE people SET phone = NULL WHERE id = (SELECT person_id FROM contacts"
            " WHERE position = 1)",
            "contact",
            "no_contact",
        ),
        (
            "DELETE FROM contacts WHERE position = 1; UPDATE contacts SET position = position",
            "supervisor",
            "no_person",
        ),
    ],
)
def test_who_is_missing_costs_no_time_and_is_shown(
    open_up: Callable[..., Centre], missing: str, step: str, reason: str
) -> None:
    centre = open_up()
    first: dict[str, Any] = {"after_seconds": 0, "target": step}
    if step == "contact":
        first["position"] = 1
    centre.set_plan([first, {"after_seconds": HOUR, "target": "contacts"}])
    with centre.pool.connection() as conn:
        conn.execute(missing.encode())
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    console = centre.console()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    centre.contact(2).wait_for_sms("help call")
    shown = console.wait_for(lambda a: bool(a["warnings"]), "the warning")
    assert [(w["target"], w["reason"]) for w in shown["warnings"]] == [(step, reason)]


def test_a_hole_in_the_next_shift_is_on_the_screen_beforehand(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up()
    with centre.pool.connection() as conn:
        rotas.add_shift(
            conn,
            centre.district.responder,
            weekdays=[1, 2, 3, 4, 5, 6, 7],
            starts=time(8),
            ends=time(20),
            valid_from=None,
            valid_until=None,
        )
    centre.start_api()
    centre.start_engine()
    console = centre.console()
    centre.wait_until("SELECT count(*) > 0 FROM cover_gaps", "the engine to look ahead")
    answer = console.http.get("/api/v1/cover").json()
    assert {gap["area"] for gap in answer["items"]} == {"G1"}
    assert answer["priority"] == 4
    assert answer["checked_at"]
    kept = console.http.get("/api/v1/cover/journal").json()["items"]
    assert {line["event"] for line in kept} == {"gap_found"}
    assert console.http.get("/api/v1/alarms").json()["items"] == [], "no alarm of a home"
