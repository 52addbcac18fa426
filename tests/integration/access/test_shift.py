"""An operator's shift has a telephone: their own, and nobody else's."""

import pytest

from store.db import Connection, Pool
from store.model import Role
from tests.integration.api.api_kit import House, build_house

OWN, OTHER = "+8613700000001", "+8613700000002"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def test_it_begins_with_a_telephone_and_ends_without_forgetting_it(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    assert desk.get("/api/v1/shift").json() == {"telephone": None, "since": None}
    begun = desk.put("/api/v1/shift", json={"telephone": "137 0000 0001"})
    assert begun.json()["telephone"] == OWN, "written as people write it"
    assert desk.delete("/api/v1/shift").status_code == 204
    assert desk.get("/api/v1/shift").json() == {"telephone": OWN, "since": None}
    assert desk.put("/api/v1/shift").json()["telephone"] == OWN


def test_it_is_nobody_else_s(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    assert desk.put("/api/v1/shift", json={"telephone": OTHER}).status_code == 200
    colleague = house.client(Role.SUPERVISOR)
    for taken in (OTHER, house.district.home.phones[0], house.district.responder_phone):
        refused = colleague.put("/api/v1/shift", json={"telephone": taken})
        assert (refused.status_code, "somebody else's" in refused.text) == (409, True), taken
    assert colleague.get("/api/v1/shift").json()["telephone"] is None


def test_a_number_that_cannot_be_is_refused(house: House) -> None:
    refused = house.client(Role.OPERATOR).put("/api/v1/shift", json={"telephone": "12"})
    assert refused.status_code == 422
