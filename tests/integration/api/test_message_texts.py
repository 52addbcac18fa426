"""What messages say, at the console and by the API: who may write it, and what is refused.

Broken on purpose by letting an operator write, and by a preview that changes something.
"""

import pytest

from store.db import Connection, Pool
from store.model import Role
from tests.integration.api.api_kit import House, build_house

ALARM = "/api/v1/texts/alarm/zh"
OWN = "{where}有{kind}，编号{code}"
RIGHT_HALF = {"HX-Request": "true", "Accept": "text/html"}


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def test_a_supervisor_writes_it_and_everybody_at_the_desk_reads_it(house: House) -> None:
    boss, desk = house.client(Role.SUPERVISOR), house.client(Role.OPERATOR)
    assert desk.post(ALARM, json={"body": OWN}).status_code == 403
    made = boss.post(ALARM, json={"body": OWN})
    assert made.status_code == 201, made.text
    assert made.json() | {"own": True, "in_force": True, "body": OWN} == made.json()
    listed = {(i["name"], i["language"]): i for i in desk.get("/api/v1/texts").json()["items"]}
    assert listed["alarm", "zh"]["body"] == OWN
    assert listed["alarm", "en"]["own"] is False
    assert {"code", "kind"} <= set(listed["alarm", "zh"]["needed"])
    versions = desk.get(ALARM).json()["items"]
    assert [(v["version"], v["own"], v["in_force"]) for v in versions] == [
        (2, True, True),
        (1, False, False),
    ]
    again = boss.post(f"{ALARM}/1/in-force")
    assert (again.status_code, again.json()["in_force"]) == (200, True)


@pytest.mark.parametrize(
    ("path", "json", "status"),
    [
        ("/api/v1/texts/nothing/zh", {"body": OWN}, 404),
        ("/api/v1/texts/aliyun_alarm/en", {"body": OWN}, 404),
        ("/api/v1/texts/alarm/fr", {"body": OWN}, 422),
        (ALARM, {"body": "x" * 2001}, 422),
        (ALARM, {"body": OWN, "more": 1}, 422),
        (ALARM, {"body": "no variable"}, 422),
        (f"{ALARM}/7/in-force", {}, 404),
        (f"{ALARM}/0/in-force", {}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    house: House, path: str, json: dict[str, object], status: int
) -> None:
    boss = house.client(Role.SUPERVISOR)
    before = boss.get("/api/v1/texts").json()
    answer = boss.post(path, json=json)
    assert answer.status_code == status, answer.text
    assert boss.get("/api/v1/texts").json() == before


def test_the_pages_show_versions_previews_and_what_is_wrong(house: House) -> None:
    house.conn.execute("UPDATE people SET language = 'en'")
    boss, desk = house.browser(Role.SUPERVISOR), house.browser(Role.OPERATOR)
    listed = desk.get("/console/texts", headers=RIGHT_HALF).text
    assert "/console/texts/alarm/zh" in listed
    assert "own words" not in listed
    assert "/new" not in desk.get("/console/texts/alarm/zh", headers=RIGHT_HALF).text
    assert desk.get("/console/texts/alarm/zh/new").status_code == 403
    edit = boss.get("/console/texts/alarm/zh/new", headers=RIGHT_HALF).text
    assert "王秀英家 紧急呼叫 08:05" in edit
    preview = "/console/texts/alarm/zh/preview"
    good = boss.get(preview, params={"body": OWN}, headers=RIGHT_HALF).text
    assert "【安心】王秀英家有紧急呼叫，编号4711" in good
    assert "SMS segments: 1" in good
    bad = boss.get(preview, params={"body": "{door}"}, headers=RIGHT_HALF).text
    assert "unknown variable: door" in bad
    assert "own words" not in boss.get("/console/texts", headers=RIGHT_HALF).text
    house.client(Role.SUPERVISOR).post(ALARM, json={"body": OWN})
    shown = boss.get("/console/texts/alarm/zh", headers=RIGHT_HALF).text
    assert "Say it like this again" in shown
    assert "own words" in boss.get("/console/texts", headers=RIGHT_HALF).text


def test_every_message_has_a_title_and_every_variable_a_meaning(house: House) -> None:
    """Nothing of the code is shown instead of words."""
    from alerts.notify.wording.originals import ORIGINALS
    from api.console.notify.text_titles import TITLES, VARIABLES

    assert {original.name for original in ORIGINALS.values()} <= set(TITLES)
    assert {v for original in ORIGINALS.values() for v in original.variables} <= set(VARIABLES)
    for name, language in ORIGINALS:
        page = f"/console/texts/{name}/{language}/new"
        assert house.browser(Role.SUPERVISOR).get(page, headers=RIGHT_HALF).status_code == 200
