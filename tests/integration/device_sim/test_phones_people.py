"""The phones as people and programs use them: the page, plain JSON, the live stream."""

import http.client
import json
from typing import Any

import pytest
import requests
from twilio.rest import Client

from device_sim.phones import Phones
from tests.integration.device_sim.test_phones import (
    DAUGHTER,
    SON,
    Webhook,
    phones,
    refused,
    send,
    twilio,
    webhook,
)

__all__ = ["phones", "twilio", "webhook"]


def put(phones: Phones, path: str, document: Any, method: str = "PUT") -> tuple[int, Any]:
    answer = requests.request(method, f"{phones.url}/phones/{path}", json=document, timeout=5)
    return answer.status_code, answer.json()


def test_people_use_the_phones_over_http(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    assert put(phones, DAUGHTER, {"name": "Li"})[1]["name"] == "Li"
    send(twilio, "hello")
    phones[DAUGHTER].wait_for_sms()
    assert put(phones, f"{DAUGHTER}/reply", {"text": "1"}, "POST")[0] == 201
    messages = requests.get(f"{phones.url}/phones/{DAUGHTER}/messages", timeout=5).json()
    assert [m["text"] for m in messages["messages"]] == ["hello", "1"]
    listing = requests.get(
        f"{phones.url}/phones", headers={"Accept": "application/json"}, timeout=5
    )
    assert [phone["name"] for phone in listing.json()["phones"]] == ["Li"]
    page = requests.get(f"{phones.url}/phones", timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert requests.get(f"{phones.url}/assets/phones.js", timeout=5).status_code == 200
    assert requests.get(f"{phones.url}/assets/cli.py", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("path", "document", "method", "status", "detail"),
    [
        (f"{SON}/behaviour", {"sms": "teleported"}, "PUT", 422, "sms"),
        (f"{SON}/behaviour", {"fax": {}}, "PUT", 422, "fax: Extra inputs"),
        (f"{SON}/behaviour", [], "PUT", 422, "body"),
        ("12345/behaviour", {"sms": "failed"}, "PUT", 422, "write it like +86"),
        (f"{SON}/reply", {"text": ""}, "POST", 422, "text"),
        (f"{SON}/reply", {"text": "1"}, "POST", 409, "say to whom with 'to'"),
        (f"{SON}/press", {"digits": "1"}, "POST", 409, "wait until it rings"),
        (f"{SON}/press", {"digits": "one"}, "POST", 422, "digits"),
        (SON, {"name": "x" * 81}, "PUT", 422, "name"),
    ],
)
def test_bad_input_is_answered_with_a_problem(
    phones: Phones, path: str, document: Any, method: str, status: int, detail: str
) -> None:
    answered, problem = put(phones, path, document, method)
    assert (answered, problem["status"]) == (status, status)
    assert detail in problem["detail"]


def test_a_behaviour_set_over_http_is_shown_and_runs_out(twilio: Client, phones: Phones) -> None:
    asked = {"sms": {"outcome": "rejected", "error_code": 21614, "times": 1}}
    status, shown = put(phones, f"{SON}/behaviour", asked)
    assert (status, shown["sms"]["error_code"], shown["sms"]["times"]) == (200, 21614, 1)
    assert refused(twilio, to=SON).code == 21614
    now = requests.get(f"{phones.url}/phones/{SON}/behaviour", timeout=5).json()
    assert now["sms"]["outcome"] == "delivered"


def test_the_stream_tells_of_a_message_as_it_comes(twilio: Client, phones: Phones) -> None:
    connection = http.client.HTTPConnection(phones.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/phones/stream")
    stream = connection.getresponse()

    def event() -> list[dict[str, Any]]:
        lines = iter(stream.readline, b"")
        data = next(line for line in lines if line.startswith(b"data: "))
        found: list[dict[str, Any]] = json.loads(data.removeprefix(b"data: "))
        return found

    assert event() == []
    send(twilio, "live")
    seen = event()
    while not any(m["on_phone"] for phone in seen for m in phone["messages"]):
        seen = event()
    assert seen[0]["messages"][0]["text"] == "live"
    connection.close()
