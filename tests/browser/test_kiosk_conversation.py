"""The conversation at the kiosk: correcting, not understanding, broken lines, and every way out."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.screens import DeskScreen, KioskScreen, OperatorScreen

pytestmark = pytest.mark.browser


def test_a_wrong_part_of_the_read_back_is_mended_by_one_touch(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.page.locator(".move-when").click()
    kiosk.page.get_by_role("button", name="4月3日(金)").click()
    kiosk.press("save")
    expect(kiosk.page.locator(".move")).to_contain_text("4月3日(金)")
    expect(kiosk.page.locator(".sheet")).to_have_count(0)


def test_a_person_is_taken_out_of_the_family_by_touch(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.page.locator(".family .person-card", has_text="妻").click()
    kiosk.press("remove")
    expect(kiosk.page.locator(".family")).to_contain_text("5人")
    expect(kiosk.page.locator(".family .person-card", has_text="妻")).to_have_count(0)


def test_what_was_said_can_be_said_better(kiosk: KioskScreen) -> None:
    kiosk.read_back("4月1日に、横浜から妻と引っ越してきました")
    kiosk.press("next")
    kiosk.on("view-ask")
    kiosk.page.locator(".chip-left, .chip-all").first.click()
    kiosk.page.locator(".sheet .heard").click()
    kiosk.page.locator(".sheet textarea").fill("4月2日に、川崎から妻と引っ越してきました")
    kiosk.page.locator(".sheet button[type=submit]").click()
    kiosk.on("view-read-back")
    expect(kiosk.page.locator(".move")).to_contain_text("川崎市")
    expect(kiosk.page.locator(".move")).to_contain_text("4月2日(木)")


def test_back_undoes_the_last_answer(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.press("next")
    first = kiosk.on("view-ask").locator("h1").inner_text()
    kiosk.page.get_by_role("button", name="父", exact=True).click()
    expect(kiosk.heading).not_to_have_text(first)
    kiosk.press("back")
    expect(kiosk.heading).to_have_text(first)


def test_not_understood_twice_offers_a_person_and_a_number(kiosk: KioskScreen) -> None:
    kiosk.say("ぴよぴよぷるぷる")
    kiosk.on("view-ask")
    expect(kiosk.page.locator(".offer")).to_have_count(0)
    kiosk.say("ぷるぷるぽよぽよ")
    offer = kiosk.page.locator(".offer")
    expect(offer).to_contain_text("職員がお話をうかがいます")
    offer.get_by_role("button", name="番号札だけもらう").click()
    kiosk.ticket()


def test_something_near_what_was_said_is_chosen_by_touch(kiosk: KioskScreen) -> None:
    kiosk.say("ぴよぴよぷるぷる")
    kiosk.on("view-ask")
    kiosk.page.get_by_role("checkbox", name="よその市区町村から引っ越してきた").click()
    kiosk.press("next")
    expect(kiosk.page.locator(".view-again")).to_have_count(0)
    expect(kiosk.page.locator(".view-read-back, .view-ask").first).to_be_visible()


def test_saying_that_a_number_is_enough_gives_one(kiosk: KioskScreen) -> None:
    kiosk.say("番号札だけください")
    kiosk.ticket()


def test_a_correction_after_the_ticket_keeps_the_number(kiosk: KioskScreen, desk: DeskScreen) -> None:
    kiosk.read_back("4月1日に、横浜から一人で引っ越してきました")
    kiosk.to_plan()
    kiosk.press("next")
    kiosk.on("view-consent")
    kiosk.press("consent-no")
    kiosk.on("view-details")
    kiosk.press("skip")
    kiosk.on("view-forms")
    kiosk.press("next")
    ticket = kiosk.ticket()
    kiosk.press("change")
    kiosk.page.get_by_role("button", name="引っ越した日を直す").click()
    kiosk.page.get_by_role("button", name="4月3日(金)").click()
    kiosk.press("save")
    assert kiosk.ticket() == ticket
    desk.open(ticket)
    expect(desk.page.locator(".facts-list")).to_contain_text("4月3日(金)")


def test_a_picture_starts_the_visit_without_the_keyboard(kiosk: KioskScreen) -> None:
    kiosk.touch("引っ越し")
    kiosk.touch("この市に引っ越してきた")
    expect(kiosk.page.locator(".view-read-back, .view-ask").first).to_be_visible()


def test_a_broken_line_keeps_what_was_said_and_sends_it_once(kiosk: KioskScreen) -> None:
    sent: list[str] = []

    def break_twice(route: Route) -> None:
        sent.append(str(route.request.post_data_json["turn_id"]))
        if len(sent) <= 2:
            route.abort()
        else:
            route.continue_()

    kiosk.page.route("**/turns", break_twice)
    kiosk.say("4月1日に、横浜から一人で引っ越してきました")
    veil = kiosk.page.locator(".veil-box")
    expect(veil).to_contain_text("入れた内容は、この画面に残っています")
    veil.get_by_role("button", name="いま、つなぎ直す").click()
    expect(veil).to_contain_text("つなぎ直します")
    veil.get_by_role("button", name="いま、つなぎ直す").click()
    kiosk.on("view-read-back")
    assert len(sent) == 3
    assert len(set(sent)) == 1


def test_a_double_touch_is_one_answer(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.press("next")
    kiosk.on("view-ask")
    sent: list[str] = []
    kiosk.page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/turns") else None)
    kiosk.page.get_by_role("button", name="父", exact=True).dblclick()
    expect(kiosk.page.locator(".ask-people")).to_be_visible()
    assert len(sent) == 1


def test_the_number_alone_is_given_before_a_word_is_said(kiosk: KioskScreen, desk: DeskScreen) -> None:
    kiosk.press("ticket-only")
    ticket = kiosk.ticket()
    expect(desk.line(ticket)).to_contain_text("番号札のみ")


def test_beside_the_reasons_stands_a_neutral_way_to_a_person(kiosk: KioskScreen, desk: DeskScreen) -> None:
    expect(kiosk.page.get_by_role("button", name="結婚", exact=True)).to_be_visible()
    kiosk.touch("人に相談したい")
    expect(kiosk.page.locator(".human")).to_contain_text("お呼びしています")
    expect(desk.page.locator(".wanted")).to_contain_text("職員を呼んでいます")


def test_a_call_for_staff_is_seen_at_the_desk_at_once(kiosk: KioskScreen, desk: DeskScreen) -> None:
    kiosk.read_back()
    kiosk.press("call-staff")
    expect(kiosk.page.locator(".human")).to_contain_text("お呼びしています")
    expect(desk.page.locator(".wanted")).to_contain_text("職員を呼んでいます")
    kiosk.press("next")
    kiosk.on("view-ask")


def test_the_call_is_off_the_desk_once_somebody_has_come(
    kiosk: KioskScreen, desk: DeskScreen, operator: OperatorScreen
) -> None:
    kiosk.read_back()
    kiosk.press("call-staff")
    expect(desk.page.locator(".wanted")).to_have_count(1)
    operator.take()
    expect(desk.page.locator(".wanted")).to_have_count(0)


def test_a_sentence_of_danger_shows_a_neutral_page_and_alerts_the_staff(
    kiosk: KioskScreen, desk: DeskScreen
) -> None:
    kiosk.say("夫から暴力を受けていて逃げてきました")
    quiet = kiosk.page.locator(".quiet")
    expect(quiet).to_contain_text("少しお待ちください")
    shown = quiet.inner_text()
    assert not [word for word in ("暴力", "夫", "相談", "番号", "支援") if word in shown]
    expect(desk.page.locator(".wanted")).to_contain_text("職員が必要です")
    assert "暴力" not in desk.page.content()
    expect(desk.page.locator(".queue li")).to_have_count(0)
    kiosk.press("leave")
    kiosk.on("view-attract")


def test_a_moment_hides_everything_and_gives_it_back(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.press("wait")
    expect(kiosk.page.locator(".paused")).to_contain_text("画面を隠しています")
    assert "横浜" not in kiosk.page.content()
    kiosk.press("resume")
    expect(kiosk.page.locator(".family")).to_contain_text("6人")


def test_giving_up_wipes_the_visit_here_and_on_the_server(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    kiosk.press("stop")
    with kiosk.page.expect_response(lambda r: r.request.method == "DELETE") as wiped:
        kiosk.press("withdraw")
    assert wiped.value.status == 204
    kiosk.on("view-attract")
    assert "横浜" not in kiosk.page.content()


def test_nothing_is_kept_in_the_browser_and_a_reload_is_a_new_visit(kiosk: KioskScreen) -> None:
    kiosk.read_back()
    empty = {"local": 0, "session": 0, "cookies": "", "state": None, "databases": 0}
    kept = kiosk.stored()
    assert {name: kept[name] for name in empty} == empty
    assert kept["url"].endswith("/kiosk")
    kiosk.page.reload()
    kiosk.on("view-attract")
    assert "横浜" not in kiosk.page.content()


def test_help_wished_by_touch_reaches_the_clerk(kiosk: KioskScreen, desk: DeskScreen) -> None:
    kiosk.touch("筆談")
    kiosk.press("ticket-only")
    expect(desk.line(kiosk.ticket())).to_contain_text("筆談")


def test_easy_japanese_carries_readings_that_no_screen_reader_repeats(kiosk: KioskScreen) -> None:
    kiosk.press("language")
    kiosk.touch("やさしい日本語")
    kiosk.press("next")
    expect(kiosk.page.locator("h1 ruby").first).to_be_visible()
    assert kiosk.page.locator("rt:not([aria-hidden=true])").count() == 0
    expect(kiosk.page.get_by_role("button", name="結婚", exact=True)).to_be_visible()
