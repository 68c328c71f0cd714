"""What the core system picks up."""

import csv
import io
import json
from dataclasses import replace

import pytest

from counter_bridge.case import SUPPORT_MEASURES, Case, Decision
from counter_bridge.case_changes import apply
from counter_bridge.case_events import Accept, Finish, Outcome, Revise, WithdrawConsent
from counter_bridge.core_export import CSV_COLUMNS, as_csv, as_json
from counter_bridge.staff import RESIDENT
from kb.facts import Fact, Origin


@pytest.fixture
def finished(case: Case, clerk, clock, identification) -> Case:
    first, second = case.content.procedures
    outcomes = (
        Outcome(first.id, Decision.FILED, clock.now),
        Outcome(second.id, Decision.HELD, waiting_for_ja="資格喪失証明書"),
    )
    accepted = apply(case, Accept(), clerk, clock.moment)
    return apply(accepted, Finish(outcomes, identification, (SUPPORT_MEASURES,)), clerk, clock.moment)


def rows(case: Case) -> list[dict[str, str]]:
    text = as_csv(case)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def facts_of(case: Case, procedure: str) -> dict[tuple[str | None, str], dict]:
    body = json.loads(as_json(case))
    found = next(p for p in body["procedures"] if p["id"] == procedure)
    return {(f["person"], f["fact"]): f for f in found["facts"]}


def test_before_a_clerk_decided_nothing_is_filed(case: Case):
    body = json.loads(as_json(case))
    assert body["filed"] is False
    assert body["format"] == "one-counter.case"
    assert {p["result"] for p in body["procedures"]} == {None}
    assert body["identification"] is None


def test_each_procedure_carries_its_result_and_the_facts_of_its_people(finished: Case, markers, clock):
    body = json.loads(as_json(finished))
    moving, insurance = body["procedures"]
    assert (moving["result"], moving["filed_at"]) == ("受理", clock.now.isoformat())
    assert (insurance["result"], insurance["filed_at"], insurance["until"]) == ("保留", None, "2026-04-21")
    assert insurance["waiting_for"] == "資格喪失証明書"
    facts = facts_of(finished, "moving_in_notification")
    assert facts["p1", "name"] == {
        "person": "p1",
        "fact": "name",
        "value": markers["name"],
        "origin": "card",
        "authenticity": "unverified",
        "confidence": 1.0,
        "blank_because": None,
    }
    assert facts[None, "moved_on"]["value"] == "2026-03-31"
    assert facts[None, "has_dog"]["value"] is False
    assert facts[None, "people"]["value"] == ["p1", "p2"]
    assert ("p2", "relation") in facts
    assert ("p2", "relation") not in facts_of(finished, "national_health_insurance")
    assert body["identification"]["papers"] == ["my_number_card"]


def test_a_withdrawn_consent_leaves_its_fields_blank_with_the_reason(case: Case, clerk, clock, markers):
    blank = apply(case, WithdrawConsent("consent-father"), RESIDENT, clock.moment)
    facts = facts_of(blank, "moving_in_notification")
    assert facts["p1", "birth_date"]["value"] is None
    assert facts["p1", "birth_date"]["blank_because"] == "consent_withdrawn"
    assert facts[None, "previous_address"]["value"] is None
    assert facts["p1", "name"]["value"] == "目印 言った名前"
    assert not [m for m in (markers["name"], markers["address"]) if m in as_json(blank) + as_csv(blank)]
    line = next(r for r in rows(blank) if r["fact"] == "birth_date")
    assert (line["value"], line["blank_because"]) == ("", "consent_withdrawn")


def test_csv_has_one_line_for_each_fact_of_each_procedure(finished: Case, markers):
    lines = rows(finished)
    assert tuple(lines[0]) == CSV_COLUMNS
    count = sum(len(facts_of(finished, p.id)) for p in finished.content.procedures)
    assert len(lines) == count
    name = next(r for r in lines if r["fact"] == "name")
    assert (name["ticket"], name["procedure"], name["result"], name["value"]) == (
        "A-101",
        "moving_in_notification",
        "受理",
        markers["name"],
    )
    people = next(r for r in lines if r["fact"] == "people")
    assert people["value"] == "p1 p2"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+81-3", "-1", "@SUM(1)"])
def test_what_a_spreadsheet_would_run_is_disarmed_in_csv_and_exact_in_json(case: Case, clerk, clock, text):
    facts = case.content.facts.with_fact(Fact("people.p1.kana", text, Origin.SAID))
    typed = apply(case, Revise(replace(case.content, facts=facts)), RESIDENT, clock.moment)
    line = next(r for r in rows(typed) if r["fact"] == "kana")
    assert line["value"] == f"'{text}"
    assert facts_of(typed, "moving_in_notification")["p1", "kana"]["value"] == text


def test_an_export_has_no_place_for_a_my_number(finished: Case):
    assert "my_number" not in as_json(finished).replace("my_number_card", "")
    assert "個人番号" not in as_json(finished)
