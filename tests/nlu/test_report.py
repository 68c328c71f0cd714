import datetime as dt
import json
from pathlib import Path

import pytest

from kb.facts import Alternative
from kb.household import PersonMention
from kb.model import KnowledgeBase
from nlu.errors import BadEvaluationLine
from nlu.interpretation import Candidate, Interpretation, NotUnderstood, SaidFact
from nlu.report import outcome, parse_line, read_expected, wrong_parts

MOVING_IN = Candidate("moving_in", "転入", 0.92)
HEARD = Interpretation(
    "来ました",
    "request",
    life_events=(MOVING_IN,),
    procedures=(Candidate("moving_in_notification", "転入届", 0.4),),
    facts=(SaidFact("moved_on", dt.date(2026, 4, 1), 0.9), SaidFact("has_dog", value=True)),
    people=(
        PersonMention("self", (("moves", True),)),
        PersonMention(
            "grandfather",
            (("age", 78),),
            0.5,
            (Alternative("father", "父"), Alternative("grandfather", "祖父")),
        ),
    ),
    household_complete=True,
)


def test_a_line_carries_reasons_facts_and_people(kb: KnowledgeBase) -> None:
    assert parse_line("来ました", HEARD, kb) == {
        "text": "来ました",
        "understood": True,
        "procedures": [{"id": "moving_in_notification", "name_ja": "転入届", "confidence": 0.4}],
        "life_events": [{"id": "moving_in", "name_ja": "転入", "confidence": 0.92}],
        "facts": {
            "moved_on": "2026-04-01",
            "has_dog": True,
            "people": [
                {"relation": "self", "confidence": 1.0, "moves": True},
                {
                    "relation": "grandfather",
                    "confidence": 0.5,
                    "alternatives": ["father", "grandfather"],
                    "age": 78,
                },
            ],
        },
        "kind": "request",
        "household_complete": True,
        "understanding": "rasa",
    }


def test_what_was_not_understood_says_why_and_what_may_be_meant(kb: KnowledgeBase) -> None:
    line = parse_line("?", NotUnderstood("?", "unsure", candidates=(MOVING_IN,)), kb)
    assert (line["understood"], line["reason"], line["kind"], line["facts"]) == (
        False,
        "unsure",
        "nothing",
        {},
    )
    assert [c["id"] for c in line["life_events"]] == ["moving_in"]


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ({"understood": True}, []),
        ({"life_events": ["moving_in"], "procedures": []}, []),
        ({"life_events": []}, ["life_events"]),
        ({"any_of": ["moving_in", "x"]}, []),
        ({"any_of": ["x"]}, ["any_of"]),
        ({"any_of": []}, ["any_of"]),
        ({"facts": {"has_dog": True}}, []),
        ({"facts": {"has_dog": False}}, ["facts"]),
        ({"people": [{"relation": "self"}, {"relation": "grandfather", "age": 78}]}, []),
        ({"people": [{"relation": "self"}]}, ["people"]),
        ({"kind": "question", "household_complete": False}, ["kind", "household_complete"]),
        ({"command": "back"}, ["command"]),
    ],
)
def test_only_what_is_expected_is_compared(
    kb: KnowledgeBase, wanted: dict[str, object], wrong: list[str]
) -> None:
    assert list(wrong_parts(wanted, parse_line("来ました", HEARD, kb), 0.5)) == wrong


@pytest.mark.parametrize(
    ("wanted", "heard", "came_to"),
    [
        ({"any_of": ["moving_in", "x"]}, HEARD, "right"),
        ({"any_of": ["moving_in_notification"]}, HEARD, "wrong"),
        ({"any_of": []}, HEARD, "wrong"),
        ({"any_of": ["moving_in"]}, NotUnderstood("?", "unsure", candidates=(MOVING_IN,)), "offered"),
        ({"any_of": ["x"]}, NotUnderstood("?", "unsure", candidates=(MOVING_IN,)), "not_understood"),
        ({"any_of": ["affirm"]}, NotUnderstood("?", "nothing_known"), "right"),
        ({"any_of": []}, NotUnderstood("?", "nothing_known"), "right"),
        ({"any_of": ["call_human", "x"]}, Interpretation("人", "request", command="call_human"), "right"),
        ({"any_of": ["x"]}, Interpretation("", "sensitive"), "wrong"),
        ({"command": "back"}, NotUnderstood("?", "nothing_known"), "not_understood"),
        ({"facts": {"has_dog": False}}, HEARD, "wrong"),
    ],
)
def test_a_sentence_comes_to_one_of_four_ends(
    kb: KnowledgeBase, wanted: dict[str, object], heard: Interpretation | NotUnderstood, came_to: str
) -> None:
    assert outcome(wanted, parse_line("来ました", heard, kb), 0.5) == came_to


def test_an_evaluation_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text(
        '{"text": "来ました", "on": "2026-04-07", "kind": "request", "note": "…"}\n\n', encoding="utf-8"
    )
    (one,) = read_expected(file)
    assert (one.text, one.on, dict(one.wanted)) == ("来ました", dt.date(2026, 4, 7), {"kind": "request"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is no JSON"),
        ("[]", "has no text"),
        ('{"text": 3}', "has no text"),
        ('{"text": "a", "intent": "x"}', "unknown key"),
        ('{"text": "a", "on": "7 April"}', "no date"),
        ('{"text": "a", "on": 7}', "no date"),
    ],
)
def test_a_broken_evaluation_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text(json.dumps({"text": "ok"}) + "\n" + line, encoding="utf-8")
    with pytest.raises(BadEvaluationLine, match=rf"said.jsonl:2: .*{reason}"):
        read_expected(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_an_unreadable_evaluation_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "said.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadEvaluationLine, match="cannot be read"):
        read_expected(file)
