"""`python -m kb`: what it prints for people and for programs, and its exit codes."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from kb.__main__ import app

FAMILY = {
    "reasons": ["landing"],
    "landed_on": dt.date(2026, 4, 1),
    "has_boat": True,
    "people": [
        {"relation": "self", "age": 40, "landed": True, "drinks_tea": True},
        {"relation": "child", "age": 5, "landed": True, "drinks_tea": False},
    ],
}


@pytest.fixture
def town(small_town: Any) -> list[str]:
    """The options that name the small town."""
    return ["--town", small_town.code, "--data", str(small_town.write())]


@pytest.fixture
def facts_file(tmp_path: Path) -> Path:
    path = tmp_path / "family.yaml"
    path.write_text(yaml.safe_dump(FAMILY, allow_unicode=True), encoding="utf-8")
    return path


def kb_command(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_sound_knowledge_base_is_counted(town: list[str]) -> None:
    result = kb_command("check", *town)
    assert result.exit_code == 0
    assert "架空県月影市 (99301)" in result.stdout
    assert "7 procedures" in result.stdout
    report = told(kb_command("check", "--json", *town))
    assert report["ok"] is True
    assert report["procedures"] == 7
    assert report["not_fully_verified"] == ["boat_tax"]


def test_a_broken_one_is_one_with_every_problem(small_town: Any) -> None:
    small_town.record("procedures/tea_licence")["colour"] = "green"
    small_town.record("questions/boat")["input"] = "telepathy"
    options = ["--town", small_town.code, "--data", str(small_town.write())]
    result = kb_command("check", *options)
    assert result.exit_code == 1
    assert "2 problem(s)" in result.stderr
    assert result.stdout == ""
    as_json = kb_command("check", "--json", *options)
    assert as_json.exit_code == 1
    report = json.loads(as_json.stdout)
    assert report["ok"] is False
    assert all(set(p) == {"file", "key", "reason", "remedy"} for p in report["problems"])


@pytest.mark.parametrize("record", ["tea_licence", "landing", "boat", "letter", "tea_form", "is_newcomer"])
def test_a_record_of_any_kind_is_shown(town: list[str], record: str) -> None:
    assert told(kb_command("show", record, "--json", *town))["id"] == record
    assert yaml.safe_load(kb_command("show", record, *town).stdout)["id"] == record


def test_a_record_that_does_not_exist_is_one(town: list[str]) -> None:
    result = kb_command("show", "coffee", *town)
    assert result.exit_code == 1
    assert "coffee" in result.stderr


def test_a_plan_for_a_file_of_facts(town: list[str], facts_file: Path) -> None:
    plan = told(kb_command("plan", str(facts_file), "--on", "2026-04-07", "--json", *town))
    assert [p["id"] for p in plan["procedures"]] == [
        "lantern_registration",
        "moon_allowance",
        "night_pass",
        "tea_licence",
    ]
    assert plan["procedures"][0]["deadline"] == "2026-04-15"
    assert plan["undecided"] == {"boat_tax": ["boat_kind"]}
    assert plan["elsewhere"] == ["harbour_office"]
    shown = kb_command("plan", str(facts_file), "--on", "2026-04-07", *town)
    assert shown.exit_code == 0
    assert "灯火の登録" in shown.stdout
    assert "月影島灯火条例 第3条" in shown.stdout
    assert "? 舟の届け: boat_kind" in shown.stdout
    assert "→ 港の手続き: 港の役所" in shown.stdout


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("- x", id="a list"),
        pytest.param("has_wings: true", id="an unknown fact"),
        pytest.param("has_boat: perhaps", id="a value the fact does not have"),
        pytest.param("a: [", id="no YAML"),
    ],
)
def test_facts_that_do_not_fit_are_one(town: list[str], tmp_path: Path, content: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(content, encoding="utf-8")
    result = kb_command("plan", str(path), *town)
    assert result.exit_code == 1
    assert "facts.yaml" in result.stderr
    assert kb_command("plan", str(tmp_path / "none.yaml"), *town).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["plan", "FACTS", "--on", "tomorrow"], id="a day that is none"),
        pytest.param(["plan"], id="no file"),
        pytest.param(["show"], id="no record"),
        pytest.param(["bake"], id="no such command"),
        pytest.param(["check", "--colour"], id="no such option"),
    ],
)
def test_misuse_is_two(town: list[str], facts_file: Path, arguments: list[str]) -> None:
    filled = [str(facts_file) if a == "FACTS" else a for a in arguments]
    assert kb_command(*filled, *town).exit_code == 2


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    first = kb_command("sample", "--count", "3", "--seed", "7")
    again = kb_command("sample", "--count", "3", "--seed", "7")
    assert first.exit_code == 0
    assert first.stdout == again.stdout
    assert first.stdout != kb_command("sample", "--count", "3", "--seed", "8").stdout
    lines = [json.loads(line) for line in first.stdout.splitlines()]
    assert [line["n"] for line in lines] == [1, 2, 3]
    assert all({"facts", "procedures", "undecided", "not_needed"} <= line.keys() for line in lines)


def test_it_runs_as_a_program_without_loading_the_encoder() -> None:
    code = (
        "import sys, runpy; sys.argv = ['kb', 'check', '--json'];\n"
        "try: runpy.run_module('kb', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {'torch', 'sentence_transformers', 'fastapi'} & sys.modules.keys()"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True
