"""Homie, from the convention's versions 4 and 5."""

from typing import Any

import pytest

from ingest.dialects.vocabulary.events import DeviceLeft, Statement
from ingest.errors import UnreadableError
from tests.unit.dialects.dialect_reader import Home

STATE: list[tuple[str, set[str]]] = [
    ("ready", {"dev online"}),
    ("alert", {"dev online"}),
    ("init", set()),
    ("sleeping", set()),
    ("disconnected", {"dev offline"}),
    ("lost", {"dev offline"}),
]


@pytest.mark.parametrize(("state", "expected"), STATE)
@pytest.mark.parametrize("prefix", ["", "homie/", "5/"])
def test_a_device_is_there_or_not(prefix: str, state: str, expected: set[str]) -> None:
    assert Home("homie").says(f"{prefix}dev/$state", state, retain=True) == expected


def enum(words: str) -> dict[str, str]:
    return {"$datatype": "enum", "$format": words}


VALUES: list[tuple[str, dict[str, str], str, set[str]]] = [
    ("hall/smoke", {"$datatype": "boolean"}, "true", {"smoke on"}),
    ("hall/smoke", {"$datatype": "boolean"}, "TRUE", set()),
    ("hall/smoke", {"$datatype": "boolean"}, "1", set()),
    ("hall/smoke", {}, "false", {"smoke off"}),
    ("smoke/alarm", {"$datatype": "boolean"}, "true", {"smoke on"}),
    ("pipe/water-leak", {"$datatype": "boolean"}, "true", {"water_leak on"}),
    ("hall/motion", {"$datatype": "boolean"}, "true", {"motion on"}),
    ("door/open", {"$datatype": "boolean"}, "true", {"door on"}),
    ("door/contact", {"$datatype": "boolean"}, "true", {"unclear contact on"}),
    ("door/contact", {"$datatype": "boolean", "$format": "open,closed"}, "true", {"door off"}),
    ("door/contact", {"$datatype": "boolean", "$format": "close,open"}, "true", {"door on"}),
    ("pad/state", {"$datatype": "boolean"}, "true", {"unclear pad/state on"}),
    ("room/temperature", {"$datatype": "float", "$unit": "°C"}, "20.5", {"temperature 20.5"}),
    ("room/temperature", {"$datatype": "float", "$unit": "°F"}, "50", {"temperature 10"}),
    ("room/temperature", {"$datatype": "float", "$unit": "°C"}, "warm", set()),
    ("room/temperature", {"$datatype": "string"}, "20.5", {"temperature 20.5"}),
    ("plug/power", {"$datatype": "float", "$unit": "kW"}, "0.5", {"power 500"}),
    ("unit/battery", {"$datatype": "integer", "$unit": "%"}, "63", {"battery 63"}),
    ("unit/battery", {"$datatype": "float", "$unit": "V"}, "2.9", {"battery_voltage 2.9"}),
    ("key/action", {"$datatype": "enum", "$retained": "false"}, "sos", {"help_call on event"}),
    ("key/press", {"$datatype": "enum", "$retained": "false"}, "single", {"pressed single"}),
    ("panic-button/pressed", {"$datatype": "boolean"}, "true", {"help_call on"}),
    ("bed/occupied", {"$datatype": "boolean"}, "true", {"bed on"}),
    ("unit/name", {"$datatype": "string"}, "smoke", set()),
    ("door/contact", enum("open,closed"), "open", {"door on"}),
    ("door/contact", enum("open,closed"), "closed", {"door off"}),
    ("door/contact", enum("closed,open"), "open", {"door on"}),
    ("door/state", enum("open,closed"), "open", {"door on"}),
    ("entry/position", enum("OPEN,CLOSED"), "CLOSED", {"door off"}),
    ("kitchen/window", enum("open,tilted,closed"), "tilted", {"door on"}),
    ("water/state", enum("open,closed"), "open", {"door on"}),
    ("water/valve", enum("open,closed"), "open", set()),
    ("room/blind", enum("open,closed"), "open", set()),
    ("gate/state", enum("open,opening,closed"), "open", set()),
    ("gate/state", {**enum("open,closed"), "$settable": "true"}, "open", set()),
    ("door/contact", enum("on,off"), "on", {"unclear contact on"}),
    ("door/contact", {"$datatype": "string"}, "open", {"door on"}),
    ("hall/motion", enum("detected,clear"), "detected", {"motion on"}),
    ("hall/presence", enum("detected,clear"), "clear", {"presence off"}),
    ("hall/presence", enum("home,away"), "away", set()),
    ("smoke/state", enum("detected,clear"), "detected", {"smoke on"}),
    ("smoke/state", enum("clear,smoke"), "smoke", {"smoke on"}),
    ("smoke/state", enum("clear,smoke"), "clear", {"smoke off"}),
    ("smoke/state", enum("clear,unknown"), "unknown", set()),
    ("smoke/state", enum("clear,heating,smoke"), "heating", set()),
    ("fall/state", enum("fall,normal"), "fall", {"fall on"}),
    ("co/alarm", enum("alarm,normal"), "alarm", {"carbon_monoxide on"}),
    ("pipe/leak", enum("wet,dry"), "wet", {"water_leak on"}),
    ("sos/state", enum("pressed,released"), "pressed", {"help_call on"}),
    ("pad/state", enum("on,off"), "on", {"unclear pad/state on"}),
    ("pad/state", enum("on,off"), "off", {"unclear pad/state off"}),
    ("tracker/alarm-flag", enum("yes,no"), "yes", {"unclear tracker/alarm-flag on"}),
    ("relay/on", {"$datatype": "boolean", "$settable": "true"}, "true", set()),
    ("fan/mode", enum("on,off"), "on", set()),
    ("smoke-detector/state", enum("alarm,ok"), "alarm", {"smoke on"}),
    ("co-detector/state", enum("alarm,ok"), "ok", {"carbon_monoxide off"}),
    ("motion-sensor/state", {"$datatype": "boolean"}, "true", {"motion on"}),
    ("sos/button", enum("pressed,idle"), "pressed", {"help_call on"}),
    ("bed/state", enum("in_bed,out_of_bed"), "in_bed", {"bed on"}),
    ("relay/state", enum("on,off"), "on", set()),
    ("hall/smoke", {"$datatype": "boolean"}, "\x00", set()),
]


@pytest.mark.parametrize(("path", "attributes", "value", "expected"), VALUES)
def test_a_value_of_homie_4_says(
    path: str, attributes: dict[str, str], value: str, expected: set[str]
) -> None:
    home = Home("homie")
    for name, text in attributes.items():
        home.hears(f"dev/{path}/{name}", text, retain=True)
    assert home.says(f"dev/{path}", value, retain=True) == expected


def described(**more: Any) -> Home:
    home = Home("homie")
    nodes = {
        "entry": {"properties": {"contact": {"datatype": "boolean", "format": "closed,open"}}},
        "air": {"properties": {"temperature": {"datatype": "float", "unit": "°F"}}},
        "key": {"properties": {"press": {"datatype": "enum", "retained": False}}},
    }
    home.hears("5/dev/$description", {"homie": "5.0", "nodes": nodes, **more}, retain=True)
    return home


def test_a_value_of_homie_5_is_read_with_its_description() -> None:
    home = described()
    assert home.says("5/dev/entry/contact", "true") == {"door on"}
    assert home.says("5/dev/air/temperature", "50") == {"temperature 10"}
    assert home.says("5/dev/key/press", "double") == {"pressed double"}


def test_a_new_description_replaces_the_old_one() -> None:
    home = described()
    home.hears("5/dev/$description", {"homie": "5.0", "nodes": {}}, retain=True)
    assert home.says("5/dev/air/temperature", "50") == {"temperature 50"}


def test_what_is_behind_a_lost_root_is_lost() -> None:
    home = described(children=["child"])
    home.hears("5/child/$description", {"nodes": {}, "children": ["grandchild", "dev"]})
    assert home.says("5/dev/$state", "lost") == {
        "dev offline",
        "child offline",
        "grandchild offline",
    }
    assert home.says("5/dev/$state", "ready") == {"dev online"}


def test_a_child_may_name_its_root_itself() -> None:
    home = Home("homie")
    home.hears("5/child/$description", {"nodes": {}, "root": "hub", "parent": "hub"})
    assert home.says("5/hub/$state", "lost") == {"hub offline", "child offline"}


@pytest.mark.parametrize("topic", ["dev/door/lock/set", "5/dev/door/open/$target", "dev/x/y/set"])
def test_commands_are_not_read(topic: str) -> None:
    assert Home("homie").says(topic, "true") == set()


def test_an_emptied_state_is_a_removed_device() -> None:
    assert Home("homie").hears("5/dev/$state", "", retain=True) == [DeviceLeft("dev")]


@pytest.mark.parametrize("payload", ["{", "[]", "7"])
def test_a_description_that_is_none_is_unreadable(payload: str) -> None:
    with pytest.raises(UnreadableError, match="description"):
        Home("homie").hears("5/dev/$description", payload)


def test_each_node_is_a_part_for_itself() -> None:
    home = Home("homie")
    (kitchen,) = home.hears("leak/kitchen/water-leak", "true")
    (bath,) = home.hears("leak/bath/water-leak", "false")
    assert isinstance(kitchen, Statement)
    assert isinstance(bath, Statement)
    assert (kitchen.part, bath.part) == ("kitchen", "bath")
