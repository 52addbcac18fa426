"""A centre says it in its own words: versions, what is in force, and what people then read.

Broken on purpose by reading the texts once at the start, and by choosing the product's after it.
"""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from alerts import own_texts
from alerts.errors import NotFoundError, UnacceptableError
from alerts.notify import own_text_versions
from alerts.notify.carriers.aliyun.sms import AliyunSms
from alerts.notify.carriers.routing import usable_templates
from alerts.notify.wording.originals import ORIGINALS
from alerts.own_texts import OwnTexts
from alerts.work import overdue
from app.bootstrap import shipped_defaults
from device_sim.phones import Phones
from store.model import Role, User
from store.notify import message_texts
from store.notify.message_texts import TextVersion
from tests.aliyun import account, simulated
from tests.integration.notify.test_aliyun_sms import NUMBER, message
from tests.integration.work.test_work_orders import order_for, supervisor
from tests.world import World

OWN = "{where}有人按了按钮：{kind} {at}。能去回 1，不能回 2。编号 {code}"
SIGNATURE = "【芙蓉区民政】"


@pytest.fixture
def boss(world: World) -> User:
    return replace(world.district.operator, role=Role.SUPERVISOR)


def write(world: World, boss: User, name: str, body: str, code: str = "") -> TextVersion:
    made = world.run(own_text_versions.write, name, "zh", body, code, boss, world.now())
    world.run(lambda conn: world.policy.own_texts.read(conn))
    return made


def chinese(world: World) -> None:
    world.sql("UPDATE people SET language = 'zh'")


def bodies(world: World) -> list[str]:
    return world.sql("SELECT body FROM notifications WHERE purpose = 'alarm' ORDER BY id")


def test_the_next_alarm_is_told_in_the_centre_s_words(world: World, boss: User) -> None:
    chinese(world)
    write(world, boss, "alarm", OWN)
    write(world, boss, "signature", SIGNATURE)
    write(world, boss, "alarm_call", "{where}，{kind}，编号{code}，能去按1")
    world.press()
    world.pass_time(120)
    told = bodies(world)
    assert told
    assert all(body.startswith(SIGNATURE) for body in told)
    assert all("能去回 1，不能回 2" in body for body in told)
    spoken = world.sql("SELECT spoken FROM notifications WHERE purpose = 'alarm'")
    assert all(said.endswith("能去按1") for said in spoken)


def test_a_running_process_says_them_within_seconds(
    world: World, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break: read them once."""
    running, seconds = OwnTexts(), [100.0]
    monkeypatch.setattr(own_texts, "monotonic", lambda: seconds[0])
    running.first_look(world.pool)
    write(world, boss, "alarm", OWN)
    world.run(running.look)
    assert running.get("alarm", "zh") is None, "not with every message"
    seconds[0] += own_texts.LOOK_EVERY
    world.run(running.look)
    found = running.get("alarm", "zh")
    assert found is not None
    assert found.body == OWN


def test_versions_are_kept_and_one_can_be_said_again(world: World, boss: User) -> None:
    first, second = (write(world, boss, "alarm", OWN + each) for each in ("。", "！"))
    versions = world.run(message_texts.versions, "alarm", "zh")
    assert [one.in_force for one in versions] == [True, False, False]
    again = world.run(
        own_text_versions.put_in_force, "alarm", "zh", first.version, boss, world.now()
    )
    assert (again.in_force, again.body) == (True, first.body)
    product = versions[-1]
    assert product.created_by is None
    world.run(own_text_versions.put_in_force, "alarm", "zh", product.version, boss, world.now())
    assert world.run(message_texts.chosen) == [], "the product's next words follow"
    with pytest.raises(NotFoundError):
        world.run(own_text_versions.put_in_force, "alarm", "zh", 99, boss, world.now())
    assert second.version == first.version + 1


def test_nothing_is_written_over_or_taken_away(world: World, boss: User) -> None:
    made = write(world, boss, "alarm", OWN)
    for table in ("message_texts", "message_text_choices"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = DEFAULT"):
            with pytest.raises(psycopg.Error, match="append-only"):
                world.sql(statement)
    with pytest.raises(UnacceptableError):
        write(world, boss, "alarm", "编号 {code}")
    (in_force,) = [v for v in world.run(message_texts.versions, "alarm", "zh") if v.in_force]
    assert in_force.id == made.id


def test_an_upgrade_stands_beside_the_centre_s_own(
    world: World, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing was written the product's new words are in force at once."""
    write(world, boss, "alarm", OWN)
    assert world.run(shipped_defaults.install, world.now()) == []
    new = {
        (name, "zh"): replace(ORIGINALS[name, "zh"], body="{where} {kind} {code}")
        for name in ("alarm", "fault")
    }
    monkeypatch.setattr(shipped_defaults, "ORIGINALS", {**ORIGINALS, **new})
    lines = world.run(shipped_defaults.install, world.now())
    assert lines == ["texts: 2 of the product, 1 of them beside the centre's own, not in force"]
    in_force = {
        one.name: one.body for one in world.run(message_texts.newest) if one.language == "zh"
    }
    assert (in_force["alarm"], in_force["fault"]) == (OWN, "{where} {kind} {code}")
    assert world.run(shipped_defaults.install, world.now()) == []


def test_a_registered_template_in_own_words_leaves_under_its_own_code(
    world: World, boss: User
) -> None:
    """The carrier checks that the variables are those of the approved text."""
    own = "${where}需要帮助（${kind}），请尽快回复1去或2不去，编号${code}。"
    write(world, boss, "aliyun_alarm", own, "SMS_7700")
    assert "alarm" in usable_templates("aliyun", world.policy)

    def chosen(name: str) -> message_texts.ChosenText | None:
        return world.run(message_texts.chosen_one, f"aliyun_{name}", "zh")

    registered = simulated()
    registered.catalogue["templates"]["SMS_7700"] = {"content": own}  # type: ignore[index]
    with Phones("AC" + "0" * 32, "t", alibaba=registered) as phones:
        carrier = AliyunSms(replace(account(phones.url), own=chosen, templates={}))
        carrier.send(message())
        assert phones[NUMBER].wait_for_sms("需要帮助（紧急呼叫）")


def test_no_message_that_is_queued_forgets_the_centre_s_words(world: World, boss: User) -> None:
    """Whoever is told, by whatever part of the product: each text stands under the signature."""
    chinese(world)
    write(world, boss, "signature", SIGNATURE)
    alarm = world.raised()
    world.pass_time(120)
    for phone in world.home.phones:
        world.arrives(phone)
    world.acknowledge(alarm.id)
    world.text(world.home.phones[0], "1")
    world.text(world.home.phones[0], "??")
    world.close(alarm.id)
    supervisor(world)
    order_for(world, "device_fault")
    world.sql("UPDATE people SET language = 'zh'")
    world.time += timedelta(days=30)
    world.run(overdue.notify_overdue, world.now(), world.policy)
    told = world.sql(
        "SELECT DISTINCT purpose, left(body, 7) FROM notifications WHERE channel = 'sms'"
    )
    assert {purpose for purpose, _ in told} > {"alarm", "offer", "answer", "over", "overdue"}
    assert {start for _, start in told} == {SIGNATURE}
