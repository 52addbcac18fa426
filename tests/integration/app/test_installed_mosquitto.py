"""The demo's broker where Mosquitto is installed: as the embedded one, with rules and on disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from app.config.addresses import ListenAddress, MqttAddress
from app.embedded.broker import EmbeddedBroker
from app.embedded.installed_mosquitto import RULES, InstalledMosquitto, installed_mosquitto
from tests.servers.mqtt import Moment, Peer

DEPLOYED = Path(__file__).parents[3] / "deploy" / "mosquitto" / "acl.conf"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[InstalledMosquitto]:
    found = installed_mosquitto()
    if found is None:
        pytest.skip("there is no Mosquitto on this machine")
    made = InstalledMosquitto(*found, tmp_path / "broker", ListenAddress("127.0.0.1", 0))
    made.add_hubs({"H0001": None, "H0002": None})
    with made:
        yield made


def refusal(url: str, version: MQTTProtocolVersion = mqtt.MQTTv311) -> str:
    """What the broker says to who logs in."""
    told, reasons = Moment(), []
    address = MqttAddress.parse(url)
    assert address

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: object, _: Any) -> None:
        reasons.append(str(reason))
        told.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="x", protocol=version)
    client.on_connect = on_connect
    client.username_pw_set(address.user, address.password)
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        told.wait_for()
    finally:
        client.disconnect()
        client.loop_stop()
    return reasons[0]


def test_a_hub_reaches_its_own_home_only(broker: InstalledMosquitto) -> None:
    """Broken by a broker without rules: any hub reads and writes all topics."""
    with (
        Peer(broker.centre_url) as centre,
        Peer(broker.hub_url("H0001")) as one,
        Peer(broker.hub_url("H0002")) as two,
    ):
        centre.subscribe("homes/#")
        two.subscribe("homes/#")
        with Peer(broker.hub_url("H0001")) as forger:
            forger.publish("homes/H0002/button-1/signal", b"forged", must=False)
        one.publish("homes/H0001/button-1/signal", b"press")
        assert centre.next() == ("homes/H0001/button-1/signal", b"press")
        two.publish("homes/H0002/button-1/signal", b"own")
        assert two.next() == ("homes/H0002/button-1/signal", b"own")


def test_who_is_refused_is_told_why(broker: InstalledMosquitto) -> None:
    wrong = broker.device_url.replace("mqtt://", "mqtt://H0001:wrong@")
    assert refusal(wrong) == "Not authorized"
    assert refusal(broker.hub_url("H0001")) == "Success"


def test_a_session_and_its_queue_outlive_a_new_hub(broker: InstalledMosquitto) -> None:
    """Broken by keeping all in memory: a restart, which makes a new hub known, forgets them."""
    with Peer(broker.centre_url, name="ingest") as centre:
        centre.subscribe("homes/#")
    with Peer(broker.hub_url("H0001")) as hub:
        hub.publish("homes/H0001/button-1/signal", b"press")
    broker.add_hub("H0003")
    assert refusal(broker.hub_url("H0003")) == "Success"
    with Peer(broker.centre_url, name="ingest") as centre:
        assert centre.next() == ("homes/H0001/button-1/signal", b"press")


def test_only_its_user_reads_the_passwords(broker: InstalledMosquitto) -> None:
    assert (broker._folder / "passwords").stat().st_mode & 0o077 == 0
    assert (
        broker.hub_url("H0001").split(":")[2].split("@")[0]
        not in (broker._folder / "passwords").read_text()
    )


def test_the_rules_are_the_deployments(tmp_path: Path) -> None:
    """But for users that the demo does not have."""
    lines = [line for line in DEPLOYED.read_text().splitlines() if line and line[0] != "#"]
    blocks = "\n".join(lines).split("user ")
    (centre,) = [block for block in blocks if block.startswith("centre\n")]
    pattern = next(line for line in lines if line.startswith("pattern "))
    assert RULES.replace("\n\n", "\n").split("user ")[1] == f"{centre.strip()}\n{pattern}\n"
    assert "any hub" in " ".join(EmbeddedBroker(tmp_path).abilities)
