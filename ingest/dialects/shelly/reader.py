"""Reads Shelly messages: Gen1 topics; Gen2, 3 and 4 notifications (shelly-api-docs). Pure.

Gen1, plain text but for a few:
  [shellies/]<id>/online, /sensor/<name>, /status, /input_event/<n>, /relay/<n>[/power], /emeter/…
Gen2 and later; the prefix is free and may hold slashes:
  <prefix>/online, <prefix>/status/<component>:<id>, <prefix>/events/rpc
"""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.shelly.fields import (
    ALARMS,
    COMPONENTS,
    EVENTS,
    GEN1_SENSORS,
    GEN1_STATUS,
    METERS,
)
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    Availability,
    DeviceAnnounced,
    DialectEvent,
    LearnedDescription,
    WireMessage,
)
from ingest.dialects.vocabulary.values import json_of, number_of, online_of, text_of, time_of

NAME = "shelly"
PluggedIn = Mapping[str, bool]
"""By device: whether a power supply is plugged in, which makes an empty battery no matter."""
EMPTY: PluggedIn = {}
_MAX_EVENTS = 50


def learn(known: PluggedIn, key: str, doc: Any) -> PluggedIn:
    if doc is None:
        return {device: plugged for device, plugged in known.items() if device != key}
    return {**known, key: bool(doc)}


def read(wire: WireMessage, known: PluggedIn) -> list[DialectEvent]:
    topic = wire.topic.removeprefix("shellies/")
    if topic.endswith("announce"):
        return _announced(wire)
    head, _, tail = topic.rpartition("/")
    if not head or not wire.payload:
        return []
    if tail == "online":
        state = online_of(text_of(wire.payload))
        return [] if state is None else [Availability(head, state)]
    if tail == "rpc":
        return _rpc(head.removesuffix("/events"), wire, known) if head.endswith("/events") else []
    parent, _, kind = head.rpartition("/")
    if parent and kind == "status":
        status = json_of(wire.payload)
        return _component(parent, tail, _whole(tail, status), wire, known)
    if parent and kind in ("command", "set"):
        return []
    return _gen1(topic.split("/"), wire)


def _rpc(device: str, wire: WireMessage, known: PluggedIn) -> list[DialectEvent]:
    frame = json_of(wire.payload)
    params = frame.get("params") if isinstance(frame, dict) else None
    if not isinstance(params, dict):
        return []
    method = frame.get("method")
    events: list[DialectEvent] = []
    if method in ("NotifyStatus", "NotifyFullStatus"):
        for name, status in params.items():
            if isinstance(status, dict):
                whole = _whole(name, status) if method == "NotifyFullStatus" else status
                events += _component(device, name, whole, wire, known, params.get("ts"))
    elif method == "NotifyEvent" and isinstance(params.get("events"), list):
        for entry in params["events"][:_MAX_EVENTS]:
            if isinstance(entry, dict):
                events += _event(device, entry, wire)
    return events


def _whole(name: str, status: Any) -> Any:
    """A component's whole status has errors only while there are some. Its id and alarm show that
    it is whole."""
    alarms = isinstance(status, dict) and name.partition(":")[0] in ALARMS
    if not alarms or not {"id", "alarm"} <= status.keys() or status.get("errors") is not None:
        return status
    return {**status, "errors": []}


def _component(
    device: str, name: str, status: Any, wire: WireMessage, known: PluggedIn, ts: object = None
) -> list[DialectEvent]:
    """One component's status, whole or the changed part of it: what is not there is unchanged."""
    kind = name.partition(":")[0]
    reader = COMPONENTS.get(kind)
    if reader is None or not isinstance(status, dict):
        return []
    report = DeviceReport(
        f"{device}/{name}" if kind.startswith("bthome") else device,
        wire,
        mark=None if ts is None else f"{name}:{ts}",
        claimed=time_of(ts if ts is not None else status.get("last_updated_ts")),
    )
    events: list[DialectEvent] = []
    if kind == "devicepower":
        external = status.get("external")
        plugged = external.get("present") if isinstance(external, dict) else None
        if isinstance(plugged, bool) and known.get(device, False) != plugged:
            events.append(LearnedDescription(NAME, device, plugged))
        if plugged if isinstance(plugged, bool) else known.get(device, False):
            return events
    reader(report, status, _part(name))
    return events + report.events()


def _part(component: str) -> str:
    """The first of its kind is the device itself."""
    return "" if component.partition(":")[2] in ("", "0") else component


def _event(device: str, entry: Mapping[str, Any], wire: WireMessage) -> list[DialectEvent]:
    component, word = entry.get("component"), entry.get("event")
    if not isinstance(component, str) or not isinstance(word, str):
        return []
    kind = component.partition(":")[0]
    word = word.removeprefix(f"{kind}.")  # as in webhooks: flood.alarm
    ts = entry.get("ts")
    report = DeviceReport(
        f"{device}/{component}" if kind.startswith("bthome") else device,
        wire,
        mark=None if ts is None else f"{component}:{word}:{ts}",
        claimed=time_of(ts),
    )
    known = EVENTS.get((kind, word))
    if known is not None:
        known(report, True, _part(component))
    elif kind in ("input", "bthomedevice", "button") and word != "btn_down":
        report.press(word, component)
    return report.events()


def _gen1(levels: list[str], wire: WireMessage) -> list[DialectEvent]:
    device, rest = levels[0], levels[1:]
    match rest:
        case ["sensor", name] if (meaning := GEN1_SENSORS.get(name)) is not None:
            report = DeviceReport(device, wire)
            meaning(report, text_of(wire.payload).strip(), "")
            return report.events()
        case ["status"]:
            return _gen1_status(device, wire)
        case ["input_event", index]:
            return _gen1_press(device, index, wire)
        case ["input", index] if wire.payload in (b"0", b"1"):
            report = DeviceReport(device, wire)
            report.unclear(f"input:{index[:4]}", wire.payload == b"1")
            return report.events()
        case ["longpush", index] if wire.payload == b"1":
            report = DeviceReport(device, wire)
            report.press("long", f"input:{index[:4]}")
            return report.events()
        case [("relay" | "emeter" | "light") as kind, index, name]:
            amount = number_of(text_of(wire.payload).strip())
            meter = METERS.get((kind, name))
            report = DeviceReport(device, wire)
            if meter is not None and amount is not None:
                meter(report, amount, "" if index == "0" else f"{kind}:{index[:4]}")
            return report.events()
    return []


def _gen1_status(device: str, wire: WireMessage) -> list[DialectEvent]:
    """Shelly Motion and the radiator valve say all in one object."""
    status = json_of(wire.payload)
    if not isinstance(status, dict):
        return []
    stamp = status.get("timestamp")
    report = DeviceReport(
        device, wire, mark=None if stamp is None else str(stamp), claimed=time_of(stamp)
    )
    for name, meaning in GEN1_STATUS.items():
        if status.get(name) is not None:
            meaning(report, status[name], "")
    return report.events()


def _gen1_press(device: str, index: str, wire: WireMessage) -> list[DialectEvent]:
    """`event_cnt` counts the presses: with `retain` on, the last one comes back at every
    subscription, and the count tells."""
    message = json_of(wire.payload)
    if not isinstance(message, dict) or not isinstance(word := message.get("event"), str):
        return []
    count = message.get("event_cnt")
    report = DeviceReport(device, wire, mark=None if count is None else f"{index[:4]}:{count}")
    if word:
        report.press(word, f"input:{index[:4]}")
    return report.events()


def _announced(wire: WireMessage) -> list[DialectEvent]:
    message = json_of(wire.payload) if wire.payload[:1] == b"{" else None
    if not isinstance(message, dict) or not isinstance(device := message.get("id"), str):
        return []
    text = {k: v[:200] for k, v in message.items() if isinstance(v, str)}
    return (
        [
            DeviceAnnounced(
                device, uid=text.get("mac", ""), vendor="Shelly", model=text.get("model", "")
            )
        ]
        if device
        else []
    )
