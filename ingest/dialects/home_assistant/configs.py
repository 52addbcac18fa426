"""Expands discovery configs: abbreviated keys, base topics, the device in them. Pure."""

from collections.abc import Mapping
from typing import Any

from ingest.dialects.home_assistant.abbreviations import CONFIG_KEYS, DEVICE_KEYS


def expanded_config(config: Mapping[str, Any]) -> dict[str, Any]:
    full = {CONFIG_KEYS.get(key, key): value for key, value in config.items()}
    base = full.pop("~", None)
    if isinstance(full.get("device"), dict):
        full["device"] = {DEVICE_KEYS.get(k, k): v for k, v in full["device"].items()}
    if isinstance(full.get("availability"), list):
        full["availability"] = [
            {CONFIG_KEYS.get(k, k): v for k, v in item.items()} if isinstance(item, dict) else item
            for item in full["availability"]
        ]
    if isinstance(base, str):
        _based(full, base)
    return full


def _based(config: dict[str, Any], base: str) -> None:
    for key, value in config.items():
        if isinstance(value, str) and key.endswith("topic"):
            if value.startswith("~"):
                value = base + value[1:]
            elif value.endswith("~"):
                value = value[:-1] + base
            config[key] = value
    listed = config.get("availability")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            _based(item, base)


def device_name(config: Mapping[str, Any], object_id: str) -> str:
    device = config.get("device")
    device = device if isinstance(device, dict) else {}
    identifiers = device.get("identifiers")
    first = identifiers[0] if isinstance(identifiers, list) and identifiers else identifiers
    connections = device.get("connections")
    if first is None and isinstance(connections, list) and connections:
        pair = connections[0]
        first = pair[1] if isinstance(pair, list) and len(pair) == 2 else None
    return str(first or config.get("unique_id") or object_id)[:128]


def label_of(config: Mapping[str, Any]) -> str:
    """The entity's own name; one that is null has its device's (docs: MQTT, naming of entities)."""
    device = config.get("device")
    if "name" in config and config["name"] is None and isinstance(device, dict):
        return str(device.get("name") or "")[:200]
    return str(config.get("name") or "")[:200]


def device_of(topic: str, config: Mapping[str, Any]) -> str:
    levels = topic.split("/")
    return device_name(expanded_config(config), levels[-2] if len(levels) > 1 else topic)


def device_description(config: Mapping[str, Any]) -> dict[str, str]:
    """Maker, model and name of the device in a config; empty without a device."""
    device = expanded_config(config).get("device")
    if not isinstance(device, dict):
        return {}
    return {
        key: str(device.get(key) or "")[:200]
        for key in ("manufacturer", "model", "model_id", "name")
    }


def availability_topics_of(config: Mapping[str, Any]) -> list[dict[str, str]]:
    listed = config.get("availability")
    listed = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
    single = config.get("availability_topic")
    if isinstance(single, str):
        shared = {**config, "topic": single, "value_template": config.get("availability_template")}
        listed = [*listed, shared]
    return [
        {
            "topic": item["topic"],
            "template": str(item.get("value_template") or ""),
            "online": str(item.get("payload_available", "online")),
            "off": str(item.get("payload_not_available", "offline")),
        }
        for item in listed[:10]
        if isinstance(item, dict) and isinstance(item.get("topic"), str)
    ]
