"""Serves until told to stop: starts every part, says where the screens are, ends everything it started."""

import json
import os
import signal
import sys
import threading
from contextlib import ExitStack
from functools import partial

import uvicorn

from assistant import logs, progress, run_file
from assistant.app import make_app
from assistant.house_sound import house_sound
from assistant.live import KEPT_ALIVE
from assistant.services import Services, build, now_in_tokyo
from assistant.settings import Settings
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.card_errors import CardError
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.demo_reader import DemoReader
from counter_bridge.errors import CounterBridgeError
from counter_bridge.pcsc_reader import PcscReader
from kb.errors import BrokenKnowledge

SCREENS = (
    ("choose", "/"),
    ("kiosk", "/kiosk"),
    ("staff", "/staff"),
    ("operator", "/operator"),
    ("hall", "/display"),
)
DEMO_VISITOR = "father"
UNDERSTANDING_WAIT_S = 240


def serve(settings: Settings, *, as_json: bool = False) -> int:
    """Runs until Ctrl-C; 0 after a clean end or when it runs already, 1 when something is missing.

    `as_json`: what is told on stdout is one JSON object a line.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    alive = run_file.read(settings.home)
    if alive is not None:
        if alive.demo != settings.demo:
            there, wanted = ("demo", "serve") if alive.demo else ("serve", "demo")
            print(f"`{there}` runs from {settings.home}: stop it before `{wanted}`", file=sys.stderr)
            return 1
        _tell_addresses(alive.address, demo=alive.demo, already=True, as_json=as_json)
        return 0
    logs.configure(settings.log_level)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            stack.enter_context(run_file.alone(settings.home))
            return _serve(settings, stack, as_json=as_json)
    except KeyboardInterrupt:
        print("stopped while starting", file=sys.stderr)
    except run_file.ServedAlready:
        print(
            f"another process serves from {settings.home} or is just starting: one process serves a folder. "
            "Wait until it answers, or stop it first",
            file=sys.stderr,
        )
    except BrokenKnowledge as error:
        print(f"The knowledge base cannot be used:\n{error}", file=sys.stderr)
    except CounterBridgeError as error:
        print(f"{error}\n{error.detail_ja} {error.remedy_ja}", file=sys.stderr)
    return 1


def _serve(settings: Settings, stack: ExitStack, *, as_json: bool) -> int:
    persons: tuple[DemoPerson, ...] = ()
    if settings.demo:
        reader = DemoReader(settings.home, DEMO_PERSONS, DEMO_VISITOR)
        try:
            with progress.step("card reader"):
                stack.enter_context(reader)
        except CardError as error:
            print(f"The demo's card reader cannot start: {error}", file=sys.stderr)
            return 1
        os.environ.update(reader.environment)
        persons = reader.persons
    card = PcscReader(virtual=settings.demo, clock=now_in_tokyo)
    running = stack.enter_context(
        build(settings, card=card, demo_persons=persons, sound=partial(house_sound, settings))
    )
    config = uvicorn.Config(
        make_app(running.services),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        ws_ping_interval=KEPT_ALIVE["ws_ping_interval"],
        ws_ping_timeout=KEPT_ALIVE["ws_ping_timeout"],
        ws_per_message_deflate=False,  # sound does not shrink, and fifty kiosks would pay for it
    )
    server = _Server(config, running.services, settings, as_json=as_json)
    server.run()
    return 0 if server.was_up else 1


class _Server(uvicorn.Server):
    """uvicorn, which says when it is up and keeps the run file."""

    def __init__(
        self, config: uvicorn.Config, services: Services, settings: Settings, *, as_json: bool = False
    ):
        super().__init__(config)
        self._services = services
        self._settings = settings
        self._as_json = as_json
        self.was_up = False

    def handle_exit(self, sig: int, frame: object) -> None:
        """Ends the server and leaves the end of the other parts to `serve`; uvicorn would raise the signal again."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Starts listening; then tells the addresses."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.should_exit:
            return
        self.was_up = True
        signal.signal(signal.SIGHUP, self._reload)
        run = run_file.RunFile(os.getpid(), self._settings.host, self._settings.port, self._settings.demo)
        run_file.write(self._settings.home, run)
        _tell_addresses(run.address, demo=run.demo, already=False, as_json=self._as_json)
        if not self._as_json:
            for person in self._services.demo_persons:
                print(f"    {person.id:18} PIN {person.pin}  {person.note_ja}")
        threading.Thread(target=self._tell_understanding, name="tell-understanding", daemon=True).start()

    def _reload(self, sig: int, frame: object) -> None:
        """`python -m assistant reload`: the knowledge base as it lies on disk, for the visits from now on."""
        del sig, frame
        if self._services.shelf is not None:
            threading.Thread(target=self._services.shelf.try_reload, name="reload", daemon=True).start()

    def _tell_understanding(self) -> None:
        self._services.understanding.wait_until_up(UNDERSTANDING_WAIT_S)
        state = self._services.understanding.state()
        if self._as_json:
            print(json.dumps({"understanding": state}, ensure_ascii=False), flush=True)
        else:
            print(f"understanding: {state['state']} {state['reason']}. Ctrl-C ends everything.", flush=True)

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Stops listening and forgets the run file."""
        run_file.remove(self._settings.home)
        await super().shutdown(sockets)  # type: ignore[arg-type]


def _tell_addresses(address: str, *, demo: bool, already: bool, as_json: bool) -> None:
    if as_json:
        screens = {name: f"{address}{path}" for name, path in SCREENS}
        print(json.dumps({"demo": demo, "already": already, "screens": screens}), flush=True)
        return
    if already:
        print("It is running already:")
    if demo:
        print("見本 (demo): software cards behind a virtual reader, accounts by role, password demo")
    for name, path in SCREENS:
        print(f"  {name:8} {address}{path}")
    sys.stdout.flush()
