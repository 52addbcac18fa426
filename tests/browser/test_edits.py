"""A supervisor sets the centre up at the console, and is told what cannot be."""

import pytest
from playwright.sync_api import Locator, Page, expect

from store.alarm import protocols
from store.duty import areas, rotas
from store.home import people
from store.model import Kind, Role
from store.notify import preferences
from tests.browser.centre import Centre
from tests.screens.visiting import visit

pytestmark = pytest.mark.long


def supervisor(centre: Centre, username: str = "sun", language: str = "zh") -> Page:
    centre.employ(username, "孙主任", language, Role.SUPERVISOR)
    return centre.at_work(username)


def save(form: Locator) -> None:
    form.locator("button.primary").click()


def test_a_new_grid_with_its_responder_and_their_rota(centre: Centre) -> None:
    """The story of a new grid: what is wrong is said at its field, in Chinese."""
    page = supervisor(centre)
    page.locator(".places a[href='/console/areas']").click()
    page.locator("a[href='/console/areas/new']").click()
    form = page.locator("#area-form")
    form.get_by_label("编号").fill("G1")
    form.get_by_label("层级").select_option("grid")
    form.get_by_label("区域名称").fill("第二网格")
    form.get_by_label("所属上级").select_option("C1")
    save(form)
    expect(form.locator(".at-field")).to_have_text("已有编号为 G1 的区域")
    form.get_by_label("编号").fill("G2")
    save(form)
    expect(page.locator("[data-area=G2]")).to_contain_text("第二网格")

    page.locator(".places a[href='/console/duty']").click()
    page.locator("a[href='/console/duty/new']").click()
    form = page.locator("#responder-form")
    form.get_by_label("姓名").fill("周强")
    form.get_by_label("电话").fill("12345")
    form.get_by_label("区域").select_option("G2")
    form.locator("[name=skills]").last.fill("急救，搬运")
    save(form)
    expect(form.locator(".at-field")).to_contain_text("这是服务热线，不是个人号码")
    form.get_by_label("电话").fill("139 0000 0088")
    save(form)
    page.get_by_role("link", name="周强").click()
    expect(page.locator(".view .place")).to_contain_text("急救、搬运")
    shift = page.locator("form[data-api$='/shifts']")
    for day in range(1, 8):
        shift.locator(f"[name=weekdays][value='{day}']").check()
    shift.locator("[name=starts]").fill("08:00")
    shift.locator("[name=ends]").fill("20:00")
    shift.get_by_role("button").click()
    expect(page.locator(".holes")).to_be_visible()

    found = next(r for r in rotas.all_responders(centre.conn) if r.name == "周强")
    assert (found.phone, found.area, found.skills) == ("+8613900000088", "G2", ["急救", "搬运"])


def test_an_area_is_not_put_into_itself_and_can_move_to_the_top(centre: Centre) -> None:
    page = supervisor(centre, "boss", "en")
    visit(page, "/console/areas/C1")
    form = page.locator("#area-form")
    form.locator("[name=parent]").evaluate(  # a page that was open while somebody moved G1 below
        "(list) => list.add(new Option('G1', 'G1', true, true))"
    )
    save(form)
    expect(form.locator(".at-field")).to_contain_text("that is the area itself or lies in it")
    form.locator("[name=parent]").select_option("")
    form.locator("[name=timezone]").fill("Mars/Base")
    save(form)
    expect(form.locator(".at-field")).to_contain_text("name of a time zone")
    form.locator("[name=timezone]").fill("")
    save(form)
    expect(page.locator("[data-area=C1]")).to_be_visible()
    found = areas.find(centre.conn, "C1")
    assert found is not None
    assert (found.parent, found.timezone) == (None, None)


def test_a_daughter_is_added_first_and_called_before_she_is_written_to(centre: Centre) -> None:
    page = centre.at_work("zhao")
    visit(page, "/console/homes/H0001")
    page.locator("a[href$='/contacts']").click()
    form = page.locator("#new-contact")
    form.locator("[name=position]").fill("1")
    form.locator("[name=name]").fill("王小丽")
    form.locator("[name=phone]").fill("13700000001")
    form.locator("[name=relation]").select_option("niece")
    save(form)
    first = page.locator("[data-contact]").first
    expect(first.locator("[name=name]")).to_have_value("王小丽")
    first.get_by_role("link").click()
    form = page.locator("#wishes-form")
    for channel in ("sms", "voice", "apprise"):
        form.locator("[data-part=add]").click()
        form.locator("[data-item]").last.locator("[name=channel]").select_option(channel)
    form.locator("[data-item]").nth(1).locator("[data-part=up]").click()
    form.locator("[data-item]").nth(2).locator("[name=address]").fill("file:///etc")
    form.locator("[data-chooses]").last.select_option("some")
    form.locator("[name=kinds][value=cold]").check()
    form.locator("[name=quiet_from]").fill("22:00")
    save(form)
    expect(form.locator("[data-error]")).to_contain_text("免打扰时段要同时填写开始和结束时间")
    form.locator("[name=quiet_to]").fill("07:00")
    save(form)
    expect(form.locator("[data-item]").nth(2).locator(".at-field")).to_contain_text("地址应以")
    form.locator("[data-item]").nth(2).locator("[data-part=remove]").click()
    with page.expect_navigation():
        save(form)
    expect(page.locator("#wishes-form [data-item]")).to_have_count(2)
    expect(page.locator("[name=kinds][value=cold]")).to_be_checked()
    (niece,) = people.find_by_phone(centre.conn, "+8613700000001")
    wishes = preferences.of_person(centre.conn, niece.id, None)
    assert [channel for channel, _ in wishes.channels] == ["voice", "sms"]
    assert wishes.kinds == ["cold"]


def test_the_next_version_of_a_protocol_is_written_line_by_line(centre: Centre) -> None:
    page = supervisor(centre)
    page.locator(".places a[href='/console/protocols']").click()
    page.locator("a[href='/console/protocols/smoke']").click()
    page.locator("a[href='/console/protocols/smoke/new']").click()
    form = page.locator("#protocol-form")
    expect(form.locator("[data-item]")).to_have_count(6)
    for _ in range(6):
        form.locator("[data-part=remove]").first.click()
    save(form)
    expect(form.locator("[data-error]")).to_contain_text("处置步骤要有 1 到 30 条")
    for words in (("先拨119", "Call 119 first"), ("再打给住户", "Then the home")):
        form.locator("[data-part=add]").click()
        form.locator("[name=zh]").last.fill(words[0])
        form.locator("[name=en]").last.fill(words[1])
    form.locator("[name=review_by]").fill("2020-01-01")
    save(form)
    expect(form.locator(".at-field")).to_have_text("复核日期必须在今天之后")
    form.locator("[name=review_by]").fill("2099-01-01")
    save(form)
    expect(page.locator("[data-version='2']")).to_contain_text("先拨119")
    page.locator("[data-version='1'] summary").click()
    expect(page.locator("[data-version='1']")).to_contain_text("先拨119，报准地址")
    newest, old = protocols.versions(centre.conn, Kind.SMOKE)
    assert (len(newest.lines), len(old.lines)) == (2, 6)
