"""The assistant on the command line: serve, the demo, talk in the terminal, look after the machine."""

import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import account_commands, maintenance, progress, run_file, serving
from assistant.chat import talk
from assistant.doctor import diagnose, render
from assistant.environments import environments
from assistant.journeys import read_journeys, run
from assistant.services import now_in_tokyo
from assistant.settings import Settings, from_environment, table
from assistant.understanding import trained_model
from kb.errors import BrokenKnowledge
from kb.load import DATA, load
from kb.new_town import TownExists, make_town
from kb.proofs import prove
from nlu.finder import FakeFinder
from nlu.interpreter import Interpreter
from nlu.municipalities import municipalities
from nlu.parser import FakeParser
from nlu.rasa_model import written_sentences
from nlu.topics import topics_of

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
app.add_typer(account_commands.users, name="users")
app.add_typer(account_commands.kiosks, name="kiosks")
app.add_typer(account_commands.audit, name="audit")

Port = Annotated[int | None, typer.Option(help="port to listen on")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]

JOURNEYS = Path("tests/journeys")
RELOAD_S = 60
"""A changed wording is trained first; what changes no wording is taken at once."""
RELOAD_LONGEST_S = 600


def _settings(**given: object) -> Settings:
    try:
        return from_environment(None, **given)
    except ValueError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error


def _tell(said: str, *, as_json: bool, **told: object) -> None:
    """What was done, for a person or a program."""
    print(json.dumps({"ok": True, **told}, ensure_ascii=False) if as_json else said)


def _refused(reason: str, *, as_json: bool) -> typer.Exit:
    """Tells why it was not done; the exit code to raise."""
    if as_json:
        print(json.dumps({"ok": False, "reason": reason}, ensure_ascii=False))
    else:
        print(reason, file=sys.stderr)
    return typer.Exit(1)


@app.command()
def serve(port: Port = None, as_json: AsJson = False) -> None:
    """Serve the screens; never the demo unless ASSISTANT_DEMO says so."""
    raise typer.Exit(serving.serve(_settings(port=port), as_json=as_json))


@app.command()
def demo(port: Port = None, as_json: AsJson = False) -> None:
    """The demo: software card behind a virtual reader, demo accounts, 見本 everywhere."""
    settings = _settings(port=port, demo=True, allow_date_override=True)
    raise typer.Exit(serving.serve(settings, as_json=as_json))


@app.command()
def chat(
    on: Annotated[str | None, typer.Option(help="day of the visit, YYYY-MM-DD (demo and tests)")] = None,
    as_json: AsJson = False,
) -> None:
    """The main job in the terminal, from the first sentence to the ticket, with the same engine."""
    raise typer.Exit(talk(_settings(), on, as_json=as_json))


@app.command()
def doctor(
    as_json: AsJson = False, settings_table: Annotated[bool, typer.Option("--settings")] = False
) -> None:
    """List all that is missing at once; exit 1 when a resident cannot be served."""
    if settings_table:
        if as_json:
            rows = [dict(zip(("name", "default", "unit", "help"), row, strict=True)) for row in table()]
            print(json.dumps(rows, ensure_ascii=False))
            return
        for name, default, unit, explained in table():
            print(f"{name:34} {default:12} {unit:10} {explained}")
        return
    settings = _settings()
    alive = run_file.read(settings.home)
    kb = load(settings.town, towns=settings.own_towns)
    model = trained_model(kb, environments()) if environments().rasa_python else None
    findings = diagnose(settings, rasa_model=None if model is None else model.path, serving=alive is not None)
    print(render(findings, as_json=as_json))
    raise typer.Exit(int(any(f.severity == "fault" for f in findings)))


@app.command("backup")
def make_backup(
    target: Path,
    with_key: Annotated[bool, typer.Option("--with-key", help="the key too")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the database while it may be in use; without its key nobody can read the copy."""
    try:
        made = maintenance.backup(_settings(), target, with_key=with_key)
    except maintenance.MaintenanceRefused as error:
        raise _refused(str(error), as_json=as_json) from error
    _tell(str(made), as_json=as_json, file=str(made), with_key=with_key)


@app.command("restore")
def put_back(source: Path, as_json: AsJson = False) -> None:
    """Put a backup in place; the present database is kept beside it."""
    try:
        maintenance.restore(_settings(), source)
    except maintenance.MaintenanceRefused as error:
        raise _refused(str(error), as_json=as_json) from error
    _tell(
        f"restored; the database of before stands beside it as {maintenance.BEFORE}",
        as_json=as_json,
        file=str(source),
    )


@app.command("new-town")
def new_town(
    code: Annotated[str, typer.Argument(help="municipality code of five digits, such as 14207")],
    name_ja: Annotated[str, typer.Option("--name", help="for a code the packaged list does not know")] = "",
    prefecture_ja: Annotated[str, typer.Option("--prefecture", help="the same")] = "",
    folder: Annotated[Path | None, typer.Option(help="where overlays are kept")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the folder of a new municipality: a skeleton that passes every check, to be filled in."""
    known = next((m for m in municipalities() if m.code == code and not m.is_ward), None)
    name, prefecture = (known.name, known.prefecture) if known else (name_ja, prefecture_ja)
    if not re.fullmatch(r"\d{5}", code) or not name or not prefecture:
        print(f"{code}: no municipality has this code; give --name and --prefecture", file=sys.stderr)
        raise typer.Exit(2)
    towns = folder or _settings().own_towns or DATA / "municipality"
    try:
        made, problems = make_town(code, name, prefecture, towns, now_in_tokyo().date())
    except TownExists as error:
        raise _refused(f"{error} is there already and stays as it is", as_json=as_json) from error
    except BrokenKnowledge as error:
        raise _refused(
            f"the national records do not stand without the demo town:\n{error}", as_json=as_json
        ) from error
    if problems:
        raise _refused("\n".join(map(str, problems)), as_json=as_json)
    serve_it = f"ASSISTANT_TOWN={code}" + (
        f" ASSISTANT_TOWNS={towns}" if towns != DATA / "municipality" else ""
    )
    count = len(made.procedures)
    _tell(
        f"{towns / code}: {prefecture}{name}, {count} procedures; now fill in what says (記入)\n{serve_it}",
        as_json=as_json,
        folder=str(towns / code),
        procedures=count,
    )


@app.command()
def reload(as_json: AsJson = False) -> None:
    """Let the running assistant take the knowledge base as it lies on disk, for the visits from now on."""
    settings = _settings()
    alive = run_file.read(settings.home)
    if alive is None:
        raise _refused(f"nothing is running from {settings.home}", as_json=as_json)
    try:
        kb = load(settings.town, towns=settings.own_towns)
        problems = tuple(prove(kb))
    except BrokenKnowledge as error:
        problems = error.problems
    if problems:
        listed = "\n".join(map(str, problems))
        raise _refused(f"not reloaded, {len(problems)} problem(s):\n{listed}", as_json=as_json)
    os.kill(alive.pid, signal.SIGHUP)
    with progress.step("new visits begin on the new knowledge", expected_s=RELOAD_S):
        taken = alive.wait_for_knowledge(kb.version, timeout_s=RELOAD_LONGEST_S)
    if not taken:
        raise _refused("the running assistant did not take it: see its log", as_json=as_json)
    _tell(kb.version, as_json=as_json, version=kb.version)


@app.command()
def journeys(
    folder: Annotated[Path, typer.Argument(help="folder of journeys")] = JOURNEYS,
    only: Annotated[str | None, typer.Option(help="part of a file name")] = None,
    as_json: AsJson = False,
) -> None:
    """Play the journeys clerks wrote and name the first wrong line of each; in seconds, without Rasa."""
    if not folder.is_dir():
        print(f"{folder} is no folder of journeys", file=sys.stderr)
        raise typer.Exit(2)
    settings = _settings()
    kb = load(settings.town, towns=settings.own_towns)
    topics = topics_of(kb)
    hears = Interpreter(FakeParser(topics, written_sentences()), FakeFinder(topics), kb)
    chosen = [journey for journey in read_journeys(folder) if only is None or only in journey.file]
    if not chosen:
        print(f"no journey of {folder} is named so", file=sys.stderr)
        raise typer.Exit(2)
    failed = 0
    for journey in chosen:
        outcome = run(kb, hears, journey)
        failed += bool(outcome.wrong)
        if as_json:
            shown = {
                "file": journey.file,
                "name": journey.name,
                "wrong": outcome.wrong,
                "asked": outcome.asked,
            }
            print(json.dumps(shown, ensure_ascii=False))
        elif outcome.wrong:
            print(f"✗ {journey.file}: {outcome.wrong[0]}")
        else:
            print(f"✓ {journey.file} ({len(outcome.asked)} questions)")
    raise typer.Exit(int(failed > 0))


if __name__ == "__main__":
    app(prog_name="python -m assistant")
