"""The office's plain screens in a real browser: accounts, kiosks, audit, one's own account; and script that stays text."""

import datetime as dt
import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from counter_bridge.staff import DEMO_PASSWORD
from tests.browser.conftest import DESK, PORTRAIT
from tests.browser.screens import DeskScreen, KioskScreen, accessible

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)><script>x"
NEW = "朝は庭の水やりから始まる"


def sign_in(page: Page, user: str, password: str = DEMO_PASSWORD) -> None:
    page.locator("[name=user]").fill(user)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_have_count(0)


@pytest.fixture
def admin(open_page: Callable[..., Page]) -> Page:
    page = open_page("/admin", DESK)
    sign_in(page, "administrator")
    expect(page.get_by_role("heading", name="利用者", exact=True)).to_be_visible()
    return page


def test_an_account_is_made_handed_over_and_taken_into_use(
    admin: Page, open_page: Callable[..., Page], axe: str
) -> None:
    accessible(admin, axe, at_a_desk=True)
    admin.locator("[name=new-user]").fill("suzuki")
    admin.locator("[name=new-name]").fill(SCRIPT)
    admin.locator("section", has=admin.locator("[name=new-user]")).locator("[name=counter_staff]").check()
    admin.get_by_role("button", name="加える").click()
    password = admin.locator(".secret").inner_text()
    accessible(admin, axe, at_a_desk=True)
    expect(admin.locator("tr", has_text="suzuki")).to_contain_text(SCRIPT)
    assert admin.locator("img[src=x]").count() == 0
    clerk = open_page("/staff", DESK)
    sign_in(clerk, "suzuki", password)
    expect(clerk.locator("h1")).to_have_text("はじめに、パスワードを自分のものに変えてください")
    accessible(clerk, axe, at_a_desk=True)
    for name, typed in (("old", password), ("fresh", NEW), ("again", NEW)):
        clerk.locator(f"[name={name}]").fill(typed)
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".desk-top")).to_contain_text(SCRIPT)
    admin.locator("tr", has_text="suzuki").get_by_role("button", name="停止する").click()
    admin.get_by_role("button", name="はい").click()
    expect(admin.locator("tr", has_text="suzuki")).to_contain_text("停止中")
    expect(clerk.locator("[name=password]")).to_be_visible()


def test_a_kiosk_is_paired_by_its_code_and_revoked(
    admin: Page, open_page: Callable[..., Page], axe: str
) -> None:
    admin.get_by_role("button", name="キオスク", exact=True).click()
    expect(admin.locator("main")).to_contain_text("登録なしで動きます")
    admin.locator("[name=place]").fill("1階 正面入口")
    admin.keyboard.press("Enter")
    code = admin.locator(".secret").inner_text()
    accessible(admin, axe, at_a_desk=True)
    kiosk = open_page("/pair", PORTRAIT)
    expect(kiosk.get_by_role("status")).to_contain_text("登録なしで動きます")
    accessible(kiosk, axe, at_a_desk=True)
    kiosk.locator("[name=code]").fill(code)
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("status")).to_contain_text("登録されています")
    admin.get_by_role("button", name="ログイン中", exact=True).click()
    expect(admin.locator("main")).to_contain_text("この画面")
    accessible(admin, axe, at_a_desk=True)
    admin.get_by_role("button", name="キオスク", exact=True).click()
    admin.get_by_role("button", name="登録を取り消す").click()
    expect(admin.locator("tbody")).to_contain_text("取り消し済み")
    kiosk.reload()
    expect(kiosk.get_by_role("status")).not_to_contain_text("登録されています")


def test_an_auditor_finds_who_looked_and_keeps_the_case(
    kiosk: KioskScreen, desk: DeskScreen, open_page: Callable[..., Page], axe: str
) -> None:
    kiosk.read_back("4月1日に、横浜から一人で引っ越してきました")
    kiosk.to_plan()
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    desk.open(ticket)
    page = open_page("/audit", DESK)
    sign_in(page, "auditor")
    accessible(page, axe, at_a_desk=True)
    page.locator("[name=ticket]").fill(ticket)
    page.locator("[name=day]").fill("2026-04-07")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr", has_text="counter_staff").first).to_contain_text("見た")
    accessible(page, axe, at_a_desk=True)
    page.get_by_role("button", name="案件の保全").click()
    page.locator("[name=find-day]").fill("2026-04-07")
    page.locator("[name=find-ticket]").fill(ticket)
    page.keyboard.press("Enter")
    page.locator("[name=reason]").fill(SCRIPT)
    page.keyboard.press("Enter")
    expect(page.locator("tbody")).to_contain_text(SCRIPT)
    assert page.locator("img[src=x]").count() == 0
    accessible(page, axe, at_a_desk=True)
    page.get_by_role("button", name=re.compile("保全を解く")).click()
    page.locator("[name=lift-reason]").fill("終わった")
    page.keyboard.press("Enter")
    expect(page.locator("tr.off")).to_contain_text("終わった")
    page.get_by_role("button", name="記録の検証").click()
    page.get_by_role("button", name="検証する").click()
    expect(page.get_by_role("status")).to_contain_text("すべてそろっています")
    accessible(page, axe, at_a_desk=True)


def test_somebody_sets_up_a_phone_and_needs_it_from_then_on(open_page: Callable[..., Page], axe: str) -> None:
    page = open_page("/account", DESK)
    sign_in(page, "attendant")
    accessible(page, axe, at_a_desk=True)
    page.get_by_role("button", name="確認コード", exact=True).click()
    page.locator("[name=prove]").fill("demo")
    page.keyboard.press("Enter")
    expect(page.locator(".qr svg")).to_be_visible()
    accessible(page, axe, at_a_desk=True)
    secret = page.locator("code").inner_text()
    told = page.evaluate("() => fetch('/api/v1/me').then(r => r.json())")
    now = dt.datetime.fromisoformat(told["expires_at"]) - dt.timedelta(seconds=told["left_s"])
    page.locator("[name=code]").fill(pyotp.TOTP(secret).at(now))
    page.keyboard.press("Enter")
    expect(page.locator(".once li")).to_have_count(10)
    accessible(page, axe, at_a_desk=True)
    code = page.locator(".once li").first.inner_text()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.locator(".once")).to_have_count(0)
    page.locator("[name=user]").fill("attendant")
    page.locator("[name=password]").fill("demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("利用者名かパスワードが違います")
    accessible(page, axe, at_a_desk=True)
    page.locator("[name=password]").fill("demo")
    page.locator("[name=totp]").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("[name=old]")).to_be_visible()


def test_who_has_no_role_here_is_told_so(open_page: Callable[..., Page], axe: str) -> None:
    page = open_page("/admin", DESK)
    page.locator("[name=user]").fill("counter_staff")
    page.locator("[name=password]").fill("demo")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("この画面を使う役割がありません。")
    accessible(page, axe, at_a_desk=True)


def test_the_end_of_a_session_is_told_before_it_comes(open_page: Callable[..., Page], demo: object) -> None:
    page = open_page("/account", DESK)
    sign_in(page, "attendant")
    page.route(
        "**/api/v1/me",
        lambda route: route.fulfill(json={**route.fetch().json(), "left_s": 120}),
    )
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("あと2分でログアウトします")
    page.get_by_role("button", name="続ける").click()
    expect(page.get_by_role("alert")).to_have_count(0)


WRITE = """async (script) => {
  const id = (await (await fetch("/api/v1/cases")).json()).cases[0].case_id;
  const act = async (name, body) => {
    const tag = (await fetch(`/api/v1/cases/${id}`)).headers.get("etag");
    const headers = { "Content-Type": "application/json", "If-Match": tag };
    const answer = await fetch(`/api/v1/cases/${id}/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(name);
  };
  await act("call", {});
  await act("accept", { checks: [] });
  await act("note", { note: script });
  await act("correct", { facts: { "people.p1.name": script, new_address: script } });
}"""


def test_script_in_a_name_an_address_and_a_note_stays_text_at_the_desk(
    kiosk: KioskScreen, desk: DeskScreen
) -> None:
    kiosk.read_back("4月1日に、横浜から一人で引っ越してきました")
    kiosk.to_plan()
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    expect(desk.line(ticket)).to_be_visible()
    desk.page.evaluate(WRITE, SCRIPT)
    desk.open(ticket)
    expect(desk.page.locator(".beside")).to_contain_text(SCRIPT)
    assert desk.page.locator("img[src=x]").count() == 0
