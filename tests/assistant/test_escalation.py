"""A person comes, or is offered, on the whole way from words and touches to the kiosk's screen."""

import pytest

from tests.assistant.conftest import App, VisitScreen, good, problem
from tests.assistant.test_live_push import kiosk, until


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
