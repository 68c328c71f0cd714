"""Who may come to the desk, and from where."""

import pytest

from assistant.staff_sessions import COOKIE
from counter_bridge.staff import ACCOUNT_ROLES, Role
from tests.assistant.conftest import ACTS, DAY, READS, App, Desk, StartApp, good, problem


def test_login_gives_a_cookie_scripts_and_other_sites_cannot_use(app: App) -> None:
    answer = app.client.post("/api/v1/login", json={"user": "counter_staff", "password": "demo"})
    me = good(answer, 200)
    assert me["user"] == "counter_staff"
    assert me["roles"] == ["counter_staff"]
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie, "without TLS"
    assert good(app.client.get("/api/v1/me"))["user"] == "counter_staff"
    assert app.client.post("/api/v1/logout").status_code == 204
    problem(app.client.get("/api/v1/me"), 401, "not_signed_in")


def test_behind_tls_the_cookie_is_secure(start_app: StartApp) -> None:
    app = start_app(tls=True)
    answer = app.client.post("/api/v1/login", json={"user": "auditor", "password": "demo"})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_cookie_of_before_logging_out_opens_nothing(app: App) -> None:
    answer = app.client.post("/api/v1/login", json={"user": "counter_staff", "password": "demo"})
    token = answer.cookies[COOKIE]
    app.client.post("/api/v1/logout")
    app.client.cookies.clear()
    problem(Desk(app.client, token).get("/cases"), 401, "not_signed_in")


@pytest.mark.parametrize(("user", "password"), [("counter_staff", "demo1"), ("nobody", "demo"), ("", "")])
def test_a_wrong_login_does_not_tell_which_half_was_wrong(app: App, user: str, password: str) -> None:
    answer = app.client.post("/api/v1/login", json={"user": user or "x", "password": password})
    told = problem(answer, 401, "login_failed")
    assert told["detail"] == "利用者名かパスワードが違います。"
    assert "set-cookie" not in answer.headers


def test_every_role_of_the_demo_can_sign_in(app: App) -> None:
    for role in sorted(ACCOUNT_ROLES):
        answer = app.client.post("/api/v1/login", json={"user": role.value, "password": "demo"})
        assert good(answer, 200)["roles"] == [role.value]


def test_demo_accounts_open_nothing_outside_the_demo(start_app: StartApp) -> None:
    app = start_app(demo=False)
    answer = app.client.post("/api/v1/login", json={"user": "counter_staff", "password": "demo"})
    problem(answer, 401, "login_failed")


def test_a_session_ends_after_its_time(app: App, desk: Desk) -> None:
    good(desk.get("/cases"))
    app.clock.forward(hours=9)
    problem(desk.get("/cases"), 401, "not_signed_in")


def test_without_a_session_nothing_of_a_case_is_seen_or_done(app: App, case: str) -> None:
    nobody = Desk(app.client, "forged")
    problem(nobody.get("/cases"), 401, "not_signed_in")
    for path in READS:
        problem(nobody.get(f"/cases/{case}{path}"), 401, "not_signed_in")
    for act, body in ACTS.items():
        problem(nobody.post(f"/cases/{case}/{act}", body, If_Match='"1"'), 401, "not_signed_in")


@pytest.mark.parametrize("role", sorted(ACCOUNT_ROLES - {Role.COUNTER_STAFF}))
def test_only_counter_staff_act_on_cases(app: App, desk: Desk, case: str, role: Role) -> None:
    other = app.desk(role.value)
    for act, body in ACTS.items():
        problem(other.post(f"/cases/{case}/{act}", body, If_Match=desk.etag(case)), 403)
    may_read = role is Role.TOWN_OPERATOR
    for path in ("/cases", f"/cases/{case}"):
        answer = other.get(path)
        good(answer) if may_read else problem(answer, 403, "role_missing")
    problem(other.get(f"/cases/{case}/export"), 403, "role_missing")
    assert desk.case(case)["version"] == 1


def test_only_counter_staff_open_an_interview(app: App, desk: Desk) -> None:
    body = {"mode": "interview", "on": DAY}
    problem(app.client.post("/api/v1/visits", json=body), 401, "not_signed_in")
    problem(app.desk("attendant").post("/visits", body), 403, "role_missing")
    opened = good(desk.post("/visits", body), 201)
    stored = app.services.store.get_visit(opened["visit_id"])
    assert stored is not None
    assert (stored.mode, stored.opened_by) == ("interview", "counter_staff")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://testserver.evil.example", "null", "http://testserver:81"]
)
def test_another_site_is_refused(app: App, desk: Desk, case: str, origin: str) -> None:
    problem(desk.get("/cases", Origin=origin), 403, "origin_foreign")
    refused = desk.post(f"/cases/{case}/call", None, If_Match=desk.etag(case), Origin=origin)
    problem(refused, 403, "origin_foreign")
    login = app.client.post(
        "/api/v1/login", json={"user": "counter_staff", "password": "demo"}, headers={"Origin": origin}
    )
    problem(login, 403, "origin_foreign")
    assert "set-cookie" not in login.headers


def test_our_own_origin_and_none_are_let_in(desk: Desk, case: str) -> None:
    good(desk.get("/cases", Origin="http://testserver"))
    good(desk.get("/cases"))
    good(desk.post(f"/cases/{case}/call", None, If_Match=desk.etag(case), Origin="http://testserver"))
