"""An older process beside a newer one: what it does not know it shows by its code, and goes on.

The rows are those a later version could write, after a migration that widened the checks.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import pytest
from structlog.testing import capture_logs

from alerts.engine import due_timers, housekeeping, self_check
from alerts.policy import Policy
from alerts.watch import device_monitoring, rule_monitoring
from alerts.work import work_orders
from store.db import Connection, Pool
from store.model import Kind, Role
from tests.databases import migrated_database
from tests.integration.alarm.test_api_stream import Centre
from tests.integration.api.api_kit import House, build_house

HTML = {"Accept": "text/html", "Accept-Language": "en"}
WIDENED = (
    "ALTER TABLE alarms DROP CONSTRAINT alarms_state_check",
    "ALTER TABLE dispatches DROP CONSTRAINT dispatches_state_check",
    "ALTER TABLE responses DROP CONSTRAINT responses_answer_check",
)


@pytest.fixture(scope="module")
def one_database(server_url: str) -> Iterator[str]:
    """One of this file's own: the others keep their checks."""
    with migrated_database(server_url) as url:
        with psycopg.connect(url, autocommit=True) as conn:
            for widened in WIDENED:
                conn.execute(widened.encode())
        yield url


@dataclass
class Newer:
    """Alarms with a kind, a state and an outcome, and one with a dispatch and an answer, that this
    version does not know."""

    house: House
    pool: Pool
    kind: int
    state: int
    outcome: int
    dispatch: int


@pytest.fixture
def newer(pool: Pool, conn: Connection, database_url: str) -> Newer:
    house = build_house(pool, conn, database_url)
    desk = house.client(Role.OPERATOR)
    kind, state, outcome = house.press(), house.press("H0002"), house.press(kind=Kind.SMOKE)
    for alarm in (kind, state, outcome):
        assert desk.post(f"/api/v1/alarms/{alarm}/acknowledge").status_code == 200
    body = {"responder": house.district.responder}
    sent = desk.post(f"/api/v1/alarms/{kind}/dispatch", json=body).json()["dispatches"][0]["id"]
    desk.post(f"/api/v1/alarms/{outcome}/close", json={"outcome": "social", "still_reported": True})
    conn.execute("UPDATE alarms SET kind = 'meteor_strike', priority = 2 WHERE id = %s", [kind])
    conn.execute("UPDATE alarms SET state = 'PAUSED' WHERE id = %s", [state])
    conn.execute("UPDATE alarms SET outcome = 'glazier_called' WHERE id = %s", [outcome])
    conn.execute("UPDATE dispatches SET state = 'DELEGATED' WHERE id = %s", [sent])
    conn.execute(
        "INSERT INTO responses VALUES (%s, %s, 'perhaps', %s, 'sms')",
        [kind, house.district.home.contacts[0], house.clock.now()],
    )
    return Newer(house, pool, kind, state, outcome, sent)


def test_the_queue_and_the_history_show_the_codes(newer: Newer) -> None:
    answer = newer.house.client(Role.OPERATOR).get("/api/v1/alarms?state=all")
    assert answer.status_code == 200, answer.text
    found = {alarm["id"]: alarm for alarm in answer.json()["items"]}
    assert (found[newer.kind]["kind"], found[newer.kind]["priority"]) == ("meteor_strike", 2)
    assert found[newer.state]["state"] == "PAUSED"
    assert found[newer.outcome]["outcome"] == "glazier_called"
    assert found[newer.kind]["dispatches"][0]["state"] == "DELEGATED"
    assert found[newer.kind]["responses"][0]["answer"] == "perhaps"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FAMILY])
def test_one_alarm_shows_its_codes(newer: Newer, role: Role) -> None:
    client = newer.house.client(role)
    answer = client.get(f"/api/v1/alarms/{newer.kind}")
    assert (answer.status_code, answer.json()["kind"]) == (200, "meteor_strike")
    assert client.get(f"/api/v1/alarms/{newer.outcome}").json()["outcome"] == "glazier_called"


def test_the_pages_show_the_codes(newer: Newer) -> None:
    browser = newer.house.browser()
    browser.headers.update(HTML)
    pane = browser.get(f"/console/alarms/{newer.kind}/pane")
    assert pane.status_code == 200
    for code in ("meteor_strike", "DELEGATED", "perhaps"):
        assert code in pane.text, code
    assert "glazier_called" in pane.text  # among the home's earlier alarms
    paused = browser.get(f"/console/alarms/{newer.state}/pane")
    assert paused.status_code == 200
    closed = browser.get(f"/console/alarms/{newer.outcome}/pane")
    assert (closed.status_code, "glazier_called" in closed.text) == (200, True)
    for page in ("/console", "/console/homes/H0001", "/console/homes/H0002", "/console/warnings"):
        assert browser.get(page).status_code == 200, page


def test_a_responder_sees_their_dispatch(newer: Newer) -> None:
    browser = newer.house.browser(Role.RESPONDER)
    browser.headers.update(HTML)
    page = browser.get(f"/dispatches/{newer.dispatch}")
    assert (page.status_code, "DELEGATED" in page.text) == (200, True)
    assert "meteor_strike" in page.text


def test_the_family_sees_its_alarm(newer: Newer) -> None:
    browser = newer.house.browser(Role.FAMILY)
    browser.headers.update(HTML)
    for alarm in (newer.kind, newer.state):
        page = browser.get(f"/code/{alarm}")
        assert page.status_code in (200, 404), page.text
    assert "meteor_strike" in browser.get(f"/code/{newer.kind}").text


@pytest.fixture
def centre(newer: Newer) -> Iterator[Centre]:
    with ExitStack() as stack:
        yield Centre(newer.house, stack)


def test_the_stream_shows_the_codes_and_goes_on(newer: Newer, centre: Centre) -> None:
    screen = centre.screen()
    queue = {alarm["id"]: alarm for alarm in screen.until("queue")["items"]}
    assert queue[newer.kind]["kind"] == "meteor_strike"
    assert queue[newer.state]["state"] == "PAUSED"
    body = {"text": "the pane is out"}
    noted = newer.house.client(Role.OPERATOR).post(f"/api/v1/alarms/{newer.kind}/note", json=body)
    assert noted.status_code < 300, noted.text
    assert screen.until("alarm")["kind"] == "meteor_strike"


def test_the_engine_and_its_supervision_go_on(newer: Newer) -> None:
    """A shift passes: offers run out, alarms ring again, hubs fall silent."""
    pool, clock, policy = newer.pool, newer.house.clock, Policy(language="en")
    conn = newer.house.conn
    conn.execute(
        """UPDATE home_rhythm SET raised = '{"meteor_strike": {}}', due_at = %s""", [clock.at]
    )
    with capture_logs() as logs:
        for _ in range(8):
            clock.move(hours=1)
            for _ in range(1000):
                if not due_timers.fire_next_timer(pool, clock.at, policy):
                    break
            while device_monitoring.monitor_devices(pool, clock.at, policy):
                pass
            rule_monitoring.check_rules(pool, clock, policy)
            work_orders.create_wanted(conn, clock.at, policy)
        housekeeping.run_housekeeping(pool, clock, policy)
        self_check.find_problems(conn, clock)
    assert [line for line in logs if line["log_level"] == "error"] == []
    kinds = conn.execute("SELECT kind, state FROM alarms WHERE id = %s", [newer.kind]).fetchone()
    assert kinds == ("meteor_strike", "RAISED")
    told = conn.execute(
        "SELECT count(*) FROM notifications WHERE alarm_id = %s AND body LIKE '%%meteor_strike%%'",
        [newer.kind],
    ).fetchone()
    assert told is not None
    assert told[0] > 0


def test_people_can_work_on_it_to_the_end(newer: Newer) -> None:
    desk = newer.house.client(Role.OPERATOR)
    until = {"until": "2026-11-21T05:00:00Z", "reason": "the glazier is there"}
    assert desk.post(f"/api/v1/alarms/{newer.kind}/shelve", json=until).status_code < 300
    refused = desk.post(f"/api/v1/alarms/{newer.kind}/close", json={"outcome": "glazier_called"})
    assert refused.status_code == 422, "what comes from outside is refused as ever"
    sure = {"outcome": "assistance", "still_reported": True}
    for alarm in (newer.kind, newer.state):
        closed = desk.post(f"/api/v1/alarms/{alarm}/close", json=sure)
        assert (closed.status_code, closed.json()["state"]) == (200, "CLOSED"), closed.text
    for path in ("/api/v1/protocols/meteor_strike", "/api/v1/alarms?kind=meteor_strike"):
        assert desk.get(path).status_code < 500
