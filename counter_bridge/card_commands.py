"""The `card` part of the command line: the reader, and the software cards of the demo.

It moves cards and shows states; no command here takes a PIN or shows what a card holds.
"""

import datetime as dt
import json
import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from counter_bridge.card_errors import DemoReaderError, DemoReaderNotRunning
from counter_bridge.demo_control import DemoControl, DemoStatus
from counter_bridge.demo_reader import DemoReader
from counter_bridge.pcsc_reader import PcscReader
from counter_bridge.software_card_link import FaultKind

DEMO_PERSONS = Path(__file__).resolve().parent.parent / "kb/data/municipality/99201/demo_persons.yaml"

card_app = typer.Typer(help="The card reader, and the software cards of the demo.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@card_app.command()
def status(as_json: AsJson = False) -> None:
    """Show what lies on the reader; with a running demo also its cards, their PINs and tries."""
    try:
        _show(DemoControl(_state_dir()).status(), as_json)
    except DemoReaderNotRunning:
        _show_real_reader(as_json)
    except DemoReaderError as error:
        _give_up(error, as_json)


@card_app.command()
def insert(person: str, as_json: AsJson = False) -> None:
    """Put a demo person's card on the reader, taking another away."""
    _command(lambda control: control.insert(person), as_json)


@card_app.command()
def remove(as_json: AsJson = False) -> None:
    """Take the demo card away."""
    _command(lambda control: control.remove(), as_json)


@card_app.command()
def fault(
    kind: FaultKind,
    after: Annotated[int, typer.Option(min=0, help="Good answers of the card before the fault begins.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Let the demo card or its reader fail; `none` ends it."""
    _command(lambda control: control.fault(kind, after), as_json)


@card_app.command()
def reset(as_json: AsJson = False) -> None:
    """Bring all demo cards back to the start: PIN tries, faults, the card on the reader."""
    _command(lambda control: control.reset(), as_json)


@card_app.command()
def run(
    persons: Annotated[Path, typer.Option(help="The demo persons.")] = DEMO_PERSONS,
    inserted: Annotated[str, typer.Option(help="Whose card lies on the reader at the start.")] = "father",
    as_json: AsJson = False,
) -> None:
    """Run the demo reader alone, until Ctrl-C."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with DemoReader(_state_dir(), persons, inserted) as reader:
            if as_json:
                typer.echo(json.dumps({"environment": dict(reader.environment)}))
            else:
                for name, value in reader.environment.items():
                    typer.echo(f"export {name}={value}")
                _show(reader.control.status(), as_json=False)
            ended.wait()
    except DemoReaderError as error:
        _give_up(error, as_json)


def _state_dir() -> Path:
    return Path(os.environ.get("ASSISTANT_HOME") or "var")


def _command(act: Callable[[DemoControl], DemoStatus], as_json: bool) -> None:
    try:
        _show(act(DemoControl(_state_dir())), as_json)
    except DemoReaderError as error:
        _give_up(error, as_json)


def _show(state: DemoStatus, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"demo": True, **state.to_json()}, ensure_ascii=False))
        return
    service = "up" if state.service_up else "down"
    typer.echo(f"demo reader: pcscd {service}, card: {state.inserted or 'none'}, fault: {state.fault}")
    width = max(len(card.id) for card in state.cards)
    for card in state.cards:
        mark = "*" if card.id == state.inserted else " "
        typer.echo(
            f"{mark} {card.id:<{width}}  PIN {card.pin}  tries {card.tries_left}  {card.name}  {card.note_ja}"
        )


def _show_real_reader(as_json: bool) -> None:
    seen = PcscReader(virtual=False, clock=lambda: dt.datetime.now(dt.UTC)).status()
    code = None if seen.problem is None else seen.problem.code
    told: Mapping[str, object] = {
        "demo": False,
        "reader": seen.reader,
        "card_present": seen.card_present,
        "code": code,
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(f"reader: {seen.reader or 'none'}, card: {'present' if seen.card_present else code}")
    if seen.reader is None:
        raise typer.Exit(1)


def _give_up(error: DemoReaderError, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"code": error.code, "reason": error.reason}, ensure_ascii=False))
    else:
        typer.echo(str(error), err=True)
    raise typer.Exit(1)
