"""Measures a press under load: to the alarm, to the carrier, to an operator's screen."""

import threading
from time import monotonic

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from alerts.engine.waking import Listener
from app.bench import bare_limits
from app.bench.figures import Figure, wait_or_time_out
from app.bench.operator_screen import OperatorScreen
from app.bench.rig import Rig, background_readings, bench_rig, running_process
from app.config.addresses import MqttAddress
from store.engine import heartbeats

WARM_UP = 20


def measure_press_latency(presses: int, rate: float) -> list[Figure]:
    """Press `presses` buttons, each in a home of its own, with `rate` readings/s behind."""
    with (
        bench_rig(presses + WARM_UP) as system,
        running_process("ingest", system.env),
        running_process("alerts", system.env),
        OperatorScreen(system) as screen,
        background_readings(system, rate),
    ):
        _warm_up(system)
        alarms, posts, begun = _press_all(system)
        wait_or_time_out(
            lambda: begun.keys() <= screen.first_seen().keys(), 20, "all on the screen"
        )
        shown = screen.first_seen()
        bare = bare_limits.measure_limits(system)
    name = f"at {rate:g} readings/s"
    return [
        Figure.of(f"press → alarm committed, {name}", "ms", _since(begun, alarms), bare.commit),
        Figure.of(f"press → request to the carrier, {name}", "ms", _since(begun, posts), bare.post),
        Figure.of(f"press → on the operator's screen, {name}", "ms", _since(begun, shown)),
        bare.commit,
        bare.round_trip,
        bare.post,
    ]


def _since(begun: dict[str, float], ended: dict[str, float]) -> list[float]:
    return [(ended[home] - at) * 1000 for home, at in begun.items()]


def _press_all(
    system: Rig,
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    homes = system.district.homes[WARM_UP:]
    notified: list[float] = []
    changed = threading.Condition()

    def on_notification(payload: str | None) -> None:
        if payload and payload.startswith("alarm"):
            with changed:
                notified.append(monotonic())
                changed.notify_all()

    listener = Listener(system.database_url, on_notification)
    listener.start()
    alarms: dict[str, float] = {}
    begun: dict[str, float] = {}
    pace = threading.Event()
    for home in homes:
        with changed:
            notified.clear()
        client = _client(system, home.code)
        begun[home.code] = monotonic()
        client.publish(f"homes/{home.code}/button-1/signal", '{"kind":"help_call","id":"1"}', qos=1)
        with changed:
            if not changed.wait_for(lambda: bool(notified), timeout=10):
                raise TimeoutError("a press was not heard within 10 s")
            alarms[home.code] = notified[0]
        client.disconnect()
        client.loop_stop()
        pace.wait(bare_limits.PAUSE)
    listener.stop()
    wanted = {home.contacts[0].phone: home.code for home in homes}
    wait_or_time_out(
        lambda: wanted.keys() <= system.carrier.first_requests().keys(),
        20,
        "a request to the carrier",
    )
    posts = {
        wanted[number]: at
        for number, at in system.carrier.first_requests().items()
        if number in wanted
    }
    return alarms, posts, begun


def _warm_up(system: Rig) -> None:
    """Wait until both processes work, then press a few times."""
    with psycopg.connect(system.database_url, autocommit=True) as conn:

        def working() -> bool:
            reports = {report.process: report.detail for report in heartbeats.latest(conn)}
            return "alerts" in reports and reports.get("ingest", {}).get("urgent") == "connected"

        wait_or_time_out(working, 30, "ingest and alerts")
    for home in system.district.homes[:WARM_UP]:
        client = _client(system, home.code)
        client.publish(f"homes/{home.code}/button-1/signal", '{"kind":"help_call","id":"1"}', qos=1)
        _await_post(system, home.contacts[0].phone)
        client.loop_stop()


def _await_post(system: Rig, number: str) -> None:
    wait_or_time_out(lambda: number in system.carrier.first_requests(), 30, "the first page")


def _client(system: Rig, home: str) -> mqtt.Client:
    address = MqttAddress.parse(system.broker.device_url)
    assert address is not None  # noqa: S101
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"bench-{home}")
    client.username_pw_set(home, system.passwords[home])
    client.connect(address.host, address.port)
    client.loop_start()
    wait_or_time_out(client.is_connected, 10, "the broker")
    return client
