"""Whatever is sent, the fault is told to who sent it: no request is answered 500.

`schemathesis` makes requests of the API's own OpenAPI document; where a path names a thing, one
that is there is named half of the time. `make proofs` tries more.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.access import login
from store.db import Connection, Pool
from store.model import Role
from tests.integration.access.test_api_roles import VALUES
from tests.integration.api.api_kit import House, build_house
from tests.passwords import quick_hash
from tests.sizes import FULL

EXAMPLES = 60 if FULL else 8
ENDLESS = ("/api/v1/stream",)
WALL_CLOCK = "22:30:00+08:00"
EXTREMES: tuple[Any, ...] = (
    WALL_CLOCK,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31",
    float("nan"),
    float("inf"),
    -1e308,
    2**63,
    -(2**63) - 1,
    "\x00",
    "\ud800",
    [],
    {},
    None,
    True,
)


@pytest.fixture
def house(
    pool: Pool, conn: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setattr(login, "_NOBODYS_HASH", quick_hash("nobody's"))
    made = build_house(pool, conn, database_url)
    made.press()
    return made


def operations(house: House) -> Iterator[Any]:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.app)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # else the document is wrong
        if operation.path not in ENDLESS:
            yield operation


@pytest.mark.long
@pytest.mark.timeout(900)
def test_requests_of_every_kind_are_answered(house: House) -> None:
    """Break: comparing a time with a zone with one without (PUT of a home's rules)."""
    failed: dict[str, Any] = {}
    headers = {"Authorization": f"Bearer {house.tokens[Role.ADMIN]}"}
    for operation in operations(house):

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def answered(case: Any, known: bool) -> None:
            if known and case.path_parameters:
                names = case.path_parameters
                case.path_parameters = {name: VALUES.get(name, names[name]) for name in names}
            status = case.call(headers=headers).status_code
            if status >= 500:
                failed.setdefault(f"{case.method} {case.path}", (status, case.body, case.query))

        answered()
    assert not failed


def leaves(schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Ways to every value of a body."""
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, inner in schema.get("properties", {}).items():
        yield (name,)
        for further in leaves(inner, whole):
            yield (name, *further)


def body_with(way: tuple[str, ...], value: Any) -> Any:
    for name in reversed(way):
        value = {name: value}
    return value


def test_what_no_form_sends_is_answered_in_every_field(house: House) -> None:
    """Each field of each body at its worst, with the others left away or as they are."""
    client = house.client(Role.ADMIN)
    document = client.get("/api/v1/openapi.json").json()
    failed = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            if not schema:
                continue
            for way in leaves(schema, document):
                for value in EXTREMES:
                    sent = json.dumps(body_with(way, value)).encode()
                    answer = client.request(
                        method,
                        path.format(**VALUES),
                        content=sent,
                        headers={"Content-Type": "application/json"},
                    )
                    if answer.status_code >= 500:
                        failed[(method, path, way)] = (value, answer.status_code)
    assert not failed
