"""Every journey a clerk wrote comes out as written, and every procedure is on at least one of them."""

from pathlib import Path
from typing import Any

import pytest

from assistant.journeys import Journey, Outcome, read_journeys, run
from kb.model import KnowledgeBase
from nlu.interpreter import Interpreter
from nlu.rasa_parser import RasaParser

FOLDER = Path(__file__).parent / "journeys"
JOURNEYS = read_journeys(FOLDER)
EXPECTED_IN = ("procedures", "contains", "elsewhere", "undecided")
FEWEST = 12


@pytest.fixture(scope="session")
def journeys() -> list[Journey]:
    return JOURNEYS


@pytest.mark.parametrize("journey", JOURNEYS, ids=[j.file.removesuffix(".yaml") for j in JOURNEYS])
def test_a_journey_comes_out_as_written(kb: KnowledgeBase, understanding: Any, journey: Journey) -> None:
    outcome = run(kb, understanding, journey)
    assert not outcome.wrong, told(journey, outcome)


def told(journey: Journey, outcome: Outcome) -> str:
    """The first wrong line of a journey, as its clerk reads it, and what was asked on the way."""
    return f"{journey.file}: {outcome.wrong[0]} (asked: {', '.join(outcome.asked)})"


@pytest.mark.rasa
def test_journeys_come_out_the_same_with_the_real_rasa(
    kb: KnowledgeBase, understanding: Any, journeys: list[Journey], rasa_parser: RasaParser
) -> None:
    hearing = Interpreter(rasa_parser, understanding.search, kb)
    wrong = [told(j, outcome) for j in journeys if (outcome := run(kb, hearing, j)).wrong]
    assert not wrong, "\n".join(wrong)


def test_every_procedure_is_on_a_journey(kb: KnowledgeBase, journeys: list[Journey]) -> None:
    expected = {
        procedure
        for journey in journeys
        for part in EXPECTED_IN
        for procedure in journey.expect.get(part, ())
    }
    missing = sorted(f"{p.id} {p.name_ja}" for p in kb.procedures.values() if p.id not in expected)
    assert not missing, f"no journey expects: {missing}"
    assert not expected - kb.procedures.keys(), "a journey expects a procedure there is not"


def test_there_are_enough_journeys_each_with_a_name_of_its_own(journeys: list[Journey]) -> None:
    assert len(journeys) >= FEWEST
    names = [j.name for j in journeys]
    assert len(set(names)) == len(names)


def test_journeys_begin_with_a_sentence(journeys: list[Journey]) -> None:
    """Most begin as residents do; the others with a touch."""
    spoken = [j for j in journeys if j.say and "text" in j.say[0]]
    assert len(spoken) >= len(journeys) // 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("- a list", "a journey has name, on, say, expect"),
        ("name: x\non: 2026-04-07\nsay: []", "a journey has name, on, say, expect"),
        ("name: x\non: 2026-04-07\nsay: []\nexpect: {}\nwings: 1", "a journey has name, on, say, expect"),
        ("name: x\non: 2026-04-07\nsay: []\nexpect: {wings: 1}", "unknown expectation"),
    ],
)
def test_a_file_that_is_no_journey_is_named(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "odd.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.yaml") as refused:
        read_journeys(tmp_path)
    assert why in str(refused.value)


WRONG = {
    "facts": ("facts: {moved_on: 2026-04-02}", "facts.moved_on"),
    "procedures": ("expect: {procedures: [moving_out_notification]}", "expect.procedures: missing"),
    "contains": ("expect: {contains: [death_notification]}", "expect.contains: missing"),
    "absent": ("expect: {absent: [moving_in_notification]}", "came all the same"),
    "deadline": ("expect: {deadlines: {moving_in_notification: 2026-01-01}}", "expect.deadlines"),
    "counters": ("expect: {counters_visited: 7}", "expect.counters_visited"),
    "questions": ("expect: {questions_at_most: 0}", "expect.questions_at_most"),
    "never asked": ("expect: {never_asked: [ages]}", "ages was asked"),
    "no answer": ("answers: {}\nexpect: {}", "answers has no"),
}


@pytest.mark.parametrize(("lines", "wrong"), WRONG.values(), ids=WRONG.keys())
def test_a_journey_that_goes_wrong_names_the_line(
    kb: KnowledgeBase, understanding: Any, tmp_path: Path, lines: str, wrong: str
) -> None:
    """A runner that lets everything pass would prove nothing."""
    answers = (
        "answers: {household: [], ages: [{person: p1, age: 30}], moved_on: 2026-04-01, previous_municipality: '14104',"
        " moving_out_procedure: certificate, my_number_cards: [none], health_insurance: [p1], circumstances: [none],"
        " movers: [p1], check: moving_in}\n"
    )
    parts = ["name: x", "on: 2026-04-07", "say: [{text: 引っ越してきました}]"]
    if "answers" not in lines:
        parts.append(answers)
    if "expect" not in lines:
        parts.append("expect: {}")
    (tmp_path / "x.yaml").write_text("\n".join([*parts, lines]), encoding="utf-8")
    (journey,) = read_journeys(tmp_path)
    outcome = run(kb, understanding, journey)
    assert any(wrong in line for line in outcome.wrong), outcome.wrong
