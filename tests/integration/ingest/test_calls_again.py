"""What looks like a repeat after its alarm was closed is a new call, whatever the device can say.

Broken by taking the same mark, id or state for a copy without asking for its alarm.
"""

from datetime import timedelta
from typing import Any

import pytest

from store.model import Kind
from tests.integration.ingest.bulk_lane import EUI, Z2M, Lane, lane

__all__ = ["lane"]

SHELLY = "homes/H0001/shelly/shellybutton1-A"
NATIVE = "homes/H0001/button-1/signal"
UPLINK = f"application/1/device/{EUI}/event/up"
MINUTES = 60.0


def uplink(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "deduplicationId": f"id-{number}",
        "time": None,
        "deviceInfo": {"devEui": EUI},
        "fCnt": number,
        "object": fields,
    }


@pytest.fixture
def pendant(lane: Lane) -> Lane:
    """A LoRaWAN pendant, bound to the home."""
    lane.world.sql(
        "INSERT INTO lorawan_devices (dialect, network_id, device_id)"
        " SELECT 'chirpstack', %s, d.id FROM devices d JOIN homes h ON h.id = d.home_id"
        " WHERE h.code = 'H0001' AND d.code = 'button-1'",
        EUI,
    )
    return lane


@pytest.mark.parametrize("event", ["S", "L"])
def test_a_counter_that_begins_again_after_a_restart_calls(lane: Lane, event: str) -> None:
    topic, pressed = f"{SHELLY}/input_event/0", {"event": event, "event_cnt": 1}
    lane.gets(topic, {"event": "S", "event_cnt": 0})
    lane.role("shellybutton1-A", "help_call")
    lane.gets(topic, pressed)
    lane.closes(15 * MINUTES)
    lane.gets(topic, pressed)
    assert lane.open() == [("help_call", 1)]
    lane.closes(15 * MINUTES)
    lane.restarts()
    lane.gets(topic, pressed)
    assert lane.open() == [("help_call", 1)]


def test_an_older_counter_within_a_day_calls(lane: Lane) -> None:
    topic = f"{SHELLY}/input_event/0"
    lane.gets(topic, {"event": "S", "event_cnt": 0})
    lane.role("shellybutton1-A", "help_call")
    for count in (1, 2, 3):
        lane.gets(topic, {"event": "S", "event_cnt": count})
    lane.closes(15 * MINUTES)
    for count in (2, 1):  # neither is the last one it said
        lane.gets(topic, {"event": "S", "event_cnt": count})
    assert lane.open() == [("help_call", 2)]


def test_a_counter_is_a_copy_while_its_alarm_is_open_and_within_minutes(lane: Lane) -> None:
    topic, pressed = f"{SHELLY}/input_event/0", {"event": "S", "event_cnt": 1}
    lane.gets(topic, {"event": "S", "event_cnt": 0})
    lane.role("shellybutton1-A", "help_call")
    lane.gets(topic, pressed)
    lane.world.time += timedelta(hours=3)
    lane.gets(topic, pressed)
    assert lane.open() == [("help_call", 1)], "its alarm is open"
    lane.closes()
    lane.gets(topic, {"event": "S", "event_cnt": 2})
    lane.closes()
    lane.gets(topic, {"event": "S", "event_cnt": 2})
    assert lane.open() == [], "delivered twice"


def test_a_hub_without_a_clock_that_uses_an_id_again_calls(lane: Lane) -> None:
    pressed = {"kind": "help_call", "id": "1"}
    lane.gets(NATIVE, pressed)
    lane.gets(NATIVE, pressed)
    assert lane.open() == [("help_call", 1)]
    for _ in range(3):
        lane.closes(15 * MINUTES)
        lane.gets(NATIVE, pressed)
        assert lane.open() == [("help_call", 1)]
        lane.gets(NATIVE, pressed)
        assert lane.open() == [("help_call", 1)], "the new call's own repetition"


def test_a_kept_message_is_no_new_call_however_often_it_comes(lane: Lane) -> None:
    pressed = {"kind": "help_call", "id": "1"}
    lane.gets(NATIVE, pressed)
    lane.closes(15 * MINUTES)
    for _ in range(3):
        lane.gets(NATIVE, pressed, retain=True)
        lane.world.time += timedelta(hours=1)
    assert lane.open() == []


def test_a_pendant_that_never_says_false_pressed_three_times_on_one_evening(
    pendant: Lane,
) -> None:
    """LoRaWAN repeats no cache: each uplink that calls is a call."""
    pendant.gets(UPLINK, uplink(1, sos=True))
    assert pendant.open() == [("help_call", 1)]
    pendant.gets(UPLINK, uplink(1, sos=True))
    assert pendant.open() == [("help_call", 1)], "two gateways, one uplink"
    pendant.closes()
    pendant.gets(UPLINK, uplink(2, sos=True))
    assert pendant.open() == [("help_call", 1)], "five seconds after it was closed"
    pendant.closes()
    pendant.world.time += timedelta(hours=2)
    pendant.restarts()
    pendant.gets(UPLINK, uplink(3, sos=True))
    assert pendant.open() == [("help_call", 1)]


def test_a_cached_call_counts_again_only_when_nothing_else_has_changed(lane: Lane) -> None:
    """Zigbee2MQTT repeats all it knows with each report."""
    topic = f"{Z2M}/pendant"
    lane.gets(topic, {"sos": True, "battery": 80, "linkquality": 90})
    lane.gets(topic, {"sos": True, "battery": 79, "linkquality": 91})
    assert lane.open() == [("help_call", 1)]
    lane.closes()
    lane.gets(topic, {"sos": True, "battery": 78, "linkquality": 80})
    assert lane.open() == [], "the battery's report"
    assert lane.orders() == []
    lane.restarts()
    lane.gets(topic, {"sos": True, "battery": 78, "linkquality": 81, "last_seen": "now"})
    assert lane.open() == [("help_call", 1)]
    assert lane.orders() == ["pendant"], "somebody must look at it"
    lane.closes()
    lane.gets(topic, {"sos": True, "battery": 78, "linkquality": 82})
    assert lane.open() == [("help_call", 1)]
    assert lane.orders() == ["pendant"], "once"


def test_a_cached_call_as_a_topic_of_its_own_calls(lane: Lane) -> None:
    lane.gets(f"{Z2M}/pendant/sos", "true")
    lane.closes()
    lane.gets(f"{Z2M}/pendant/sos", "true")
    assert lane.open() == [("help_call", 1)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("smoke", Kind.SMOKE),
        ("gas", Kind.GAS_LEAK),
        ("carbon_monoxide", Kind.CARBON_MONOXIDE),
        ("water_leak", Kind.WATER_LEAK),
    ],
)
def test_what_still_endangers_somebody_after_closing_is_an_alarm_again(
    lane: Lane, name: str, kind: Kind
) -> None:
    topic = f"{Z2M}/kitchen"
    lane.gets(topic, {name: True, "battery": 80})
    lane.gets(topic, {name: True, "battery": 79})
    assert lane.open() == [(kind, 1)]
    lane.closes()
    lane.gets(topic, {name: True, "battery": 78})
    assert lane.open() == [(kind, 1)]
    lane.closes()
    lane.gets(topic, {name: True, "battery": 78}, retain=True)
    assert lane.open() == [], "what the broker has kept"
    lane.restarts()
    lane.gets(topic, {name: False, "battery": 78})
    lane.gets(topic, {name: True, "battery": 78})
    assert lane.open() == [(kind, 1)]


def test_what_only_needs_work_is_not_raised_with_each_report(lane: Lane) -> None:
    topic = f"{Z2M}/kitchen"
    lane.gets(topic, {"battery_low": True, "temperature": 20})
    lane.closes()
    lane.gets(topic, {"battery_low": True, "temperature": 21})
    assert lane.open() == []
