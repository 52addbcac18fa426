"""Every channel is told in one place, and whole."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import alerts.notify.channels
from alerts.notify.channels.interface import ChannelRecord
from alerts.notify.channels.registry import (
    BY_PHONE,
    CHANNELS,
    TO_PEOPLE,
    ChannelSettings,
    open_to_people,
    shown_address,
)
from alerts.notify.contact_methods import methods_for
from alerts.policy import Policy
from app.config.settings import HINTS
from store.model import OutboxLane
from store.notify.preferences import Preferences
from tests.sample_rows import person

FOLDER = Path(alerts.notify.channels.__file__).parent
ACCOUNT = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "token",
    "twilio_messaging_service_sid": "MG" + "0" * 32,
}


def test_each_module_that_tells_a_channel_is_in_the_registry() -> None:
    modules = [import_module(f"alerts.notify.channels.{path.stem}") for path in FOLDER.glob("*.py")]
    told = {
        module.CHANNEL.name: module.__name__.rpartition(".")[2]
        for module in modules
        if isinstance(getattr(module, "CHANNEL", None), ChannelRecord)
    }
    assert set(told) == set(CHANNELS)
    assert all(name == module for name, module in told.items()), "a channel's module has its name"


@pytest.mark.parametrize("record", CHANNELS.values(), ids=CHANNELS)
def test_a_channel_has_words_and_comes_to_an_end(record: ChannelRecord[ChannelSettings]) -> None:
    assert record.title
    assert record.by
    assert list(record.waits) == sorted(record.waits), "each pause at least as long as the last"
    if record.address is not None:
        assert record.to_people
        assert record.address.problem(""), "an empty address reaches nobody"


@pytest.mark.parametrize("record", TO_PEOPLE, ids=[record.name for record in TO_PEOPLE])
def test_a_channel_that_is_open_reaches_who_chose_it(
    record: ChannelRecord[ChannelSettings],
) -> None:
    chosen = Preferences(channels=[(record.name, 7)])
    only = Policy(channels=frozenset({record.name}))
    found = methods_for(person(1), chosen, "alarm", OutboxLane.LIFE, only)
    assert [method.channel for method in found] == [record.name]
    expected = f"{record.name}:7" if record.address else person(1).phone
    assert found[0].address == expected, "the row of an address, never the address itself"


def test_a_channel_that_only_newer_code_knows_is_passed_over() -> None:
    chosen = Preferences(channels=[("pigeon", 7), ("sms", 8)])
    found = methods_for(person(1), chosen, "alarm", OutboxLane.LIFE, Policy())
    assert [method.channel for method in found] == ["sms"]
    assert shown_address("pigeon", "coop 3") == ""


def test_each_setting_of_a_channel_says_what_to_write() -> None:
    for name, field in ChannelSettings.model_fields.items():
        assert field.description, name
        assert HINTS[name] == field.description


def test_calls_need_a_number_to_call_from() -> None:
    assert open_to_people(ChannelSettings()) == {"apprise"}, "what needs no account of ours"
    assert open_to_people(ChannelSettings.model_validate(ACCOUNT)) == {"apprise", "sms"}
    with_number = ChannelSettings.model_validate({**ACCOUNT, "twilio_from": "+14155550123"})
    assert open_to_people(with_number) == {"apprise", "sms", "voice"}
    assert {"sms", "voice"} == BY_PHONE


def test_reading_the_records_costs_no_client() -> None:
    """Every process reads them; a carrier's client takes most of a second to import."""
    code = (
        "import sys, alerts.notify.channels.registry; "
        "print([name for name in ('twilio', 'apprise', 'requests') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
