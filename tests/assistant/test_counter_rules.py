"""What the rules of the counter forbid is looked for in the whole surface: nobody finds it, asks it aloud or prints it."""

import re

import pytest

from kb.facts import Privacy
from kb.model import KnowledgeBase
from tests.assistant.conftest import CHECKOUT, App, Desk, VisitScreen, good, problem

DANGER = "夫の暴力から逃げてきました"
LOOKED_FOR = {
    "GET /api/v1/cases": {"state", "counter"},
    "GET /api/v1/cases/{case_id}": {"why"},
    "GET /api/v1/cases/{case_id}/export": {"format"},
    "GET /api/v1/cases/{case_id}/forms/{form_id}.png": {"page"},
    "GET /api/v1/visits/{visit_id}/forms/{form_id}.png": {"page"},
    "GET /api/v1/conversations/{visit_id}/procedures": {"name"},
    "GET /api/v1/preservations/find": {"day", "ticket"},
    "GET /api/v1/audit": {
        "case",
        "ticket",
        "day",
        "actor",
        "kind",
        "entity",
        "from",
        "until",
        "before",
        "limit",
    },
    "GET /api/v1/oidc/start": {"back_to"},
}
"""What a question may carry beside the address: never a name, an address or a household (rule 7)."""


def test_no_route_looks_for_somebody_by_name_address_or_household(app: App) -> None:
    paths = good(app.client.get("/api/v1/openapi.json"))["paths"]
    asked = {
        f"{method.upper()} {path}": {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    for route, names in asked.items():
        assert names <= LOOKED_FOR.get(route, set()), route


def test_two_cases_of_the_same_person_stay_two(app: App, desk: Desk) -> None:
    cases = []
    for _ in range(2):
        visit = app.visit().to_plan()
        visit.turn(details={"people.p1.name": "見本　太郎", "new_address": "見本県見本市1-1"})
        cases.append(visit.open_case()["case_id"])
    assert len(set(cases)) == 2
    for one, other in (cases, cases[::-1]):
        assert other not in desk.get(f"/cases/{one}").text


def test_no_fact_says_danger_or_protection(kb: KnowledgeBase) -> None:
    """Neither a list nor a flag (rule 7)."""
    words = re.compile("支援措置|暴力|虐待|ストーカー|閲覧制限")
    assert [(kind.name, kind.label_ja) for kind in kb.vocabulary if words.search(kind.label_ja)] == []


def test_what_only_the_family_register_knows_is_left_to_staff_on_every_form(kb: KnowledgeBase) -> None:
    """本籍 and 筆頭者 are facts of no origin but the register's, so no fact of ours fills them (rule 13)."""
    boxes = [b for form in kb.forms.values() for section in form.sections for b in section.fields]
    found = [b for b in boxes if b.label_ja in ("本籍", "筆頭者")]
    assert {b.label_ja for b in found} == {"本籍", "筆頭者"}
    assert {(b.type, b.source, b.value) for b in found} == {("blank", "staff", "")}
    kinds = [kind.name for kind in kb.vocabulary if kind.label_ja.startswith(("本籍", "筆頭者"))]
    assert kinds == []


@pytest.mark.parametrize("before", ["nothing", "a plan"])
def test_the_quiet_path_gives_no_number_no_paper_and_no_case(app: App, desk: Desk, before: str) -> None:
    visit = app.visit()
    if before == "a plan":
        visit.to_plan()
    visit.turn(text=DANGER)
    for answer in (
        visit.post("/case", {}),
        visit.post("/case", {"ticket_only": True}),
        visit.post("/forms"),
        visit.get("/forms.pdf"),
        visit.get("/plan.pdf"),
        visit.get("/ticket.pdf"),
    ):
        told = problem(answer, 409, "person_comes")
        assert "支援" not in told["detail"] + told["remedy"]
    problem(visit.get("/status-qr.svg"), 404)
    assert good(desk.get("/cases"))["cases"] == []
    assert good(app.client.get("/api/v1/calls"))["waiting"] == []


def test_what_identifies_or_is_sensitive_is_asked_on_the_screen(kb: KnowledgeBase) -> None:
    closed = {k.name for k in kb.vocabulary if k.privacy in (Privacy.IDENTIFYING, Privacy.SENSITIVE)}
    asked = {
        question.id: closed
        & {*question.facts, *(name for option in question.options for name in option.sets)}
        for question in kb.questions.values()
    }
    aloud = {one for one, facts in asked.items() if facts and not kb.questions[one].privacy_on_screen}
    assert aloud == {"card_wanted"}, (
        "a list of errands; that a surname changed is one of ten, asked for by none"
    )


def test_touches_keys_and_spoken_answers_are_counted_apart(visit: VisitScreen) -> None:
    visit.turn(text="引っ越してきました")
    visit.answer("confirm", True)
    visit.turn(text="はい", spoken=True)
    effort = visit.plan["effort"]
    assert effort == {"taps": 1, "keystrokes": len("引っ越してきました"), "spoken_answers": 1}
    assert visit.plan["writes"] >= 0


def test_a_kiosk_sends_nothing_to_its_printer_but_ticket_and_plan() -> None:
    printed: set[str] = set()
    for script in (CHECKOUT / "assistant/web/kiosk").glob("*.js"):
        printed |= set(re.findall(r"[\w-]+\.pdf", script.read_text(encoding="utf-8")))
    assert printed == {"plan.pdf", "ticket.pdf"}


def test_of_what_was_said_nothing_outlives_the_visit(app: App, visit: VisitScreen) -> None:
    """Rule 8: no sentence is kept to learn from. Who builds that keeps it off, masked, looked at, and with a term."""
    visit.turn(text="4月1日に引っ越してきました")
    talk = app.services.store.get_conversation(visit.id)
    assert talk is not None
    assert "4月1日に引っ越してきました" in [message.text for message in talk.messages]
    case = visit.open_case(ticket_only=True)["case_id"]
    app.desk().accept(case)
    good(visit.delete(), 204)
    assert app.services.store.get_visit(visit.id) is None
    assert app.services.store.get_conversation(visit.id) is None
    assert "引っ越してきました" not in app.desk().get(f"/cases/{case}").text
