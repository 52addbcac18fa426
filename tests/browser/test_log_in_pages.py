"""Log-in, language and log-out pages."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from api.access.login_throttle import PAIR, Attempt, count_attempt
from store.model import Role
from tests.browser.centre import Centre


def test_the_language_is_chosen_before_the_log_in(centre: Centre) -> None:
    page = centre.open("/")
    expect(page).to_have_url(f"{centre.server.url}/login")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_wrong_password_is_said_clearly(centre: Centre) -> None:
    page = centre.open()
    page.get_by_label("用户名").fill("lina")
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不正确。")


def test_too_many_failures_ask_for_patience(centre: Centre) -> None:
    tried = Attempt("lina", "127.0.0.1", user_id=None, device=None)
    for _ in range(PAIR[0].amount):
        count_attempt(centre.conn, tried, datetime.now(UTC))
    page = centre.open()
    page.get_by_label("用户名").fill("lina")
    page.get_by_label("密码").fill("whatever it was")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("登录失败次数过多")


def test_everybody_reads_their_own_language_and_may_change_it(centre: Centre) -> None:
    page = centre.log_in("lina")
    expect(page.get_by_text("All quiet: no open alarm.")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_text("一切平安，没有未结束的报警。")).to_be_visible()
    again = centre.log_in("lina")
    expect(again.get_by_text("一切平安，没有未结束的报警。")).to_be_visible()


def test_the_way_back_leads_where_one_wanted_to_go(centre: Centre) -> None:
    alarm = centre.press()
    page = centre.open(f"/console/alarms/{alarm.id}")
    page.get_by_label("用户名").fill("lina")
    page.get_by_label("密码").fill("correct horse battery")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{centre.server.url}/console/alarms/{alarm.id}")
    expect(page.get_by_role("heading", name="help call Wang Xiuying 1")).to_be_visible()


def test_a_family_is_greeted_and_can_leave(centre: Centre) -> None:
    centre.employ("wangfang", "王芳", "zh", Role.FAMILY)
    page = centre.log_in("wangfang")
    expect(page.get_by_text("您好，王芳。")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(f"{centre.server.url}/login")
    page.goto("/")
    expect(page).to_have_url(f"{centre.server.url}/login")


def test_the_console_is_not_for_a_family(centre: Centre) -> None:
    centre.employ("wangfang", "王芳", "zh", Role.FAMILY)
    page = centre.log_in("wangfang")
    answer = page.goto("/console")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="您无权查看此页面")).to_be_visible()
