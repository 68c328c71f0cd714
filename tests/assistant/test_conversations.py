"""A resident, the machine and people who take the talk over: who leads is never in doubt, and quiet stays quiet."""

from dataclasses import replace
from typing import Any

from assistant.turn import look
from assistant.visits import Holder
from dialogue.session import Enquired
from tests.assistant.conftest import FIRST_SENTENCE, App, Desk, VisitScreen, good, problem
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
