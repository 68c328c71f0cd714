"""A visit over HTTP: opening, turns and their answers, going back, correcting, what is kept and shown."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.assistant.conftest import DAY, FAMILY, FIRST_SENTENCE, App, VisitScreen, good, problem

STEP_KINDS = {"ask", "confirm", "plan", "answer", "hand_over", "ask_again"}
PLAN_KEYS = {
    "complete",
    "open_questions",
    "procedures",
    "undecided",
    "not_needed",
    "elsewhere",
    "counters_visited",
    "minutes",
    "writes",
    "effort",
}
PROCEDURE_KEYS = {
    "id",
    "name_ja",
    "for_whom",
    "why",
    "law",
    "source",
    "checked",
    "counter",
    "bring",
    "fee_yen",
    "deadline",
    "today",
    "because",
    "confirm_by_staff",
    "minutes",
    "writes",
}


def test_opening_a_visit_greets_and_gives_its_only_key(app: App) -> None:
    answer = app.client.post("/api/v1/visits", json={"language": "ja"})
    opened = good(answer, 201)
    assert {"visit_id", "token", "step", "understood", "plan", "next"} <= opened.keys()
    assert opened["step"]["kind"] == "ask"
    assert opened["step"]["question"]["id"] == "reasons"
    assert opened["step"]["question"]["options"]
    assert opened["understood"] == []
    assert opened["next"] == []
    assert answer.headers["cache-control"] == "no-store"


def test_a_visit_opens_without_a_body_on_a_day_the_demo_is_open(app: App) -> None:
    opened = good(app.client.post("/api/v1/visits"), 201)
    assert opened["on"].startswith(f"{DAY}T10:00")


@pytest.mark.parametrize(
    ("on", "moment"),
    [("2026-04-08", "2026-04-08T10:00:00+09:00"), ("2026-04-08T16:40:00+09:00", "2026-04-08T16:40:00+09:00")],
)
def test_the_day_of_a_visit_may_be_set_in_the_demo(app: App, on: str, moment: str) -> None:
    assert app.visit(on=on).state["on"] == moment


def test_the_day_of_a_visit_cannot_be_set_where_that_is_off(start_app: Any) -> None:
    app = start_app(allow_date_override=False)
    problem(app.client.post("/api/v1/visits", json={"on": "2026-04-08"}), 403, "date_override_off")
    assert good(app.client.post("/api/v1/visits", json={}), 201)


def test_outside_the_demo_a_visit_has_the_real_time(start_app: Any) -> None:
    app = start_app(demo=False, allow_date_override=False)
    assert good(app.client.post("/api/v1/visits"), 201)["on"] == app.clock.now.isoformat()


def test_only_the_token_opens_a_visit(app: App, visit: VisitScreen) -> None:
    other = app.visit()
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer "}):
        problem(app.client.get(visit.base, headers=headers), 401, "token_missing")
    for token in ("x", other.token):
        problem(
            app.client.get(visit.base, headers={"Authorization": f"Bearer {token}"}), 401, "token_invalid"
        )
    problem(app.client.get("/api/v1/visits/visit-none", headers=visit.headers), 401, "token_invalid")


def test_the_main_job_from_the_first_sentence_to_the_plan(visit: VisitScreen) -> None:
    said = visit.turn(text=FIRST_SENTENCE)
    assert said["step"]["kind"] == "confirm"
    known = {f["fact"]: f["value"] for f in said["understood"]}
    assert known["moved_on"] == "2026-04-01"
    assert known["previous_municipality"].startswith("141")
    assert known["people"] == ["p1", "p2", "p3", "p4", "p5", "p6"]
    doubted = next(f for f in said["understood"] if f["fact"] == "people.p6.relation")
    assert doubted["doubtful"] is True
    assert {a["value"] for a in doubted["alternatives"]} == {"father", "father_in_law", "grandfather"}
    visit.to_plan(FAMILY)
    assert visit.plan["complete"] is True
    assert visit.plan["open_questions"] == []
    assert visit.plan["counters_visited"] == 1
    assert visit.state["next"] == ["consent", "card", "details", "forms", "case"]
    assert visit.plan.keys() >= PLAN_KEYS
    for procedure in visit.plan["procedures"]:
        assert procedure.keys() >= PROCEDURE_KEYS
        assert procedure["today"] in ("yes", "partly", "no")
        assert procedure["law"]
        assert all(b["have"] in ("yes", "no", "unknown") for b in procedure["bring"])
    for undecided in visit.plan["undecided"]:
        assert undecided["missing"]
    assert visit.plan["minutes"]["low"] <= visit.plan["minutes"]["high"]


def test_every_step_on_the_way_has_the_same_shape(visit: VisitScreen) -> None:
    seen = [visit.state]
    visit.turn(text=FIRST_SENTENCE)
    while visit.step["kind"] != "plan":
        seen.append(visit.state)
        question = visit.step["question"]
        default = ["none"] if question["multiple"] else (question["options"] or [{"value": True}])[0]["value"]
        value = True if question["id"] == "confirm" else FAMILY.get(question["id"], default)
        visit.answer(question["id"], value)
    for state in [*seen, visit.state]:
        step = state["step"]
        assert step["kind"] in STEP_KINDS
        assert step["say"]
        assert isinstance(step["show"], list)
        if question := step.get("question"):
            assert question["input"] in ("choice", "yes_no", "date", "number", "text", "people")
            assert question["text"]
            assert question["why"]
            assert isinstance(question["can_skip"], bool)
            assert all({"value", "label"} <= o.keys() for o in question["options"])
        for fact in state["understood"]:
            assert {"fact", "value", "label", "origin", "confidence"} <= fact.keys()


def test_the_plan_by_itself_is_the_plan_of_the_turn(visit: VisitScreen) -> None:
    visit.to_plan()
    assert good(visit.get("/plan")) == visit.plan


def test_looking_again_shows_the_same_step(visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)
    shown = good(visit.get())
    assert (shown["step"]["kind"], shown["understood"]) == (visit.step["kind"], visit.state["understood"])


def test_the_same_turn_sent_again_counts_once(visit: VisitScreen) -> None:
    body = {"text": FIRST_SENTENCE, "turn_id": "t1"}
    first = visit.turn(**body)
    assert visit.turn(**body) == first
    assert visit.turn(answer={"question": "confirm", "value": True}, turn_id="t2")["step"]["kind"] == "ask"
    assert visit.turn(**body) == first, "an old turn still has its old answer"
    assert good(visit.get())["step"]["kind"] == "ask"


def test_before_anything_is_said_the_plan_is_not_complete(visit: VisitScreen) -> None:
    plan = good(visit.get("/plan"))
    assert (plan["complete"], plan["open_questions"]) == (False, ["reasons"])


def test_the_slower_of_two_hands_gets_the_answer_of_the_faster(
    app: App, visit: VisitScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer of that turn, not of where the visit stands by then: 戻る told its command."""
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    body = {"text": "ちょっと待って", "turn_id": "both"}
    first = visit.turn(**body)
    assert first["command"] == "wait"
    monkeypatch.setattr(app.services.store, "turn_answer", lambda *_: None)
    assert visit.turn(**body) == first


def test_the_same_turn_from_two_hands_at_once_counts_once(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    body = {"answer": {"question": "household", "value": [{"relation": "wife"}]}, "turn_id": "both"}
    with ThreadPoolExecutor(4) as hands:
        answers = [f.result() for f in [hands.submit(visit.try_turn, **body) for _ in range(4)]]
    assert [a.status_code for a in answers] == [200] * 4
    assert len({a.text for a in answers}) == 1
    assert visit.facts()["people"] == ["p1", "p2"]
    log = good(visit.get("/log"))["facts"]
    assert sum(f["fact"] == "people" for f in log) == 1


def test_different_turns_at_once_are_all_kept(visit: VisitScreen) -> None:
    visit.to_plan()
    wishes = ["has_dog", "has_moped", "left_job"]
    with ThreadPoolExecutor(3) as hands:
        turns = [hands.submit(visit.try_turn, correct={"fact": w, "value": True}) for w in wishes]
    assert all(t.result().status_code in (200, 409) for t in turns)
    kept = [w for w, t in zip(wishes, turns, strict=True) if t.result().status_code == 200]
    assert kept
    assert all(visit.facts()[w] is True for w in kept)


def test_back_undoes_the_last_answer_and_only_that(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    asked = visit.step["question"]["id"]
    before = visit.facts()
    visit.answer(asked, [{"relation": "wife"}])
    visit.turn(back=True)
    assert visit.step["question"]["id"] == asked
    assert visit.facts() == before
    visit.turn(back=True)
    assert visit.step["question"]["id"] == "reasons"
    visit.turn(back=True)
    assert visit.step["question"]["id"] == "reasons", "there is nothing before the greeting"


def test_back_never_undoes_an_act(visit: VisitScreen) -> None:
    visit.to_plan()
    consent = visit.consent()
    good(visit.read_card(consent))
    case = visit.open_case()
    name = visit.facts()["people.p1.name"]
    for _ in range(30):
        visit.turn(back=True)
    assert visit.facts()["people.p1.name"] == name
    assert [c["withdrawn"] for c in good(visit.get("/consents"))["consents"]] == [False]
    assert visit.open_case()["case_id"] == case["case_id"]


def test_correcting_a_fact_redraws_the_plan(visit: VisitScreen) -> None:
    visit.to_plan()
    early = next(p for p in visit.plan["procedures"] if p["deadline"])
    visit.turn(correct={"fact": "moved_on", "value": "2026-03-01"})
    late = next(p for p in visit.plan["procedures"] if p["id"] == early["id"])
    assert late["deadline"] < early["deadline"]
    assert late["late"] is True


def test_correcting_with_null_forgets_and_asks_again(visit: VisitScreen) -> None:
    visit.to_plan()
    visit.turn(correct={"fact": "moved_on", "value": None})
    assert "moved_on" not in visit.facts()
    assert visit.step["question"]["id"] == "moved_on"
    assert visit.plan["complete"] is False


def test_people_are_added_and_removed_by_their_list(visit: VisitScreen) -> None:
    visit.to_plan(FAMILY)
    ids = visit.facts()["people"]
    visit.turn(correct={"fact": "people", "value": [i for i in ids if i != "p3"]})
    facts = visit.facts()
    assert facts["people"] == ["p1", "p2", "p4", "p5", "p6"]
    assert not any(key.startswith("people.p3.") for key in facts)
    visit.turn(correct={"fact": "people", "value": [*facts["people"], {"relation": "child", "age": 1}]})
    facts = visit.facts()
    assert len(facts["people"]) == 6
    added = facts["people"][-1]
    assert facts[f"people.{added}.age"] == 1
    assert facts["people.p2.relation"] == "wife", "the others are as they were"


def test_not_knowing_leaves_it_to_the_counter(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    unknown = []
    while visit.step["kind"] == "ask":
        question = visit.step["question"]
        if question["id"] in ("ages", "health_insurance"):
            unknown.append(question["id"])
            visit.turn(answer={"question": question["id"], "unknown": True})
            continue
        default = ["none"] if question["multiple"] else (question["options"] or [{"value": None}])[0]["value"]
        from tests.assistant.conftest import ALONE

        visit.answer(question["id"], ALONE.get(question["id"], default))
    assert unknown
    assert visit.step["kind"] == "plan"
    assert visit.plan["complete"] is True, "nothing askable is missing"
    assert visit.plan["undecided"]
    assert all(u["why"].startswith("窓口で確認します") for u in visit.plan["undecided"])


def test_details_fill_what_only_forms_need(visit: VisitScreen) -> None:
    visit.to_plan()
    missing = good(visit.get("/details"))
    assert missing["missing"] > 0
    before = visit.plan
    visit.turn(details={"people.p1.name": "見本　太郎", "new_address": "架空県星見野市天の川町1-1"})
    assert visit.facts()["people.p1.name"] == "見本　太郎"
    assert good(visit.get("/details"))["missing"] == missing["missing"] - 2
    assert visit.plan["procedures"] == before["procedures"], "details never decide"


def test_details_can_be_left_to_staff(visit: VisitScreen) -> None:
    visit.to_plan()
    assert visit.turn(details="skip")["step"]["kind"] == "plan"
    assert good(visit.post("/forms"))["forms"]


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"moved_on": "2026-04-02"}, "decides the plan"),
        ({"people.p9.name": "見本"}, "nobody of that id"),
        ({"people.p1.wings": "x"}, "no such fact"),
        ({"wings": "x"}, "no such fact"),
        ({"people.p1.name": 5}, "no text"),
        ({"people.p1.birth_date": "2199-01-01"}, "not yet born"),
        ({"new_address": "x" * 201}, "too long"),
        ({"phone": "090\x00"}, "a control character"),
        ("later", "no details"),
    ],
)
def test_details_that_cannot_be_are_refused_whole(visit: VisitScreen, details: Any, why: str) -> None:
    visit.to_plan()
    before = visit.facts()
    given = {"new_address": "架空県星見野市", **details} if isinstance(details, dict) else details
    told = problem(visit.try_turn(details=given), 422 if why != "not yet born" else 409)
    assert told["code"] in ("answer_invalid", "request_invalid", "facts_contradict"), why
    assert visit.facts() == before, why


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"answer": {"question": "wings", "value": 1}}, 409, "question_not_open"),
        ({"answer": {"question": "moved_on", "value": "yesterday"}}, 422, "answer_invalid"),
        ({"answer": {"question": "moved_on", "value": {"a": 1}}}, 422, "answer_invalid"),
        ({"answer": {"question": "circumstances", "value": ["wings"]}}, 422, "answer_invalid"),
        ({"answer": {"question": "reasons", "value": 5}}, 422, "answer_invalid"),
        ({"answer": {"question": "reasons", "value": [{"a": 1}]}}, 422, "answer_invalid"),
        ({"answer": {"question": "reasons", "value": ["wings"]}}, 422, "answer_invalid"),
        ({"answer": {"question": "household", "value": "wife"}}, 422, "answer_invalid"),
        ({"answer": {"question": "household", "value": [{"relation": "dragon"}]}}, 422, "answer_invalid"),
        ({"answer": {"question": "household", "value": [{"relation": ["wife"]}]}}, 422, "answer_invalid"),
        ({"answer": {"question": "household", "value": [{"wings": 2}]}}, 422, "answer_invalid"),
        ({"answer": {"question": "household", "value": [{"person": ["p1"]}]}}, 422, "answer_invalid"),
        ({"answer": {"question": "confirm", "value": False}}, 422, "answer_invalid"),
        ({"correct": {"fact": "wings", "value": 1}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people.p9.age", "value": 1}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people.p1.age", "value": 500}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people", "value": "p1"}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people", "value": [{"person": {"a": 1}}]}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people", "value": [5]}}, 422, "answer_invalid"),
        ({"correct": {"fact": "people.p1.birth_date", "value": "2199-01-01"}}, 409, "facts_contradict"),
        ({"text": "a", "back": True}, 422, "request_invalid"),
        ({}, 422, "request_invalid"),
        ({"back": False}, 422, "request_invalid"),
        ({"text": "a", "colour": "green"}, 422, "request_invalid"),
        ({"text": 5}, 422, "request_invalid"),
        ({"text": "a", "turn_id": ""}, 422, "request_invalid"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_and_changes_nothing(
    visit: VisitScreen, body: dict[str, Any], status: int, code: str
) -> None:
    visit.to_plan()
    before = good(visit.get())
    problem(visit.post("/turns", body), status, code)
    assert good(visit.get()) == before


def test_the_log_tells_every_fact_with_who_said_it(visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)
    visit.turn(answer={"question": "confirm", "value": True})
    visit.turn(correct={"fact": "moved_on", "value": "2026-04-02"})
    facts = good(visit.get("/log"))["facts"]
    by_key = {f["fact"]: f for f in facts if f["ruling"]}
    assert by_key["moved_on"]["origin"] == "chosen"
    assert by_key["previous_municipality"]["origin"] == "said"
    assert all(f["at"] for f in facts)


def test_only_somebody_of_the_list_is_householder(visit: VisitScreen) -> None:
    visit.turn(correct={"fact": "people", "value": [{"relation": "wife"}]})
    problem(visit.try_turn(correct={"fact": "householder", "value": "p9"}), 422, "answer_invalid")
    problem(visit.try_turn(details={"householder": "山田"}), 422, "answer_invalid")
    visit.turn(details={"householder": "p2"})
    assert visit.facts()["householder"] == "p2"
    visit.turn(correct={"fact": "people", "value": ["p1"]})
    assert "householder" not in visit.facts(), "who is not in the household any more does not head it"


def test_calling_a_person_hands_over(visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)
    called = good(visit.post("/call_operator"))
    assert called["step"]["kind"] == "hand_over"
    assert {"to", "reason", "people_ahead", "minutes"} <= called["step"]["hand_over"].keys()
    assert visit.turn(back=True)["step"]["kind"] == "confirm", "and the talk can go on"


def test_forgetting_a_visit_leaves_nothing(app: App, visit: VisitScreen) -> None:
    visit.to_plan()
    assert visit.delete().status_code == 204
    problem(visit.get(), 401, "token_invalid")
    problem(visit.delete(), 401, "token_invalid")
    assert app.services.store.get_visit(visit.id) is None


def test_an_abandoned_visit_is_over(app: App, visit: VisitScreen) -> None:
    app.clock.forward(minutes=14)
    good(visit.get())
    app.clock.forward(minutes=14)
    good(visit.get())
    app.clock.forward(minutes=16)
    problem(visit.get(), 401, "token_invalid")
    assert app.services.store.sweep().visits == 1


def test_the_take_home_sheet_is_a_pdf(visit: VisitScreen) -> None:
    visit.to_plan()
    sheet = visit.get("/plan.pdf")
    assert sheet.status_code == 200
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF")


def test_on_the_quiet_path_nothing_speaks_of_a_ticket_or_of_waiting(app: App) -> None:
    visit = app.visit()
    visit.turn(text="夫に殴られて逃げてきました")
    assert visit.step["kind"] == "hand_over"
    assert visit.step["hand_over"]["people_ahead"] == 0
    assert "番号札" not in visit.step["say"]
    assert "職員" in visit.step["say"]
