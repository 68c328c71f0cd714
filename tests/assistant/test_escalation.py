"""A person comes, or is offered, on the whole way from words and touches to the kiosk's screen."""

from dataclasses import replace

import pytest

from kb.model import KnowledgeBase
from tests.assistant.conftest import App, StartApp, VisitScreen, good, problem
from tests.assistant.test_live_push import kiosk, staff, until


def test_words_of_distress_bring_a_person_gently_and_what_was_told_stays(visit: VisitScreen) -> None:
    told = visit.turn(text="転入の手続きに来たんですが、もう無理です")
    assert told["step"]["hand_over"]["reason"] == "distress"
    assert "急がなくて" in told["step"]["say"] or "職員がいません" in told["step"]["say"]
    assert visit.facts()["reasons"] == ["moving_in"]


def test_distress_alone_is_no_failure_to_understand(visit: VisitScreen) -> None:
    told = visit.turn(text="もう限界です")
    assert told["step"]["kind"] == "hand_over", told["step"]
    assert visit.step["hand_over"]["to"] == "town_operator"
    assert visit.turn(back=True)["step"]["kind"] == "ask"


def test_help_wished_by_touch_offers_a_person_beside_the_first_question(app: App) -> None:
    visit = app.visit(help_wished=["sign_language"])
    assert visit.step["kind"] == "ask"
    assert visit.step["offer"] == {"reason": "help_wished", "to": "town_operator"}
    assert visit.step["say"].startswith("こんにちは")
    assert "手話" in visit.step["say"]
    called = good(visit.post("/call_operator", {"reason": "help_wished"}))
    assert called["step"]["hand_over"]["reason"] == "help_wished"
    assert "offer" not in app.visit(help_wished=["slowly"]).step


@pytest.mark.parametrize("reason", ["sensitive", "failures", "nothing of ours"])
def test_a_reason_that_is_not_offered_is_a_wish_like_any_other(visit: VisitScreen, reason: str) -> None:
    called = good(visit.post("/call_operator", {"reason": reason}))
    assert called["step"]["hand_over"]["reason"] == "wish"


def test_a_call_with_unknown_keys_is_refused(visit: VisitScreen) -> None:
    problem(visit.post("/call_operator", {"why": "wish"}), 422)


def test_a_kiosk_nobody_answers_offers_a_person_and_says_it_once(visit: VisitScreen) -> None:
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        assert "offer" not in until(socket, "step")["step"]
        socket.send_json({"say": "silence"})
        silent = until(socket, "step")
        assert silent["step"]["offer"] == {"reason": "silence", "to": "counter_staff"}
        assert silent["unspoken"] is True
        assert silent["step"]["question"]["id"] == "reasons", "and asks on"
    assert "offer" not in visit.turn(text="住民票がほしいです")["step"]


def test_a_risky_answer_is_marked_for_a_person(visit: VisitScreen) -> None:
    visit.to_plan()
    told = visit.turn(text="児童手当の申請の期限はいつまでですか")
    assert told["step"]["kind"] == "answer", told["step"]
    assert told["step"]["answer"]["confirm_by_staff"] is True
    assert "職員が確認します" in told["step"]["say"]


DISTRESS = "もう無理です"


def state_of(visit: VisitScreen) -> str:
    return str(good(visit.get())["operator"]["state"])


def wait(app: App, seconds: int) -> None:
    app.clock.forward(seconds=seconds)
    app.services.pass_on()


def test_words_of_distress_never_reach_a_contractor(app: App, visit: VisitScreen) -> None:
    """Not by the line of pools, not by their own hand, not handed on by the town; afterwards they may again."""
    town, contract = app.desk("town_operator"), app.desk("contract_operator")
    talk = f"/conversations/{visit.id}"
    visit.turn(text=DISTRESS)
    assert not good(contract.get(talk))["may"]["take"]
    problem(contract.post(f"{talk}/take", {}), 403, "town_only")
    wait(app, 11)
    assert good(town.get(talk))["pool"] == "counter_staff", "the contractor's pool is passed over"
    wait(app, 11)
    assert state_of(visit) == "callback"
    problem(contract.post(f"{talk}/take", {}), 403, "town_only")
    good(town.post(f"{talk}/take", {}))
    problem(town.post(f"{talk}/transfer", {"to": "contract_operator", "note": "x"}), 409, "town_only")
    good(town.post(f"{talk}/give_back", {}))
    good(visit.post("/call_operator"))
    good(contract.post(f"{talk}/take", {}))


def test_who_waits_for_anybody_and_then_breaks_down_is_taken_from_the_contractors_line(
    app: App, visit: VisitScreen
) -> None:
    contract = app.desk("contract_operator")
    with staff(contract) as screen:
        until(screen, "calls")
        good(visit.post("/call_operator"))
        wait(app, 11)
        assert good(contract.get(f"/conversations/{visit.id}"))["pool"] == "contract_operator"
        visit.turn(text=DISTRESS)
        shown = good(contract.get(f"/conversations/{visit.id}"))
        assert (shown["pool"], shown["state"]) == ("town_operator", "waiting")
        problem(contract.post(f"/conversations/{visit.id}/take", {}), 403, "town_only")
        good(visit.post("/call_operator"))
        problem(contract.post(f"/conversations/{visit.id}/take", {}), 403, "town_only")


def test_where_only_contractors_answer_distress_gets_the_telephone_at_once(
    start_app: StartApp, kb: KnowledgeBase
) -> None:
    desk = kb.municipality.operators
    assert desk is not None
    pools = tuple(pool for pool in desk.pools if pool.role == "contract_operator")
    app = start_app(
        knowledge=replace(kb, municipality=replace(kb.municipality, operators=replace(desk, pools=pools)))
    )
    visit = app.visit()
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        visit.turn(text=DISTRESS)
        told = until(socket, "operator")
    assert told["state"] == "callback"
    assert told["announce_ja"].startswith("申し訳ありません。いま出られる者がおりません。")
