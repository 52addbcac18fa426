"""Who waits for whom, and in which order messages are acknowledged."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.lanes.deliveries import Deliveries
from ingest.packets import Message

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def message(topic: str, mid: int) -> Message:
    return Message(topic, b"{}", False, 1, mid, 0, NOW)


SLOW = message("homes/H0001/esp/state", 1)
BEHIND = message("homes/H0001/zigbee2mqtt/x", 2)
PRESS = message("homes/H0001/button-1/signal", 3)
OTHER = message("homes/H0002/zigbee2mqtt/x", 4)


def slow(found: Message) -> bool:
    return found is SLOW


def test_what_need_not_wait_is_stored_and_acknowledged_as_it_comes() -> None:
    deliveries = Deliveries()
    assert deliveries.arrived([BEHIND, PRESS], slow) == [BEHIND, PRESS]
    assert deliveries.stored([BEHIND, PRESS]) == [BEHIND, PRESS]


def test_a_waiting_message_holds_up_its_home_but_no_press_and_no_other_home() -> None:
    """Broken by waiting in the lane's thread: the other home's press then waits, too."""
    deliveries = Deliveries()
    assert deliveries.arrived([SLOW, BEHIND, PRESS, OTHER], slow) == [PRESS, OTHER]
    assert deliveries.stored([PRESS, OTHER]) == [], "before it: two that are not stored"
    assert len(deliveries) == 2


def test_acknowledgements_leave_in_the_order_of_arrival() -> None:
    deliveries = Deliveries()
    deliveries.stored(deliveries.arrived([SLOW, BEHIND, PRESS, OTHER], slow))
    deliveries.results(SLOW)
    assert deliveries.is_ready()
    now = deliveries.arrived([], lambda _: False)
    assert now == [SLOW, BEHIND]
    assert deliveries.stored(now) == [SLOW, BEHIND, PRESS, OTHER]
    later = message("homes/H0001/zigbee2mqtt/y", 5)
    assert deliveries.stored(deliveries.arrived([later], slow)) == [later]


def test_the_next_of_a_home_that_has_to_wait_holds_up_what_is_behind_it() -> None:
    again = message("homes/H0001/esp/state", 6)
    deliveries = Deliveries()
    waits = {id(SLOW), id(again)}
    deliveries.arrived([SLOW, BEHIND, again, OTHER], lambda m: id(m) in waits)
    deliveries.results(SLOW)
    assert deliveries.arrived([], lambda m: id(m) in waits) == [SLOW, BEHIND]
    assert not deliveries.is_ready()
    deliveries.results(again)
    assert deliveries.arrived([], lambda _: False) == [again]


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.booleans()), max_size=40))
def test_nothing_is_lost_doubled_or_out_of_order(said: list[tuple[int, bool, bool]]) -> None:
    """(home, has to wait, its results are there before the next arrives)"""
    deliveries, acked, stored, waiting = Deliveries(), [], [], []
    messages = [message(f"homes/H{home}/zigbee2mqtt/x", n) for n, (home, _, _) in enumerate(said)]
    slow = {id(m) for m, (_, waits, _) in zip(messages, said, strict=True) if waits}

    def waits(found: Message) -> bool:
        if id(found) in slow:
            waiting.append(found)
        return id(found) in slow

    def go_on(arrived: list[Message]) -> None:
        now = deliveries.arrived(arrived, waits)
        stored.extend(now)
        acked.extend(deliveries.stored(now))

    for found, (_, _, there) in zip(messages, said, strict=True):
        go_on([found])
        if there and waiting:
            deliveries.results(waiting.pop(0))
    while waiting or deliveries.is_ready():
        if waiting:
            deliveries.results(waiting.pop(0))
        go_on([])
    assert acked == messages
    for home in (1, 2, 3):
        own = [m for m in messages if m.topic.startswith(f"homes/H{home}/")]
        assert [m for m in stored if m in own] == own
