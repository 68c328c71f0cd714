import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlu.__main__ import app

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def parsed() -> list[dict[str, object]]:
    """Three lines through `parse`; starting it loads the search model, so once is enough."""
    said = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました\n\n人と話したい\n"
    result = RUNNER.invoke(app, ["parse", "--on", "2026-04-07", "--without-rasa", "--json"], input=said)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_parse_writes_one_object_a_line(parsed: list[dict[str, object]]) -> None:
    assert [line["understood"] for line in parsed] == [True, False, True]
    assert parsed[1]["reason"] == "empty"
    assert parsed[2]["command"] == "call_human"


def test_parse_tells_facts_and_people(parsed: list[dict[str, object]]) -> None:
    facts = parsed[0]["facts"]
    assert isinstance(facts, dict)
    assert (facts["moved_on"], facts["previous_municipality"]) == ("2026-04-01", "14100")
    assert [p["relation"] for p in facts["people"]] == [
        "self",
        "wife",
        "child",
        "child",
        "child",
        "grandfather",
    ]
    assert all(p["moves"] is True for p in facts["people"])


def test_a_wrong_day_is_misuse() -> None:
    result = RUNNER.invoke(app, ["parse", "--on", "tomorrow", "--without-rasa"], input="")
    assert result.exit_code == 2


def test_evaluate_counts_and_fails_below_the_share(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    lines = [
        {"text": "引っ越してきました", "life_events": ["moving_in"]},
        {"text": "人と話したい", "command": "call_human"},
        {"text": "戻って", "command": "stop"},
    ]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    result = RUNNER.invoke(app, ["evaluate", str(file), "--without-rasa", "--json"])
    *wrong, summary = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert summary.pop("right_but_more_named") <= 2
    assert summary == {
        "sentences": 3,
        "right_at_once": 2,
        "right_among_the_offered": 0,
        "wrong_in_silence": 1,
        "not_understood": 0,
        "strictly_right": 2,
        "share": 0.6667,
        "by_split": {},
    }
    assert [(line["outcome"], line["wrong"]) for line in wrong] == [("wrong", ["command"])]
    read = RUNNER.invoke(app, ["evaluate", str(file), "--without-rasa"]).stdout
    assert "right at once" in read
    assert "wrong in silence: 戻って" in read


def test_a_broken_evaluation_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text("{", encoding="utf-8")
    result = RUNNER.invoke(app, ["evaluate", str(file), "--without-rasa"])
    assert result.exit_code == 1
    assert "said.jsonl:1" in result.stderr


def test_search_finds_in_a_list_of_questions(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    entries = [
        {"id": "a", "question": "粗大ごみはどう出しますか", "answer": "電話で申し込んでください"},
        {"id": "b", "question": "印鑑登録に必要なものは何ですか", "answer": "登録する印鑑と本人確認書類です"},
    ]
    file.write_text("\n".join(json.dumps(e, ensure_ascii=False) for e in entries), encoding="utf-8")
    result = RUNNER.invoke(app, ["search", "--faq", str(file), "--k", "1"], input="ハンコの登録\n")
    (line,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (line["query"], [hit["id"] for hit in line["results"]]) == ("ハンコの登録", ["b"])
