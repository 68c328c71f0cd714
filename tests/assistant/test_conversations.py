"""A resident, the machine and people who take the talk over: who leads is never in doubt, and quiet stays quiet."""

from dataclasses import replace
from typing import Any

import pytest

from assistant.turn import look
from assistant.visits import Holder
from counter_bridge.errors import StoreUnavailable
from dialogue.session import Enquired, Recorded
from kb.facts import Fact, Origin, Privacy
from tests.assistant.conftest import FIRST_SENTENCE, App, Desk, StartApp, VisitScreen, good, problem
from tests.assistant.test_live_push import kiosk, staff, until

RISKY = "national_health_insurance_voluntary_continuation_comparison"


def talk_of(desk: Desk, visit: VisitScreen) -> dict[str, Any]:
    found: dict[str, Any] = good(desk.get(f"/conversations/{visit.id}"))
    return found


def act(desk: Desk, visit: VisitScreen, name: str, **body: Any) -> Any:
    return desk.post(f"/conversations/{visit.id}/{name}", body)


def do(desk: Desk, visit: VisitScreen, name: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = good(act(desk, visit, name, **body))
    return found


def test_from_the_call_to_the_way_back(app: App, visit: VisitScreen) -> None:
    """One whole talk: called, taken, talked, given back; the plan goes on with what is known."""
    operator = app.desk("town_operator")
    visit.turn(text=FIRST_SENTENCE)
    called = good(visit.post("/call_operator"))
    assert called["operator"]["state"] == "waiting"
    assert called["step"]["kind"] == "hand_over"
    (line,) = good(operator.get("/conversations"))["conversations"]
    assert (line["id"], line["state"], line["reason"]) == (visit.id, "waiting", "wish")
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        taken = do(operator, visit, "take")
        told = until(socket, "operator")
        assert told["state"] == "held"
        assert told["who"] == {"name_ja": "見本 市の遠隔職員", "kind": "town"}
        assert told["announce_ja"] == "ここからは職員の見本 市の遠隔職員(遠隔)がお話しします。"
        assert taken["may"]["say"]
        do(operator, visit, "say", text="お待たせしました")
        assert until(socket, "operator_says")["text"] == "お待たせしました"
        facts = visit.facts()
        answer = visit.turn(text="転出証明書を忘れました")
        assert answer["operator"]["state"] == "held"
        assert visit.facts() == facts, "words to a person change no fact"
        back = do(operator, visit, "give_back", note="", agreed="転出証明書は明日お持ちになります")
        assert back["state"] == "assistant"
        assert back["settled"] == ["wish"]
        assert until(socket, "operator")["announce_ja"] == "ここからは案内の機械に戻ります。"
        assert until(socket, "step")["step"]["kind"] == "confirm"
    said = [(m["from"], m["text"]) for m in talk_of(operator, visit)["messages"]]
    assert ("resident", FIRST_SENTENCE) in said
    assert ("operator", "お待たせしました") in said
    assert ("resident", "転出証明書を忘れました") in said
    assert ("system", "転出証明書は明日お持ちになります") in said
    assert [m["seq"] for m in talk_of(operator, visit)["messages"]] == list(range(1, len(said) + 1))


def test_only_who_leads_may_talk(app: App, visit: VisitScreen) -> None:
    first, second = app.desk("town_operator"), app.desk("counter_staff")
    good(visit.post("/call_operator"))
    problem(act(first, visit, "say", text="もしもし"), 409, "not_holder")
    do(first, visit, "take")
    held = problem(act(second, visit, "take"), 409, "conversation_held")
    assert held["held_by"] == "見本 市の遠隔職員"
    problem(act(second, visit, "say", text="もしもし"), 409, "not_holder")
    problem(act(second, visit, "give_back"), 409, "not_holder")


def test_operators_screens_hear_of_every_change(app: App, visit: VisitScreen) -> None:
    for role in ("town_operator", "contract_operator", "counter_staff"):
        with staff(app.desk(role)) as socket:
            until(socket, "calls")
            visit.turn(text="もしもし")
            told = until(socket, "conversation")
            assert told["id"] == visit.id
            assert set(told) == {"type", "id", "state", "version"}


def asked_about(app: App, visit: VisitScreen, procedure: str) -> dict[str, Any]:
    """The resident asked what a procedure is."""
    visits, holder = app.services.visits, Holder(visit.id)
    result = visits.change(
        holder,
        lambda v: look(visits.kb, replace(v, session=v.session.with_act(Enquired(procedure, v.at)))),
    )
    return visits.push(holder, result)


def test_an_answer_on_a_risky_topic_waits_for_the_eye_of_the_town(app: App, visit: VisitScreen) -> None:
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    with staff(town) as screen, kiosk(visit) as socket:
        until(screen, "calls")
        socket.send_json({"token": visit.token})
        until(socket, "step")
        held = asked_about(app, visit, RISKY)
        assert held["step"]["say"] == "職員が内容を確かめています。少々お待ちください。"
        assert "answer" not in held["step"]
        assert "answer" not in good(visit.get())["step"], "a screen that comes back sees no more"
        draft = talk_of(town, visit)["draft"]
        assert draft["text"].startswith(held_name(app))
        until(socket, "step")
        problem(act(contract, visit, "approve", draft=draft["id"], text="大丈夫です"), 403, "may_not_decide")
        assert not talk_of(contract, visit)["may"]["approve"]
        do(town, visit, "approve", draft=draft["id"], text="窓口で一緒に確かめましょう")
        shown = until(socket, "step")["step"]
        assert shown["say"].startswith("窓口で一緒に確かめましょう")
        assert "answer" not in shown, "an edited answer does not stand beside the old one"
        problem(act(town, visit, "approve", draft=draft["id"], text="もう一度"), 409, "draft_gone")


def held_name(app: App) -> str:
    return app.services.kb.procedures[RISKY].name_ja


def test_an_answer_approved_as_it_is_is_shown_whole(app: App, visit: VisitScreen) -> None:
    town = app.desk("town_operator")
    with staff(town) as screen:
        until(screen, "calls")
        asked_about(app, visit, RISKY)
        draft = talk_of(town, visit)["draft"]
        do(town, visit, "approve", draft=draft["id"], text=draft["text"])
    assert good(visit.get())["step"]["answer"]["id"] == RISKY


def test_a_draft_nobody_looks_at_is_let_go_without_its_content(app: App, visit: VisitScreen) -> None:
    town = app.desk("town_operator")
    with staff(town) as screen:
        until(screen, "calls")
        asked_about(app, visit, RISKY)
        app.clock.forward(seconds=19)
        app.services.pass_on()
        assert talk_of(town, visit)["draft"] is not None
        app.clock.forward(seconds=2)
        app.services.pass_on()
    shown = good(visit.get())["step"]
    assert shown["say"].startswith("くわしくは窓口の職員がお答えします。")
    assert "answer" not in shown


def test_with_nobody_of_the_town_there_the_answer_is_shown_as_it_is(app: App, visit: VisitScreen) -> None:
    with staff(app.desk("contract_operator")) as screen:
        until(screen, "calls")
        assert asked_about(app, visit, RISKY)["step"]["answer"]["confirm_by_staff"]


def test_what_the_machine_would_say_is_for_the_operator_only(app: App, visit: VisitScreen) -> None:
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    visit.turn(text=FIRST_SENTENCE)
    question = visit.step["say"]
    good(visit.post("/call_operator"))
    do(town, visit, "take")
    draft = do(town, visit, "suggest")["draft"]
    assert draft["text"] == question
    assert draft["until"] is None
    assert question not in str(good(visit.get())["step"]["say"])
    problem(act(contract, visit, "approve", draft=draft["id"], text=question), 403, "may_not_decide")
    said = do(town, visit, "approve", draft=draft["id"], text=question)["messages"][-1]
    assert (said["from"], said["text"]) == ("operator", question), "a person lends the machine no voice"


def test_a_talk_is_handed_on_with_its_history_and_a_note(app: App, visit: VisitScreen) -> None:
    town, colleague = app.desk("town_operator"), app.desk("town_operator", name="tanaka")
    contract = app.desk("contract_operator")
    visit.turn(text=FIRST_SENTENCE)
    good(visit.post("/call_operator"))
    do(contract, visit, "take")
    do(contract, visit, "transfer", to="town_operator", note="国保のことを聞きたいそうです")
    (line,) = good(town.get("/conversations"))["conversations"]
    assert (line["state"], line["pool"]) == ("waiting", "town_operator")
    assert line["transferred_note"] == "国保のことを聞きたいそうです"
    do(town, visit, "take")
    do(town, visit, "transfer", to="tanaka", note="印鑑証明のことです")
    (line,) = good(colleague.get("/conversations"))["conversations"]
    assert line["for_me"]
    whole = do(colleague, visit, "take")
    assert [n["text"] for n in whole["notes"]] == ["国保のことを聞きたいそうです", "印鑑証明のことです"]
    assert ("resident", FIRST_SENTENCE) in [(m["from"], m["text"]) for m in whole["messages"]]


def test_only_colleagues_at_a_screen_are_named_and_no_contractor_to_the_town(app: App) -> None:
    town, contract = app.desk("town_operator"), app.desk("contract_operator", name="sato")
    desk = app.desk("counter_staff", name="tanaka")

    def named(one: Desk) -> list[str]:
        return [c["user"] for c in good(one.get("/conversations"))["colleagues"]]

    assert named(town) == []
    with staff(town) as first, staff(desk) as second, staff(contract) as third:
        for screen in (first, second, third):
            until(screen, "calls")
        assert named(town) == ["tanaka"]
        assert named(contract) == ["tanaka", "town_operator"]


def test_a_contractor_gets_no_orders_from_the_town(app: App, visit: VisitScreen) -> None:
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    good(visit.post("/call_operator"))
    do(town, visit, "take")
    problem(act(town, visit, "transfer", to="contract_operator_1", note="x"), 422, "receiver_unknown")
    app.desk("contract_operator", name="sato")
    problem(act(town, visit, "transfer", to="sato", note="やってください"), 409, "not_to_a_contractor")
    do(town, visit, "transfer", to="contract_operator", note="やってください")
    (line,) = good(contract.get("/conversations"))["conversations"]
    assert line["transferred_note"] == "(町の職員だけ)"
    assert "やってください" not in contract.get(f"/conversations/{visit.id}").text


def test_a_procedure_begun_for_the_resident_is_in_the_plan(app: App, visit: VisitScreen) -> None:
    operator = app.desk("contract_operator")
    visit.to_plan()
    good(visit.post("/call_operator"))
    problem(act(operator, visit, "start", procedure="dog_change_notice"), 409, "not_holder")
    do(operator, visit, "take")
    problem(act(operator, visit, "start", procedure="no_such"), 422, "procedure_unknown")
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        whole = do(operator, visit, "start", procedure="seal_registration_certificate")
        pushed = until(socket, "step")
        do(operator, visit, "share", page="procedure", procedure="seal_registration_certificate")
        shared = until(socket, "shared")
        assert shared == {
            "type": "shared",
            "page": "procedure",
            "procedure": "seal_registration_certificate",
        }
    known = {f["key"]: f["origin"] for f in whole["facts"]}
    assert known["wants_seal_registration_certificate"] == "operator"
    told = str(pushed["plan"])
    assert "seal_registration_certificate" in told


def test_the_live_voice_is_set_up_between_kiosk_and_who_leads(app: App, visit: VisitScreen) -> None:
    operator, other = app.desk("town_operator"), app.desk("counter_staff")
    good(visit.post("/call_operator"))
    do(operator, visit, "take")
    problem(act(other, visit, "signal", kind="offer", body={"sdp": "x"}), 409, "not_holder")
    with kiosk(visit) as socket, staff(operator) as screen, staff(other) as others:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        do(operator, visit, "signal", kind="offer", body={"sdp": "v=0"})
        heard = until(socket, "signal")
        assert heard == {"type": "signal", "kind": "offer", "body": {"sdp": "v=0"}}
        socket.send_json({"signal": {"kind": "answer", "body": {"sdp": "v=1"}}})
        assert until(screen, "signal") == {
            "type": "signal",
            "id": visit.id,
            "kind": "answer",
            "body": {"sdp": "v=1"},
        }
        app.services.live.publish("calls", {"type": "calls", "last": True})
        heard_by_others = [others.receive_json()]
        while "last" not in heard_by_others[-1]:
            heard_by_others.append(others.receive_json())
    assert "signal" not in {m["type"] for m in heard_by_others}


def test_of_the_card_screen_an_operator_sees_the_name_only(app: App, visit: VisitScreen) -> None:
    operator = app.desk("town_operator")
    visit.to_plan()
    with kiosk(visit) as socket, staff(operator) as screen:
        until(screen, "calls")
        socket.send_json({"token": visit.token})
        until(socket, "step")
        for view in ("card", "pin"):
            socket.send_json({"view": view})
            until(screen, "conversation")
            assert talk_of(operator, visit)["screen"] == {"view": "card", "step": None, "plan": None}
        socket.send_json({"view": "plan"})
        until(screen, "conversation")
        assert talk_of(operator, visit)["screen"]["plan"] == visit.plan


def test_who_does_not_answer_is_passed_and_in_the_end_there_is_a_number_and_a_note(
    app: App, visit: VisitScreen
) -> None:
    with staff(app.desk("town_operator")) as screen, kiosk(visit) as socket:
        until(screen, "calls")
        socket.send_json({"token": visit.token})
        until(socket, "step")
        good(visit.post("/call_operator"))
        assert until(socket, "operator")["announce_ja"].startswith("市の遠隔職員をお呼びしています")
        app.clock.forward(seconds=44)
        app.services.pass_on()
        app.clock.forward(seconds=2)
        app.services.pass_on()
        assert until(socket, "operator")["announce_ja"].startswith("委託オペレーターをお呼びしています")
        app.clock.forward(seconds=11)
        app.services.pass_on()
        assert until(socket, "operator")["announce_ja"].startswith("窓口職員をお呼びしています")
        app.clock.forward(seconds=11)
        app.services.pass_on()
        told = until(socket, "operator")
    assert told["state"] == "callback"
    assert told["phone_ja"] == "000-000-0000(見本)"
    assert told["phone_ja"] in told["announce_ja"]
    assert "8:30" in told["note_ja"]
    assert good(visit.get())["operator"]["state"] == "callback"
    visit.turn(back=True)
    assert good(visit.get())["operator"]["state"] == "assistant"


def test_out_of_hours_it_is_told_before_anybody_waits(app: App) -> None:
    for on in ("2026-04-07T17:30:00+09:00", "2026-04-05T10:00:00+09:00", "2026-10-01T10:00:00+09:00"):
        visit = app.visit(on=on)
        called = good(visit.post("/call_operator"))
        assert called["operator"]["state"] == "callback", on
        assert "8:30から17:15" in called["step"]["say"]
        assert called["operator"]["phone_ja"] in called["step"]["say"]


def test_place_and_minutes_follow_the_line(app: App) -> None:
    visits = [app.visit() for _ in range(3)]
    operator = app.desk("town_operator")
    with staff(operator) as screen:
        until(screen, "calls")
        for visit in visits:
            good(visit.post("/call_operator"))
            app.clock.forward(seconds=1)
        shown = [good(v.get())["operator"] for v in visits]
        assert [s["people_ahead"] for s in shown] == [0, 1, 2]
        assert [s["minutes"] for s in shown] == [1, 6, 12], (
            "one is free, six minutes each as the town assumes"
        )
        with kiosk(visits[2]) as socket:
            socket.send_json({"token": visits[2].token})
            until(socket, "step")
            do(operator, visits[0], "take")
            moved = until(socket, "operator")
            assert (moved["people_ahead"], moved["minutes"]) == (1, 12)
        for visit in visits[:2] * 3:
            good(visit.post("/call_operator"))
            do(operator, visit, "take")
            app.clock.forward(seconds=6)
            do(operator, visit, "give_back")
        called = good(visits[0].post("/call_operator"))["operator"]
        assert (called["people_ahead"], called["minutes"]) == (1, 1), "measured: six seconds each"


def test_an_operator_who_is_gone_for_minutes_is_replaced(app: App, visit: VisitScreen) -> None:
    operator = app.desk("town_operator")
    good(visit.post("/call_operator"))
    with staff(operator) as screen:
        until(screen, "calls")
        do(operator, visit, "take")
        app.clock.forward(minutes=3)
        app.services.pass_on()
        assert talk_of(operator, visit)["state"] == "held"
    while app.services.talks.floor.is_here("town_operator"):
        app.client.get("/healthz")
    app.services.pass_on()
    app.clock.forward(seconds=5)
    app.services.pass_on()
    assert talk_of(operator, visit)["held_by_me"], "a short cut costs nothing"
    app.clock.forward(minutes=2)
    app.services.pass_on()
    assert talk_of(operator, visit)["state"] == "waiting"
    do(app.desk("counter_staff"), visit, "take")


def test_after_the_way_back_nobody_is_called_for_the_same_again(app: App, visit: VisitScreen) -> None:
    """Until the resident wishes it."""
    operator = app.desk("town_operator")
    visits, holder = app.services.visits, Holder(visit.id)
    human_only = next(e.id for e in visits.kb.life_events.values() if e.human_only)
    reasons = Fact("reasons", (human_only,), Origin.CHOSEN)
    result = visits.change(
        holder, lambda v: look(visits.kb, replace(v, session=v.session.with_act(Recorded((reasons,), v.at))))
    )
    assert visits.push(holder, result)["operator"]["state"] == "waiting"
    do(operator, visit, "take")
    assert do(operator, visit, "give_back")["settled"] == ["human_only"]
    assert good(visit.get())["step"]["kind"] != "hand_over"
    assert visit.turn(text="もしもし")["operator"]["state"] == "assistant"
    assert good(visit.post("/call_operator"))["operator"]["state"] == "waiting"


def test_a_give_back_to_somebody_who_has_left_says_so(app: App, visit: VisitScreen) -> None:
    operator = app.desk("town_operator")
    good(visit.post("/call_operator"))
    do(operator, visit, "take")
    good(visit.delete(), 204)
    for name, body in (("give_back", {}), ("say", {"text": "もしもし"}), ("take", {})):
        problem(act(operator, visit, name, **body), 410, "visit_gone")
    problem(operator.get(f"/conversations/{visit.id}"), 410, "visit_gone")
    problem(operator.get("/conversations/visit-0"), 404, "conversation_unknown")
    assert good(operator.get("/conversations"))["conversations"] == []


DANGER = "夫の暴力から逃げてきました"


def test_of_a_quiet_visit_there_is_nothing_anywhere(app: App, visit: VisitScreen) -> None:
    """Neither before nor after it became one, for nobody, nor on any operator's socket."""
    people = [app.desk(role) for role in ("town_operator", "contract_operator", "counter_staff")]
    visit.turn(text=FIRST_SENTENCE)
    with staff(people[1]) as screen:
        until(screen, "calls")
        quiet = visit.turn(text=DANGER)
        assert quiet["operator"] is None
        visit.turn(text="子どももいます")
        app.services.live.publish("calls", {"type": "calls", "last": True})
        heard = [screen.receive_json()]
        while "last" not in heard[-1]:
            heard.append(screen.receive_json())
    assert {m["type"] for m in heard} <= {"conversation", "calls"}
    assert [m["state"] for m in heard if m["type"] == "conversation"] == ["ended"]
    for desk in people:
        assert good(desk.get("/conversations"))["conversations"] == []
        problem(desk.get(f"/conversations/{visit.id}"), 404, "conversation_unknown")
        for name, body in (("take", {}), ("say", {"text": "x"}), ("give_back", {}), ("suggest", {})):
            problem(act(desk, visit, name, **body), 404, "conversation_unknown")
    assert app.services.store.get_conversation(visit.id) is None


def test_danger_told_to_an_operator_goes_the_quiet_way_too(app: App, visit: VisitScreen) -> None:
    contract, clerk = app.desk("contract_operator"), app.desk("counter_staff")
    good(visit.post("/call_operator"))
    do(contract, visit, "take")
    with staff(clerk) as screen:
        until(screen, "calls")
        visit.turn(text=DANGER)
        assert until(screen, "person_wanted")["reason"] == "sensitive"
    problem(contract.get(f"/conversations/{visit.id}"), 404, "conversation_unknown")
    assert app.services.store.get_conversation(visit.id) is None


def test_an_interview_at_the_desk_is_no_operators_business(app: App, desk: Desk) -> None:
    opened = good(desk.post("/visits", {"mode": "interview", "on": "2026-04-07"}))
    token = {"Authorization": f"Bearer {opened['token']}"}
    good(
        app.client.post(
            f"/api/v1/visits/{opened['visit_id']}/turns", json={"text": "もしもし"}, headers=token
        )
    )
    assert good(desk.get("/conversations"))["conversations"] == []


def test_a_contractor_sees_no_name_address_or_illness(app: App, visit: VisitScreen) -> None:
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    visit.to_plan()
    visit.turn(details={"people.p1.name": "目印漢字太郎", "people.p1.birth_date": "1996-01-23"})
    visit.read_card(visit.consent())
    good(visit.post("/call_operator"))
    facts = {f["key"]: f for f in talk_of(town, visit)["facts"]}
    hidden = {f["key"]: f for f in talk_of(contract, visit)["facts"]}
    assert set(facts) == set(hidden)
    kinds = app.services.kb.vocabulary
    closed = {k for k in facts if kinds.kind(k).privacy in (Privacy.IDENTIFYING, Privacy.SENSITIVE)}
    assert {"people.p1.name", "people.p1.birth_date"} <= closed
    for key in closed:
        assert facts[key]["value"] is not None
        assert hidden[key]["value"] is None
        assert hidden[key]["value_label"] == "(町の職員だけ)"
    assert all(hidden[key]["value"] == facts[key]["value"] for key in set(facts) - closed)
    whole = contract.get(f"/conversations/{visit.id}").text
    assert "目印漢字太郎" not in whole
    assert "1996-01-23" not in whole
    assert not do(contract, visit, "take")["may"]["correct_card"]
    problem(contract.get("/cases"), 403)


def test_a_million_characters_are_refused_and_script_stays_text(app: App, visit: VisitScreen) -> None:
    operator = app.desk("town_operator")
    script = "<script>alert(1)</script>"
    visit.turn(text=script)
    good(visit.post("/call_operator"))
    do(operator, visit, "take")
    million = "長" * 1_000_000
    problem(act(operator, visit, "transfer", to="counter_staff", note=million), 422, "note_too_long")
    problem(act(operator, visit, "give_back", note=million), 422, "note_too_long")
    problem(act(operator, visit, "give_back", agreed=million), 422, "note_too_long")
    problem(act(operator, visit, "say", text=million), 422, "text_too_long")
    problem(act(operator, visit, "say", text="  "), 422, "text_empty")
    problem(act(operator, visit, "transfer", to="counter_staff", note=" "), 422, "note_missing")
    problem(act(operator, visit, "signal", kind="offer", body=million), 413, "too_large")
    do(operator, visit, "say", text=script)
    visit.turn(text=million)
    messages = talk_of(operator, visit)["messages"]
    texts = [m["text"] for m in messages if m["from"] in ("resident", "operator")]
    assert texts == [script, script, million[:2000]]


def test_every_look_and_act_is_in_the_audit_and_counted_for_the_resident(
    app: App, visit: VisitScreen
) -> None:
    operator = app.desk("town_operator")
    good(visit.post("/call_operator"))
    good(operator.get("/conversations"))
    before = good(visit.get("/log"))["reads"]["times"]
    talk_of(operator, visit)
    do(operator, visit, "take", message_id="t-1")
    do(operator, visit, "take", message_id="t-1")
    entries = app.services.store.audit.list(entity_id=visit.id)
    acts = [(e.act, e.actor) for e in entries if e.entity == "conversation"]
    assert acts == [("conversation_take", "town_operator"), ("read", "town_operator")]
    assert good(visit.get("/log"))["reads"]["times"] == before + 1
    talk_of(operator, visit)
    assert good(visit.get("/log"))["reads"]["times"] == before + 1, "a screen that follows is one look"
    app.clock.forward(minutes=5)
    talk_of(operator, visit)
    assert good(visit.get("/log"))["reads"]["times"] == before + 2


def test_the_same_message_again_changes_nothing(app: App, visit: VisitScreen) -> None:
    operator = app.desk("town_operator")
    good(visit.post("/call_operator"))
    do(operator, visit, "take", message_id="1")
    first = do(operator, visit, "say", text="もしもし", message_id="2")
    again = do(operator, visit, "say", text="もしもし", message_id="2")
    assert first["messages"] == again["messages"]
    for _ in range(2):
        visit.turn(text="はい", turn_id="turn-1")
    assert [m["text"] for m in talk_of(operator, visit)["messages"]].count("はい") == 1
    back = do(operator, visit, "give_back", agreed="あす来る", message_id="3")
    assert do(operator, visit, "give_back", agreed="あす来る", message_id="3")["version"] == back["version"]
    facts = visit.facts()
    visit.turn(text="はい", turn_id="turn-1")
    assert visit.facts() == facts, "words once sent to a person are not the machine's afterwards"


def test_a_restart_in_the_middle_loses_nothing(start_app: StartApp) -> None:
    first = start_app()
    visit, operator = first.visit(), first.desk("town_operator")
    visit.turn(text=FIRST_SENTENCE)
    good(visit.post("/call_operator"))
    do(operator, visit, "take")
    do(operator, visit, "say", text="お待たせしました")
    before = talk_of(operator, visit)
    first.stop()
    second = start_app()
    again = second.desk("town_operator")
    assert talk_of(again, visit) == before
    shown = good(second.client.get(visit.base, headers=visit.headers))
    assert shown["operator"]["state"] == "held"
    do(again, visit, "give_back", agreed="あす来る")


def test_a_turn_the_store_failed_on_half_way_calls_the_person_when_it_is_sent_again(
    app: App, visit: VisitScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("store_locked")

    with monkeypatch.context() as broken, kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        broken.setattr(app.services.store, "change_conversation", away)
        problem(visit.try_turn(text="職員を呼んでください", turn_id="t1"), 503, "store_locked")
        broken.undo()
        for _ in range(2):
            assert visit.turn(text="職員を呼んでください", turn_id="t1")["step"]["kind"] == "hand_over"
        assert until(socket, "step")["step"]["kind"] == "hand_over"
    talk = talk_of(app.desk("town_operator"), visit)
    assert talk["state"] == "waiting"
    assert [m["text"] for m in talk["messages"] if m["from"] == "resident"] == ["職員を呼んでください"]


def test_what_a_resident_typed_reaches_a_contractor_only_as_what_was_understood(
    app: App, visit: VisitScreen
) -> None:
    """Names, addresses and illness stand in free text: to the machine and to the town it is not for a contractor."""
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    visit.turn(text="目印花子です。うつ病です。目印町1-2-3から引っ越してきました")
    visit.turn(details={"people.p1.name": "目印 漢字太郎"})
    good(visit.post("/call_operator"))
    do(town, visit, "take")
    visit.turn(text="目印糖尿病もあります")
    do(town, visit, "say", text="目印様、糖尿病の件は窓口で")
    do(town, visit, "transfer", to="contract_operator", note="お願いします")
    do(contract, visit, "take")
    visit.turn(text="漢字太郎です。電話は000-1234-5678です。何番の窓口ですか")
    do(contract, visit, "say", text="1番です")
    whole = contract.get(f"/conversations/{visit.id}").text
    for secret in ("目印", "うつ病", "糖尿病", "漢字太郎", "1234-5678"):
        assert secret not in whole
    messages = talk_of(contract, visit)["messages"]
    by_residents = [(m["text"], m["hidden"]) for m in messages if m["from"] == "resident"]
    masked = "(町の職員だけ。分かったことは「分かっていること」にあります)"
    assert by_residents == [
        (masked, True),
        (masked, True),
        ("(町の職員だけ)です。電話は(町の職員だけ)です。何番の窓口ですか", False),
    ], "what is written to a contractor who was announced is read, without what is known to be personal"
    assert [m["text"] for m in messages if m["from"] == "operator"] == [masked, "1番です"]
    assert not any(m["hidden"] for m in messages if m["from"] == "assistant")
    seen = talk_of(town, visit)["messages"]
    assert "目印糖尿病もあります" in [m["text"] for m in seen]
    assert not any(m["hidden"] for m in seen)


def test_a_read_back_and_the_machines_draft_reach_a_contractor_as_the_hall_hears_them(
    app: App, visit: VisitScreen
) -> None:
    contract = app.desk("contract_operator")
    visit.turn(text=FIRST_SENTENCE)
    step, said = talk_of(contract, visit)["screen"]["step"], visit.step["say"]
    assert step["say"] == step["aloud"] != said
    good(visit.post("/call_operator"))
    do(contract, visit, "take")
    assert do(contract, visit, "suggest")["draft"]["text"] == step["aloud"]
    assert said not in contract.get(f"/conversations/{visit.id}").text
