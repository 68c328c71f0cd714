"""Understanding on the command line: train Rasa, parse sentences, evaluate a file of them, search a FAQ list."""

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kb.errors import BrokenKnowledge
from kb.facts import Facts
from kb.load import DEMO_TOWN, load
from kb.model import KnowledgeBase
from nlu.encoder import load_encoder
from nlu.errors import UnderstandingError
from nlu.faq import FaqIndex, read_faq
from nlu.interpreter import Interpreter, Thresholds
from nlu.parser import Parser, ParserDown
from nlu.rasa_model import written_sentences
from nlu.rasa_parser import RasaParser
from nlu.rasa_server import RasaServer
from nlu.report import by_split, parse_line, read_expected, result_of, share, tally, tally_table
from nlu.search import Search
from nlu.topics import topics_of
from nlu.training import train as train_model
from nlu.training_sentences import spoken_sentences

TOKYO = ZoneInfo("Asia/Tokyo")
SERVER_START_S = 180.0
SEARCH_START_S = 120.0

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Town = Annotated[str, typer.Option(envvar="ASSISTANT_TOWN", help="code of the municipality overlay")]
Data = Annotated[
    Path | None, typer.Option(help="folder with national/ and municipality/ (default: packaged)")
]
Home = Annotated[
    Path, typer.Option(envvar="ASSISTANT_HOME", help="folder of the run file of a shared server")
]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="day of the visit, YYYY-MM-DD (default: today)")
]
NoRasa = Annotated[
    bool, typer.Option("--without-rasa", help="as when Rasa is down: search and extractors only")
]
AsJson = Annotated[bool, typer.Option("--json", help="accepted everywhere; this command always prints JSON")]


@dataclass(frozen=True)
class Place:
    """What the set-up noted beside this interpreter."""

    rasa_python: Path | None
    cache: Path


def place() -> Place:
    """Rasa's interpreter and the cache; without the note of `make setup` there is no Rasa."""
    note = Path(sys.prefix) / "one-counter.json"
    if not note.is_file():
        usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return Place(None, usual / "one-counter")
    data = json.loads(note.read_text(encoding="utf-8"))
    return Place(Path(data["rasa_python"]), Path(data["cache"]))


@app.command()
def train(town: Town = DEMO_TOWN, data: Data = None, as_json: AsJson = False) -> None:
    """Train Rasa from the knowledge base, unless the cache has the model already."""
    del as_json
    with _told():
        where = place()
        if where.rasa_python is None:
            _complain("Rasa's environment is missing: make setup")
            raise typer.Exit(1)
        model = train_model(
            topics_of(_load(town, data)),
            rasa_python=where.rasa_python,
            cache_dir=where.cache,
            progress=_progress,
        )
        _print({"model": model.hash, "path": str(model.path)})


@app.command()
def parse(
    on: On = None,
    town: Town = DEMO_TOWN,
    data: Data = None,
    home: Home = Path("var"),
    without_rasa: NoRasa = False,
    as_json: AsJson = False,
) -> None:
    """Read one sentence a line from stdin; write one JSON object a line."""
    del as_json
    today = _day(on)
    with _told(), ExitStack() as stack:
        kb = _load(town, data)
        interpreter = stack.enter_context(_interpreter(kb, home, without_rasa=without_rasa))
        for line in sys.stdin:
            text = line.rstrip("\r\n")
            _print(parse_line(text, interpreter.interpret(text, None, Facts(), today), kb))


@app.command()
def sentences(town: Town = DEMO_TOWN, data: Data = None) -> None:
    """Print what people may say, a sentence a line: what the recogniser is taught with (`python -m speech learn`)."""
    with _told():
        for line in spoken_sentences(topics_of(_load(town, data)), written_sentences()):
            print(line)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON Lines: text and what is expected of it")],
    on: On = None,
    town: Town = DEMO_TOWN,
    data: Data = None,
    home: Home = Path("var"),
    without_rasa: NoRasa = False,
    at_least: Annotated[float, typer.Option(min=0, max=1, help="share of right lines for exit 0")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Compare sentences with what is expected: each that is not right at once, then how many came out how."""
    today = _day(on)
    with _told(), ExitStack() as stack:
        expected = read_expected(file)
        kb = _load(town, data)
        interpreter = stack.enter_context(_interpreter(kb, home, without_rasa=without_rasa))
        results = []
        for one in expected:
            heard = interpreter.interpret(one.text, None, Facts(), one.on or today)
            result = result_of(one, parse_line(one.text, heard, kb), Thresholds().understood)
            results.append(result)
            if as_json and result.wrong:
                _print(result.as_json())
            elif not as_json and result.outcome != "right":
                print(result.as_text(), flush=True)
        if as_json:
            _print(tally(results) | {"by_split": by_split(results)})
        else:
            print(tally_table(results), flush=True)
        if share(results) < at_least:
            raise typer.Exit(1)


@app.command()
def search(
    faq: Annotated[Path, typer.Option(help="JSON Lines or CSV with id, question, answer")],
    k: Annotated[int, typer.Option("--k", min=1, help="results a query")] = 10,
    as_json: AsJson = False,
) -> None:
    """Search a list of questions and answers; one query a line from stdin, one JSON object a line."""
    del as_json
    with _told():
        index = FaqIndex(read_faq(faq), load_encoder(), place().cache)
        for line in sys.stdin:
            query = line.rstrip("\r\n")
            hits = index.search(query, k)
            _print({"query": query, "results": [{"id": hit.id, "score": hit.score} for hit in hits]})


def _load(town: str, data: Path | None) -> KnowledgeBase:
    return load(town) if data is None else load(town, data)


@dataclass(frozen=True)
class _NoRasa:
    reason: str

    def parse(self, text: str) -> ParserDown:
        del text
        return ParserDown(self.reason)


@contextmanager
def _interpreter(kb: KnowledgeBase, home: Path, *, without_rasa: bool) -> Iterator[Interpreter]:
    """An interpreter over a proven Rasa server: a live one of the same model, or our own for as long as this lasts."""
    where = place()
    topics = topics_of(kb)
    finder = Search(topics, written_sentences(), cache_dir=where.cache)
    finder.warm_up()
    with ExitStack() as stack:
        parser: Parser = _NoRasa(
            "not wanted" if without_rasa else "Rasa's environment is missing: make setup"
        )
        if where.rasa_python is not None and not without_rasa:
            model = train_model(
                topics, rasa_python=where.rasa_python, cache_dir=where.cache, progress=_progress
            )
            server = stack.enter_context(RasaServer(model, rasa_python=where.rasa_python, state_dir=home))
            state = server.wait_until_up(SERVER_START_S)
            if state.kind != "up":
                _complain(f"Rasa is down, going on with search: {state.reason}")
            client = RasaParser(server.endpoint, timeout_s=5)
            stack.callback(client.close)
            parser = client
        found = finder.wait_until_up(SEARCH_START_S)
        if found.kind != "up":
            _complain(f"search is down: {found.reason}")
        yield Interpreter(parser, finder, kb)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the data and of understanding as a message and exit 1."""
    try:
        yield
    except (BrokenKnowledge, UnderstandingError) as error:
        _complain(str(error))
        raise typer.Exit(1) from error


def _day(on: str | None) -> dt.date:
    try:
        return dt.datetime.now(TOKYO).date() if on is None else dt.date.fromisoformat(on)
    except ValueError as error:
        raise typer.BadParameter("write YYYY-MM-DD", param_hint="--on") from error


def _progress(what: str, elapsed_s: float, left_s: float) -> None:
    _complain(f"{what}: {elapsed_s:.0f} s, about {left_s:.0f} s left")


def _print(line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _complain(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    app()
