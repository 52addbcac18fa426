"""The topic grammar, with what devices and mischief make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.topics import MAX_NAME, RESERVED, TOPIC_DIALECTS, Leaf, TopicAddress, parse_topic

LONG = "x" * MAX_NAME


@pytest.mark.parametrize(
    ("topic", "address"),
    [
        ("homes/H0001/button-1/signal", TopicAddress(Leaf.SIGNAL, "H0001", "button-1")),
        ("homes/H0001/button-1/reading", TopicAddress(Leaf.READING, "H0001", "button-1")),
        ("homes/H0001/button-1/status", TopicAddress(Leaf.STATUS, "H0001", "button-1")),
        ("homes/H0001/卫生间/signal", TopicAddress(Leaf.SIGNAL, "H0001", "卫生间")),
        ("homes/H0001/signal/signal", TopicAddress(Leaf.SIGNAL, "H0001", "signal")),
        ("homes/H0001/status", TopicAddress(Leaf.HUB_STATUS, "H0001")),
        ("homes/H0001/ack", TopicAddress(Leaf.FROM_CENTRE, "H0001")),
        ("homes/H0001/progress", TopicAddress(Leaf.FROM_CENTRE, "H0001")),
        (f"homes/{LONG}/{LONG}/signal", TopicAddress(Leaf.SIGNAL, LONG, LONG)),
        (
            "homes/H0001/zigbee2mqtt/0x01/availability",
            TopicAddress(Leaf.DIALECT, "H0001", dialect="zigbee2mqtt", rest="0x01/availability"),
        ),
        (
            "application/1/device/24E1/event/up",
            TopicAddress(
                Leaf.DIALECT, "", "24e1", "chirpstack", "application/1/device/24E1/event/up"
            ),
        ),
        (
            "v3/app@ttn/devices/d/up",
            TopicAddress(Leaf.DIALECT, "", "app@ttn/d", "ttn", "v3/app@ttn/devices/d/up"),
        ),
        ("homes/H0001/tasmota", TopicAddress(Leaf.DIALECT, "H0001", dialect="tasmota")),
    ],
)
def test_read(topic: str, address: TopicAddress) -> None:
    assert parse_topic(topic) == address


@pytest.mark.parametrize("dialect", sorted(TOPIC_DIALECTS))
def test_the_dialect_wins_over_a_device_of_that_name(dialect: str) -> None:
    assert parse_topic(f"homes/H1/{dialect}/signal").leaf == Leaf.DIALECT


@pytest.mark.parametrize("name", sorted(RESERVED - TOPIC_DIALECTS))
def test_reserved_names_are_never_devices(name: str) -> None:
    with pytest.raises(UnreadableError):
        parse_topic(f"homes/H1/{name}/signal")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "/",
        "homes",
        "homes/",
        "homes/H1",
        "homes//d/signal",
        "homes/H1//signal",
        "homes//status",
        "homes/H1/d",
        "homes/H1/d/",
        "homes/H1/d/signal/",
        "homes/H1/d/Signal",
        "homes/H1/d/hub_status",
        "homes/H1/d/dialect",
        "homes/H1/d/ours",
        "homes/H1/d/e/signal",
        "Homes/H1/d/signal",
        "/homes/H1/d/signal",
        "home/H1/d/signal",
        "application/1/device/2/command",
        "v3/a/devices",
        "v3/a/gateways/g/up",
        f"homes/{LONG}x/d/signal",
        f"homes/H1/{LONG}x/signal",
        "homes/H\x00/d/signal",
        "(topic is not UTF-8)",
    ],
)
def test_refused_with_a_reason(topic: str) -> None:
    with pytest.raises(UnreadableError, match=r"^topic: "):
        parse_topic(topic)


levels = st.one_of(
    st.sampled_from(
        ["homes", "H1", "signal", "reading", "status", "ack", "v3", *TOPIC_DIALECTS, ""]
    ),
    st.text(max_size=140),
)


@given(st.lists(levels, max_size=6).map("/".join))
def test_any_topic_is_read_or_refused(topic: str) -> None:
    try:
        address = parse_topic(topic)
    except UnreadableError:
        return
    assert topic.startswith(f"homes/{address.home}/" if address.home else ("application/", "v3/"))
    assert address.device not in RESERVED
