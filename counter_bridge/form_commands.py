"""The `forms` part of the command line: what a family's sheets look like, and how much of them a hand writes.

A facts file is the same as for `python -m kb plan` (kb.facts_file). Nothing here reads a visit or a case.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from counter_bridge.form_errors import FontMissing
from counter_bridge.forms import fill_forms
from counter_bridge.pdf import render_pdf
from kb.derive import scene_of, with_derived
from kb.errors import BrokenKnowledge, NotInForce
from kb.facts import Facts
from kb.facts_file import read_facts
from kb.form import Signatures
from kb.load import DEMO_TOWN, load
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan
from kb.writes import CountLine, Entries, count_entries, total_of

TOKYO = ZoneInfo("Asia/Tokyo")

forms_app = typer.Typer(
    help="Paper forms: draw them, and count what is written by hand.", no_args_is_help=True
)


class SignatureChoice(StrEnum):
    """Which signatures are asked for."""

    LAW = "law"
    CUSTOMARY = "customary"


@dataclass(frozen=True)
class _Family:
    kb: KnowledgeBase
    facts: Facts
    plan: Plan
    day: dt.date


FactsFile = Annotated[Path, typer.Argument(help="Facts of a household, as for `python -m kb plan`.")]
On = Annotated[str | None, typer.Option("--on", help="Day of the visit, YYYY-MM-DD (default: today).")]
Town = Annotated[str, typer.Option(help="Code of the municipality overlay.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Asked = Annotated[
    SignatureChoice | None, typer.Option("--signatures", help="Default: what the municipality asks for.")
]


@forms_app.command()
def count(
    facts: FactsFile, on: On = None, signatures: Asked = None, town: Town = DEMO_TOWN, as_json: AsJson = False
) -> None:
    """Entries by hand on empty paper and on our sheets, by the rule published with 茅ヶ崎市's figures."""
    family = _family(facts, on, town)
    asked = _signatures(signatures, family.kb)
    known = with_derived(family.kb, family.facts, family.day)
    scene = scene_of(family.kb, known, family.day)
    lines = count_entries(family.kb.forms, family.plan.forms, scene, asked)
    published = tuple(line for line in lines if line.published)
    if as_json:
        report = {
            "signatures": asked,
            "lines": [_line_json(line) for line in lines],
            "published": _sum_json(published),
            "all": _sum_json(lines),
        }
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    Console().print(_table(lines, published, asked))


@forms_app.command()
def draw(
    facts: FactsFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="PDF file to write.")],
    on: On = None,
    signatures: Asked = None,
    town: Town = DEMO_TOWN,
    preview: Annotated[bool, typer.Option(help="Tint values by where they come from.")] = False,
    demo: Annotated[bool, typer.Option(help="Print 見本 across every page.")] = True,
    reception: Annotated[str | None, typer.Option(help="Reception number to print.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw every sheet of the household's plan into one PDF."""
    family = _family(facts, on, town)
    asked = _signatures(signatures, family.kb)
    try:
        filled = fill_forms(family.kb, family.facts, family.plan.forms, family.day, signatures=asked)
        drawn = render_pdf(filled, demo=demo, preview=preview, reception=reception)
    except FontMissing as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    output.write_bytes(drawn.pdf)
    listed = [
        {
            "id": form.id,
            "name_ja": form.name_ja,
            "pages": form.pages,
            "writes": form.writes,
            "missing": [{"key": box.key, "person": box.person, "why": box.missing} for box in form.missing],
        }
        for form in filled
    ]
    if as_json:
        typer.echo(json.dumps({"file": output.name, "forms": listed}, ensure_ascii=False))
        return
    for form in filled:
        open_boxes = f", {len(form.missing)} box(es) left to staff" if form.missing else ""
        typer.echo(f"{form.name_ja}: {form.pages} page(s), {form.writes} signature(s){open_boxes}")


def _family(path: Path, on: str | None, town: str) -> _Family:
    try:
        day = dt.datetime.now(TOKYO).date() if on is None else dt.date.fromisoformat(on)
    except ValueError as error:
        raise typer.BadParameter("--on takes YYYY-MM-DD") from error
    at = dt.datetime.combine(day, dt.time(10), TOKYO)
    try:
        kb = load(town)
        facts = read_facts(kb.vocabulary, path, at)
        return _Family(kb, facts, build_plan(kb, facts, at), day)
    except (BrokenKnowledge, NotInForce) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _signatures(chosen: SignatureChoice | None, kb: KnowledgeBase) -> Signatures:
    if chosen is None:
        return kb.municipality.signatures
    return "law" if chosen is SignatureChoice.LAW else "customary"


def _line_json(line: CountLine) -> dict[str, object]:
    return {
        "line": line.line_ja,
        "forms": list(line.forms),
        "sheets": line.sheets,
        "published": line.published,
        "before": _entries_json(line.before),
        "after": _entries_json(line.after),
    }


def _entries_json(entries: Entries) -> dict[str, int]:
    return {
        "name": entries.name,
        "relation": entries.relation,
        "birth_date": entries.birth_date,
        "total": entries.total,
    }


def _sum_json(lines: Sequence[CountLine]) -> dict[str, object]:
    before, after = total_of(lines)
    return {"before": _entries_json(before), "after": _entries_json(after)}


def _table(lines: Sequence[CountLine], published: Sequence[CountLine], asked: Signatures) -> Table:
    rule = "法令が求める署名だけ" if asked == "law" else "慣行の署名も残す"
    table = Table(title=f"手書きの件数 いま → 印字したあと({rule})", title_justify="left")
    table.add_column("用紙")
    for heading in ("枚", "氏名", "続柄", "生年月日", "計"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in published:
        _row(table, line.line_ja, [line])
    if published:
        table.add_section()
        _row(table, "公表された3行の計", published)
        table.add_section()
    for line in lines:
        if not line.published:
            _row(table, line.line_ja, [line])
    table.add_section()
    _row(table, "印刷する用紙すべての計", lines)
    return table


def _row(table: Table, name: str, lines: Sequence[CountLine]) -> None:
    before, after = total_of(lines)
    table.add_row(
        name,
        str(sum(line.sheets for line in lines)),
        f"{before.name} → {after.name}",
        f"{before.relation} → {after.relation}",
        f"{before.birth_date} → {after.birth_date}",
        f"{before.total} → {after.total}",
    )
