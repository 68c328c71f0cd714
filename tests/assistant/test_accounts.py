"""Accounts, kiosks and one's own login over HTTP: delays, second factor, ends of sessions, what each page needs."""

import re
from typing import Any

import pyotp
import pytest

from assistant.app import CSP
from assistant.callers import RateLimits
from assistant.kiosk_devices import KIOSK_COOKIE
from assistant.settings import Settings
from assistant.staff_sessions import COOKIE
from counter_bridge.staff import ACCOUNT_ROLES
from tests.assistant.conftest import App, Desk, StartApp, VisitScreen, good, problem

NEW = "朝は庭の水やりから始まる"


@pytest.fixture
def admin(app: App) -> Desk:
    return app.desk("administrator")


def login(app: App, user: str, password: str, **more: Any) -> Any:
    app.client.cookies.clear()
    return app.client.post("/api/v1/login", json={"user": user, "password": password, **more})


def signed_in(app: App, user: str, password: str, **more: Any) -> Desk:
    answer = login(app, user, password, **more)
    good(answer, 200)
    app.client.cookies.clear()
    return Desk(app.client, answer.cookies[COOKIE])


def made(admin: Desk, user: str = "suzuki", **more: Any) -> dict[str, Any]:
    body = {"user": user, "name_ja": "鈴木", "roles": ["counter_staff"], **more}
    found: dict[str, Any] = good(admin.post("/users", body), 201)
    return found


# ---------------------------------------------------------------------- accounts


def test_a_new_account_begins_with_a_password_that_must_be_changed(app: App, admin: Desk) -> None:
    password = made(admin)["initial_password"]
    suzuki = signed_in(app, "suzuki", password)
    problem(suzuki.get("/cases"), 403, "password_change_needed")
    problem(suzuki.post("/me/password", {"old": "wrong", "new": NEW}), 422, "password_wrong")
    problem(suzuki.post("/me/password", {"old": password, "new": "short"}), 422, "password_too_short")
    problem(suzuki.post("/me/password", {"old": password, "new": password}), 422, "password_same")
    changed = suzuki.post("/me/password", {"old": password, "new": NEW})
    assert good(changed)["temporary_password"] is False
    problem(suzuki.get("/cases"), 401, "not_signed_in")
    app.client.cookies.clear()
    good(Desk(app.client, changed.cookies[COOKIE]).get("/cases"))
    problem(login(app, "suzuki", password), 401, "login_failed")
    good(login(app, "suzuki", NEW), 200)


def test_a_locked_account_is_out_at_once(app: App, admin: Desk) -> None:
    made(admin)
    suzuki = app.desk(name="tanaka")
    good(suzuki.get("/cases"))
    assert good(admin.post("/users/tanaka/disable"))["disabled"] is True
    problem(suzuki.get("/cases"), 401, "not_signed_in")
    good(admin.post("/users/tanaka/enable"))
    problem(suzuki.get("/cases"), 401, "not_signed_in")


def test_roles_taken_away_are_gone_at_once(app: App, admin: Desk) -> None:
    tanaka = app.desk(name="tanaka")
    good(admin.post("/users/tanaka/roles", {"roles": ["attendant"]}))
    problem(tanaka.get("/cases"), 401)
    problem(admin.post("/users/tanaka/roles", {"roles": []}), 422, "user_roles_invalid")
    problem(admin.post("/users/tanaka/roles", {"roles": ["system"]}), 422, "request_invalid")
    problem(admin.post("/users/nobody/roles", {"roles": ["auditor"]}), 404, "user_unknown")


def test_the_administrator_does_not_lock_everybody_out(admin: Desk) -> None:
    problem(admin.post("/users/administrator/disable"), 409, "own_account")
    problem(admin.post("/users/administrator/roles", {"roles": ["auditor"]}), 409, "last_administrator")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"user": "counter_staff"}, "user_exists"),
        ({"user": "鈴木"}, "user_name_invalid"),
        ({"user": "<script>"}, "user_name_invalid"),
        ({"name_ja": "あ" * 1_000_000}, "user_name_invalid"),
        ({"name_ja": "a\u0000b"}, "user_name_invalid"),
        ({"roles": []}, "user_roles_invalid"),
    ],
)
def test_an_account_that_does_not_do_is_told_why(admin: Desk, body: dict[str, Any], code: str) -> None:
    answer = admin.post("/users", {"user": "suzuki", "name_ja": "鈴木", "roles": ["auditor"], **body})
    problem(answer, 409 if code == "user_exists" else 422, code)


def test_no_list_tells_a_password_or_a_token(app: App, admin: Desk) -> None:
    password = made(admin)["initial_password"]
    session = signed_in(app, "suzuki", password)
    told = (
        "".join(admin.get(path).text for path in ("/users", "/sessions", "/kiosks"))
        + session.get("/me/sessions").text
    )
    assert password not in told
    assert "argon2" not in told
    assert session.headers["Cookie"].partition("=")[2] not in told


def test_an_administrator_ends_a_session(app: App, admin: Desk) -> None:
    tanaka = app.desk(name="tanaka")
    listed = good(admin.get("/sessions"))["sessions"]
    assert sum(one["own"] for one in listed) == 1
    target = next(one["session_id"] for one in listed if one["user"] == "tanaka")
    assert admin.client.delete(f"/api/v1/sessions/{target}", headers=admin.headers).status_code == 204
    problem(tanaka.get("/cases"), 401)
    problem(admin.client.delete(f"/api/v1/sessions/{target}", headers=admin.headers), 404)


# ---------------------------------------------------------------------- login


def test_too_many_wrong_logins_wait_and_do_not_tell_for_whom(app: App) -> None:
    for user in ("counter_staff", "nobody"):
        answers = [login(app, user, "wrong") for _ in range(6)]
        assert [a.status_code for a in answers] == [401] * 5 + [429]
        told = problem(answers[-1], 429, "login_delayed")
        assert told["wait_s"] == 10
    problem(login(app, "counter_staff", "demo"), 429, "login_delayed")
    app.clock.forward(seconds=10)
    good(login(app, "counter_staff", "demo"), 200)


def test_delays_survive_a_restart_of_the_server(start_app: StartApp) -> None:
    app = start_app()
    for _ in range(5):
        login(app, "counter_staff", "wrong")
    app.stop()
    problem(login(start_app(), "counter_staff", "demo"), 429, "login_delayed")


def test_a_second_factor_from_the_picture_to_the_login(app: App, admin: Desk) -> None:
    password = made(admin)["initial_password"]
    answer = signed_in(app, "suzuki", password).post("/me/password", {"old": password, "new": NEW})
    app.client.cookies.clear()
    suzuki = Desk(app.client, answer.cookies[COOKIE])
    problem(suzuki.post("/me/totp", {"password": "wrong"}), 422, "password_wrong")
    begun = good(suzuki.post("/me/totp", {"password": NEW}))
    assert "viewBox" in begun["qr_svg"], "it scales as a whole"
    phone = pyotp.TOTP(begun["secret"])
    problem(suzuki.post("/me/totp/confirm", {"code": "000000"}), 422, "totp_wrong")
    codes = good(suzuki.post("/me/totp/confirm", {"code": phone.at(app.clock.now)}))["recovery_codes"]
    assert good(suzuki.get("/me"))["totp"] is True
    app.clock.forward(seconds=30)
    without = problem(login(app, "suzuki", NEW), 401, "login_failed")
    wrong = problem(login(app, "suzuki", "wrong", totp=phone.at(app.clock.now)), 401, "login_failed")
    assert without == wrong, "nobody learns that the password was right"
    good(login(app, "suzuki", NEW, totp=phone.at(app.clock.now)), 200)
    problem(login(app, "suzuki", NEW, totp=phone.at(app.clock.now)), 401, "login_failed")
    again = signed_in(app, "suzuki", NEW, totp=codes[0])
    problem(login(app, "suzuki", NEW, totp=codes[0]), 401, "login_failed")
    assert again.post("/me/totp/stop", {"password": NEW}).status_code == 204
    problem(again.get("/me"), 401)
    good(login(app, "suzuki", NEW), 200)


def test_an_administrator_helps_who_lost_the_phone(app: App, admin: Desk) -> None:
    clerk = app.desk()
    begun = good(clerk.post("/me/totp", {"password": "demo"}))
    good(clerk.post("/me/totp/confirm", {"code": pyotp.TOTP(begun["secret"]).at(app.clock.now)}))
    problem(login(app, "counter_staff", "demo"), 401)
    assert good(admin.post("/users/counter_staff/totp/stop"))["totp"] is False
    good(login(app, "counter_staff", "demo"), 200)


def test_the_end_of_a_session_is_told_and_put_off_by_who_is_there(app: App, desk: Desk) -> None:
    me = good(desk.get("/me"))
    assert me["left_s"] == 3600
    app.clock.forward(minutes=56)
    good(desk.get("/cases", Background="1"))
    assert good(desk.get("/me"))["left_s"] == 240, "neither asking nor the screen by itself keeps it alive"
    assert good(desk.post("/me/keep"))["left_s"] == 3600
    for _ in range(20):
        app.clock.forward(minutes=25)
        if desk.post("/me/keep").status_code == 401:
            break
    me = desk.get("/me")
    problem(me, 401, "not_signed_in")


def test_before_its_longest_time_a_session_cannot_be_put_off(app: App, desk: Desk) -> None:
    for _ in range(15):
        app.clock.forward(minutes=30)
        me = good(desk.post("/me/keep"))
    assert me["expires_at"] == me["ends_at"]
    assert me["left_s"] == 1800
    app.clock.forward(minutes=30)
    problem(desk.get("/cases"), 401)


def test_an_interview_ends_with_the_session_of_its_clerk_and_keeps_it_alive(app: App, admin: Desk) -> None:
    tanaka = app.desk(name="tanaka")
    opened = good(tanaka.post("/visits", {"mode": "interview"}), 201)
    path = f"/api/v1/visits/{opened['visit_id']}"
    headers = {"Authorization": f"Bearer {opened['token']}"}
    for _ in range(6):
        app.clock.forward(minutes=14)
        good(app.client.get(path, headers={**headers, **tanaka.headers}))
    good(app.client.get(path, headers=headers))
    good(app.desk("administrator").post("/users/tanaka/disable"))
    problem(app.client.get(path, headers=headers), 401, "token_invalid")
    problem(app.client.get(path, headers={**headers, **tanaka.headers}), 401, "token_invalid")


# ---------------------------------------------------------------------- kiosks


@pytest.fixture
def town(start_app: StartApp) -> App:
    """No demo, and the kiosk stands elsewhere in the house."""
    return start_app(demo=False, address="192.0.2.7")


def administrator_of(app: App) -> Desk:
    app.services.store.add_user("chief", "課長", list(ACCOUNT_ROLES), NEW)
    return signed_in(app, "chief", NEW)


def test_an_unpaired_machine_talks_but_reads_no_card_and_prints_nothing(town: App) -> None:
    visit = town.visit().to_plan()
    consent = visit.consent()
    good(visit.post("/forms"))
    for answer in (
        visit.read_card(consent),
        visit.get("/card"),
        visit.get("/plan.pdf"),
        visit.get("/forms.pdf"),
    ):
        problem(answer, 403, "kiosk_unpaired")
    assert visit.open_case()["ticket"]
    assert good(town.client.get("/api/v1/kiosks/own")) == {
        "paired": False, "name_ja": None, "needed": True, "may_read_cards": False,
    }  # fmt: skip


def test_a_paired_kiosk_reads_and_prints_until_it_is_revoked(town: App) -> None:
    chief = administrator_of(town)
    added = good(chief.post("/kiosks", {"name_ja": "1階 正面入口"}), 201)
    problem(town.client.post("/api/v1/kiosks/pair", json={"code": "AAAA-AAAA"}), 422, "pairing_code_wrong")
    paired = town.client.post("/api/v1/kiosks/pair", json={"code": added["pairing_code"]})
    assert good(paired)["state"] == "paired"
    cookie = paired.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    problem(town.client.post("/api/v1/kiosks/pair", json={"code": added["pairing_code"]}), 422)
    visit = town.visit().to_plan()
    good(visit.read_card(visit.consent()))
    assert visit.get("/plan.pdf").status_code == 200
    assert good(town.client.get("/api/v1/kiosks/own"))["name_ja"] == "1階 正面入口"
    credential = paired.cookies[KIOSK_COOKIE]
    assert credential not in chief.get("/kiosks").text
    good(chief.post(f"/kiosks/{added['kiosk_id']}/revoke"))
    problem(visit.read_card(visit.consent()), 403, "kiosk_unpaired")
    problem(visit.get("/plan.pdf"), 403, "kiosk_unpaired")


def test_a_forged_credential_is_none(town: App) -> None:
    visit = town.visit().to_plan()
    for forged in ("", "x", "kiosk-1", visit.token):
        town.client.cookies.set(KIOSK_COOKIE, forged)
        problem(visit.get("/card"), 403, "kiosk_unpaired")


def test_a_clerks_interview_needs_no_pairing(town: App) -> None:
    chief = administrator_of(town)
    opened = good(chief.post("/visits", {"mode": "interview"}), 201)
    headers = {"Authorization": f"Bearer {opened['token']}", **chief.headers}
    assert town.client.get(f"/api/v1/visits/{opened['visit_id']}/card", headers=headers).status_code == 200


def test_the_demo_on_this_machine_needs_no_pairing_and_says_so(
    app: App, admin: Desk, visit: VisitScreen
) -> None:
    assert good(app.client.get("/api/v1/kiosks/own"))["needed"] is False
    assert good(admin.get("/kiosks"))["local_demo"] is True
    good(visit.get("/card"))


def test_a_demo_reached_from_elsewhere_does(start_app: StartApp) -> None:
    app = start_app(address="192.0.2.7")
    problem(app.visit().get("/card"), 403, "kiosk_unpaired")


# ---------------------------------------------------------------------- rates, headers, what browsers are told


class Caller:
    """A request as far as limits look at it."""

    def __init__(self, path: str, host: str = "192.0.2.7", method: str = "POST"):
        self.method = method
        self.url = type("Url", (), {"path": path})()
        self.client = type("Client", (), {"host": host})()


def test_an_address_is_slowed_down_for_itself_and_by_kind() -> None:
    now = [0.0]
    limits = RateLimits(Settings(logins_per_min=6, visits_per_min=0), now=lambda: now[0])
    asked: Any = Caller("/api/v1/login")
    assert [limits.wait_s(asked) for _ in range(7)] == [0] * 6 + [10]
    assert limits.wait_s(Caller("/api/v1/login", "192.0.2.8")) == 0  # type: ignore[arg-type]
    assert limits.wait_s(Caller("/api/v1/cases/x/call")) == 0  # type: ignore[arg-type]
    assert limits.wait_s(Caller("/api/v1/login", method="GET")) == 0  # type: ignore[arg-type]
    assert all(limits.wait_s(Caller("/api/v1/visits")) == 0 for _ in range(1000))  # type: ignore[arg-type]
    now[0] = 10.0
    assert [limits.wait_s(asked) for _ in range(2)] == [0, 10]


def test_a_whole_network_of_addresses_is_one_caller() -> None:
    limits = RateLimits(Settings(logins_per_min=1), now=lambda: 0.0)
    waits = [limits.wait_s(Caller("/api/v1/login", f"2001:db8::{n}")) for n in range(3)]  # type: ignore[arg-type]
    assert waits == [0, 60, 60]


def test_limits_hold_outside_the_demo_only(start_app: StartApp) -> None:
    app = start_app(visits_per_min=3, demo=False)
    answers = [app.client.post("/api/v1/visits", json={}) for _ in range(4)]
    told = problem(answers[-1], 429, "too_many_requests")
    assert answers[-1].headers["retry-after"] == str(told["wait_s"])
    app.stop()
    local = start_app(visits_per_min=3)
    assert {local.client.post("/api/v1/visits", json={}).status_code for _ in range(10)} == {201}


def test_every_header_of_protection_is_on_every_answer(start_app: StartApp) -> None:
    app = start_app(tls=True, demo=False)
    for path in (
        "/staff",
        "/admin",
        "/audit",
        "/account",
        "/pair",
        "/api/v1/me",
        "/web/admin/admin.js",
        "/wings",
    ):
        headers = app.client.get(path).headers
        assert headers["content-security-policy"] == CSP
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert "geolocation=()" in headers["permissions-policy"]
    told = dict(part.split(" ", 1) for part in CSP.split("; "))
    assert told["default-src"] == told["script-src"] == told["style-src"] == told["connect-src"] == "'self'"
    assert told["object-src"] == told["base-uri"] == told["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|http:", CSP)


def test_behind_tls_an_origin_without_it_is_another_site(start_app: StartApp) -> None:
    app = start_app(tls=True, public_url="https://madoguchi.example")
    body = {"user": "auditor", "password": "demo"}
    for origin, status in (
        ("http://testserver", 403),
        ("https://testserver", 200),
        ("https://madoguchi.example", 200),
        ("https://evil.example", 403),
    ):
        answer = app.client.post("/api/v1/login", json=body, headers={"Origin": origin})
        assert answer.status_code == status, origin


# ---------------------------------------------------------------------- too much, and script

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_a_million_characters_anywhere_are_a_clear_answer(app: App, admin: Desk) -> None:
    case = app.visit().to_plan().open_case()["case_id"]
    desk, auditor = app.desk(), app.desk("auditor")
    desk.accept(case)
    long = "あ" * 1_000_000
    answers = [
        desk.act(case, "note", {"note": long}),
        desk.act(case, "return", {"reason": long}),
        desk.act(case, "hold", {"procedure": long, "waiting_for": long, "until": "2026-04-08"}),
        desk.act(case, "correct", {"facts": {"new_address": long}}),
        desk.act(case, "official", {"facts": {"people.p1.name": long}}),
        auditor.post(f"/cases/{case}/preservation", {"reason": long}),
        admin.post("/kiosks", {"name_ja": long}),
        admin.post("/users", {"user": long, "name_ja": long, "roles": ["auditor"]}),
        login(app, long, long),
        app.client.post("/api/v1/kiosks/pair", json={"code": long}),
    ]
    for answer in answers:
        assert answer.status_code in (401, 409, 422), answer.text[:300]
        assert len(problem(answer, answer.status_code)["detail"]) < 200
    assert long not in desk.get(f"/cases/{case}").text


def test_script_in_any_field_comes_back_as_text_of_json(app: App, admin: Desk) -> None:
    case = app.visit().to_plan().open_case()["case_id"]
    desk, auditor = app.desk(), app.desk("auditor")
    desk.accept(case)
    good(desk.act(case, "note", {"note": SCRIPT}))
    good(desk.act(case, "correct", {"facts": {"people.p1.name": SCRIPT}}))
    good(auditor.post(f"/cases/{case}/preservation", {"reason": SCRIPT}), 201)
    good(admin.post("/kiosks", {"name_ja": SCRIPT[:40]}), 201)
    made(admin, name_ja=SCRIPT[:40])
    for answer in (
        desk.get(f"/cases/{case}"),
        auditor.get("/preservations"),
        admin.get("/kiosks"),
        admin.get("/users"),
    ):
        assert "alert(1)" in answer.text
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"
