"""A resident, the machine and people who take the talk over: who leads is never in doubt, and quiet stays quiet."""

from typing import Any

from tests.assistant.conftest import FIRST_SENTENCE, App, Desk, VisitScreen, good, problem
from tests.assistant.test_live_push import kiosk, staff, until


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
