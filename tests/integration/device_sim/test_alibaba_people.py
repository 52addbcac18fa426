"""Simulated people answer what comes through Alibaba Cloud as they answer everything else."""

from collections.abc import Iterator

import pytest

from device_sim.people.phone_owners import PhoneOwners
from device_sim.phones import MessageType, Phones
from device_sim.scenario.model import Contacts, Responders
from device_sim.scenario.values import Between
from tests.integration.device_sim.alibaba_clients import DAUGHTER, SON, Clients, clients, phones

__all__ = ["clients", "phones"]
AT_ONCE = Between(0.0, 0.0)
TEXTS = {
    "SMS_10": {"content": "${where}有报警。回复1我去，2去不了。打开网页，输入编号${code}。"},
    "SMS_11": {"content": "已派您前往。打开网页，输入编号${code}查看。到达请回复4。"},
}


@pytest.fixture
def people(phones: Phones) -> Iterator[PhoneOwners]:
    """A daughter who always goes, and a responder who always accepts."""
    phones.alibaba.catalogue.register({"templates": TEXTS})
    family = Contacts(replies=1.0, going=1.0, cannot=0.0, after=AT_ONCE)
    responders = Responders(accepts=1.0, after=AT_ONCE, travels=AT_ONCE)
    numbers = {DAUGHTER: False, SON: True}
    people = PhoneOwners(family, responders, phones.url, numbers, seed=1, speed=1.0)
    people.start()
    yield people
    people.stop()


@pytest.mark.usefixtures("people")
def test_a_relative_answers_with_the_alarm_s_code(clients: Clients) -> None:
    sent = clients.send(
        template_code="SMS_10", variables={"where": "H0001", "code": "4711"}, sms_up_extend_code="7"
    )
    assert sent["Code"] == "OK"
    (reply,) = clients.received(MessageType.SMS_UP)
    assert (reply["content"], reply["dest_code"]) == ("1 4711", "7")


@pytest.mark.usefixtures("people")
def test_a_responder_accepts_and_arrives(clients: Clients) -> None:
    clients.send("13800000002", template_code="SMS_10", variables={"where": "H1", "code": "4711"})
    assert clients.received(MessageType.SMS_UP)[0]["content"] == "1 4711"
    clients.send("13800000002", template_code="SMS_11", variables={"code": "4711"})
    assert clients.received(MessageType.SMS_UP)[0]["content"] == "4 4711"


@pytest.mark.usefixtures("people")
def test_a_relative_answers_a_call_with_a_key(clients: Clients) -> None:
    clients.ask()
    assert clients.received(MessageType.VOICE_REPORT)[0]["dtmf"] == "11", "listens, then answers"
