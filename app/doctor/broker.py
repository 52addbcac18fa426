"""Checks the broker: logs in, then tries what it keeps while a client is away.

The messages go to anxin/doctor/{random}/…. Ingest listens to homes/# only and no hub may read
there (deploy/mosquitto/acl.conf gives anxin/# to the centre's user), so nobody is disturbed. The
limits tried are the broker's for each session, not for a topic: what holds here holds for ingest.
"""

import secrets
import time
from collections.abc import Iterator
from statistics import median

from app.config.addresses import MqttAddress
from app.config.settings import Settings
from app.doctor.mqtt_client import (
    BrokerAwayError,
    ExperimentClient,
    LoginRefusedError,
    milliseconds_since,
)
from app.doctor.report import CheckResult, ok, warning, wrong

QUEUED = 1500
"""Above the 1,000 that Mosquitto keeps unless told otherwise."""
WINDOW = 1000
LARGEST = 1024 * 1024
"""Bytes of payload that ingest takes in."""
PINGS = 50


def check_broker(settings: Settings) -> Iterator[CheckResult]:
    """Everything that needs the centre's own log-in; one line when there is none."""
    address = settings.mqtt_url
    if address is None:
        return
    experiments = _BrokerExperiments(address)
    try:
        yield experiments.log_in()
        yield from experiments.queue()
        yield experiments.unacknowledged()
        yield experiments.retained()
        yield experiments.large()
    except LoginRefusedError as error:
        yield wrong("broker", f"refuses the log-in of ANXIN_MQTT_URL: {error} (MQTT 5 is needed)")
    except BrokerAwayError as error:
        yield wrong("broker", f"{address.host}:{address.port} does not answer: {error}")
    finally:
        experiments.clear()


class _BrokerExperiments:
    def __init__(self, address: MqttAddress) -> None:
        self._address = address
        self._run = secrets.token_hex(6)
        self._topic = f"anxin/doctor/{self._run}"
        self._keeper = f"anxin-doctor-{self._run}"

    def log_in(self) -> CheckResult:
        """Publish a little and time the PUBACKs."""
        with self._peer() as peer:
            took = []
            for _ in range(PINGS):
                began = time.perf_counter()
                answer = peer.publish(f"{self._topic}/ping", b"")
                took.append(milliseconds_since(began))
                if answer != "Success":
                    return wrong("broker", f"refuses what we publish to anxin/#: {answer}")
        return ok("broker", f"MQTT 5, PUBACK after {median(took):.1f} ms (median of {PINGS})")

    def queue(self) -> Iterator[CheckResult]:
        """Leave a session, publish, come back."""
        for qos in (1, 0):
            what = f"queue, QoS {qos}"
            if not self._make_session():
                yield wrong(what, "the broker refuses to subscribe to anxin/#")
                return
            sent = [b"%d" % number for number in range(QUEUED)]
            with self._peer() as peer:
                answer = peer.publish_all(f"{self._topic}/queue", sent, qos)
                if answer != "Success":
                    yield wrong(what, f"not taken: {answer}")
                    continue
                # QoS 0 has no answer: this one says that all before it were handled
                peer.publish(f"{self._topic}/ping", b"")
            with self._returning() as keeper:
                got = [bytes(message.payload) for message in keeper.collect(QUEUED)]
                yield self._judge(what, qos, sent, got, keeper.session_present)

    def _judge(
        self, what: str, qos: int, sent: list[bytes], got: list[bytes], kept: bool
    ) -> CheckResult:
        if not kept:
            return wrong(what, "the session is gone after a reconnect: it has to last for days")
        if got == sent:
            return ok(what, f"{len(sent):,} of {len(sent):,} waited, in order")
        if len(got) == len(sent):
            return wrong(what, "all waited, but came back in another order")
        text = f"{len(got):,} of {len(sent):,} waited for a client that was away"
        if qos == 0:
            return warning(what, f"{text}: set queue_qos0_messages true, Zigbee2MQTT sends so")
        return wrong(what, f"{text}: set max_queued_messages 0, with max_queued_bytes")

    def unacknowledged(self) -> CheckResult:
        """Acknowledge some, reconnect, and look whether exactly the others come again."""
        if not self._make_session():
            return wrong("acks", "the broker refuses to subscribe")
        sent = [b"%d" % number for number in range(QUEUED)]
        with self._peer() as peer:
            peer.publish_all(f"{self._topic}/queue", sent, 1)
        with self._returning(manual=True) as keeper:
            window = keeper.collect(QUEUED)
            keeper.acknowledge(window[:10])
            # Its answer says that the broker has read what came before: closing a connection with
            # something unread on it throws away what is on its way (measured: 9 of 10 acks).
            keeper.publish(f"{self._topic}/ping", b"")
        with self._returning() as keeper:
            again = [bytes(message.payload) for message in keeper.collect(QUEUED - 10)]
        owed = [bytes(message.payload) for message in window[10:]]
        if not owed or again[: len(owed)] != owed:
            return wrong("acks", "what was not acknowledged does not come again, all and in order")
        text = "what was not acknowledged comes again after a reconnect"
        if len(window) < WINDOW:
            return warning(
                "acks",
                f"{text}, but only {len(window)} at a time may be unacknowledged: readings are "
                "stored in small batches; set max_inflight_messages 5000",
            )
        return ok("acks", f"{text}; {len(window):,} may be unacknowledged at a time")

    def retained(self) -> CheckResult:
        """Leave a retained message for a client that comes later."""
        topic = f"{self._topic}/retained"
        with self._peer() as peer:
            peer.publish(topic, b"online", retain=True)
            with self._peer() as later:
                later.subscribe(topic)
                got = [bytes(message.payload) for message in later.collect(1)]
            peer.publish(topic, b"", retain=True)
        if got != [b"online"]:
            return wrong("retained", "messages are not kept: nobody knows which hubs are online")
        return ok("retained", "kept for who comes later")

    def large(self) -> CheckResult:
        """Send one as large as ingest takes it."""
        with self._peer() as listener, self._peer() as peer:
            listener.subscribe(f"{self._topic}/large")
            answer = peer.publish(f"{self._topic}/large", bytes(LARGEST))
            if answer == "Success" and listener.collect(1, quiet=5.0):
                return ok("packet size", f"{LARGEST // 1024:,} KiB pass")
        limit = self._promised_limit()
        return wrong(
            "packet size",
            f"{LARGEST // 1024:,} KiB do not pass ({answer}){limit}: "
            "set max_packet_size 1114112 or more",
        )

    def _promised_limit(self) -> str:
        with self._peer() as peer:
            limit = peer.connack_properties.get("MaximumPacketSize")
        return f", the broker's limit is {limit:,} bytes" if limit else ""

    def clear(self) -> None:
        """End the lasting session, with its queue."""
        try:
            with ExperimentClient(self._address, self._keeper):
                pass
        except (BrokerAwayError, LoginRefusedError):
            pass

    def _make_session(self) -> bool:
        with self._returning() as keeper:
            return keeper.subscribe(f"{self._topic}/queue")

    def _returning(self, *, manual: bool = False) -> ExperimentClient:
        return ExperimentClient(
            self._address, self._keeper, lasting=True, manual=manual, fresh=False
        )

    def _peer(self) -> ExperimentClient:
        return ExperimentClient(self._address, f"anxin-doctor-{secrets.token_hex(6)}")
