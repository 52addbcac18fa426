"""Hubs with a mobile connection say that they are there once in half an hour, or never.

Broken by a greatest keep-alive in the broker's configuration: one of MQTT 3.1.1 that wants more, or
none, is then refused as "identifier rejected", which tells nobody what is wrong.
"""

from collections.abc import Iterator

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from app.access.mosquitto_access import MosquittoAccess
from tests.servers import CannotRunError, Mosquitto
from tests.servers.mqtt import Moment


@pytest.fixture(scope="module", params=["2.0", "2.1"])
def broker(request: pytest.FixtureRequest) -> Iterator[Mosquitto]:
    try:
        made = Mosquitto(version=request.param)
    except CannotRunError as reason:
        pytest.skip(str(reason))
    with made, MosquittoAccess(made.admin_url) as access:
        access.add_hubs({"A": "pass-a"})
        yield made


@pytest.mark.parametrize("keepalive", [0, 60, 121, 1800, 65_535])
@pytest.mark.parametrize("protocol", [mqtt.MQTTv311, mqtt.MQTTv5])
def test_a_hub_connects_with_the_keep_alive_it_has(
    broker: Mosquitto, keepalive: int, protocol: MQTTProtocolVersion
) -> None:
    connected, reasons = Moment(), []

    def on_connect(
        _client: object, _data: object, _flags: object, reason: object, _: object
    ) -> None:
        reasons.append(str(reason))
        connected.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="hub-a", protocol=protocol)
    client.on_connect = on_connect
    client.username_pw_set("A", "pass-a")
    client.connect("127.0.0.1", broker.port, keepalive=keepalive)
    client.loop_start()
    try:
        connected.wait_for()
    finally:
        client.disconnect()
        client.loop_stop()
    assert reasons[0] == "Success"
