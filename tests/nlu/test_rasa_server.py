"""The Rasa server as a process: started, proven, guarded, shared, restarted, and gone when it should be."""

import importlib.util
import io
import os
import signal
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest

from nlu.parser import Parsed
from nlu.rasa_model import PROJECT, Proof, RasaModel
from nlu.rasa_parser import RasaParser
from nlu.rasa_server import RasaServer, ServerTimes

MARKER = "東雲薫子"
ENOUGH_S = 180.0
QUICK = ServerTimes(poll_s=0.02, backoff_first_s=0.02, backoff_last_s=0.1)


def process_of(server: RasaServer) -> psutil.Process:
    assert server.process_id is not None
    return psutil.Process(server.process_id)


def eventually(holds: Callable[[], bool], timeout_s: float = 30.0) -> bool:
    """Look again and again until it holds; an event nobody sets is the clock."""
    never = threading.Event()
    return any(holds() or never.wait(0.05) for _ in range(int(timeout_s / 0.05))) and holds()


@pytest.mark.rasa
def test_nobody_without_the_key_is_answered(rasa_server: RasaServer) -> None:
    endpoint = rasa_server.endpoint()
    assert endpoint is not None
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        with httpx.Client(base_url=endpoint.url, headers=headers, trust_env=False) as stranger:
            assert stranger.get("/status").status_code == 401
            assert stranger.post("/model/parse", json={"text": "はい"}).status_code == 401
            assert stranger.post("/webhooks/rest/webhook", json={"message": "はい"}).status_code == 404


@pytest.mark.rasa
def test_the_key_is_on_no_command_line(rasa_server: RasaServer) -> None:
    endpoint = rasa_server.endpoint()
    assert endpoint is not None
    assert endpoint.key not in " ".join(process_of(rasa_server).cmdline())


@pytest.mark.rasa
def test_it_listens_on_loopback_only_and_connects_to_nobody(
    rasa_server: RasaServer, rasa_parser: RasaParser
) -> None:
    rasa_parser.parse("引っ越してきました")
    connections = process_of(rasa_server).net_connections("inet")
    assert {c.laddr.ip for c in connections} == {"127.0.0.1"}
    assert {c.raddr.ip for c in connections if c.raddr} <= {"127.0.0.1"}


@pytest.mark.rasa
def test_the_run_file_with_the_key_is_ours_alone(rasa_server: RasaServer, rasa_state: Path) -> None:
    (run_file,) = (rasa_state / "rasa").glob("*.json")
    assert stat.S_IMODE(run_file.stat().st_mode) == 0o600


@pytest.mark.rasa
def test_a_second_user_of_the_model_shares_the_server(
    rasa_server: RasaServer, rasa_model: RasaModel, rasa_python: Path, rasa_state: Path
) -> None:
    with RasaServer(rasa_model, rasa_python=rasa_python, state_dir=rasa_state, times=QUICK) as second:
        assert second.wait_until_up(ENOUGH_S).kind == "up"
        assert second.process_id == rasa_server.process_id
    assert process_of(rasa_server).is_running()
    assert rasa_server.state.kind == "up"


@pytest.mark.rasa
def test_a_killed_server_comes_back_by_itself(rasa_server: RasaServer, rasa_parser: RasaParser) -> None:
    killed = process_of(rasa_server)
    killed.send_signal(signal.SIGKILL)
    assert eventually(lambda: rasa_server.endpoint() is None)
    assert not isinstance(rasa_parser.parse("はい"), Parsed)
    assert rasa_server.wait_until_up(ENOUGH_S).kind == "up"
    assert rasa_server.process_id != killed.pid
    answer = rasa_parser.parse("引っ越してきました")
    assert isinstance(answer, Parsed)
    assert answer.intents[0].id == "moving_in"


@pytest.mark.rasa
def test_what_was_said_is_in_no_file(
    rasa_server: RasaServer, rasa_parser: RasaParser, rasa_state: Path
) -> None:
    endpoint = rasa_server.endpoint()
    assert endpoint is not None
    for text in (f"{MARKER}と引っ越してきました", f"{MARKER}\x00\ud7ff" * 200, f"[{MARKER}](name)"):
        assert isinstance(rasa_parser.parse(text), Parsed)
    with httpx.Client(base_url=endpoint.url, trust_env=False) as stranger:
        stranger.post("/model/parse", json={"text": MARKER})
        stranger.post("/model/parse", content=f'{{"text": {MARKER}'.encode())
    for file in rasa_state.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert MARKER.encode() not in content, file
            assert MARKER.encode("unicode_escape") not in content, file


@pytest.mark.rasa
def test_a_model_that_was_never_trained_is_refused(
    rasa_model: RasaModel, rasa_python: Path, tmp_path: Path
) -> None:
    """Rasa itself serves it without complaint: all weights are zero."""
    untrained = replace(rasa_model, hash="untrained", path=tmp_path / "untrained.tar.gz")
    with tarfile.open(rasa_model.path) as trained, tarfile.open(untrained.path, "w:gz") as copy:
        for member in trained:
            file = trained.extractfile(member)
            content = file.read() if file else b""
            if member.name.endswith("weights.npz"):
                saved = np.load(io.BytesIO(content))
                emptied = io.BytesIO()
                np.savez(
                    emptied,
                    intents=saved["intents"],
                    weights=saved["weights"] * 0,
                    bias=saved["bias"] * 0,
                )
                content = emptied.getvalue()
                member.size = len(content)
            copy.addfile(member, io.BytesIO(content) if file else None)
    times = ServerTimes(backoff_first_s=60)
    with RasaServer(untrained, rasa_python=rasa_python, state_dir=tmp_path, times=times) as server:
        assert eventually(lambda: "not trained" in server.state.reason, ENOUGH_S), server.state
        assert server.endpoint() is None
        assert server.state.kind == "down"


OWNER = """
import sys
from pathlib import Path
from nlu.rasa_model import PROJECT, Proof, RasaModel
from nlu.rasa_server import RasaServer
model = RasaModel("owned", Path(sys.argv[2]), (Proof("はい", "affirm"),))
server = RasaServer(model, rasa_python=Path(sys.argv[1]), state_dir=Path(sys.argv[3]))
server.start()
while server.process_id is None:
    pass
print(server.process_id, flush=True)
sys.stdin.read()
"""


@pytest.mark.rasa
def test_a_killed_owner_leaves_no_server_behind(
    rasa_model: RasaModel, rasa_python: Path, tmp_path: Path
) -> None:
    arguments = [str(rasa_python), str(rasa_model.path), str(tmp_path)]
    with subprocess.Popen(  # noqa: S603 -- this interpreter
        [sys.executable, "-c", OWNER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    ) as owner:
        assert owner.stdout is not None
        rasa = psutil.Process(int(owner.stdout.readline()))
        assert eventually(lambda: b"launch.py" in Path(f"/proc/{rasa.pid}/cmdline").read_bytes())
        assert eventually(lambda: "ONE_COUNTER_RASA_PARENT" in rasa.environ())
        assert eventually(lambda: rasa.memory_info().rss > 100_000_000), "Rasa is being loaded"
        owner.kill()
        gone, _ = psutil.wait_procs([rasa], timeout=10)
    assert gone


def crashing(tmp_path: Path) -> tuple[RasaModel, Path]:
    """A model, and an interpreter that ends at once."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho started >> ../../starts\nexit 3\n")
    python.chmod(0o755)
    return RasaModel("hash", tmp_path / "none.tar.gz", (Proof("はい", "affirm"),)), python


def test_starting_does_not_wait(tmp_path: Path) -> None:
    model, python = crashing(tmp_path)
    server = RasaServer(model, rasa_python=python, state_dir=tmp_path, times=QUICK)
    assert server.state.reason == "not started"
    before = threading.active_count()
    server.start()
    assert server.state.kind == "down"
    server.stop()
    assert threading.active_count() == before
    assert server.state.reason == "stopped"


def test_a_server_that_keeps_crashing_is_started_again_and_says_why(tmp_path: Path) -> None:
    model, python = crashing(tmp_path)
    with RasaServer(model, rasa_python=python, state_dir=tmp_path, times=QUICK) as server:
        starts = tmp_path / "starts"
        assert eventually(lambda: starts.exists() and starts.read_text().count("started") >= 3)
        assert eventually(lambda: "it ended with code 3" in server.state.reason)
        assert server.endpoint() is None


def test_stopping_ends_the_children_of_the_server_too(tmp_path: Path) -> None:
    model, python = crashing(tmp_path)
    python.write_text("#!/bin/sh\nsleep 600 &\necho $! > ../../child\nwait\n")
    with RasaServer(model, rasa_python=python, state_dir=tmp_path, times=QUICK):
        noted = tmp_path / "child"
        assert eventually(lambda: noted.exists() and noted.read_text().endswith("\n"))
        child = psutil.Process(int(noted.read_text()))
    gone, _ = psutil.wait_procs([child], timeout=5)
    assert gone


def test_a_stranger_on_the_port_is_never_asked(tmp_path: Path) -> None:
    """The interpreter never listens, so whoever answered on the port would not be it."""
    model, python = crashing(tmp_path)
    python.write_text("#!/bin/sh\nsleep 600\n")
    times = replace(QUICK, start_limit_s=0.2)
    with RasaServer(model, rasa_python=python, state_dir=tmp_path, times=times) as server:
        assert eventually(lambda: "did not start within" in server.state.reason)
        assert server.endpoint() is None


def test_it_leaves_nothing_in_the_home_of_the_user(tmp_path: Path) -> None:
    model, python = crashing(tmp_path)
    python.write_text("#!/bin/sh\nenv > ../../environment\nexit 3\n")
    with RasaServer(model, rasa_python=python, state_dir=tmp_path, times=QUICK):
        seen = tmp_path / "environment"
        assert eventually(lambda: seen.exists() and "RASA_TELEMETRY_ENABLED=false" in seen.read_text())
        lines = seen.read_text().splitlines()
    assert f"HOME={tmp_path}/rasa/home-hash" in lines
    assert f"TMPDIR={tmp_path}/rasa/home-hash/tmp" in lines
    assert not (tmp_path / "rasa" / "home-hash").exists(), "removed with the server"
    assert not any(line.startswith(("PYTHONPATH=", "VIRTUAL_ENV=")) for line in lines)
    assert os.environ["HOME"] not in {line.partition("=")[2] for line in lines}


@pytest.mark.parametrize(
    ("event", "arguments", "is_refused"),
    [
        ("socket.connect", (None, ("192.0.2.1", 443)), True),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0)), True),
        ("socket.getaddrinfo", ("telemetry.example", 443), True),
        ("socket.getaddrinfo", (b"telemetry.example", 443), True),
        ("socket.connect", (None, ("127.0.0.1", 5005)), False),
        ("socket.connect", (None, "/run/some.socket"), False),
        ("socket.getaddrinfo", ("localhost", 5005), False),
        ("open", ("file", "r", 0), False),
    ],
)
def test_rasa_may_not_leave_the_machine(event: str, arguments: tuple[object, ...], is_refused: bool) -> None:
    """Its makers would be told of use and of errors; the launcher installs this before Rasa is imported."""
    spec = importlib.util.spec_from_file_location("launch", PROJECT / "launch.py")
    assert spec is not None
    assert spec.loader is not None
    launch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(launch)
    if is_refused:
        with pytest.raises(PermissionError):
            launch.stay_on_this_machine(event, arguments)
    else:
        launch.stay_on_this_machine(event, arguments)
