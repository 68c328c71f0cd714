"""Starts, proves, watches, restarts and stops the Rasa server, in the background.

Rasa needs about twelve seconds to start and may die; the app starts meanwhile and serves on without it. One
server is shared by whatever runs on the same state directory and needs the same model: the first to ask owns it
(and holds a lock for as long), the others find it in the run file. A killed owner takes the server with it.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import IO, Literal, Self

import psutil

from nlu import rasa_process
from nlu.rasa_api import Endpoint, client, why_not_trained
from nlu.rasa_model import PROJECT, RasaModel

API_KEY = "ONE_COUNTER_RASA_API_KEY"


@dataclass(frozen=True)
class ServerTimes:
    """All in seconds."""

    start_limit_s: float = 180.0
    """A start takes 12 s; under full load on a slow disk ten times that was seen."""
    poll_s: float = 0.25
    watch_s: float = 10.0
    """Between two health checks of a running server; each costs 50 ms."""
    answer_s: float = 5.0
    """A health check without answer for so long has failed."""
    failures: int = 3
    """Failed health checks in a row after which it is restarted."""
    backoff_first_s: float = 0.5
    backoff_last_s: float = 60.0
    steady_s: float = 60.0
    """Up for so long, a crash counts as the first one again."""


@dataclass(frozen=True)
class ServerState:
    """What the health page shows."""

    kind: Literal["up", "degraded", "down"]
    reason: str = ""
    since: float = field(default_factory=time.monotonic)


class RasaServer:
    """One model, served. Nothing runs before `start`."""

    def __init__(
        self,
        model: RasaModel,
        *,
        rasa_python: Path,
        state_dir: Path,
        times: ServerTimes | None = None,
        project: Path = PROJECT,
    ) -> None:
        self._model = model
        self._rasa_python = rasa_python
        self._folder = state_dir / "rasa"
        self._times = times or ServerTimes()
        self._project = project
        self._state = ServerState("down", "not started")
        self._endpoint: Endpoint | None = None
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self.process_id: int | None = None
        """Of the server while it runs, ours or the one we share."""

    @property
    def state(self) -> ServerState:
        """How it is now."""
        return self._state

    def endpoint(self) -> Endpoint | None:
        """Where to ask now; None while there is no proven server."""
        return self._endpoint

    def start(self) -> None:
        """Begin serving in the background and return at once."""
        if self._thread is None:
            self._stopping.clear()
            self._set("down", "starting")
            self._thread = threading.Thread(target=self._run, name="rasa-server", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the server if it is ours; returns when it is gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wait_until_up(self, timeout_s: float) -> ServerState:
        """Wait for a proven server, at most `timeout_s`; the state then says whether there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.kind == "up", timeout_s)
            return self._state

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            while not self._stopping.is_set():
                with self._ownership() as is_ours:
                    if is_ours:
                        self._serve()
                    else:
                        self._share()
        finally:
            self._lost("stopped")

    @contextlib.contextmanager
    def _ownership(self) -> Iterator[bool]:
        """Whether this process may run the server; the lock goes with the process, however it ends."""
        with (self._folder / f"{self._model.hash}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    # ------------------------------------------------------------------ our own server

    def _serve(self) -> None:
        backoff_s = self._times.backoff_first_s
        while not self._stopping.is_set():
            begun = time.monotonic()
            with (self._folder / "rasa.log").open("ab") as log:
                if log.tell() > 1_000_000:
                    log.truncate(0)
                reason = self._serve_once(log)
            if self._stopping.is_set():
                return
            if time.monotonic() - begun > self._times.steady_s:
                backoff_s = self._times.backoff_first_s
            self._lost(f"restarting in {backoff_s:.0f} s: {reason}")
            self._stopping.wait(backoff_s)
            backoff_s = min(backoff_s * 2, self._times.backoff_last_s)

    def _serve_once(self, log: IO[bytes]) -> str:
        """Run one server until it ends or is not healthy; returns why."""
        endpoint = Endpoint(_free_port(), secrets.token_hex(32), self._model.hash)
        arguments = [
            "run",
            "--enable-api",
            "--quiet",
            "--interface",
            "127.0.0.1",
            "--port",
            str(endpoint.port),
        ]
        arguments += ["--model", str(self._model.path)]
        arguments += ["--credentials", str(self._project / "credentials.yml")]
        home = self._folder / f"home-{self._model.hash}"
        shutil.rmtree(home, ignore_errors=True)
        process = rasa_process.start(
            self._rasa_python,
            arguments,
            home=home,
            output=log,
            extra={API_KEY: endpoint.key},
            project=self._project,
        )
        self.process_id = process.pid
        try:
            reason = self._bring_up(process, endpoint)
            if reason is None:
                self._publish(endpoint, process.pid)
                reason = self._watch(endpoint, lambda: process.poll() is None)
        finally:
            self._run_file.unlink(missing_ok=True)
            self._endpoint = None
            rasa_process.end(process)
            self.process_id = None
            shutil.rmtree(home, ignore_errors=True)
        return f"it ended with code {process.returncode}" if reason == "gone" else reason

    def _bring_up(self, process: "Popen[bytes]", endpoint: Endpoint) -> str | None:
        """Wait until it serves a trained model; None then, else why it does not."""
        self._set("down", "starting")
        limit = time.monotonic() + self._times.start_limit_s
        while not _listens(process.pid, endpoint.port):
            if process.poll() is not None:
                return "gone"
            if time.monotonic() > limit:
                return f"it did not start within {self._times.start_limit_s:.0f} s"
            if self._stopping.wait(self._times.poll_s):
                return "stopped"
        with client(endpoint, self._times.answer_s) as connection:
            return why_not_trained(connection, self._model.proofs)

    def _watch(self, endpoint: Endpoint, is_alive: Callable[[], bool]) -> str:
        """Return when the server at `endpoint` is gone, unhealthy for good, or we are to stop."""
        self._endpoint = endpoint
        self._set("up")
        failures = 0
        checked = time.monotonic()
        with client(endpoint, self._times.answer_s) as connection:
            while not self._stopping.wait(self._times.poll_s):
                if not is_alive():
                    return "gone"
                if time.monotonic() - checked < self._times.watch_s:
                    continue
                reason = why_not_trained(connection, self._model.proofs)
                checked = time.monotonic()
                failures = failures + 1 if reason else 0
                if reason is None and self._state.kind != "up":
                    self._set("up")
                elif reason is not None:
                    self._set("degraded", reason)
                if failures >= self._times.failures:
                    return f"{failures} health checks failed: {reason}"
        return "stopped"

    # ------------------------------------------------------------------ somebody else's

    def _share(self) -> None:
        """Use the server another process owns until it or we end."""
        found = self._published()
        if found is None:
            self._set("down", "another process is starting it")
            self._stopping.wait(self._times.poll_s)
            return
        endpoint, process_id = found
        with client(endpoint, self._times.answer_s) as connection:
            reason = why_not_trained(connection, self._model.proofs)
        if reason is None:
            self.process_id = process_id
            reason = self._watch(endpoint, lambda: psutil.pid_exists(process_id))
        self._lost(f"the shared server: {reason}")
        self._stopping.wait(self._times.poll_s)

    @property
    def _run_file(self) -> Path:
        return self._folder / f"{self._model.hash}.json"

    def _publish(self, endpoint: Endpoint, process_id: int) -> None:
        """Write the run file, readable by this user only (it holds the key)."""
        fresh = self._run_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({**asdict(endpoint), "process_id": process_id}, file)
        fresh.replace(self._run_file)

    def _published(self) -> tuple[Endpoint, int] | None:
        try:
            note = json.loads(self._run_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Endpoint(note["port"], note["key"], note["model"]), note["process_id"]

    # ------------------------------------------------------------------ state

    def _lost(self, reason: str) -> None:
        self._endpoint = None
        self.process_id = None
        self._set("down", reason)

    def _set(self, kind: Literal["up", "degraded", "down"], reason: str = "") -> None:
        with self._changed:
            self._state = ServerState(kind, reason)
            self._changed.notify_all()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(process_id: int, port: int) -> bool:
    """Whether that very process listens on `port`: somebody else there would be handed the key and the words."""
    try:
        connections = psutil.Process(process_id).net_connections("tcp4")
    except psutil.Error:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
