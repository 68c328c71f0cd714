"""`python -m counter_bridge forms …`."""

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from typer.testing import CliRunner

from counter_bridge.form_commands import forms_app

FAMILY = Path(__file__).parents[3] / "benchmarks/family_of_six.yaml"
DAY = ("--on", "2026-04-07")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(forms_app, list(words))
    return result.exit_code, result.output


@pytest.mark.parametrize(("signatures", "after"), [("law", 1), ("customary", 2)])
def test_the_published_lines_are_counted_before_and_after(signatures: str, after: int) -> None:
    code, output = run("count", str(FAMILY), *DAY, "--signatures", signatures, "--json")
    report = json.loads(output)
    published = {line["line"]: line["before"]["total"] for line in report["lines"] if line["published"]}
    assert code == 0
    assert published == {"住民異動届": 20, "小児医療証・児童手当認定": 13, "後期高齢者医療": 7}
    assert report["published"]["before"]["total"] == 40
    assert report["published"]["after"]["total"] == after


@pytest.mark.parametrize(("signatures", "after"), [("law", 1), ("customary", 3)])
def test_the_plan_of_the_family_prints_seven_sheets(signatures: str, after: int) -> None:
    report = json.loads(run("count", str(FAMILY), *DAY, "--signatures", signatures, "--json")[1])
    assert sum(line["sheets"] for line in report["lines"]) == 7
    assert report["all"]["after"]["total"] == after


def test_the_table_shows_each_line_before_and_after() -> None:
    code, output = run("count", str(FAMILY), *DAY)
    assert code == 0
    assert "40 → 1" in output
    assert "20 → 1" in output


def test_sheets_are_drawn_into_one_file(tmp_path: Path) -> None:
    target = tmp_path / "sheets.pdf"
    code, output = run("draw", str(FAMILY), *DAY, "-o", str(target), "--json")
    forms = json.loads(output)["forms"]
    document = pdfium.PdfDocument(target)
    assert code == 0
    assert len(document) == sum(form["pages"] for form in forms) >= 5
    document.close()


def test_a_file_that_is_no_facts_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "facts.yaml"
    broken.write_text("moved_on: someday\n", encoding="utf-8")
    assert run("count", str(broken), *DAY)[0] == 1
    assert run("count", str(FAMILY), "--on", "someday")[0] == 2
