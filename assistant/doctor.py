"""Lists everything that is missing on this machine, at once, with what to do.

It exists so that a fault shows at the start and not in front of a resident. Each check looks for itself and knows
nothing of the others; none changes anything, asks for a PIN or reads a card.
"""

import datetime as dt
import glob
import json
import os
import platform
import shutil
import socket
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from assistant.characters import TOWN, is_packaged
from assistant.maintenance import DATABASE
from assistant.settings import Settings
from assistant.single_sign_on import problem_of
from assistant.sound_parts import check_voice, weights_of
from counter_bridge.account_check import check_accounts
from counter_bridge.card import ReaderAbsent, VirtualReaderRefused
from counter_bridge.errors import CounterBridgeError
from dialogue.escalation_rules import check_topics
from kb.errors import BrokenKnowledge
from kb.load import load
from speech.errors import SpeechError

Severity = Literal["fault", "warning"]
"""A fault stops the service or breaks a rule of the counter; with a warning the kiosk serves, and says what it lacks."""

ROOT = Path(__file__).parent.parent
LEAST_FREE_BYTES = 1_000_000_000
"""A day of cases is megabytes; models and logs need the rest."""
LEAST_MEMORY_BYTES = 3_000_000_000
"""Rasa's server and the app at work; see the table of memory by process in the README."""
VPCD_PORTS = {35963, 35964}
LISTENING = "0A"
"""State of a listening socket in /proc/net/tcp (tcp_states.h)."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    severity: Severity
    part: str
    """The same words as `readyz` where it has the part, else the thing on the machine."""
    what: str
    remedy: str


@dataclass(frozen=True)
class Examined:
    """What is looked at."""

    settings: Settings
    root: Path
    """The checkout."""
    prefix: Path
    """The environment the product runs in."""
    rasa_model: Path | None
    """Where the model trained from today's knowledge would be; None: not looked at."""
    serving: bool
    """Whether this assistant runs already, so that its port is taken by itself."""


def diagnose(
    settings: Settings,
    *,
    root: Path = ROOT,
    prefix: Path | None = None,
    rasa_model: Path | None = None,
    serving: bool = False,
) -> list[Finding]:
    """Everything found, faults first; empty when a resident can be served with all there is.

    `rasa_model` is where the model of today's knowledge would be; `serving` says that the port is taken by ourselves.
    """
    examined = Examined(settings, root, prefix or Path(sys.prefix), rasa_model, serving)
    found = [finding for check in CHECKS for finding in check(examined)]
    return sorted(found, key=lambda finding: finding.severity != "fault")


def render(findings: list[Finding], *, as_json: bool = False) -> str:
    """The findings as a person reads them, or as JSON."""
    if as_json:
        ok = not any(finding.severity == "fault" for finding in findings)
        body = {"ok": ok, "findings": [asdict(finding) for finding in findings]}
        return json.dumps(body, ensure_ascii=False, indent=1)
    if not findings:
        return "Everything is there."
    return "\n".join(f"{f.severity:<8} {f.part}: {f.what}\n         → {f.remedy}" for f in findings)


def listening_ports(table: str) -> set[int]:
    """The ports somebody listens on, from the text of /proc/net/tcp.

    >>> listening_ports("sl local rem st\\n0: 00000000:8C7B 00000000:0000 0A\\n1: 0100007F:8C7C 0100007F:0016 01")
    {35963}
    """
    rows = (row.split() for row in table.splitlines()[1:])
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == LISTENING}


def _python(_: Examined) -> Iterator[Finding]:
    version = platform.python_version()
    if not version.startswith("3.11."):
        yield Finding("fault", "python", f"3.11 is needed, this is {version}", "make setup PYTHON=python3.11")


def _sound(examined: Examined) -> Iterator[Finding]:
    """Without it text, touch and captions go on."""
    settings = examined.settings
    if not settings.speech:
        return
    for part, check in (("speech_in", weights_of), ("speech_out", check_voice)):
        try:
            check(settings)
        except (SpeechError, OSError) as error:
            yield Finding("warning", part, str(error), "make setup, or ASSISTANT_SPEECH=no")


def _environments(examined: Examined) -> Iterator[Finding]:
    note_file = examined.prefix / "one-counter.json"
    if not note_file.exists():
        yield Finding("fault", "environments", f"{examined.prefix} was not made by the set-up", "make setup")
        return
    note = json.loads(note_file.read_text(encoding="utf-8"))
    for name, digest in note["locks"].items():
        lock = examined.root / "deploy" / "locks" / name
        if not lock.exists() or sha256(lock.read_bytes()).hexdigest() != digest:
            yield Finding(
                "fault", "environments", f"built from another {name} than the checkout's", "make setup"
            )
    if not os.access(note["rasa_python"], os.X_OK):
        yield Finding("fault", "understanding", "the environment of Rasa is not there", "make setup")


def _debian_packages(examined: Examined) -> Iterator[Finding]:
    levels = {"setup", "demo"} if examined.settings.demo else {"setup"}
    table = tomllib.loads((Path(__file__).parent / "debian_packages.toml").read_text(encoding="utf-8"))
    for package in table["package"]:
        # The patterns are absolute, which Path.glob refuses.
        if package["level"] in levels and not glob.glob(package["probe"]):  # noqa: PTH207
            severity: Severity = "warning" if package["name"] == "libccid" else "fault"
            remedy = f"sudo apt-get install --no-install-recommends {package['name']}"
            yield Finding(severity, "debian packages", f"{package['name']} ({package['why']})", remedy)


def _knowledge(examined: Examined) -> Iterator[Finding]:
    try:
        kb = load(examined.settings.town, towns=examined.settings.own_towns)
        check_topics(kb)
    except BrokenKnowledge as broken:
        for problem in broken.problems:
            what = f"{problem.file}:{problem.key}: {problem.reason}"
            yield Finding("fault", "knowledge", what, problem.remedy)
        return
    name = kb.municipality.character
    if name != TOWN and not is_packaged(name):
        what = (
            f"municipality.yaml names the character {name!r}, which does not come along; the clerk stands in"
        )
        yield Finding("warning", "character", what, "see assistant/web/characters/ and docs/character.md")


def _rasa_model(examined: Examined) -> Iterator[Finding]:
    if examined.rasa_model is not None and not examined.rasa_model.exists():
        what = "no model of today's knowledge is trained yet; the next start takes minutes"
        yield Finding("warning", "understanding", what, "python -m nlu train")


def _port(examined: Examined) -> Iterator[Finding]:
    if examined.serving:
        return
    address = (examined.settings.host, examined.settings.port)
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(address)
        except OSError as refused:
            what = f"{address[0]}:{address[1]} cannot be used ({os.strerror(refused.errno or 0)})"
            yield Finding("fault", "port", what, "choose another: make run PORT=8080, or ASSISTANT_PORT")


def _state_directory(examined: Examined) -> Iterator[Finding]:
    home = examined.settings.home.absolute()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            "fault", "store", f"{home} cannot be written", "give this user the folder, or set ASSISTANT_HOME"
        )
    elif (free := shutil.disk_usage(there).free) < LEAST_FREE_BYTES:
        what = f"{there} has {free / 1e9:.1f} GB free, {LEAST_FREE_BYTES / 1e9:.0f} GB are needed"
        yield Finding("fault", "store", what, "free some space, or set ASSISTANT_HOME to another disk")


def _key(examined: Examined) -> Iterator[Finding]:
    key = examined.settings.home / "key"
    if not key.exists():
        return
    about = key.stat()
    if stat.S_IMODE(about.st_mode) & 0o077:
        yield Finding("fault", "store", f"{key} can be read by others", f"chmod 600 {key}")
    if about.st_uid != os.geteuid():
        yield Finding("fault", "store", f"{key} belongs to another user", f"run as its owner, or chown {key}")


def _memory(_: Examined) -> Iterator[Finding]:
    about = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    available = int(about["MemAvailable"].split()[0]) * 1024
    if available < LEAST_MEMORY_BYTES:
        what = f"{available / 1e9:.1f} GB are available, {LEAST_MEMORY_BYTES / 1e9:.0f} GB are needed"
        yield Finding("warning", "memory", what, "end other programs")


def _virtual_reader_in_reach(_: Examined) -> Iterator[Finding]:
    tables = [path for path in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if path.exists()]
    if any(VPCD_PORTS & listening_ports(table.read_text(encoding="ascii")) for table in tables):
        what = "a virtual reader listens where other programs reach it: whoever connects first gets the PIN"
        yield Finding("fault", "card", what, "stop that pcscd and remove /etc/reader.conf.d/vpcd")


def _reader(examined: Examined) -> Iterator[Finding]:
    if examined.settings.demo:
        return
    try:
        from counter_bridge.pcsc_reader import PcscReader
    except ImportError:
        yield Finding("fault", "card", "the PC/SC binding cannot be loaded", "make setup")
        return
    problem = PcscReader(virtual=False, clock=lambda: dt.datetime.now(dt.UTC)).status().problem
    if isinstance(problem, VirtualReaderRefused):
        what = "a virtual reader is connected, which only the demo may use"
        yield Finding("fault", "card", what, "remove the package vsmartcard-vpcd and restart pcscd")
    elif isinstance(problem, ReaderAbsent):
        what = "no card reader answers; residents are served without their cards"
        yield Finding("warning", "card", what, "connect a reader and start pcscd")


def _accounts(examined: Examined) -> Iterator[Finding]:
    """No password that everybody knows outside the demo, and somebody who can administer."""
    settings = examined.settings
    database = settings.home / DATABASE
    if settings.demo or not (settings.database_url or database.exists()):
        return
    url = settings.database_url or f"sqlite:///{database.absolute()}"
    add = "python -m assistant users add NAME --role administrator"
    try:
        found = check_accounts(url)
    except CounterBridgeError as error:
        yield Finding("fault", "store", str(error), error.remedy_ja)
        return
    if found is None:
        return
    for name in found.with_known_password:
        remedy = f"python -m assistant users password {name} --generate"
        yield Finding("fault", "accounts", f"{name} has a password everybody knows", remedy)
    if not found.has_administrator:
        yield Finding("warning", "accounts", "nobody can administer", add)


def _sign_on(examined: Examined) -> Iterator[Finding]:
    problem = problem_of(examined.settings)
    if problem is not None:
        yield Finding(
            "fault", "accounts", problem, "see docs/accounts.md, or leave ASSISTANT_OIDC_ISSUER empty"
        )


def _transport(examined: Examined) -> Iterator[Finding]:
    settings = examined.settings
    local = settings.host in ("127.0.0.1", "::1", "localhost")
    if not local and not settings.tls and not settings.demo:
        what = f"{settings.host} is reached from outside, and cookies travel without TLS"
        yield Finding(
            "fault", "accounts", what, "put a reverse proxy with TLS before it and set ASSISTANT_TLS=yes"
        )


CHECKS: tuple[Callable[[Examined], Iterator[Finding]], ...] = (
    _python,
    _environments,
    _debian_packages,
    _knowledge,
    _rasa_model,
    _sound,
    _port,
    _state_directory,
    _key,
    _accounts,
    _sign_on,
    _transport,
    _memory,
    _virtual_reader_in_reach,
    _reader,
)
"""In the order a person would mend them."""
