"""A running assistant for each test: its own state folder, a card reader in memory, a clock that is moved by hand."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.app import make_app
from assistant.services import Running, Services, build
from assistant.settings import Settings
from assistant.sound import Silent, Sound
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_persons import DemoPerson, load_demo_persons
from counter_bridge.fake_card_reader import FakeCardReader
from counter_bridge.staff import Role
from kb.model import KnowledgeBase

TOKYO = ZoneInfo("Asia/Tokyo")
CHECKOUT = Path(__file__).parents[2]
START_LIMIT_S = 60
NOW = dt.datetime(2026, 4, 7, 10, 15, tzinfo=TOKYO)
DAY = "2026-04-07"
FIRST_SENTENCE = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました"

ALONE: dict[str, Any] = {
    "reasons": ["moving_in"],
    "household": [],
    "movers": ["p1"],
    "ages": [{"person": "p1", "age": 30}],
    "moved_on": "2026-04-01",
    "previous_municipality": "14104",
    "moving_out_procedure": "certificate",
    "my_number_cards": ["p1"],
    "health_insurance": ["p1"],
}
"""Somebody who moves in alone; what is not named here is answered with none, no, or the first choice."""

FAMILY: dict[str, Any] = {
    **ALONE,
    "household": [{"relation": r} for r in ("wife", "child", "child", "child", "father")],
    "movers": [f"p{n}" for n in range(1, 7)],
    "ages": [{"person": f"p{n}", "age": a} for n, a in enumerate((41, 39, 12, 6, 2, 78), 1)],
    "my_number_cards": [f"p{n}" for n in range(1, 7)],
    "health_insurance": [f"p{n}" for n in range(1, 6)],
    "moving_out_procedure": "online",
    "check:people.p6.relation": "father",
}
"""The couple with three children and the father, all with cards."""

IDENTIFICATION: dict[str, Any] = {
    "method": "one_paper",
    "papers": ["my_number_card"],
    "authority": "not_needed",
    "originals_seen": True,
    "address_checked": True,
    "existing_household_checked": True,
    "notice_by_post_needed": False,
}

FINISHED: dict[str, Any] = {"results": [], "identification": IDENTIFICATION}
ACTS: dict[str, Any] = {
    "call": None,
    "recall": None,
    "skip": None,
    "undo": None,
    "accept": {"checks": []},
    "tick": {"checks": ["support_measures"]},
    "papers": {"paper": "identity_document"},
    "note": {"note": "車椅子"},
    "return": {"reason": "書類が足りません"},
    "transfer": {"counter": "insurance"},
    "hold": {"procedure": "moving_in_notification", "waiting_for": "書類", "until": DAY},
    "finish": FINISHED,
    "identify": {"identification": IDENTIFICATION},
    "reopen": {"identification": IDENTIFICATION},
    "correct": {"facts": {"moved_on": "2026-04-02"}},
    "official": {"facts": {"moved_on": "2026-04-02"}},
}
"""Every act of a clerk with a body it takes."""

READS: tuple[str, ...] = ("", "/forms.pdf", "/slip.pdf", "/forms/resident_change_notification.png", "/export")
"""What may be read of a case, below its address."""


class Clock:
    """The real clock of a test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem of an answer, which must say what is wrong and what to do."""
    assert response.status_code == status, (response.status_code, response.text[:500])
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert told["detail"]
    assert told["remedy"]
    assert told["code"] == told["title"]
    assert code is None or told["code"] == code, told
    return told


def good(response: Any, *statuses: int) -> Any:
    """The body of an answer that must be good."""
    assert response.status_code in (statuses or (200, 201)), (response.status_code, response.text[:800])
    return (
        response.json()
        if response.headers.get("content-type", "").startswith("application/json")
        else response
    )


class VisitScreen:
    """A kiosk in the middle of one visit."""

    def __init__(self, client: httpx.Client, **body: Any):
        self.client = client
        self.state = good(client.post("/api/v1/visits", json={"on": DAY, **body}), 201)
        self.id = self.state["visit_id"]
        self.token = self.state["token"]
        self.base = f"/api/v1/visits/{self.id}"
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str = "", **more: Any) -> Any:
        return self.client.get(f"{self.base}{path}", headers=self.headers, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self.client.post(f"{self.base}{path}", json=json, headers=self.headers, **more)

    def delete(self, path: str = "") -> Any:
        return self.client.delete(f"{self.base}{path}", headers=self.headers)

    def try_turn(self, **body: Any) -> Any:
        return self.post("/turns", body)

    def turn(self, **body: Any) -> dict[str, Any]:
        self.state = good(self.try_turn(**body), 200)
        return self.state

    def answer(self, question: str, value: Any) -> dict[str, Any]:
        return self.turn(answer={"question": question, "value": value})

    @property
    def step(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state["step"]
        return found

    @property
    def plan(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state["plan"]
        return found

    def facts(self) -> dict[str, Any]:
        """What is known now."""
        return {f["fact"]: f["value"] for f in good(self.get())["understood"]}

    def to_plan(self, answers: dict[str, Any] | None = None) -> "VisitScreen":
        """Answers whatever is asked until the plan stands."""
        given = ALONE if answers is None else answers
        for _ in range(40):
            if self.step["kind"] == "plan":
                return self
            question = self.step["question"]
            if question["input"] == "yes_no":
                default: Any = question["id"] == "confirm"
            else:
                offered = [o["value"] for o in question["options"]] or [None]
                default = ["none"] if "none" in offered else offered[0]
            value = given.get(question["id"], default)
            if question["multiple"]:
                value = [v for v in value if v in offered] or ["none"]
            self.answer(question["id"], value)
        raise AssertionError(f"no plan: {self.step}")

    def consent(self, person: str = "p1", *fields: str) -> str:
        wanted = fields or ("name", "address", "birth_date", "sex")
        body = {"person": person, "purpose": "fill_forms", "fields": list(wanted)}
        found: str = good(self.post("/consents", body), 201)["consent_id"]
        return found

    def read_card(self, consent_id: str, pin: str = "1234", **more: Any) -> Any:
        return self.post("/card", {"consent_id": consent_id, "pin": pin, **more})

    def open_case(self, **body: Any) -> dict[str, Any]:
        found: dict[str, Any] = good(self.post("/case", body))
        return found


class Desk:
    """A clerk's browser with a session of its own."""

    def __init__(self, client: TestClient, token: str):
        self.client = client
        self.headers = {"Cookie": f"session={token}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={**self.headers, **headers})

    def post(self, path: str, json: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", json=json, headers={**self.headers, **named})

    def case(self, case_id: str) -> dict[str, Any]:
        found: dict[str, Any] = good(self.get(f"/cases/{case_id}"))
        return found

    def etag(self, case_id: str) -> str:
        tag: str = self.get(f"/cases/{case_id}").headers["etag"]
        return tag

    def act(self, case_id: str, act: str, json: Any = None, etag: str | None = None) -> Any:
        """One act on the version that is shown now, or on another."""
        return self.post(f"/cases/{case_id}/{act}", json, If_Match=etag or self.etag(case_id))

    def accept(self, case_id: str) -> dict[str, Any]:
        """Calls and accepts, with the first tick."""
        good(self.act(case_id, "call"))
        found: dict[str, Any] = good(self.act(case_id, "accept", {"checks": ["support_measures"]}))
        return found

    def identify(self, case_id: str) -> dict[str, Any]:
        """Accepts and records who stands there, so that the papers may be printed."""
        self.accept(case_id)
        found: dict[str, Any] = good(self.act(case_id, "identify", {"identification": IDENTIFICATION}))
        return found

    def results(self, case_id: str, result: str = "受理") -> dict[str, Any]:
        filed = {"filed_at": NOW.isoformat()} if result == "受理" else {}
        results = [
            {"procedure": p["id"], "result": result, **filed}
            for p in self.case(case_id)["plan"]
            if not p["information_only"]
        ]
        return {"results": results, "identification": IDENTIFICATION}


class App:
    """A running assistant and who stands around it."""

    def __init__(
        self,
        home: Path,
        kb: KnowledgeBase,
        hearing: Any,
        persons: tuple[DemoPerson, ...],
        clock: Clock,
        sound: Sound | None = None,
        address: str = "127.0.0.1",
        **settings: Any,
    ):
        self.home = home
        self.clock = clock
        self.card = FakeCardReader(persons, clock=clock, inserted="father")
        values = {"demo": True, "allow_date_override": True, **settings}
        self._stack = ExitStack()
        self.running: Running = self._stack.enter_context(
            build(
                Settings(home=home, **values),
                card=self.card,
                understanding=lambda version: hearing if version is kb else hearing.over(version),
                clock=clock,
                demo_persons=persons,
                kb=kb,
                sound=lambda _kb, _recall: sound or Silent(),
            )
        )
        self.services: Services = self.running.services
        self.web = make_app(self.services)
        self.client: TestClient = self._stack.enter_context(
            TestClient(self.web, raise_server_exceptions=True, client=(address, 50_000))
        )

    def visit(self, **body: Any) -> VisitScreen:
        return VisitScreen(self.client, **body)

    def desk(self, role: str = "counter_staff", name: str | None = None) -> Desk:
        """Somebody of this role, signed in; another name makes a colleague."""
        store = self.services.store
        if name is not None:
            store.add_user(name, f"見本 {name}", [Role(role)], "a long password of the tests", demo=True)
        user = next(u for u in store.list_users() if u.name == (name or role))
        return Desk(self.client, store.open_session(user).token)

    def stop(self) -> None:
        self._stack.close()


@pytest.fixture(scope="session")
def demo_persons() -> tuple[DemoPerson, ...]:
    return load_demo_persons(DEMO_PERSONS)


@pytest.fixture(scope="session")
def fresh_home(
    tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase, understanding: Any, demo_persons: Any
) -> Path:
    """A state folder as after the first start, to be copied."""
    home = tmp_path_factory.mktemp("state") / "var"
    App(home, kb, understanding, demo_persons, Clock()).stop()
    return home


StartApp = Callable[..., App]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start_app(
    tmp_path: Path, fresh_home: Path, kb: KnowledgeBase, understanding: Any, demo_persons: Any, clock: Clock
) -> Iterator[StartApp]:
    """Starts an assistant on the test's state folder, as often as it likes; each is stopped in the end."""
    home = tmp_path / "var"
    shutil.copytree(fresh_home, home)
    started: list[App] = []

    def start(hearing: Any = understanding, knowledge: KnowledgeBase = kb, **settings: Any) -> App:
        app = App(home, knowledge, hearing, demo_persons, clock, **settings)
        started.append(app)
        return app

    yield start
    for app in started:
        app.stop()


@pytest.fixture
def app(start_app: StartApp) -> App:
    """The demo, running."""
    return start_app()


@pytest.fixture
def visit(app: App) -> VisitScreen:
    """A visit just opened."""
    return app.visit()


@pytest.fixture
def desk(app: App) -> Desk:
    """A clerk, signed in."""
    return app.desk()


@pytest.fixture
def case(app: App) -> str:
    """A family's case, waiting."""
    found: str = app.visit().to_plan(FAMILY).open_case()["case_id"]
    return found


@pytest.fixture
def colleague(app: App) -> Desk:
    """Another clerk."""
    return app.desk(name="tanaka")


Serve = Callable[..., tuple[subprocess.Popen[bytes], httpx.Client]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def serve(tmp_path: Path, fresh_home: Path) -> Iterator[Serve]:
    """Starts `python -m assistant serve` on one state folder, as often as it is killed."""
    home = tmp_path / "var"
    shutil.copytree(fresh_home, home)
    started: list[subprocess.Popen[bytes]] = []
    clients: list[httpx.Client] = []

    def start(**settings: str) -> tuple[subprocess.Popen[bytes], httpx.Client]:
        port = free_port()
        log = (tmp_path / f"serve-{len(started)}.log").open("wb")
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "assistant", "serve", "--port", str(port)],
            cwd=CHECKOUT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "ASSISTANT_HOME": str(home),
                "ASSISTANT_UNDERSTANDING": "no",
                "ASSISTANT_ALLOW_DATE_OVERRIDE": "yes",
                **settings,
            },
        )
        log.close()
        started.append(process)
        transport = httpx.HTTPTransport(retries=0)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, transport=transport)
        clients.append(client)
        _until_alive(process, client)
        return process, client

    yield start
    for client in clients:
        client.close()
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def _until_alive(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while True:
        try:
            assert client.get("/healthz").status_code == 200
        except httpx.TransportError:
            assert process.poll() is None, "it ended"
            assert time.monotonic() < limit, "it does not answer"
            _wait_a_little(process)
        else:
            return


def _wait_a_little(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return
