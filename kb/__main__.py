"""The knowledge base on the command line: check it, show a record, plan for facts, make sample households."""

import dataclasses
import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
import yaml

from kb.diff import difference, frozen_on
from kb.errors import BrokenKnowledge, NotInForce
from kb.facts_file import read_facts
from kb.load import DATA, DEMO_TOWN, load
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan, person_label
from kb.proofs import prove
from kb.sample import households

TOKYO = ZoneInfo("Asia/Tokyo")
MOST_SHOWN = 20
"""Households whose change is told line by line."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Town = Annotated[str, typer.Option(help="code of the municipality overlay")]
Data = Annotated[
    Path | None, typer.Option(help="folder with national/ and municipality/ (default: packaged)")
]
Towns = Annotated[Path | None, typer.Option(help="folder of overlays kept outside (default: packaged)")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]


def _load(town: str, data: Path | None, towns: Path | None = None, *, as_json: bool = False) -> KnowledgeBase:
    try:
        return load(town, data or DATA, towns=towns)
    except BrokenKnowledge as error:
        raise _broken(error, as_json=as_json) from error


def _broken(error: BrokenKnowledge, *, as_json: bool) -> typer.Exit:
    """Tells every problem; the exit that says the thing checked is wrong."""
    if as_json:
        problems = [dataclasses.asdict(p) for p in error.problems]
        print(json.dumps({"ok": False, "problems": problems}, ensure_ascii=False))
    else:
        print(f"{len(error.problems)} problem(s):\n{error}", file=sys.stderr)
    return typer.Exit(1)


@app.command()
def check(town: Town = DEMO_TOWN, data: Data = None, towns: Towns = None, as_json: AsJson = False) -> None:
    """Read everything, prove that nothing in it is dead, and list every problem; exit 1 when there is one."""
    started = time.perf_counter()
    kb = _load(town, data, towns, as_json=as_json)
    dead = prove(kb)
    if dead:
        raise _broken(BrokenKnowledge(dead), as_json=as_json)
    today = dt.datetime.now(TOKYO).date()
    stale = sorted(p.id for p in kb.procedures.values() if p.provenance.review_by < today)
    uncertain = sorted(p.id for p in kb.procedures.values() if p.provenance.verified != "full")
    once = sorted(p.id for p in kb.procedures.values() if p.provenance.second_reading is None)
    counts = {
        "procedures": len(kb.procedures),
        "life_events": len(kb.life_events),
        "questions": len(kb.questions),
        "papers": len(kb.papers),
        "forms": len(kb.forms),
        "definitions": len(kb.definitions),
    }
    if as_json:
        report = {
            "ok": True,
            "version": kb.version,
            **counts,
            "expired": stale,
            "not_fully_verified": uncertain,
            "read_once": once,
        }
        print(json.dumps(report, ensure_ascii=False))
        return
    print(f"{kb.municipality.prefecture_ja}{kb.municipality.name_ja} ({kb.municipality.code}), {kb.version}")
    print(", ".join(f"{number} {name}" for name, number in counts.items()))
    if uncertain:
        print(f"not fully verified, shown as 職員が確認します: {len(uncertain)}")
    for procedure_id in once:
        print(f"not read a second time against its sources: {procedure_id}")
    for procedure_id in stale:
        print(f"past review_by, shown as 職員が確認します: {procedure_id}")
    print(f"sound ({time.perf_counter() - started:.2f} s)")


@app.command()
def show(
    record: str, town: Town = DEMO_TOWN, data: Data = None, towns: Towns = None, as_json: AsJson = False
) -> None:
    """Show one record of any kind by its id."""
    kb = _load(town, data, towns, as_json=as_json)
    kinds: tuple[Any, ...] = (
        kb.procedures,
        kb.life_events,
        kb.questions,
        kb.papers,
        kb.forms,
        kb.definitions,
    )
    found = next((kind[record] for kind in kinds if record in kind), None)
    if found is None:
        print(f"no record {record!r}", file=sys.stderr)
        raise typer.Exit(1)
    plain = _plain(found)
    if as_json:
        print(json.dumps(plain, ensure_ascii=False))
    else:
        print(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), end="")


@app.command()
def plan(
    facts: Path,
    on: Annotated[str | None, typer.Option(help="day of the visit, YYYY-MM-DD")] = None,
    town: Town = DEMO_TOWN,
    data: Data = None,
    towns: Towns = None,
    as_json: AsJson = False,
) -> None:
    """Plan for the facts of a file on a day."""
    kb = _load(town, data, towns, as_json=as_json)
    day = dt.datetime.now(TOKYO).date() if on is None else _day(on)
    at = dt.datetime.combine(day, dt.time(10), TOKYO)
    try:
        known = read_facts(kb.vocabulary, facts, at)
    except BrokenKnowledge as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    made = build_plan(kb, known, at)
    if as_json:
        print(json.dumps(_summary(made), ensure_ascii=False))
        return
    low, high = made.minutes
    print(f"{day}: {len(made.counters)} counter(s), {low}-{high} min, {made.writes} entries by hand")
    for step in made.steps:
        people = "・".join(person_label(kb, known, p) for p in step.people)
        until = (
            "" if step.deadline is None else f" 〜{step.deadline}{' 期限を過ぎています' if step.late else ''}"
        )
        print(
            f"  {step.procedure.name_ja}{f'({people})' if people else ''}{until}  今日:{step.today} {step.because_ja}"
        )
        print(f"      {step.procedure.why_ja} — {'、'.join(str(law) for law in step.procedure.laws)}")
    for undecided in made.undecided:
        print(f"  ? {undecided.procedure.name_ja}: {', '.join(sorted(undecided.missing))}")
    for procedure in made.not_needed:
        print(f"  - {procedure.name_ja}: {procedure.why_not_ja}")
    for procedure in made.elsewhere:
        print(f"  → {procedure.name_ja}: {procedure.elsewhere_ja}")


@app.command()
def sample(
    count: Annotated[int, typer.Option(help="how many households")] = 10,
    seed: Annotated[int, typer.Option(help="same seed, same households")] = 1,
    town: Town = DEMO_TOWN,
    data: Data = None,
    towns: Towns = None,
) -> None:
    """Households of a made-up population with their plans, one JSON object a line."""
    kb = _load(town, data, towns)
    at = dt.datetime(2026, 4, 7, 10, tzinfo=TOKYO)
    for number, facts in enumerate(households(kb, count, seed, at), 1):
        known = {f.key: _plain(f.value) for f in facts}
        print(
            json.dumps(
                {"n": number, "facts": known, **_summary(build_plan(kb, facts, at))}, ensure_ascii=False
            )
        )


@app.command()
def diff(
    other: Annotated[Path | None, typer.Argument(help="folder of the other state (national/ …)")] = None,
    on: Annotated[
        tuple[str, str] | None, typer.Option(help="two days, YYYY-MM-DD: what the law changes between them")
    ] = None,
    count: Annotated[int, typer.Option(help="how many sample households are planned for")] = 300,
    seed: Annotated[int, typer.Option(help="same seed, same households")] = 1,
    town: Town = DEMO_TOWN,
    data: Data = None,
    towns: Towns = None,
    as_json: AsJson = False,
) -> None:
    """What changes from here to OTHER, or from one day to another, and whose plans change by it."""
    if (other is None) == (on is None):
        raise typer.BadParameter("give the folder of the other state, or --on DATE1 DATE2")
    here = _load(town, data, towns, as_json=as_json)
    at = dt.datetime.combine(_day(on[0]) if on else dt.datetime.now(TOKYO).date(), dt.time(10), TOKYO)
    try:
        if on is not None:
            old, new = frozen_on(here, at.date()), frozen_on(here, _day(on[1]))
        else:
            old, new = here, _load(town, other, towns, as_json=as_json)
        found = difference(old, new, households(old, count, seed, at), at)
    except NotInForce as error:
        print(f"{error}: add the period to the record", file=sys.stderr)
        raise typer.Exit(1) from error
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return
    for record in found.records:
        print(f"{record.how} {record.kind}/{record.id}" + "".join(f"\n    {key}" for key in record.keys))
    print(
        f"{len(found.records)} record(s) differ; {len(found.plans)} of {found.households} sample plans change"
    )
    for change in found.plans[:MOST_SHOWN]:
        signs = (("+", change.added), ("-", change.removed), ("~", change.altered))
        told = " ".join(f"{sign}{name}" for sign, names in signs for name in names)
        print(f"  {change.household} ({', '.join(change.reasons)}): {told}")
    if len(found.plans) > MOST_SHOWN:
        print(f"  … and {len(found.plans) - MOST_SHOWN} more (--json lists all)")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("--on takes YYYY-MM-DD") from error


def _summary(made: Plan) -> dict[str, Any]:
    return {
        "procedures": [
            {
                "id": s.procedure.id,
                "people": list(s.people),
                "deadline": _plain(s.deadline),
                "today": s.today,
                "because": s.because_ja,
            }
            for s in made.steps
        ],
        "undecided": {u.procedure.id: sorted(u.missing) for u in made.undecided},
        "not_needed": [p.id for p in made.not_needed],
        "elsewhere": [p.id for p in made.elsewhere],
        "counters_visited": len(made.counters),
        "writes": made.writes,
    }


def _plain(value: object) -> Any:
    match value:
        case dt.date() | dt.time():
            return value.isoformat()
        case dict():
            return {str(k): _plain(v) for k, v in value.items()}
        case tuple() | list() | frozenset():
            return [_plain(v) for v in value]
        case _ if hasattr(value, "text") and hasattr(value, "node"):
            return value.text
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        case _:
            return value


if __name__ == "__main__":
    app(prog_name="python -m kb")
