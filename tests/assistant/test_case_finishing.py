"""What a case needs before it is finished, and how it comes back another day."""

from typing import Any

import pypdfium2 as pdfium
import pytest

from tests.assistant.conftest import FAMILY, IDENTIFICATION, NOW, App, Desk, good, problem


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


def test_papers_are_printed_after_identification_only(desk: Desk, case: str) -> None:
    problem(desk.get(f"/cases/{case}/forms.pdf"), 409, "identification_missing")
    problem(desk.act(case, "identify", {"identification": IDENTIFICATION}), 409, "not_in_this_state")
    desk.accept(case)
    problem(desk.get(f"/cases/{case}/forms.pdf"), 409, "identification_missing")
    half = {**IDENTIFICATION, "originals_seen": False}
    problem(desk.act(case, "identify", {"identification": half}), 409, "identification_incomplete")
    known = good(desk.act(case, "identify", {"identification": IDENTIFICATION}))["identification"]
    assert {name: known[name] for name in IDENTIFICATION} == IDENTIFICATION
    assert known["checked_by"] == "counter_staff"
    assert desk.get(f"/cases/{case}/forms.pdf").headers["content-type"] == "application/pdf"
    good(desk.act(case, "return", {"reason": "書類が足りません"}))
    problem(desk.get(f"/cases/{case}/forms.pdf"), 409, "identification_missing")


def test_a_case_is_printed_and_exported_by_staff(desk: Desk, case: str) -> None:
    desk.identify(case)
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
    desk.identify(case)
    desk.get(f"/cases/{case}/export")
    desk.get(f"/cases/{case}/forms.pdf")
    entries = app.services.store.audit.list(entity_id=case)
    assert {"case_prepare", "read", "call", "accept", "identify", "export", "print"} <= {
        e.act.removeprefix("case_") if e.act != "case_prepare" else e.act for e in entries
    }
    assert {e.actor for e in entries if e.act == "export"} == {"counter_staff"}
    assert type(app.services.store.audit.verify()).__name__ == "AuditIntact"


def test_who_comes_back_gets_a_slip_with_number_and_papers_only(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市1-1"})
    case = visit.open_case()["case_id"]
    desk.accept(case)
    problem(desk.get(f"/cases/{case}/slip.pdf"), 409, "nothing_waits")
    body = desk.results(case)
    for result, until in zip(body["results"][-2:], ("2026-04-20", "2026-04-15"), strict=True):
        procedure = result["procedure"]
        result.clear()
        result |= {"procedure": procedure, "result": "保留", "waiting_for": "在学証明書", "until": until}
    held = good(desk.act(case, "finish", body))
    answer = desk.get(f"/cases/{case}/slip.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    assert held["ticket"] in text
    assert text.count("在学証明書") == 1
    assert "4月15日(水)まで" in text
    assert not [
        word for word in ("目印", "転入", "届", *(p["name_ja"] for p in held["plan"])) if word in text
    ]


def text_of(pdf: bytes) -> str:
    """What stands on a PDF."""
    return "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))


def test_what_is_waited_for_holds_no_name_and_only_papers_are_printed(app: App, desk: Desk) -> None:
    """The slip is found by anybody, the status page is the phone's: neither says more than numbers and papers."""
    visit = app.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市1-1"})
    case = visit.open_case()["case_id"]
    desk.accept(case)
    body = desk.results(case)
    named, other = (result["procedure"] for result in body["results"][-2:])
    for personal in ("太郎さんの委任状", "目印県目印市1-1の契約書", "電話 000-1234-5678 に連絡"):
        held = {"procedure": named, "waiting_for": personal, "until": "2026-04-20"}
        problem(desk.act(case, "hold", held), 422, "waiting_for_personal")
        body["results"][-1] = {"procedure": other, "result": "補正", "waiting_for": personal}
        problem(desk.act(case, "finish", body), 422, "waiting_for_personal")
    paper = desk.case(case)["papers_known"][0]
    for at, procedure, words in ((-2, named, paper), (-1, other, "鈴木次郎さんの委任状")):
        body["results"][at] = {"procedure": procedure, "result": "補正", "waiting_for": words}
    good(desk.act(case, "finish", body))
    text = text_of(desk.get(f"/cases/{case}/slip.pdf").content)
    assert paper in text
    assert "窓口でご説明したもの" in text
    assert "鈴木" not in text
    stored = app.services.store.get_case(case)
    assert stored is not None
    shown = app.client.post("/api/v1/status", json={"code": stored.ticket.status_token}).text
    assert not [words for words in ("鈴木", "委任状", paper) if words in shown]
