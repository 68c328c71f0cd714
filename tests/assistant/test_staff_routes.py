"""The desk over HTTP: who may do what, whose version counts, and what a case needs before it is finished."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.staff_sessions import COOKIE
from counter_bridge.staff import ACCOUNT_ROLES, Role
from tests.assistant.conftest import (
    ALONE,
    DAY,
    FAMILY,
    IDENTIFICATION,
    NOW,
    App,
    Desk,
    StartApp,
    good,
    problem,
)

FINISHED = {"results": [], "identification": IDENTIFICATION}
ACTS: dict[str, Any] = {
    "call": None,
    "recall": None,
    "skip": None,
    "undo": None,
    "accept": {"checks": []},
    "tick": {"checks": ["support_measures"]},
    "note": {"note": "車椅子"},
    "return": {"reason": "書類が足りません"},
    "transfer": {"counter": "insurance"},
    "hold": {"procedure": "moving_in_notification", "waiting_for": "書類", "until": DAY},
    "finish": FINISHED,
    "reopen": {"identification": IDENTIFICATION},
    "correct": {"facts": {"moved_on": "2026-04-02"}},
    "official": {"facts": {"moved_on": "2026-04-02"}},
}
READS = ("", "/forms.pdf", "/forms/resident_change_notification.png", "/export")


@pytest.fixture
def case(app: App) -> str:
    """A family's case, waiting."""
    found: str = app.visit().to_plan(FAMILY).open_case()["case_id"]
    return found


@pytest.fixture
def colleague(app: App) -> Desk:
    return app.desk(name="tanaka")


# ---------------------------------------------------------------------- who may come in


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


# ---------------------------------------------------------------------- whose version counts


def test_an_act_needs_the_version_it_builds_on(desk: Desk, case: str) -> None:
    for act, body in ACTS.items():
        problem(desk.post(f"/cases/{case}/{act}", body), 428, "if_match_missing")
    for nonsense in ("", "*", '"abc"', "-1", "1.5", "9" * 5000):
        answer = desk.post(f"/cases/{case}/call", None, If_Match=nonsense)
        assert answer.status_code in (409, 412, 428), nonsense
        problem(answer, answer.status_code)
    assert desk.case(case)["version"] == 1


def test_a_stale_version_is_told_who_has_the_case(desk: Desk, colleague: Desk, case: str) -> None:
    seen = desk.etag(case)
    assert colleague.etag(case) == seen
    called = desk.act(case, "call", etag=seen)
    assert good(called)["state"] == "called"
    assert called.headers["etag"] == '"2"'
    told = problem(colleague.act(case, "call", etag=seen), 409, "stale")
    assert "見本 窓口職員" in told["held_by"]
    told = problem(colleague.act(case, "accept"), 409, "case_held")
    assert "見本 窓口職員" in told["held_by"]


def test_of_two_clerks_at_once_one_gets_the_ticket(desk: Desk, colleague: Desk, case: str) -> None:
    seen = desk.etag(case)
    with ThreadPoolExecutor(2) as hands:
        answers = [
            f.result() for f in [hands.submit(d.act, case, "call", None, seen) for d in (desk, colleague)]
        ]
    assert sorted(a.status_code for a in answers) == [200, 409]
    told = problem(next(a for a in answers if a.status_code == 409), 409)
    shown = desk.case(case)
    assert told["held_by"] == shown["held_by"]
    assert shown["version"] == 2


def test_the_tag_of_a_case_changes_with_every_act(desk: Desk, case: str) -> None:
    acts = ("call", "recall", "skip", "call")
    tags = [desk.etag(case), *(desk.act(case, act).headers["etag"] for act in acts)]
    assert len(set(tags)) == len(tags)
    assert desk.etag(case) == tags[-1]


# ---------------------------------------------------------------------- the queue and one case


def test_the_queue_shows_what_waits_in_order(app: App, desk: Desk) -> None:
    first, second = (app.visit().to_plan().open_case() for _ in range(2))
    cases = good(desk.get("/cases"))["cases"]
    assert [c["ticket"] for c in cases] == [first["ticket"], second["ticket"]]
    assert [c["people_ahead"] for c in cases] == [0, 1]
    line = cases[0]
    assert {"case_id", "ticket", "state", "state_ja", "counter", "procedures", "marks"} <= line.keys()
    assert "facts" not in line


def test_what_is_due_today_stands_on_top(app: App, desk: Desk) -> None:
    app.visit().to_plan().open_case()
    urgent = app.visit().to_plan({**ALONE, "moved_on": "2026-03-24"})
    ticket = urgent.open_case()["ticket"]
    top = good(desk.get("/cases"))["cases"][0]
    assert top["ticket"] == ticket
    assert top["due_today"] is True
    assert "deadline_today" in top["marks"]


def test_the_queue_is_narrowed_by_state_and_counter(desk: Desk, case: str) -> None:
    def ids(query: str) -> list[str]:
        return [c["case_id"] for c in good(desk.get(f"/cases?{query}"))["cases"]]

    assert ids("state=prepared") == [case]
    assert ids("state=called") == []
    assert ids("counter=one_stop") == [case]
    assert ids("counter=child") == []
    problem(desk.get("/cases?state=wings"), 422, "state_unknown")


def test_an_empty_filter_is_none(desk: Desk, case: str) -> None:
    assert [c["case_id"] for c in good(desk.get("/cases?state=&counter="))["cases"]] == [case]


def test_a_stale_act_on_a_free_case_says_that_nobody_has_it(desk: Desk, case: str) -> None:
    assert problem(desk.act(case, "call", etag='"99"'), 409, "stale")["held_by"] is None


def test_a_case_tells_all_a_clerk_needs_and_no_talk(app: App, desk: Desk) -> None:
    visit = app.visit()
    visit.turn(text="先週の水曜に、妻と横浜から引っ越してきました。内緒の話ですが目印です")
    visit.to_plan()
    case = visit.open_case()["case_id"]
    answer = desk.get(f"/cases/{case}")
    shown = good(answer)
    assert answer.headers["etag"] == f'"{shown["version"]}"'
    assert {
        "facts", "people", "mismatches", "open_questions", "plan", "forms", "checks", "consents", "note", "results",
    } <= shown.keys()  # fmt: skip
    for fact in shown["facts"]:
        assert {"fact", "label", "value", "origin", "authenticity", "confidence", "weak"} <= fact.keys()
    assert shown["checks"][0]["id"] == "support_measures"
    assert shown["checks"][0]["required"] is True
    assert "目印" not in answer.text
    assert "内緒" not in answer.text


def test_a_case_that_does_not_exist(desk: Desk) -> None:
    problem(desk.get("/cases/case-none"), 404, "case_unknown")
    problem(desk.post("/cases/case-none/call", None, If_Match='"1"'), 404)
    problem(desk.get("/cases/case-none/forms.pdf"), 404)
    problem(desk.get("/cases/case-none/export"), 404)


# ---------------------------------------------------------------------- acts


def test_a_called_number_stands_on_the_display_and_an_accepted_one_does_not(
    app: App, desk: Desk, case: str
) -> None:
    def now() -> list[str]:
        return [c["ticket"] for c in good(app.client.get("/api/v1/calls"))["now"]]

    ticket = desk.case(case)["ticket"]
    assert now() == []
    good(desk.act(case, "call"))
    assert now() == [ticket]
    good(desk.act(case, "accept"))
    assert now() == []


def test_undo_takes_back_ones_own_last_act_within_ten_seconds(app: App, desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    app.clock.forward(seconds=9)
    undone = good(desk.act(case, "undo"))
    assert undone["state"] == "prepared"
    assert undone["held_by"] is None
    good(desk.act(case, "call"))
    app.clock.forward(seconds=11)
    problem(desk.act(case, "undo"), 409, "undo_too_late")
    assert desk.case(case)["state"] == "called"


def test_nobody_undoes_a_colleagues_act(desk: Desk, colleague: Desk, case: str) -> None:
    problem(desk.act(case, "undo"), 409)
    good(desk.act(case, "call"))
    told = problem(colleague.act(case, "undo"), 409, "undo_not_yours")
    assert told["held_by"]


def test_skip_and_call_again(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    assert good(desk.act(case, "skip"))["state"] == "absent"
    assert good(desk.act(case, "call"))["state"] == "called"


def test_a_case_given_back_tells_the_resident_why_and_waits_again_when_mended(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan()
    case = visit.open_case()["case_id"]
    good(desk.act(case, "call"))
    problem(desk.act(case, "return", {"reason": "  "}), 409, "reason_missing")
    shown = good(desk.act(case, "return", {"reason": "転出証明書をお持ちください"}))
    assert (shown["state"], shown["returned_because"]) == ("returned", "転出証明書をお持ちください")
    visit.turn(correct={"fact": "moved_on", "value": "2026-04-03"})
    assert desk.case(case)["state"] == "prepared"


def test_a_case_goes_to_another_counter(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    problem(desk.act(case, "transfer", {"counter": "one_stop"}), 409, "same_counter")
    problem(desk.act(case, "transfer", {"counter": "moon"}), 422, "counter_unknown")
    shown = good(desk.act(case, "transfer", {"counter": "insurance"}))
    assert (shown["state"], shown["counter"], shown["held_by"]) == ("transferred", "insurance", None)


def test_a_clerk_corrects_and_official_data_stand_above(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan()
    case = visit.open_case()["case_id"]
    good(desk.act(case, "call"))
    good(desk.act(case, "correct", {"facts": {"moved_on": "2026-04-02"}}))
    good(desk.act(case, "official", {"facts": {"moved_on": "2026-04-03"}}))
    shown = desk.case(case)
    fact = next(f for f in shown["facts"] if f["fact"] == "moved_on")
    assert (fact["value"], fact["origin"], fact["authenticity"]) == ("2026-04-03", "official", "verified")
    assert {m["other_origin"] for m in shown["mismatches"] if m["fact"] == "moved_on"} == {"chosen", "staff"}


@pytest.mark.parametrize(
    "facts", [{"wings": 1}, {"moved_on": "yesterday"}, {"people.p1.age": 500}, {"people.p1": 1}]
)
def test_facts_that_cannot_be_are_refused_whole(desk: Desk, case: str, facts: dict[str, Any]) -> None:
    body = {"facts": {"has_dog": True, **facts}}
    for act in ("correct", "official"):
        problem(desk.act(case, act, body), 422, "fact_invalid")
    assert desk.case(case)["version"] == 1


def test_facts_of_nobody_in_the_case_are_refused(desk: Desk, case: str) -> None:
    for facts in ({"people.p9.name": "見本"}, {"householder": "p9"}):
        for act in ("correct", "official"):
            problem(desk.act(case, act, {"facts": facts}), 422, "person_unknown")
    assert desk.case(case)["version"] == 1


def test_a_clerk_forgets_a_fact_with_null_and_an_official_one_has_a_value(desk: Desk, case: str) -> None:
    problem(desk.act(case, "official", {"facts": {"moved_on": None}}), 422, "fact_invalid")
    shown = good(desk.act(case, "correct", {"facts": {"moved_on": None}}))
    assert "moved_on" not in {f["fact"] for f in shown["facts"]}


def test_a_note_is_three_short_lines(desk: Desk, case: str) -> None:
    good(desk.act(case, "note", {"note": "車椅子\n英語"}))
    assert desk.case(case)["note"] == "車椅子\n英語"
    for long in ("一\n二\n三\n四", "長" * 101, "a\x00b"):
        problem(desk.act(case, "note", {"note": long}), 409, "note_too_long")


def test_acts_of_one_click_happen_together_or_not_at_all(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    problem(desk.act(case, "accept", {"checks": ["wings"]}), 409, "check_unknown")
    shown = desk.case(case)
    assert (shown["state"], shown["version"]) == ("called", 2)


# ---------------------------------------------------------------------- finishing


def test_finishing_needs_the_check_of_support_measures_first(desk: Desk, case: str) -> None:
    good(desk.act(case, "call"))
    good(desk.act(case, "accept"))
    problem(desk.act(case, "finish", desk.results(case)), 409, "support_measures_unchecked")
    problem(desk.act(case, "tick", {"checks": ["card_seen.p1"]}), 409)
    good(desk.act(case, "tick", {"checks": ["support_measures"]}))
    assert good(desk.act(case, "finish", desk.results(case)))["state"] == "finished"


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"papers": []}, "identification_incomplete"),
        ({"papers": ["cushion"]}, "identification_incomplete"),
        ({"method": "two_papers"}, "identification_incomplete"),
        ({"authority": None}, "identification_incomplete"),
        ({"originals_seen": False}, "identification_incomplete"),
        ({"address_checked": None}, "identification_incomplete"),
        ({"notice_by_post_needed": None}, "identification_incomplete"),
        ({"notice_by_post_needed": "no"}, "identification_incomplete"),
    ],
)
def test_finishing_needs_the_record_of_identification(
    desk: Desk, case: str, missing: dict[str, Any], code: str
) -> None:
    desk.accept(case)
    body = desk.results(case)
    body["identification"] = {**IDENTIFICATION, **missing}
    problem(desk.act(case, "finish", body), 409, code)
    assert desk.case(case)["state"] == "accepted"


@pytest.mark.parametrize("field", [{"method": "guess"}, {"authority": "friend"}, {"method": ["x"]}])
def test_a_record_of_identification_outside_its_lists_is_refused(
    desk: Desk, case: str, field: dict[str, Any]
) -> None:
    desk.accept(case)
    body = desk.results(case)
    body["identification"] = {**IDENTIFICATION, **field}
    problem(desk.act(case, "finish", body), 422, "identification_invalid")


def test_finishing_needs_a_result_for_every_procedure(desk: Desk, case: str) -> None:
    desk.accept(case)
    body = desk.results(case)
    one = body["results"].pop()
    told = problem(desk.act(case, "finish", body), 409, "results_missing")
    name = next(p["name_ja"] for p in desk.case(case)["plan"] if p["id"] == one["procedure"])
    assert name in told["detail"]
    body["results"].append({**one, "filed_at": None})
    problem(desk.act(case, "finish", body), 409, "filed_at_missing")
    body["results"][-1] = {**one, "procedure": "wings"}
    problem(desk.act(case, "finish", body), 409)
    body["results"][-1] = {**one, "result": "たぶん"}
    problem(desk.act(case, "finish", body), 422, "request_invalid")
    assert desk.case(case)["results"] == []


def test_what_is_only_information_needs_no_result(desk: Desk, case: str) -> None:
    desk.accept(case)
    told = [p["id"] for p in desk.case(case)["plan"] if p["information_only"]]
    assert told, "the family's plan has guides in it"
    body = desk.results(case)
    assert not {r["procedure"] for r in body["results"]}.intersection(told)
    done = good(desk.act(case, "finish", body))
    assert done["state"] == "finished"
    assert all(p["result"] is None for p in done["plan"] if p["information_only"])


def test_a_case_whose_last_filing_waits_is_on_hold_whatever_it_informs_of(desk: Desk, case: str) -> None:
    desk.accept(case)
    for procedure in [p["id"] for p in desk.case(case)["plan"] if not p["information_only"]]:
        body = {"procedure": procedure, "waiting_for": "印鑑", "until": "2026-04-10"}
        held = good(desk.act(case, "hold", body))
    assert held["state"] == "on_hold"


def test_a_finished_case_is_filed_and_over(app: App, desk: Desk, case: str) -> None:
    desk.accept(case)
    done = good(desk.act(case, "finish", desk.results(case)))
    assert done["state"] == "finished"
    assert done["filed"] is True
    assert {r["result"] for r in done["results"]} == {"受理"}
    assert all(r["filed_at"] == NOW.isoformat() for r in done["results"])
    assert good(desk.get("/cases"))["cases"] == []
    assert [c["case_id"] for c in good(desk.get("/cases?state=finished"))["cases"]] == [case]
    problem(desk.act(case, "call"), 409, "case_finished")


def test_what_waits_for_a_paper_is_held_and_taken_up_another_day(app: App, desk: Desk, case: str) -> None:
    desk.accept(case)
    body = desk.results(case)
    body["results"][-1] = {"procedure": body["results"][-1]["procedure"], "result": "保留"}
    problem(desk.act(case, "finish", body), 409, "waiting_for_missing")
    body["results"][-1] |= {"waiting_for": "在学証明書", "until": "2026-06-30"}
    problem(desk.act(case, "finish", body), 409, "hold_too_long")
    body["results"][-1]["until"] = "2026-04-20"
    held = good(desk.act(case, "finish", body))
    assert (held["state"], held["hold_until"]) == ("on_hold", "2026-04-20")
    app.clock.forward(days=3)
    desk = app.desk()
    again = good(desk.act(case, "reopen", {"identification": IDENTIFICATION}))
    assert again["state"] == "accepted"
    assert again["checks"][0]["done"] is False, "support measures are checked anew"


def test_one_procedure_is_put_on_hold(desk: Desk, case: str) -> None:
    desk.accept(case)
    procedure = desk.case(case)["plan"][0]["id"]
    held = good(
        desk.act(case, "hold", {"procedure": procedure, "waiting_for": "印鑑", "until": "2026-04-10"})
    )
    assert held["state"] == "accepted", "the others are still open"
    assert [(r["procedure"], r["result"]) for r in held["results"]] == [(procedure, "保留")]


def test_a_case_is_printed_and_exported_by_staff(desk: Desk, case: str) -> None:
    pdf = desk.get(f"/cases/{case}/forms.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    form = desk.case(case)["forms"][0]["id"]
    assert desk.get(f"/cases/{case}/forms/{form}.png").headers["content-type"] == "image/png"
    problem(desk.get(f"/cases/{case}/forms/wings.png"), 404, "form_unknown")
    as_json = desk.get(f"/cases/{case}/export?format=json")
    assert as_json.headers["content-type"].startswith("application/json")
    assert as_json.json()["ticket"] == desk.case(case)["ticket"]
    as_csv = desk.get(f"/cases/{case}/export?format=csv")
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert as_csv.text.splitlines()[0].lstrip("\ufeff").startswith("ticket,")
    problem(desk.get(f"/cases/{case}/export?format=exe"), 422, "format_unknown")


def test_every_look_and_act_is_in_the_audit(app: App, desk: Desk, case: str) -> None:
    desk.accept(case)
    desk.get(f"/cases/{case}/export")
    desk.get(f"/cases/{case}/forms.pdf")
    entries = app.services.store.audit.list(entity_id=case)
    assert {"case_prepare", "read", "call", "accept", "export", "print"} <= {
        e.act.removeprefix("case_") if e.act != "case_prepare" else e.act for e in entries
    }
    assert {e.actor for e in entries if e.act == "export"} == {"counter_staff"}
    assert type(app.services.store.audit.verify()).__name__ == "AuditIntact"


# ---------------------------------------------------------------------- the hall


def test_the_hall_sees_numbers_and_counters_only(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市1-1"})
    called = visit.open_case()
    good(desk.act(called["case_id"], "call"))
    waiting = app.visit().to_plan().open_case()
    answer = app.client.get("/api/v1/calls")
    shown = good(answer)
    assert [c["ticket"] for c in shown["now"]] == [called["ticket"]]
    assert [w["ticket"] for w in shown["waiting"]] == [waiting["ticket"]]
    assert {k for c in shown["now"] for k in c} == {"ticket", "counter", "counter_id", "called_at", "times"}
    assert {k for w in shown["waiting"] for k in w} == {"ticket", "counter", "counter_id", "minutes"}
    for personal in ("目印", "転入", visit.id, called["case_id"], visit.token):
        assert personal not in answer.text
