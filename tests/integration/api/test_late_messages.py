"""The desk is told which messages do not leave and what to do; no more than that."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from store.db import Connection, Pool
from store.engine import heartbeats
from store.model import OutboxLane, Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    built = build_house(pool, conn, database_url)
    conn.execute("UPDATE people SET language = 'en'")
    for process in ("ingest", "alerts"):
        heartbeats.beat(conn, process, "1", NOON, {})
    return built


def message(house: House, lane: OutboxLane, **given: Any) -> int:
    """A message of the outbox; `due` and `refused`: seconds before now."""
    row = house.conn.execute(
        "INSERT INTO notifications (purpose, channel, lane, address, body, dedupe, due_at,"
        " created_at, state, fault, error_code, refused_at, claimed_at, sent_at, fields)"
        " VALUES ('alarm', %(channel)s, %(lane)s, '+86', 'x', gen_random_uuid()::text, %(due)s,"
        " %(due)s, %(state)s, %(fault)s, %(code)s, %(refused)s, %(claimed)s, %(sent)s, %(fields)s)"
        " RETURNING id",
        {
            "channel": given.get("channel", "sms"),
            "lane": lane,
            "due": house.clock.now() - timedelta(seconds=given.get("due", 0)),
            "state": given.get("state", "QUEUED"),
            "fault": given.get("fault"),
            "code": given.get("code"),
            "refused": before(house, given.get("refused")),
            "claimed": before(house, given.get("claimed")),
            "sent": before(house, given.get("sent")),
            "fields": Jsonb({}),
        },
    ).fetchone()
    assert row is not None
    return int(row[0])


def before(house: House, seconds: float | None) -> Any:
    return None if seconds is None else house.clock.now() - timedelta(seconds=seconds)


def banner(house: House) -> str:
    shown: str = house.browser().get("/console/notices").text
    return shown[: shown.index("<nav")]


def reasons(house: House) -> list[str]:
    found: list[str] = house.client(None).get("/readyz").json()["reasons"]
    return found


def test_a_carrier_that_refuses_life_alarms_is_told_with_what_to_do(house: House) -> None:
    """Refused messages have a later time: break it by measuring from due_at alone."""
    message(house, OutboxLane.LIFE, due=-60, refused=20, claimed=1, fault="carrier", code="429")
    shown = banner(house)
    assert 'data-kinds="life"' in shown
    assert "20 s late" in shown
    assert "telephone yourself" in shown
    assert "Other alarms" not in shown
    assert "data-stalled" not in shown
    assert reasons(house) == ["life alarms: the carrier refuses messages, 20 s late"]
    warned = house.client(Role.OPERATOR).get("/api/v1/warnings").json()
    assert [(one["lane"], one["seconds"], one["waiting"]) for one in warned["late"]] == [(1, 20, 1)]


def test_a_fault_of_our_account_is_told_with_its_code(house: House) -> None:
    message(house, OutboxLane.AT_RISK, due=-60, refused=20, fault="account", code="20003")
    shown = banner(house)
    assert 'data-kinds="at_risk"' in shown
    assert "20003" in shown
    assert "technical service" in shown
    house.conn.execute("UPDATE people SET language = 'zh'")
    assert "20003" in banner(house)
    assert "telephone" not in banner(house), "every sentence has its Chinese"


def test_a_mass_event_does_not_cry_for_what_leaves_in_time(house: House) -> None:
    """400 alarms: life messages leave within a second, routine ones stand in the carrier's pace."""
    for number in range(40):
        message(house, OutboxLane.LIFE, state="SENT", due=number, claimed=number, sent=number)
        message(house, OutboxLane.ROUTINE, due=number)
    message(house, OutboxLane.LIFE, due=0.6)
    message(house, OutboxLane.ROUTINE, state="SENT", due=30, claimed=1, sent=1)
    assert (banner(house).strip(), reasons(house)) == ("", [])
    message(house, OutboxLane.ROUTINE, due=700)
    shown = banner(house)
    assert 'data-kinds="routine"' in shown
    assert "Nothing to telephone for" in shown
    assert "telephone yourself" not in shown


def test_programs_that_take_no_webhooks_are_no_reason_to_telephone(house: House) -> None:
    message(house, OutboxLane.LIFE, channel="webhook", due=10)
    message(house, OutboxLane.AT_RISK, channel="webhook", due=100)
    assert banner(house).strip() == ""


def test_parts_that_stand_still_have_their_own_advice(house: House) -> None:
    house.clock.move(seconds=40)
    heartbeats.beat(house.conn, "ingest", "1", house.clock.now(), {})
    shown = banner(house)
    assert "No message leaves by itself" in shown
    assert "data-late" not in shown
    heartbeats.beat(house.conn, "alerts", "1", house.clock.now(), {})
    assert banner(house).strip() == ""


def pane(house: House, alarm: int) -> str:
    shown: str = house.browser().get(f"/console/alarms/{alarm}").text
    return shown


def test_not_reached_is_told_apart_from_not_answered_on_the_alarm(house: House) -> None:
    """Break: show a refused message as queued: nobody sees that the daughter knows nothing."""
    alarm = house.press()
    assert "data-refused" not in pane(house, alarm)
    house.conn.execute(
        "UPDATE notifications SET fault = 'carrier', error_code = '429', refused_at = now()"
        " WHERE alarm_id = %s AND channel = 'sms'",
        [alarm],
    )
    (name,) = house.conn.execute(
        "SELECT DISTINCT p.name FROM notifications n JOIN people p ON p.id = n.person_id"
        " WHERE n.alarm_id = %s",
        [alarm],
    ).fetchone() or ("",)
    shown = pane(house, alarm)
    assert "data-refused" in shown
    assert f"because the carrier refuses the message: {name}" in shown
    assert "not reached: the carrier refuses it" in shown
    house.conn.execute("UPDATE notifications SET state = 'SENT', fault = NULL")
    assert "data-refused" not in pane(house, alarm)


def test_a_message_that_was_called_off_is_no_refused_one(house: House) -> None:
    alarm = house.press()
    house.conn.execute("UPDATE notifications SET fault = 'carrier', state = 'CANCELLED'")
    assert "not reached" not in pane(house, alarm)


def test_the_journal_says_that_the_carrier_refused(house: House) -> None:
    alarm = house.press()
    house.conn.execute(
        "INSERT INTO alarm_events (alarm_id, at, event, actor, via, data)"
        " VALUES (%s, %s, 'carrier_refused', 'system', 'sms', %s)",
        [alarm, NOON, Jsonb({"error": "20003", "fault": "account", "person": 1})],
    )
    assert "the carrier refused the message to" in pane(house, alarm)
    assert "(20003: our account there)" in pane(house, alarm)
