"""The demo served by the real server to the real Chromium; what Chromium complains of fails the test."""

import datetime as dt
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from assistant.app import make_app
from assistant.live import KEPT_ALIVE
from assistant.services import build
from assistant.settings import Settings
from assistant.sound import Silent, Sound
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_persons import load_demo_persons
from counter_bridge.fake_card_reader import FakeCardReader
from counter_bridge.sql_store import SqlStore
from kb.model import KnowledgeBase
from tests.assistant.conftest import VisitScreen, demo_persons, fresh_home, serve  # noqa: F401 - fixtures of both
from tests.browser.cable import Cable
from tests.browser.screens import DeskScreen, HallScreen, KioskScreen, OperatorScreen

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
BEGINS = dt.datetime(2026, 4, 7, 10, 15, tzinfo=ZoneInfo("Asia/Tokyo"))
START_S = 20
LOOK_MS = 10_000

PORTRAIT = (1080, 1920)
DESK = (1440, 900)
WALL = (1920, 1080)
PHONE = (390, 844)


class Running:
    """A served demo: its address, the reader whose cards a test moves, and what only paper tells."""

    def __init__(self, port: int, card: FakeCardReader, store: SqlStore, clock: "RunningClock"):
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.card = card
        self.clock = clock
        self._store = store

    def status_code(self, ticket: str) -> str:
        """What stands in the code on a ticket."""
        return next(c.ticket.status_token for c in self._store.list_cases() if c.ticket.shown == ticket)


class RunningClock:
    """The demo's clock: it runs from `begins`, and leaps when a test has no time to wait."""

    def __init__(self, begins: dt.datetime):
        self._began = begins
        self._started_s = time.monotonic()

    def __call__(self) -> dt.datetime:
        return self._began + dt.timedelta(seconds=time.monotonic() - self._started_s)

    def forward(self, **by: float) -> None:
        self._began += dt.timedelta(**by)


@pytest.fixture
def begins() -> dt.datetime:
    """When the demo's day begins; a test of another hour overrides it."""
    return BEGINS


@pytest.fixture
def sound() -> Sound | None:
    """A kiosk without sound; the tests of the voice bring their own."""
    return None


@pytest.fixture
def town(kb: KnowledgeBase) -> KnowledgeBase:
    """What the demo serves; a test that needs another town overrides it."""
    return kb


@pytest.fixture
def demo(
    tmp_path: Path, town: KnowledgeBase, understanding: Any, sound: Sound | None, begins: dt.datetime
) -> Iterator[Running]:
    """The demo on a free port of this machine, on a Tuesday of the moving season."""
    clock = RunningClock(begins)
    persons = load_demo_persons(DEMO_PERSONS)
    card = FakeCardReader(persons, clock=clock, inserted="father")
    settings = Settings(home=tmp_path / "var", demo=True, allow_date_override=True)
    parts = build(
        settings,
        card=card,
        understanding=lambda _kb: understanding,
        clock=clock,
        demo_persons=persons,
        kb=town,
        sound=lambda _kb, _recall: sound or Silent(),
    )
    with parts as running, socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            make_app(running.services),
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=1,
            ws_ping_interval=KEPT_ALIVE["ws_ping_interval"],
            ws_ping_timeout=KEPT_ALIVE["ws_ping_timeout"],
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo", daemon=True)
        thread.start()
        started = threading.Event()
        deadline = time.monotonic() + START_S
        while not server.started and time.monotonic() < deadline:
            started.wait(0.05)
        assert server.started, "the server did not start"
        yield Running(listener.getsockname()[1], card, running.services.store, clock)
        server.should_exit = True
        thread.join(START_S)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()


class Complaints:
    """What Chromium complained of, and what went over the line, on all pages of a test."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page, address: str, *, cut: bool) -> None:
        """`cut`: the line breaks in this test, by a cable or by time that leaps, of which Chromium complains."""
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("console", lambda message: self._console(message, cut))
        page.on("request", lambda request: self._request(request, address))

    def _console(self, message: Any, cut: bool) -> None:
        answered = message.text.startswith(("Failed to load resource", *(["WebSocket connection"] * cut)))
        if message.type in ("error", "warning") and not answered:
            self.found.append(f"console: {message.text}")

    def _request(self, request: Any, address: str) -> None:
        if not request.url.startswith((address, "blob:", "data:", address.replace("http", "ws"))):
            self.found.append(f"foreign address: {request.url}")


@pytest.fixture
def open_page(demo: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of the demo in a browser context of its own."""
    contexts: list[BrowserContext] = []
    complaints = Complaints()

    def open_it(
        path: str,
        size: tuple[int, int],
        *,
        frozen: bool = False,
        permissions: Sequence[str] | None = None,
        by: Cable | None = None,
    ) -> Page:
        address = demo.address if by is None else by.address
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            locale="ja-JP",
            reduced_motion="reduce",
            permissions=permissions,
        )
        context.set_default_timeout(LOOK_MS)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page, address, cut=by is not None or frozen)
        if frozen:
            page.clock.install()
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints.found == []


@pytest.fixture
def kiosk(open_page: Callable[..., Page]) -> KioskScreen:
    """The kiosk as it stands in the lobby: portrait."""
    return KioskScreen(open_page("/kiosk", PORTRAIT))


@pytest.fixture
def visitor(demo: Running) -> Iterator[Callable[..., VisitScreen]]:
    """Opens visits over HTTP, for tests that begin where a resident's screen ends."""
    with httpx.Client(base_url=demo.address, timeout=START_S) as client:
        yield lambda **body: VisitScreen(client, **body)


@pytest.fixture
def desk(open_page: Callable[..., Page], begins: dt.datetime) -> DeskScreen:
    """A clerk, signed in."""
    screen = DeskScreen(open_page("/staff", DESK))
    screen.page.clock.set_fixed_time(begins)
    screen.sign_in("counter_staff")
    return screen


@pytest.fixture
def open_operator(open_page: Callable[..., Page]) -> Callable[[str], OperatorScreen]:
    """Opens the operator's screen for somebody and signs them in."""

    def open_it(user: str) -> OperatorScreen:
        screen = OperatorScreen(open_page("/operator", DESK))
        screen.sign_in(user)
        return screen

    return open_it


@pytest.fixture
def operator(open_operator: Callable[[str], OperatorScreen]) -> OperatorScreen:
    """An operator of the town, signed in."""
    return open_operator("town_operator")


@pytest.fixture
def hall(open_page: Callable[..., Page]) -> HallScreen:
    """The display of the waiting hall."""
    return HallScreen(open_page("/display", WALL))


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility rules, as a script; they came with the test libraries."""
    script = Path(sys.prefix) / "node" / "node_modules" / "axe-core" / "axe.min.js"
    assert script.is_file(), "axe-core is missing: run `make setup-test`"
    return script.read_text(encoding="utf-8")
