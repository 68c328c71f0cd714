"""The demo reader is reachable by nobody else, leaves nothing behind, and starts again after anything."""

import datetime as dt
import json
import os
import selectors
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from counter_bridge import demo_reader as module
from counter_bridge.card import FourAttributes
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.card_content import parse_four_attributes
from counter_bridge.card_errors import (
    DemoCommandRefused,
    DemoReaderBusy,
    DemoReaderNotRunning,
    DemoReaderUnavailable,
)
from counter_bridge.demo_control import DIRECTORY, SOCKET_NAME, DemoControl
from counter_bridge.demo_namespace import VPCD_PORT
from counter_bridge.demo_reader import SOCKET_VARIABLE, DemoReader
from counter_bridge.software_card_link import FaultKind

pytestmark = pytest.mark.card

NOBODY = 65534

ROOT = str(Path(module.__file__).resolve().parent.parent)

OWNER = """
import sys
from pathlib import Path
from counter_bridge.demo_reader import DemoReader
reader = DemoReader(Path(sys.argv[1]), Path(sys.argv[2]), "father")
reader.start()
print("ready", flush=True)
sys.stdin.read()
"""


def said_by(*command: str, environment: Mapping[str, str] | None = None) -> str:
    """What a program of the system prints."""
    done = subprocess.run(  # noqa: S603 - words of this file
        command, env=environment, check=False, capture_output=True, text=True, timeout=30
    )
    return done.stdout


def opensc(reader: DemoReader, *command: str) -> str:
    """What an independent client says of the reader."""
    return said_by(*command, environment={**os.environ, **reader.environment})


def can_reach(path: str, user: int) -> bool:
    command = ["/usr/bin/stat", path]
    return subprocess.run(command, user=user, check=False, capture_output=True, timeout=20).returncode == 0  # noqa: S603


def inner_process(reader_directory: Path) -> int:
    """The process whose end means that the kernel has ended reader and cards too."""
    return int((reader_directory / "pcscd.comm").readlink().parts[2])


def has_ended(watched: int) -> bool:
    """True when the process of a descriptor ends within ten seconds; closes the descriptor."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(watched, selectors.EVENT_READ)
        ended = bool(waiting.select(10))
    os.close(watched)
    return ended


def test_the_readers_port_exists_only_in_its_own_network(demo_reader: DemoReader) -> None:
    for port in (VPCD_PORT, VPCD_PORT + 1):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    listening = Path("/proc/net/tcp").read_text(encoding="ascii") + Path("/proc/net/tcp6").read_text("ascii")
    assert f":{VPCD_PORT:04X} " not in listening


def test_the_machines_own_pcscd_is_left_alone(demo_reader: DemoReader) -> None:
    without = {key: value for key, value in os.environ.items() if key != SOCKET_VARIABLE}
    assert "Virtual PCD" not in said_by("opensc-tool", "-l", environment=without)


def test_another_user_reaches_neither_reader_nor_control(demo_reader: DemoReader) -> None:
    name = Path(demo_reader.environment[SOCKET_VARIABLE])
    # The kernel opens /proc/<pid>/root to the user of the process only (ptrace access mode, proc(5)).
    assert name.readlink().parts[:2] == ("/", "proc")
    for path in (name.readlink(), name.parent / SOCKET_NAME):
        assert path.exists()
        if os.geteuid() == 0:
            assert not can_reach(str(path), NOBODY)


def test_control_socket_and_its_directory_are_private(demo_reader: DemoReader) -> None:
    directory = Path(demo_reader.environment[SOCKET_VARIABLE]).parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / SOCKET_NAME).stat().st_mode) == 0o600


def test_an_independent_client_recognises_the_card(desk: DemoControl, demo_reader: DemoReader) -> None:
    assert "Virtual PCD 00 00" in opensc(demo_reader, "opensc-tool", "-l")
    assert opensc(demo_reader, "opensc-tool", "-n").strip() == "jpki"
    pins = opensc(demo_reader, "pkcs15-tool", "--list-pins")
    assert "User Authentication PIN" in pins
    assert [line.split(":")[1].strip() for line in pins.splitlines() if "Tries left" in line] == ["3", "5"]


def test_an_independent_client_reads_the_same_record(desk: DemoControl, demo_reader: DemoReader) -> None:
    commands = (
        "00a4040c0ad3921000310001010408",
        "00a4020c020011",
        "002000800431323334",
        "00a4020c020002",
        "00b0000000",
    )
    told = opensc(demo_reader, "opensc-tool", *(word for command in commands for word in ("-s", command)))
    assert told.count("SW1=0x90, SW2=0x00") == len(commands)
    dump = told.rsplit("Received", 1)[1].splitlines()[1:]
    record = bytes.fromhex("".join(line[:48] for line in dump))
    assert parse_four_attributes(record) == FourAttributes(
        "見本　太郎", "神奈川県横浜市中区見本町１丁目２番３号", dt.date(1984, 5, 14), "male"
    )


def test_a_second_reader_in_the_same_state_directory_is_refused(demo_reader: DemoReader) -> None:
    state = Path(demo_reader.environment[SOCKET_VARIABLE]).parent.parent
    with pytest.raises(DemoReaderBusy, match="already runs"):
        DemoReader(state, DEMO_PERSONS).start()
    assert demo_reader.control.status().service_up
    assert "Virtual PCD" in opensc(demo_reader, "opensc-tool", "-l")


def test_two_readers_in_two_state_directories_do_not_meet(demo_reader: DemoReader, tmp_path: Path) -> None:
    with DemoReader(tmp_path, DEMO_PERSONS, "mother") as other:
        assert other.control.status().inserted == "mother"
        demo_reader.control.remove()
        assert other.control.status().inserted == "mother"
        assert "jpki" in opensc(other, "opensc-tool", "-n")


def test_stopping_leaves_no_process_and_no_socket(tmp_path: Path) -> None:
    reader = DemoReader(tmp_path, DEMO_PERSONS, "father")
    with reader:
        assert reader.is_running
        watched = os.pidfd_open(inner_process(tmp_path / DIRECTORY))
    assert not reader.is_running
    assert has_ended(watched)
    left = {path.name for path in (tmp_path / DIRECTORY).iterdir()}
    assert left == {"lock", "pcscd.log", "demo_reader.log"}
    reader.stop()


def test_it_starts_again_under_the_same_name(tmp_path: Path) -> None:
    reader = DemoReader(tmp_path, DEMO_PERSONS, "father")
    for _ in range(2):
        with reader:
            assert "jpki" in opensc(reader, "opensc-tool", "-n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_owner_takes_everything_along_and_blocks_nothing(tmp_path: Path, number: int) -> None:
    with subprocess.Popen(  # noqa: S603 - a program of this file
        [sys.executable, "-c", OWNER, str(tmp_path), str(DEMO_PERSONS)],
        env={**os.environ, "PYTHONPATH": ROOT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        watched = os.pidfd_open(inner_process(tmp_path / DIRECTORY))
        owner.send_signal(number)
    with DemoReader(tmp_path, DEMO_PERSONS, "mother") as reader:
        assert reader.control.status().inserted == "mother"
        assert has_ended(watched)


def test_the_inner_process_refuses_to_serve_in_the_network_of_the_machine(tmp_path: Path) -> None:
    config = {"outer_network": Path("/proc/self/ns/net").stat().st_ino}
    done = subprocess.run(
        [sys.executable, "-m", "counter_bridge.demo_reader_process"],
        input=json.dumps(config) + "\n",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ROOT},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] == "demo_reader_unavailable"


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRIVER", tmp_path / "absent.so")
    with pytest.raises(DemoReaderUnavailable, match="apt-get install vsmartcard-vpcd"):
        DemoReader(tmp_path, DEMO_PERSONS).start()


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(DemoReaderUnavailable, match="ASSISTANT_HOME"):
        DemoReader(tmp_path / ("x" * 120), DEMO_PERSONS).start()


def test_a_person_without_a_card_is_refused(desk: DemoControl, tmp_path: Path) -> None:
    with pytest.raises(DemoCommandRefused, match="father, mother"):
        desk.insert("nobody_here")
    with pytest.raises(DemoCommandRefused, match="father, mother"):
        DemoReader(tmp_path, DEMO_PERSONS, "nobody_here")


def test_a_fault_needs_a_card_and_a_card_needs_a_reader(desk: DemoControl) -> None:
    desk.remove()
    with pytest.raises(DemoCommandRefused) as refused:
        desk.fault(FaultKind.MUTE)
    assert refused.value.code == "no_card"
    desk.fault(FaultKind.UNPLUGGED)
    with pytest.raises(DemoCommandRefused) as refused:
        desk.insert("father")
    assert refused.value.code == "reader_absent"


@pytest.mark.parametrize(
    "sent",
    [b"\n", b"{\n", b"[]\n", b'{"do": "fly"}\n', b'{"do": "fault", "kind": 7}\n', b"\xff\n", b"x" * 70000],
)
def test_nonsense_on_the_control_socket_hurts_nobody(
    desk: DemoControl, demo_reader: DemoReader, sent: bytes
) -> None:
    path = Path(demo_reader.environment[SOCKET_VARIABLE]).parent / SOCKET_NAME
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(path))
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        wire.settimeout(10)
        answer = wire.recv(65536)
    assert answer == b"" or json.loads(answer)["ok"] is False
    assert desk.status().inserted == "father"


def test_nobody_answers_where_no_demo_runs(tmp_path: Path) -> None:
    with pytest.raises(DemoReaderNotRunning, match="no demo reader runs"):
        DemoControl(tmp_path).status()
