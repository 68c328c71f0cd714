"""Marker strings stand in for what is personal: they are found on forms and at the desk, and nowhere else."""

import ast
import datetime as dt
import io
import json
import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import logs
from counter_bridge.demo_persons import DemoPerson
from kb.model import KnowledgeBase
from tests.assistant.conftest import CHECKOUT, DAY, FAMILY, App, Clock, Serve, VisitScreen, good, problem

NAME = "目印漢字　太郎"
KANA = "めじるしかな"
ADDRESS = "目印県目印市目印町九丁目九番九号"
PHONE = "090-0909-4711"
SAID = "目印の言葉"
PIN = "7391"
BORN = dt.date(1985, 1, 23)
MARKERS = ("目印", "めじるし", "0909-4711", "1985-01-23", "昭和60年1月23日", "1985年1月23日")
PIN_ALONE = re.compile(rb"(?<![0-9A-Za-z_+/=.-])7391(?![0-9A-Za-z_+/=.-])")
PACKAGES = ("assistant", "counter_bridge", "dialogue", "kb", "nlu")
LOG_METHODS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def markers_in(text: str | bytes) -> list[str]:
    """Markers found, in any way a computer writes them."""
    data = text if isinstance(text, bytes) else text.encode()
    found = []
    for marker in MARKERS:
        forms = (
            marker.encode(),
            marker.encode("utf-16-le"),
            json.dumps(marker)[1:-1].encode(),
            "".join(f"%{byte:02X}" for byte in marker.encode()).encode(),
            repr(marker.encode())[2:-1].encode(),
        )
        found += [marker] if any(form in data for form in forms) else []
    return found


@pytest.fixture
def marked_persons(demo_persons: tuple[DemoPerson, ...]) -> tuple[DemoPerson, ...]:
    """The father's card carries the markers."""
    father = next(p for p in demo_persons if p.id == "father")
    marked = replace(father, name=NAME, address=ADDRESS, birth_date=BORN, pin=PIN)
    return tuple(marked if p is father else p for p in demo_persons)


class Watched(App):
    """An assistant that logs everything it can into memory, in the form of its log lines."""

    log: io.StringIO


@pytest.fixture
def watched(
    tmp_path: Path,
    fresh_home: Path,
    kb: KnowledgeBase,
    understanding: Any,
    marked_persons: tuple[DemoPerson, ...],
) -> Iterator[Watched]:
    root = logging.getLogger()
    level, quiet = root.level, {name: logging.getLogger(name).level for name in logs.QUIET}
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(logs._JsonLines())
    root.addHandler(handler)
    root.setLevel("DEBUG")
    for name in logs.QUIET:
        logging.getLogger(name).setLevel("WARNING")
    home = tmp_path / "var"
    shutil.copytree(fresh_home, home)
    app = Watched(home, kb, understanding, marked_persons, Clock())
    app.log = log
    yield app
    app.stop()
    root.removeHandler(handler)
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


class Urls:
    """Every address that was asked for."""

    def __init__(self, client: Any):
        self.seen: list[str] = []
        client.event_hooks["request"] = [lambda request: self.seen.append(str(request.url))]


def main_job(app: App, visit: VisitScreen) -> str:
    """The whole way with markers in every place a person may put them; gives the case."""
    visit.turn(text=f"先週の水曜に横浜から引っ越してきました。{SAID}です")
    visit.try_turn(text=f"私の名前は{NAME}、住所は{ADDRESS}、電話は{PHONE}です")
    visit.to_plan(FAMILY)
    consent = visit.consent()
    problem(visit.read_card(consent, "7390"), 422, "pin_wrong")
    assert good(visit.read_card(consent, PIN))["person"] == "p1"
    visit.turn(
        details={
            "people.p1.kana": KANA,
            "new_address": ADDRESS,
            "phone": PHONE,
            "people.p2.name": "目印　花子",
        }
    )
    problem(visit.try_turn(details={"people.p1.name": f"{NAME}\x00"}), 422)
    problem(visit.try_turn(correct={"fact": f"people.{NAME}.age", "value": NAME}), 422)
    problem(visit.try_turn(answer={"question": NAME, "value": ADDRESS}), 409)
    problem(visit.post("/turns", {NAME: ADDRESS}), 422)
    good(visit.post("/forms"))
    assert visit.get("/forms.pdf").status_code == 200
    opened = visit.open_case()
    desk = app.desk()
    assert NAME in desk.get(f"/cases/{opened['case_id']}").text, "the desk does see it"
    desk.identify(opened["case_id"])
    good(desk.act(opened["case_id"], "correct", {"facts": {"people.p2.name": "目印　桜子"}}))
    problem(desk.act(opened["case_id"], "correct", {"facts": {"people.p2.age": NAME}}), 422)
    assert NAME in desk.get(f"/cases/{opened['case_id']}/export?format=csv").text
    assert desk.get(f"/cases/{opened['case_id']}/forms.pdf").status_code == 200
    good(desk.act(opened["case_id"], "finish", desk.results(opened["case_id"])))
    found: str = opened["case_id"]
    return found


def test_the_main_job_leaves_nothing_personal_where_it_does_not_belong(
    watched: Watched, capfd: pytest.CaptureFixture[str]
) -> None:
    urls = Urls(watched.client)
    with watched.client.websocket_connect("/api/v1/live") as hall:
        visit = watched.visit()
        case = main_job(watched, visit)
        watched.client.get("/readyz")
        pushed = [hall.receive_json() for _ in range(3)]
    metrics = watched.client.get("/metrics").text
    calls = watched.client.get("/api/v1/calls").text
    audit = "\n".join(map(str, watched.services.store.audit.list(limit=10_000)))
    watched.services.store.sweep()
    printed = watched.log.getvalue() + "".join(capfd.readouterr())
    assert case in audit, "the audit does know what was done to which case"
    for where, text in {
        "logs": printed,
        "metrics": metrics,
        "calls": calls,
        "pushed to the hall": str(pushed),
        "audit": audit,
        "addresses": "\n".join(urls.seen),
    }.items():
        assert not markers_in(text), where
        assert not PIN_ALONE.search(text.encode()), where
        assert visit.token not in text, where
    for file in stored_files(watched.home):
        data = file.read_bytes()
        assert not markers_in(data), file.name
        assert not PIN_ALONE.search(data), file.name
        assert visit.token.encode() not in data, file.name


def stored_files(home: Path) -> list[Path]:
    files = [f for f in home.rglob("*") if f.is_file()]
    assert any(f.suffix == ".db" for f in files)
    return files


def test_the_pin_is_in_no_answer_fact_or_record(watched: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    visit = watched.visit().to_plan(FAMILY)
    consent = visit.consent()
    answers = [
        visit.read_card(consent, "7390"),
        visit.read_card(consent, PIN),
        visit.get(),
        visit.get("/log"),
    ]
    opened = visit.open_case()
    desk = watched.desk()
    answers += [desk.get(f"/cases/{opened['case_id']}"), desk.get(f"/cases/{opened['case_id']}/export")]
    assert all(not PIN_ALONE.search(a.content) for a in answers)
    stored = watched.services.store.get_visit(visit.id)
    assert stored is not None
    assert not PIN_ALONE.search(str(stored.body).encode())


def test_a_forgotten_visit_is_gone_from_the_disk(watched: Watched) -> None:
    visit = watched.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": NAME})
    row = watched.services.store.get_visit(visit.id)
    assert row is not None
    assert visit.delete().status_code == 204
    watched.services.store.erase()
    for file in stored_files(watched.home):
        if file.suffix != ".db":
            assert visit.id.encode() not in file.read_bytes(), file.name
    problem(visit.get(), 401)


def test_an_unexpected_error_logs_its_place_and_not_its_text(
    watched: Watched, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, *_: object) -> None:
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(watched.services.understanding, "interpret", broken)
    watched.client._transport.raise_server_exceptions = False
    told = problem(watched.visit().try_turn(text=f"{NAME}です"), 500, "unexpected")
    assert not markers_in(str(told))
    logging.getLogger("anybody").error("failed", exc_info=RuntimeError(NAME))
    printed = watched.log.getvalue() + "".join(capfd.readouterr())
    assert not markers_in(printed)
    assert '"error": "RuntimeError"' in printed


def test_a_real_process_at_its_most_talkative_prints_nothing_personal(serve: Serve, tmp_path: Path) -> None:
    process, client = serve(ASSISTANT_LOG_LEVEL="DEBUG")
    opened = client.post("/api/v1/visits", json={"on": DAY}).json()
    base, headers = f"/api/v1/visits/{opened['visit_id']}", {"Authorization": f"Bearer {opened['token']}"}
    for body in (
        {"text": f"{SAID}。{NAME}です。{ADDRESS}から引っ越してきました"},
        {"answer": {"question": NAME, "value": ADDRESS}},
        {"details": {"people.p1.name": NAME, "new_address": ADDRESS, "phone": PHONE}},
        {NAME: ADDRESS},
    ):
        assert client.post(f"{base}/turns", json=body, headers=headers).status_code < 500
    assert client.post(f"{base}/turns", content=f'{{"text": "{NAME}', headers=headers).status_code < 500
    consent = client.post(f"{base}/consents", json={"fields": ["name"]}, headers=headers).json()
    card = {"consent_id": consent["consent_id"], "pin": PIN}
    assert client.post(f"{base}/card", json=card, headers=headers).status_code >= 400
    assert client.get("/api/v1/visits/none", headers=headers).status_code == 401
    process.terminate()
    assert process.wait(30) == 0
    printed = (tmp_path / "serve-0.log").read_bytes()
    assert printed
    assert not markers_in(printed)
    assert not PIN_ALONE.search(printed)
    assert opened["token"].encode() not in printed
    assert opened["visit_id"].encode() not in printed or b'"visit"' in printed
    for file in stored_files(tmp_path / "var"):
        assert not markers_in(file.read_bytes()), file.name


# ---------------------------------------------------------------------- by construction


def log_calls() -> Iterator[tuple[Path, ast.Call]]:
    for package in PACKAGES:
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            names = _loggers(tree := ast.parse(path.read_text(encoding="utf-8")))
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in LOG_METHODS
                    and ast.unparse(node.func.value) in names
                ):
                    yield path, node


def _loggers(tree: ast.Module) -> set[str]:
    """Names bound to a logger in a module, and the logging module itself."""
    bound = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "getLogger" in ast.unparse(node.value)
        for target in node.targets
    }
    return bound | {"logging"}


def test_logs_say_constants_and_known_fields_only() -> None:
    calls = list(log_calls())
    assert calls
    for path, call in calls:
        where = f"{path.name}:{call.lineno}"
        (message,) = call.args
        assert isinstance(message, ast.Constant), f"{where}: the message is no constant"
        for keyword in call.keywords:
            assert keyword.arg in ("extra", "exc_info"), where
            if keyword.arg == "extra":
                assert isinstance(keyword.value, ast.Dict), where
                keys = {k.value for k in keyword.value.keys if isinstance(k, ast.Constant)}
                assert len(keys) == len(keyword.value.keys), where
                assert keys <= set(logs.FIELDS), f"{where}: {keys - set(logs.FIELDS)}"


def test_a_log_line_drops_arguments_unknown_fields_and_texts_of_exceptions() -> None:
    formatter = logs._JsonLines()
    caught = (ValueError, ValueError(NAME), None)
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "reading %s", (NAME,), caught)
    record.visit, record.name_of_person = "visit-1", NAME
    line = formatter.format(record)
    assert not markers_in(line)
    assert json.loads(line)["visit"] == "visit-1"
    assert json.loads(line)["error"] == "ValueError"
    assert json.loads(line)["message"] == "reading %s"
