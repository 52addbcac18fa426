"""One alarm can be followed through the logs of all processes by `alarm=`."""

import pytest
import structlog
from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from alerts.alarm import raising
from alerts.engine import sender as senders
from alerts.engine.sender import Sender
from alerts.notify.channels.interface import SendError
from alerts.response import delivery_reports
from store import sql_log
from store.db import open_pool
from store.model import OutboxLane
from tests.integration.engine.test_sender import Carrier
from tests.world import World


def test_it_is_raised_sent_and_refused_under_its_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break: log a message's number alone."""
    monkeypatch.setattr(raising, "log", structlog.get_logger())
    monkeypatch.setattr(senders, "log", structlog.get_logger())
    carrier = Carrier("SM1", SendError("21610", permanent=True))
    sender = Sender(world.pool, {"sms": carrier}, world, world.policy, "one")
    with capture_logs() as lines:
        alarm = world.raised()
        assert sender.send_next(OutboxLane.LIFE)
        world.raised("smoke")
        assert sender.send_next(OutboxLane.LIFE)
    assert [line["event"] for line in lines] == ["alarm raised", "sent", "alarm raised", "not sent"]
    assert [line["alarm"] for line in lines] == [alarm.id, alarm.id, alarm.id + 1, alarm.id + 1]


def test_a_carriers_request_names_its_alarm_in_what_it_logs(world: World) -> None:
    alarm = world.raised()
    message = world.sql("SELECT id FROM notifications ORDER BY id LIMIT 1")[0]
    with bound_contextvars(alarm=0):
        report = (message, "SM1", "delivered", None, world.now(), world.policy)
        world.run(delivery_reports.receive_callback, *report)
        assert structlog.contextvars.get_contextvars()["alarm"] == alarm.id


def test_statements_are_logged_with_their_times_and_without_parameters(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_log, "log", structlog.get_logger())
    with (
        capture_logs() as lines,
        open_pool(database_url, size=1, log_sql=True) as pool,
        pool.connection() as conn,
    ):
        conn.execute(b"-- who\nSELECT id\nFROM people WHERE name = %s", ["Wang Xiuying"])
    ours = [line for line in lines if "people" in line["statement"]]
    assert [line["statement"] for line in ours] == ["SELECT id FROM people WHERE name = %s"]
    assert ours[0]["ms"] >= 0
    assert "Wang" not in str(lines)
