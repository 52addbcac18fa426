"""What the deployment's Mosquitto keeps while ingest is away, tried on the real broker."""

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.servers import CannotRunError, Mosquitto
from tests.servers.mqtt import Peer
from tests.servers.process import wait_until
from tests.sizes import sized

pytestmark = pytest.mark.long

Brokers = Callable[..., Mosquitto]


@pytest.fixture(params=["2.0", "2.1"])
def brokers(request: pytest.FixtureRequest) -> Iterator[Brokers]:
    made: list[Mosquitto] = []

    def make(**changes: str) -> Mosquitto:
        settings = {key.replace("__", " "): value for key, value in changes.items()}
        try:
            made.append(Mosquitto(version=request.param, changes=settings))
        except CannotRunError as reason:
            pytest.skip(str(reason))
        return made[-1].start()

    yield make
    for broker in made:
        broker.stop()
        broker.remove()


def away(broker: Mosquitto, name: str = "ingest") -> None:
    """Make the session of an ingest that then is gone."""
    with Peer(broker.url, name) as ingest:
        ingest.subscribe("homes/#")


def publish_many(broker: Mosquitto, count: int, qos: int = 1) -> list[bytes]:
    payloads = [str(number).encode() for number in range(count)]
    with Peer(broker.url) as hubs:
        for payload in payloads:
            hubs.client.publish("homes/H1/meter/reading", payload, qos)
        hubs.publish("homes/H1/meter/reading", b"last")
    return [*payloads, b"last"]


def received(broker: Mosquitto, count: int, name: str = "ingest") -> list[bytes]:
    with Peer(broker.url, name) as ingest:
        assert ingest.session_present
        return [ingest.next()[1] for _ in range(count)]


@pytest.mark.sized
def test_20_000_messages_wait_for_an_ingest_that_is_away(brokers: Brokers) -> None:
    """So many with `make proofs`."""
    broker = brokers()
    away(broker)
    sent = publish_many(broker, sized(20_000, 3_000))
    assert received(broker, len(sent)) == sent


def test_qos_0_waits_too(brokers: Brokers) -> None:
    broker = brokers()
    away(broker)
    sent = publish_many(broker, 2_000, qos=0)
    assert received(broker, len(sent)) == sent


@pytest.mark.sized
def test_a_restart_keeps_queue_session_and_retained_messages(brokers: Brokers) -> None:
    broker = brokers()
    away(broker)
    sent = publish_many(broker, sized(5_000, 2_000))
    with Peer(broker.url) as hub:
        hub.publish("homes/H1/status", b"online", retain=True)
    broker.stop()
    broker.start()
    assert received(broker, len(sent)) == sent
    with Peer(broker.url) as later:
        assert later.retained("homes/#")["homes/H1/status"] == b"online"


def test_what_was_flushed_survives_a_killed_broker(brokers: Brokers) -> None:
    broker = brokers()
    away(broker)
    sent = publish_many(broker, 500)
    flushed = _written_after(broker)
    wait_until(flushed, "the broker writing its state")
    broker.stop(signal.SIGKILL)
    broker.start()
    assert received(broker, len(sent)) == sent


def _written_after(broker: Mosquitto) -> Callable[[], bool]:
    """Return a question: was the state written twice since now? The second one has it all."""
    data = broker.folder / "data"
    files = ("mosquitto.db", "mosquitto.sqlite3", "mosquitto.sqlite3-wal")
    seen: list[object] = [None]

    def state() -> object:
        found = [(data / name).stat() for name in files if (data / name).exists()]
        return [(one.st_mtime_ns, one.st_size, one.st_ino) for one in found]

    def twice() -> bool:
        with Peer(broker.url, "writer") as writer:
            writer.publish("homes/H0/status", b"online", retain=True)
        if state() != seen[-1]:
            seen.append(state())
        return len(seen) > 3

    return twice


def test_the_queue_is_limited_in_bytes_as_written(brokers: Brokers) -> None:
    broker = brokers(max_queued_bytes__268435456="max_queued_bytes 20000")
    away(broker)
    with Peer(broker.url) as hub:
        for _ in range(100):
            hub.publish("homes/H1/meter/reading", b"x" * 1000)
    with Peer(broker.url, "ingest") as ingest:
        kept = [payload for topic, payload in ingest.all_until_now(broker.url, "homes/H1/end")]
    assert 15 <= len(kept) <= 25


@pytest.mark.parametrize("size", [1_048_576, 1_200_000])
def test_a_packet_over_1_mib_is_refused_and_its_sender_cut_off(brokers: Brokers, size: int) -> None:
    broker = brokers()
    with Peer(broker.url) as ingest, Peer(broker.url) as hub:
        ingest.subscribe("homes/#")
        answer = hub.publish("homes/H1/x/reading", b"x" * size, must=False)
        fits = size < 1_114_112
        assert (answer == "Success") is fits
        assert hub.disconnected.is_set() is not fits
        assert len(ingest.all_until_now(broker.url, "homes/H1/end")) == (1 if fits else 0)


def test_ingest_may_have_a_thousand_messages_unacknowledged(brokers: Brokers) -> None:
    broker = brokers()
    slow = Peer(broker.url, "slow")
    slow.client.manual_ack_set(True)
    with slow:
        slow.subscribe("homes/#")
        sent = publish_many(broker, 1_500)
        assert [slow.next()[1] for _ in sent] == sent
