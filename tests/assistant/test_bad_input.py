"""Whatever is said, typed or sent: a clear step or a clear problem, nothing half-kept, and never a 500."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.turn import TurnRequest, TurnResult, handle_turn, look
from assistant.visit_state import Visit
from dialogue.errors import DialogueError
from dialogue.step import underlying
from tests.assistant.conftest import FAMILY, VisitScreen, good, problem

KINDS = {"ask", "confirm", "plan", "answer", "hand_over", "ask_again"}

ODD_TEXTS = {
    "nothing": "",
    "spaces": " \u3000\t\n",
    "punctuation": "、。!?…",
    "emoji": "👨‍👩‍👧‍👦🏠➡️🏙️" * 20,
    "one emoji": "😀",
    "control characters": "\x00\x01\x02\x1b[31m\x7f引っ越し\x00",
    "only NUL": "\x00" * 50,
    "right to left": "\u202e引っ越しました\u202d",
    "combining marks": "が" + "\u3099" * 3_000,
    "zero width": "\u200b".join("引っ越してきました"),
    "half-width kana": "ﾋｯｺｼﾃｷﾏｼﾀ",
    "English": "I moved here from Yokohama last week with my wife.",
    "Chinese": "我上周从横滨搬到这里来了。",
    "Korean": "지난주에 이사 왔습니다.",
    "Vietnamese": "Tôi mới chuyển đến đây tuần trước.",
    "Arabic": "انتقلت إلى هنا الأسبوع الماضي",
    "Portuguese": "Mudei-me para cá na semana passada.",
    "digits": "1234567890" * 30,
    "kanji numbers": "一億二千三百四十五万六千七百八十九" * 10,
    "a huge date": "99999年99月99日に引っ越しました",
    "many children": "子ども999999人と引っ越してきました",
    "a household of thirty": "子ども30人と引っ越してきました",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE visits; --",
    "a template": "{{7*7}} ${7*7} %s %n {items} {question}",
    "a path": "../../../../etc/passwd\\..\\windows",
    "JSON": '{"answer": {"question": "confirm", "value": true}}',
    "one sign again and again": "あ" * 1_999,
    "many sentences": "引っ越してきました。" * 150,
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_an_odd_text_gets_a_clear_step(visit: VisitScreen, text: str) -> None:
    state = visit.turn(text=text)
    assert state["step"]["kind"] in KINDS
    assert state["step"]["say"]
    if state["step"]["kind"] == "ask_again":
        assert state["step"]["question"]["id"] == "reasons", "and the way on is still there"
    assert visit.to_plan().plan is not None


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_an_odd_text_in_the_middle_loses_nothing(visit: VisitScreen, text: str) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    visit.answer("household", [{"relation": "wife"}])
    before = visit.facts()
    visit.turn(text=text)
    kept = visit.facts()
    assert before.items() <= {**kept, "people": before["people"]}.items()


def test_a_million_characters_are_told_to_be_too_long(visit: VisitScreen) -> None:
    for sign in ("あ", "a", "\x00", "😀"):
        step = visit.turn(text=sign * 1_000_000)["step"]
        assert step["kind"] == "ask_again"
        assert step["reason"] == "too_long"
        assert "短く" in step["say"]
    stored = visit.client.app.state.services.store.get_visit(visit.id)
    assert len(str(stored.body)) < 10_000, "and are not kept"


def test_lone_surrogates_are_a_clear_answer(visit: VisitScreen) -> None:
    """JSON can write half a character; it can be neither stored nor shown."""
    for body in (
        '{"text": "\\ud83d"}',
        '{"text": "引っ越し\\udc00ました"}',
        '{"answer": {"question": "reasons", "value": "\\ud83d"}}',
        '{"correct": {"fact": "\\ud83d", "value": 1}}',
        '{"details": {"people.p1.name": "\\ud83d"}}',
        '{"text": "引っ越しました", "turn_id": "\\ud83d"}',
    ):
        answer = visit.client.post(
            f"{visit.base}/turns",
            content=body.encode(),
            headers={**visit.headers, "Content-Type": "application/json"},
        )
        if answer.status_code == 200:
            assert answer.json()["step"]["kind"] in KINDS
        else:
            problem(answer, 422)
    assert good(visit.get())["step"]


def test_after_two_failures_a_person_is_offered(visit: VisitScreen) -> None:
    first = visit.turn(text="ほげほげ")["step"]
    assert first["kind"] == "ask_again"
    assert first["offer_person"] is False
    second = visit.turn(text="ふがふが")["step"]
    assert second["offer_person"] is True
    assert "職員" in second["say"]


def test_a_household_of_thirty_is_refused_kindly(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    body = {"question": "household", "value": [{"relation": "child"}] * 30}
    told = problem(visit.try_turn(answer=body), 422, "answer_invalid")
    assert "窓口" in told["detail"]
    assert "番号札" in told["detail"]
    assert visit.open_case(ticket_only=True)["ticket"]


def test_a_child_older_than_its_parent_is_refused(visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": "moving_in"})
    visit.answer("household", [{"relation": "child", "age": 12}])
    visit.turn(correct={"fact": "people.p1.age", "value": 40})
    before = visit.facts()
    told = problem(visit.try_turn(correct={"fact": "people.p2.age", "value": 41}), 409, "facts_contradict")
    assert "お子さん" in told["detail"]
    told = problem(visit.try_turn(correct={"fact": "people.p1.age", "value": 12}), 409, "facts_contradict")
    assert visit.facts() == before


def test_a_parent_younger_than_its_child_is_refused(visit: VisitScreen) -> None:
    visit.to_plan(FAMILY)
    problem(visit.try_turn(correct={"fact": "people.p6.age", "value": 20}), 409, "facts_contradict")


def test_age_and_birth_date_must_agree(visit: VisitScreen) -> None:
    visit.to_plan()
    born = {"fact": "people.p1.birth_date", "value": "1950-01-01"}
    problem(visit.try_turn(correct=born), 409, "facts_contradict")
    good(visit.try_turn(correct={**born, "value": "1996-01-01"}), 200)


# ---------------------------------------------------------------------- random turns

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)

SAYINGS = (
    "引っ越してきました",
    "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました",
    "わからない",
    "はい",
    "いいえ",
    "やっぱり4月3日でした",
    "犬を飼っています",
    "住民票がほしい",
    "もどる",
    "職員さんを呼んで",
    "番号札だけください",
    "妻は38歳です",
    "転入届っていくらですか",
    "",
)


class Kiosk:
    """The turn function with what it needs; says little of itself in error reports."""

    def __init__(self, world: Any, hearing: Any):
        self.kb = world.kb
        self.hearing = hearing
        self.start = Visit(at=world.at)

    def turn(self, visit: Visit, request: TurnRequest) -> TurnResult:
        return handle_turn(self.kb, self.hearing, visit, request)

    def look(self, visit: Visit) -> TurnResult:
        return look(self.kb, visit)


@pytest.fixture(scope="session")
def kiosk(world: Any, understanding: Any) -> Kiosk:
    return Kiosk(world, understanding)


def some_turn(data: st.DataObject, kiosk: Kiosk, now: TurnResult) -> TurnRequest:
    """A turn a resident, a broken screen or an attacker might send now."""
    kind = data.draw(
        st.sampled_from(("say", "write", "answer", "answer", "guess", "unknown", "correct", "forget", "back",
                         "confirm", "details", "people")), label="kind"
    )  # fmt: skip
    asked = getattr(underlying(now.step), "question", None)
    keys = [*sorted(f.key for f in now.facts), "moved_on", "people.p2.age", "people.p1.relation", "wings"]
    match kind:
        case "say":
            return TurnRequest(text=data.draw(st.sampled_from(SAYINGS)))
        case "write":
            return TurnRequest(text=data.draw(st.text(max_size=40)))
        case "answer" if asked is not None and asked.options:
            options = [o.value for o in asked.options]
            chosen = data.draw(st.lists(st.sampled_from(options), min_size=1, max_size=3))
            value: Any = chosen if asked.multiple else chosen[0]
            return TurnRequest(answer={"question": asked.id, "value": value})
        case "answer" | "guess":
            question = asked.id if asked is not None else "household"
            return TurnRequest(answer={"question": question, "value": data.draw(json_values)})
        case "unknown":
            return TurnRequest(answer={"question": asked.id if asked else "ages", "unknown": True})
        case "correct":
            return TurnRequest(
                correct={"fact": data.draw(st.sampled_from(keys)), "value": data.draw(json_values)}
            )
        case "forget":
            return TurnRequest(correct={"fact": data.draw(st.sampled_from(keys)), "value": None})
        case "back":
            return TurnRequest(back=True)
        case "confirm":
            return TurnRequest(answer={"question": "confirm", "value": True})
        case "details":
            names = st.sampled_from(
                ("people.p1.name", "new_address", "phone", "people.p2.kana", "moved_on", "")
            )
            return TurnRequest(
                details=data.draw(st.dictionaries(names, json_values, max_size=3) | st.just("skip"))
            )
        case _:
            relations = st.sampled_from(("wife", "child", "father", "grandmother", "dragon"))
            people = st.fixed_dictionaries({"relation": relations}, optional={"age": st.integers(-1, 130)})
            return TurnRequest(correct={"fact": "people", "value": data.draw(st.lists(people, max_size=5))})


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
def test_no_sequence_of_turns_crashes(kiosk: Kiosk, data: st.DataObject) -> None:
    now = kiosk.look(kiosk.start)
    for _ in range(data.draw(st.integers(1, 12), label="turns")):
        request = some_turn(data, kiosk, now)
        try:
            after = kiosk.turn(now.visit, request)
        except DialogueError:
            continue
        assert len(after.visit.session.acts) <= len(now.visit.session.acts) + 2
        now = after
    assert kiosk.look(now.visit).plan == now.plan


@given(
    body=st.dictionaries(
        st.sampled_from(("text", "answer", "correct", "back", "details", "turn_id", "spoken", "x")),
        json_values,
        max_size=3,
    )
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_body_of_a_turn_is_a_500(visit: VisitScreen, body: dict[str, Any]) -> None:
    answer = visit.post("/turns", body)
    assert answer.status_code in (200, 409, 422)
    if answer.status_code == 200:
        assert answer.json()["step"]["kind"] in KINDS
    else:
        problem(answer, answer.status_code)
