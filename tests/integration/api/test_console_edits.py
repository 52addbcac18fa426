"""What the desk edits: areas, responders, contacts, wishes, protocols; by page and by API."""

from typing import Any

import pytest

from store.alarm import protocols
from store.db import Connection, Pool
from store.duty import areas, rotas
from store.home import people
from store.model import Kind, Role
from store.notify import preferences
from tests.integration.api.api_kit import House, build_house

RIGHT_HALF = {"HX-Request": "true", "Accept": "text/html"}
WRITERS_ONLY = (
    "/console/areas/new",
    "/console/areas/G1",
    "/console/duty/new",
    "/console/duty/{responder}/edit",
    "/console/protocols/smoke/new",
)


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    conn.execute("UPDATE people SET language = 'en'")
    return build_house(pool, conn, database_url)


def page(house: House, path: str, role: Role = Role.SUPERVISOR) -> str:
    house.conn.execute("UPDATE people SET language = 'en'")
    answer = house.browser(role).get(path, headers=RIGHT_HALF)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_only_a_supervisor_is_shown_the_forms(house: House) -> None:
    """Broken on purpose by guarding a form with DESK."""
    for path in WRITERS_ONLY:
        url = path.format(responder=house.district.responder)
        assert "data-api" in page(house, url), url
        assert house.browser(Role.OPERATOR).get(url).status_code == 403, url
    for path in (
        "/console/areas",
        f"/console/duty/{house.district.responder}",
        "/console/protocols/smoke",
    ):
        shown = page(house, path, Role.OPERATOR)
        assert "/new" not in shown, path
        assert "/edit" not in shown, path


# areas


def test_an_area_is_added_renamed_and_moved(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    new = {"code": "C2", "name": "咸嘉社区", "level": "community", "parent": "D1"}
    assert boss.post("/api/v1/areas", json=new).json()["parent"] == "D1"
    assert boss.post("/api/v1/areas", json=new).status_code == 409
    moved = boss.patch("/api/v1/areas/G1", json={"parent": "C2", "name": "新网格"}).json()
    assert (moved["parent"], moved["name"], moved["level"]) == ("C2", "新网格", "grid")
    assert boss.get("/api/v1/homes?area=C2").json()["items"][0]["code"] == "H0001"
    shown = page(house, "/console/areas")
    assert shown.index('data-area="C2"') < shown.index('data-area="G1"')
    assert "2 homes, 1 responders" in shown
    assert "新网格" in page(house, "/console/areas/G1")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"parent": "G1"}, "C1 cannot lie in G1: that is the area itself or lies in it"),
        ({"parent": "C1"}, "C1 cannot lie in C1: that is the area itself or lies in it"),
        ({"parent": "X9"}, "there is no area X9"),
        ({"supervisor": 999999}, "there is no person 999999"),
        ({"name": " "}, "body.name: String should have at least 1 character"),
    ],
)
def test_an_area_that_cannot_be_is_refused_with_the_reason(
    house: House, body: dict[str, Any], detail: str
) -> None:
    """Broken on purpose by storing the parent unseen: every walk up would go on for ever."""
    answer = house.client(Role.SUPERVISOR).patch("/api/v1/areas/C1", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)
    found = areas.find(house.conn, "C1")
    assert found is not None
    assert (found.parent, found.name, found.supervisor) == ("D1", "望月社区", None)


def test_the_choice_of_a_parent_offers_nothing_that_lies_in_the_area(house: House) -> None:
    shown = page(house, "/console/areas/C1")
    assert '<option value="D1"' in shown
    assert '<option value="G1"' not in shown


def test_moving_a_responders_area_away_opens_the_hole_at_once(house: House) -> None:
    """Guarantee 10. Broken on purpose by leaving cover.check out of places.change_area."""
    boss = house.client(Role.SUPERVISOR)
    boss.patch(f"/api/v1/responders/{house.district.responder}", json={"area": "C1"})
    assert boss.get("/api/v1/cover").json()["items"] == []
    boss.patch("/api/v1/areas/G1", json={"parent": "D1"})
    assert [gap["area"] for gap in boss.get("/api/v1/cover").json()["items"]] == ["G1"]
    assert "Nobody is on duty" in page(house, "/console/duty")


# responders


def test_a_responder_is_changed_in_all_that_they_are(house: House) -> None:
    boss, who = house.client(Role.SUPERVISOR), house.district.responder
    new = {
        "name": "陈刚",
        "phone": "139 0000 0099",
        "language": "zh",
        "kind": "volunteer",
        "area": "C1",
        "skills": ["lift", "", "first aid", "lift"],
        "latitude": 28.2,
        "longitude": 112.9,
        "on_duty": False,
    }
    assert boss.patch(f"/api/v1/responders/{who}", json=new).status_code == 200
    found = rotas.responder(house.conn, who)
    assert found is not None
    assert (found.name, found.phone, found.language) == ("陈刚", "+8613900000099", "zh")
    assert (found.kind, found.area, found.skills) == ("volunteer", "C1", ["first aid", "lift"])
    assert (found.latitude, found.on_duty) == (28.2, False)
    edit = page(house, f"/console/duty/{who}/edit")
    assert 'value="first aid" data-list checked' in edit
    boss.patch(f"/api/v1/responders/{who}", json={"skills": [], "latitude": None})
    found = rotas.responder(house.conn, who)
    assert found is not None
    assert (found.skills, found.latitude, found.kind) == ([], None, "volunteer")


def test_a_new_responder_closes_the_hole_they_fill(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    boss.patch(f"/api/v1/responders/{house.district.responder}", json={"on_duty": False})
    assert boss.get("/api/v1/cover").json()["items"]
    new = {
        "name": "Zhou",
        "phone": "13900000077",
        "kind": "property",
        "area": "G1",
        "skills": ["lift"],
    }
    made = boss.post("/api/v1/responders", json=new).json()
    assert (made["phone"], made["skills"]) == ("+8613900000077", ["lift"])
    assert boss.get("/api/v1/cover").json()["items"] == []


@pytest.mark.parametrize("phone", ["12", "call me", "+0123456789", "0731-8888888", ""])
def test_a_number_that_is_no_telephone_is_said_at_its_field(house: House, phone: str) -> None:
    who = house.district.responder
    home = "/api/v1/homes/H0001/contacts"
    boss = house.client(Role.SUPERVISOR)
    for answer in (
        boss.patch(f"/api/v1/responders/{who}", json={"phone": phone}),
        boss.post(home, json={"name": "Niece", "phone": phone}),
    ):
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"] == "body.phone"
        assert "+8613912345678" in error["message"]


def test_a_rota_with_a_hole_says_so_on_the_page_of_who_has_it(house: House) -> None:
    who = house.district.responder
    shift = {
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "starts": "08:00",
        "ends": "20:00",
        "valid_from": "2026-11-01",
    }
    made = house.client(Role.SUPERVISOR).post(f"/api/v1/responders/{who}/shifts", json=shift)
    assert made.json()["gaps"]
    shown = page(house, f"/console/duty/{who}")
    assert "Nobody is on duty" in shown
    assert "11-21 20:00 – 11-22 08:00" in shown
    assert "2026-11-01" in shown


# contacts


def test_who_moves_up_in_the_order_moves_the_others_down(house: House) -> None:
    """Broken on purpose by storing the position alone: two contacts are then both the first."""
    desk, path = house.client(Role.OPERATOR), "/api/v1/homes/H0001/contacts"
    third = desk.get(path).json()["items"][2]
    desk.patch(f"{path}/{third['id']}", json={"position": 1})

    def order() -> list[tuple[int, str]]:
        return [(c["position"], c["name"]) for c in desk.get(path).json()["items"]]

    names = ["Wang Child 1-3", "Wang Child 1-1", "Wang Child 1-2"]
    assert order() == list(enumerate(names, start=1))
    new = {"name": "Niece", "phone": "+8613700000000", "position": 2}
    made = desk.post(path, json=new).json()
    assert order()[1] == (2, "Niece")
    desk.patch(f"{path}/{made['id']}", json={"position": 99})
    assert order()[-1] == (4, "Niece")
    shown = page(house, "/console/homes/H0001/contacts", Role.OPERATOR)
    assert shown.index("Wang Child 1-3") < shown.index("Wang Child 1-1")
    assert shown.count("data-contact=") == 4


def test_what_a_contact_hears_is_chosen_on_the_homes_page(house: House) -> None:
    desk, path = house.client(Role.OPERATOR), "/api/v1/homes/H0001/contacts"
    first = desk.get(path).json()["items"][0]
    desk.patch(f"{path}/{first['id']}", json={"hears": "end"})
    shown = page(house, "/console/homes/H0001/contacts", Role.OPERATOR)
    assert shown.count('name="hears"') == 4, "three contacts, and a new one"
    assert shown.count('value="end" selected') == 1


# wishes


def test_how_somebody_wants_to_be_reached_is_shown_without_the_secret(house: House) -> None:
    desk, daughter = house.client(Role.OPERATOR), house.district.home.contacts[0]
    path = f"/api/v1/people/{daughter}/ways"
    wanted = {
        "channels": [
            {"channel": "apprise", "address": "ntfy://host/secret-topic"},
            {"channel": "sms"},
        ],
        "kinds": ["cold"],
        "quiet_from": "22:00",
        "quiet_to": "07:00",
        "language": "en",
    }
    kept = desk.put(path, json=wanted).json()
    assert [c["channel"] for c in kept["channels"]] == ["apprise", "sms"]
    assert kept["language"] == "en"
    shown = page(house, f"/console/people/{daughter}", Role.OPERATOR)
    assert "secret-topic" not in shown
    assert "stays ntfy" in shown
    assert 'value="22:00"' in shown
    assert 'value="cold" data-list checked' in shown
    assert 'value="smoke"' not in shown, "a danger to life is nobody's choice"
    first = {name: value for name, value in kept["channels"][0].items() if name != "service"}
    again = {**wanted, "channels": [{"channel": "sms"}, first]}
    desk.put(path, json=again)
    second = preferences.channels_of(house.conn, daughter)[1]
    assert (second.channel, second.address) == ("apprise", "ntfy://host/secret-topic")
    person = people.find_person(house.conn, daughter)
    assert person is not None
    assert person.language == "en"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"channels": [{"channel": "sms"}, {"channel": "apprise", "address": "file:///x"}]},
            "way 2: write an address that begins with one of",
        ),
        ({"channels": [{"channel": "voice", "address": "x"}]}, "way 1: voice goes to the person's"),
        ({"quiet_from": "22:00"}, "quiet hours need a beginning and an end"),
        ({"kinds": ["boredom"]}, "kinds.0"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_at_the_way(
    house: House, body: dict[str, Any], said: str
) -> None:
    daughter = house.district.home.contacts[0]
    answer = house.client(Role.OPERATOR).put(f"/api/v1/people/{daughter}/ways", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert preferences.channels_of(house.conn, daughter) == []


# protocols


def test_the_next_version_of_a_protocol_and_the_one_before_stay_to_be_read(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    lines = [
        {"code": "call_119", "zh": "拨打119", "en": "Call 119"},
        {"zh": "新的", "en": "Quite new"},
        {"zh": "又一", "en": "Another"},
    ]
    new = {"kind": "smoke", "lines": lines, "review_by": "2027-05-01"}
    assert boss.post("/api/v1/protocols", json=new).status_code == 201
    (newest, old) = protocols.versions(house.conn, Kind.SMOKE)
    assert [line["code"] for line in newest.lines] == ["call_119", "line_1", "line_2"]
    shown = page(house, "/console/protocols/smoke")
    assert shown.index("Quite new") < shown.index('data-version="1"')
    assert old.lines[0]["en"] in shown
    assert "2027-05-01" in page(house, "/console/protocols", Role.OPERATOR)
    house.clock.move(days=300)
    assert "review overdue since 2027-05-01" in page(house, "/console/protocols")


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"lines": []}, 422, "a protocol has 1 to 30 lines"),
        ({"lines": [{"zh": "一", "en": "a"}] * 31}, 422, "a protocol has 1 to 30 lines"),
        ({"review_by": "2026-11-21"}, 409, "the review date must be in the future"),
        ({"review_by": "1999-01-01"}, 409, "the review date must be in the future"),
        ({"lines": [{"zh": "", "en": "a"}]}, 422, "lines.0.zh"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(
    house: House, change: dict[str, Any], status: int, said: str
) -> None:
    new = {"kind": "smoke", "lines": [{"zh": "一", "en": "a"}], "review_by": "2027-05-01"}
    answer = house.client(Role.SUPERVISOR).post("/api/v1/protocols", json={**new, **change})
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert len(protocols.versions(house.conn, Kind.SMOKE)) == 1
