"""Consent field by field, one card for one person, and nothing half-saved when either fails."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.assistant.conftest import FAMILY, App, Desk, VisitScreen, good, problem

CARD_FACTS = {
    "people.p1.name",
    "people.p1.birth_date",
    "people.p1.sex",
    "people.p1.card_address",
    "previous_address",
}
FATHER = "見本　太郎"


def name_in(case: dict[str, Any]) -> str | None:
    return next((f["value"] for f in case["facts"] if f["fact"] == "people.p1.name"), None)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def family(visit: VisitScreen) -> VisitScreen:
    return visit.to_plan(FAMILY)


def test_purpose_and_choice_are_told_before_anything_is_agreed_to(family: VisitScreen) -> None:
    shown = good(family.get("/consents"))
    assert shown["consents"] == []
    assert {"purpose", "text", "basis", "choice", "fields"} <= shown["ask"].keys()
    assert "第61条" in shown["ask"]["basis"]
    assert "使わなくても" in shown["ask"]["choice"]
    assert [f["id"] for f in shown["ask"]["fields"]] == ["name", "address", "birth_date", "sex"]


def test_a_consent_names_person_fields_forms_and_end(family: VisitScreen) -> None:
    body = {"person": "p2", "purpose": "fill_forms", "fields": ["sex", "name"]}
    given = good(family.post("/consents", body), 201)
    assert {"consent_id", "person", "purpose", "fields", "forms", "until"} <= given.keys()
    assert given["person"] == "p2"
    assert given["fields"] == ["name", "sex"]
    assert given["forms"]
    assert [c["consent_id"] for c in good(family.get("/consents"))["consents"]] == [given["consent_id"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"person": "p9", "fields": ["name"]}, 404, "person_unknown"),
        ({"fields": []}, 422, "request_invalid"),
        ({"fields": ["individual_number"]}, 422, "request_invalid"),
        ({"fields": ["name"], "purpose": "advertising"}, 422, "purpose_unknown"),
        ({}, 422, "request_invalid"),
    ],
)
def test_a_consent_to_anything_else_is_refused(
    family: VisitScreen, body: dict[str, Any], status: int, code: str
) -> None:
    problem(family.post("/consents", body), status, code)
    assert good(family.get("/consents"))["consents"] == []


def test_a_consent_lasts_an_hour_and_what_was_read_stays(app: App, family: VisitScreen) -> None:
    consent, later = family.consent("p1", "name"), family.consent("p1", "birth_date")
    good(family.read_card(consent))
    for _ in range(5):
        app.clock.forward(minutes=13)
        good(family.get())
    problem(family.read_card(later), 403, "consent_missing")
    assert family.facts()["people.p1.name"] == FATHER


def test_tries_are_shown_before_the_pin_is_typed(family: VisitScreen) -> None:
    assert good(family.get("/card")) == {"present": True, "tries_left": 3, "code": None}


def test_a_card_gives_the_four_attributes_unverified(family: VisitScreen) -> None:
    consent = family.consent()
    read = good(family.read_card(consent))
    assert {f["fact"] for f in read["facts"]} == CARD_FACTS
    assert read["authenticity"] == "unverified"
    for fact in read["facts"]:
        assert fact["origin"] == "card"
        assert fact["authenticity"] == "unverified"
    assert family.facts()["people.p1.name"] == FATHER
    assert family.facts()["people.p1.birth_date"] == "1984-05-14"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("name", {"people.p1.name"}),
        ("birth_date", {"people.p1.birth_date"}),
        ("sex", {"people.p1.sex"}),
        ("address", {"people.p1.card_address", "previous_address"}),
    ],
)
def test_only_fields_agreed_to_are_kept(family: VisitScreen, field: str, facts: set[str]) -> None:
    before = set(family.facts())
    good(family.read_card(family.consent("p1", field)))
    assert set(family.facts()) - before == facts


def test_without_consent_no_card_is_read(app: App, family: VisitScreen) -> None:
    other = app.visit().to_plan(FAMILY)
    theirs = other.consent()
    problem(family.read_card("consent-none"), 403, "consent_missing")
    problem(family.read_card(theirs), 403, "consent_missing")
    problem(family.read_card(family.consent("p2"), person="p1"), 403, "consent_missing")
    withdrawn = family.consent()
    good(family.delete(f"/consents/{withdrawn}"))
    problem(family.read_card(withdrawn), 403, "consent_missing")
    assert app.card.tries_left().tries_left == 3, "no PIN ever reached the card"


@pytest.mark.parametrize(
    ("happens", "status", "code"),
    [
        (lambda card: card.remove(), 409, "card_absent"),
        (lambda card: card.remove_after(3), 409, "card_removed"),
        (lambda card: card.unplug(), 503, "reader_absent"),
    ],
    ids=["no card", "pulled out while reading", "reader unplugged"],
)
def test_what_goes_wrong_with_the_card_keeps_nothing(
    app: App, family: VisitScreen, happens: Any, status: int, code: str
) -> None:
    consent = family.consent()
    before = family.facts()
    happens(app.card)
    problem(family.read_card(consent), status, code)
    assert family.facts() == before
    app.card.plug_in()
    app.card.insert("father")
    assert good(family.read_card(consent))["person"] == "p1", "and it can be tried again"


def test_a_wrong_pin_tells_the_tries_left_and_stops_before_the_last(app: App, family: VisitScreen) -> None:
    consent = family.consent()
    assert problem(family.read_card(consent, "9999"), 422, "pin_wrong")["tries_left"] == 2
    assert problem(family.read_card(consent, "9998"), 422, "pin_wrong")["tries_left"] == 1
    assert problem(family.read_card(consent, "9997"), 409, "pin_last_try")["tries_left"] == 1
    assert good(family.get("/card"))["tries_left"] == 1, "the last try is still there"
    problem(family.read_card(consent, "9996", really=True), 409, "pin_locked")
    status = good(family.get("/card"))
    assert (status["tries_left"], status["code"]) == (0, "pin_locked")
    problem(family.read_card(consent, "1234", really=True), 409, "pin_locked")
    assert "people.p1.name" not in family.facts()
    assert good(family.post("/case"))["ticket"], "the visit goes on without the card"


def test_the_last_try_works_when_it_is_really_meant(family: VisitScreen) -> None:
    consent = family.consent()
    family.read_card(consent, "9999")
    family.read_card(consent, "9998")
    assert good(family.read_card(consent, "1234", really=True))["person"] == "p1"
    assert good(family.get("/card"))["tries_left"] == 3


@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "１２３４", "12 4", "1234\n"])
def test_a_pin_of_another_shape_costs_no_try(app: App, family: VisitScreen, pin: str) -> None:
    told = problem(family.read_card(family.consent(), pin), 422)
    assert told["code"] in ("pin_malformed", "request_invalid")
    assert app.card.tries_left().tries_left == 3
    assert not pin.strip() or pin not in str(told)


def test_another_persons_card_is_refused_unkept(app: App, family: VisitScreen) -> None:
    consent = family.consent("p1")
    app.card.insert("grandfather")
    before = family.facts()
    problem(family.read_card(consent, "3456"), 409, "card_other_person")
    assert family.facts() == before


def test_each_holder_present_reads_their_own(app: App, family: VisitScreen) -> None:
    good(family.read_card(family.consent("p1")))
    app.card.insert("mother")
    good(family.read_card(family.consent("p2"), "2345"))
    facts = family.facts()
    assert (facts["people.p1.name"], facts["people.p2.name"]) == (FATHER, "見本　花子")


def test_a_second_card_that_contradicts_the_first_is_refused(app: App, family: VisitScreen) -> None:
    """The mother is nearly as old as the father; her card would have given him her name."""
    consent = family.consent("p1")
    good(family.read_card(consent))
    before = family.facts()
    family.turn(correct={"fact": "people.p1.age", "value": 41})
    app.card.insert("mother")
    problem(family.read_card(consent, "2345"), 409, "card_other_person")
    assert family.facts()["people.p1.name"] == before["people.p1.name"] == FATHER
    app.card.insert("father")
    good(family.read_card(consent))


def test_a_consent_taken_back_while_the_card_is_read_keeps_nothing(
    app: App, family: VisitScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = family.consent("p1")
    before = family.facts()
    usual = app.card.read_four_attributes

    def slowly(*given: Any, **more: Any) -> Any:
        read = usual(*given, **more)
        good(family.delete(f"/consents/{consent}"))
        return read

    monkeypatch.setattr(app.card, "read_four_attributes", slowly)
    problem(family.read_card(consent), 403, "consent_missing")
    assert family.facts() == before


def test_a_card_being_read_when_a_clerk_accepts_changes_nothing(
    app: App, family: VisitScreen, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = family.consent("p1")
    case = family.open_case()["case_id"]
    before = family.facts()
    usual = app.card.read_four_attributes

    def slowly(*given: Any, **more: Any) -> Any:
        read = usual(*given, **more)
        desk.accept(case)
        return read

    monkeypatch.setattr(app.card, "read_four_attributes", slowly)
    problem(family.read_card(consent), 409, "case_accepted")
    assert family.facts() == before


def test_the_same_card_is_not_read_for_two_people(app: App, family: VisitScreen) -> None:
    good(family.read_card(family.consent("p1")))
    problem(family.read_card(family.consent("p2")), 409, "card_other_person")


def test_what_was_typed_stays_beside_what_the_card_says(app: App, family: VisitScreen, desk: Desk) -> None:
    family.turn(details={"people.p1.name": "見本　二郎"})
    good(family.read_card(family.consent()))
    assert family.facts()["people.p1.name"] == FATHER, "the card stands above what was said"
    family.turn(details={"people.p1.name": "見本　三郎"})
    assert family.facts()["people.p1.name"] == FATHER
    mismatches = desk.case(family.open_case()["case_id"])["mismatches"]
    assert "people.p1.name" in [m["fact"] for m in mismatches]


def test_a_withdrawn_consent_blanks_facts_forms_and_case(app: App, family: VisitScreen, desk: Desk) -> None:
    consent = family.consent()
    good(family.read_card(consent))
    case = family.open_case()["case_id"]
    assert FATHER in text_of(family.get("/forms.pdf").content)
    assert name_in(desk.case(case)) == FATHER
    good(family.delete(f"/consents/{consent}"))
    assert not CARD_FACTS & family.facts().keys()
    assert FATHER not in text_of(family.get("/forms.pdf").content)
    shown = desk.case(case)
    assert not CARD_FACTS & {f["fact"] for f in shown["facts"]}
    assert set(shown["blanked"]) == CARD_FACTS
    assert [c["withdrawn"] for c in shown["consents"]] == [True]
    desk.identify(case)
    assert FATHER not in text_of(desk.get(f"/cases/{case}/forms.pdf").content)
    assert FATHER not in desk.get(f"/cases/{case}/export").text
    good(family.delete(f"/consents/{consent}"))
    assert set(desk.case(case)["blanked"]) == CARD_FACTS, "twice is the same as once"


def test_after_acceptance_a_consent_can_still_be_withdrawn_until_it_is_filed(
    app: App, family: VisitScreen, desk: Desk
) -> None:
    consent = family.consent()
    good(family.read_card(consent))
    case = family.open_case()["case_id"]
    desk.accept(case)
    good(desk.act(case, "finish", desk.results(case)))
    told = problem(family.delete(f"/consents/{consent}"), 409, "consent_filed")
    assert "受理" in told["detail"]
    assert name_in(desk.case(case)) == FATHER


def test_a_consent_withdrawn_at_the_counter_blanks_the_accepted_case(
    app: App, family: VisitScreen, desk: Desk
) -> None:
    consent = family.consent()
    good(family.read_card(consent))
    case = family.open_case()["case_id"]
    desk.accept(case)
    good(family.delete(f"/consents/{consent}"))
    assert not CARD_FACTS & {f["fact"] for f in desk.case(case)["facts"]}


def test_nobody_withdraws_anothers_consent(app: App, family: VisitScreen) -> None:
    consent = family.consent()
    other = app.visit()
    problem(other.delete(f"/consents/{consent}"), 404)
    problem(family.delete("/consents/consent-none"), 404)
    assert [c["withdrawn"] for c in good(family.get("/consents"))["consents"]] == [False]


def test_a_card_read_after_the_ticket_reaches_the_case(app: App, family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    good(family.read_card(family.consent()))
    assert name_in(desk.case(case)) == FATHER


def test_once_a_clerk_has_the_case_no_card_is_read_into_it(app: App, family: VisitScreen, desk: Desk) -> None:
    case = family.open_case()["case_id"]
    consent = family.consent()
    desk.accept(case)
    problem(family.read_card(consent), 409, "case_accepted")
    assert "people.p1.name" not in family.facts()


def comes_for(visit: VisitScreen, sentence: str) -> VisitScreen:
    """Says for whom, and asks for nothing but the card."""
    visit.turn(text=sentence)
    return visit.to_plan({"reasons": ["my_number_card"], "card_wanted": ["receive"]})


def ask_consent(screen: VisitScreen, person: str) -> Any:
    return screen.post("/consents", {"person": person, "fields": ["name"]})


def test_the_card_of_somebody_who_did_not_come_is_not_read(app: App) -> None:
    proxy = comes_for(app.visit(), "78歳の母に頼まれて来ました")
    assert proxy.facts()["visitor_role"] == "proxy"
    told = problem(ask_consent(proxy, "p2"), 409, "card_holder_absent")
    assert "職員" in told["remedy"]
    assert good(proxy.get("/consents"))["consents"] == []
    good(ask_consent(proxy, "p1"), 201)


def test_a_companion_may_have_the_card_of_who_came_along_read(app: App) -> None:
    beside = comes_for(app.visit(), "78歳の母の付き添いで来ました")
    assert beside.facts()["visitor_role"] == "companion"
    good(ask_consent(beside, "p2"), 201)


@pytest.mark.parametrize(("age", "allowed"), [(10, True), (14, True), (15, False), (17, False)])
def test_a_parent_types_the_pin_of_a_child_under_15_only(app: App, age: int, allowed: bool) -> None:
    parent = comes_for(app.visit(), f"{age}歳の息子に頼まれて来ました")
    assert parent.facts()["visitor_role"] == "proxy"
    if allowed:
        good(ask_consent(parent, "p2"), 201)
    else:
        problem(ask_consent(parent, "p2"), 409, "card_holder_absent")


def test_whoever_turns_out_to_be_absent_after_agreeing_is_not_read(app: App) -> None:
    beside = comes_for(app.visit(), "78歳の母の付き添いで来ました")
    consent = good(ask_consent(beside, "p2"), 201)["consent_id"]
    beside.turn(correct={"fact": "visitor_role", "value": "proxy"})
    problem(beside.read_card(consent), 409, "card_holder_absent")
    assert app.card.tries_left().tries_left == 3, "no PIN ever reached the card"
