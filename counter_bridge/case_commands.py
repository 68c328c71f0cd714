"""The `cases` part of the command line: what waits, and whether the audit is whole; never a fact of a person."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from counter_bridge.audit import AuditIntact
from counter_bridge.case import STATE_JA, CaseState
from counter_bridge.errors import CounterBridgeError
from counter_bridge.sql_store import SqlStore, open_store

TOKYO = ZoneInfo("Asia/Tokyo")

cases_app = typer.Typer(help="Cases that wait, and the audit.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@cases_app.command("list")
def list_cases(
    state: Annotated[CaseState | None, typer.Option(help="only this state")] = None, as_json: AsJson = False
) -> None:
    """List cases by number, state and counter."""
    store = _open()
    cases = store.list_cases(states=() if state is None else (state,))
    rows = [
        {"ticket": c.ticket.shown, "on": c.on.isoformat(), "state": c.state.value, "counter": c.counter}
        for c in cases
    ]
    store.close()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['ticket']:8} {row['on']} {row['counter']:16} {STATE_JA[CaseState(row['state'])]}")
    if not rows:
        typer.echo("no cases")


@cases_app.command()
def verify(as_json: AsJson = False) -> None:
    """Walk the audit's chain of seals; exit 1 when something was changed."""
    store = _open()
    found = store.audit.verify()
    store.close()
    intact = isinstance(found, AuditIntact)
    if as_json:
        typer.echo(json.dumps({"intact": intact, **found.__dict__}, ensure_ascii=False))
    elif isinstance(found, AuditIntact):
        typer.echo(f"intact: {found.entries} entries, head {found.head}")
    else:
        typer.echo(f"broken at entry {found.number}: {found.reason}")
    raise typer.Exit(0 if intact else 1)


def _open() -> SqlStore:
    home = Path(os.environ.get("ASSISTANT_HOME") or "var")
    url = os.environ.get("ASSISTANT_DATABASE_URL") or f"sqlite:///{(home / 'one-counter.db').absolute()}"
    if url.startswith("sqlite") and not (home / "one-counter.db").is_file():
        typer.echo(f"no database in {home}: nothing was served from there", err=True)
        raise typer.Exit(1)
    try:
        return open_store(url, home / "key", clock=lambda: dt.datetime.now(TOKYO))
    except CounterBridgeError as error:
        typer.echo(f"{error.detail_ja} {error.remedy_ja}", err=True)
        raise typer.Exit(1) from error
