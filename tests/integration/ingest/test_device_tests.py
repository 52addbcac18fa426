"""A test is told from a fire, whatever a detector says of itself and for how long.

Broken by believing a flag for as long as it is set.
"""

from datetime import timedelta

from tests.integration.ingest.bulk_lane import Z2M, Lane, lane

__all__ = ["lane"]

KITCHEN = f"{Z2M}/kitchen"


def kept_as_tests(lane: Lane) -> int:
    (count,) = lane.world.sql("SELECT count(*) FROM signals WHERE test AND active")
    return int(count)


def test_smoke_of_a_test_wakes_nobody(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": False, "test": False})
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    lane.gets(KITCHEN, {"smoke": True, "test": True, "battery": 80})
    lane.gets(KITCHEN, {"smoke": False, "test": False})
    assert lane.open() == []
    assert kept_as_tests(lane) > 0


def test_a_fire_while_the_flag_has_been_set_for_a_while_is_real(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": False, "test": True})
    lane.world.time += timedelta(minutes=2)
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    assert lane.open() == [("smoke", 1)]


def test_a_flag_that_stays_set_for_ever_says_nothing(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    lane.gets(KITCHEN, {"smoke": False, "test": True})
    lane.world.time += timedelta(days=30)
    lane.restarts()
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    assert lane.open() == [("smoke", 1)]


def test_a_kept_flag_says_nothing_of_now(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": False, "test": True}, retain=True)
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    assert lane.open() == [("smoke", 1)]


def test_a_test_that_goes_on_for_too_long_is_a_fire(lane: Lane) -> None:
    for _ in range(13):
        lane.gets(KITCHEN, {"smoke": True, "test": True})
        lane.world.time += timedelta(minutes=1)
    assert lane.open() == [("smoke", 1)]


def test_the_smoke_on_a_topic_of_its_own_is_the_same_test(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": True, "test": True})
    lane.gets(f"{KITCHEN}/smoke", "true")
    lane.gets(f"{KITCHEN}/test", "true")
    assert lane.open() == []
    lane.gets(KITCHEN, {"smoke": False, "test": False})
    lane.gets(f"{KITCHEN}/smoke", "true")
    assert lane.open() == [("smoke", 1)]


def test_a_self_test_of_a_detector_without_a_role_is_kept_as_a_test(lane: Lane) -> None:
    lane.gets(KITCHEN, {"smoke": False})
    lane.gets(KITCHEN, {"smoke": False, "test": True})
    lane.gets(f"{Z2M}/unknown", {"temperature": 20, "test": True})
    assert lane.open() == []
    assert lane.world.sql("SELECT kind FROM signals WHERE test") == ["smoke"]
    assert lane.device("unknown")[-1] == "self-test"
