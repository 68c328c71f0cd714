"""docs/zones.md says what the program does: paths, ports, cookies, headers, and whom it can reach."""

import ast
import re
from collections.abc import Iterator

from assistant.app import CSP, ROUTES
from assistant.kiosk_devices import KIOSK_COOKIE
from assistant.routes.pages import SCREENS
from assistant.routes.sign_on import STATE_COOKIE
from assistant.settings import Settings
from assistant.staff_sessions import COOKIE
from counter_bridge.demo_namespace import VPCD_PORT
from tests.assistant.conftest import CHECKOUT, App

PAGE = (CHECKOUT / "docs" / "zones.md").read_text(encoding="utf-8")
PACKAGES = ("assistant", "counter_bridge", "dialogue", "kb", "nlu", "speech")
CONNECTS = {
    "aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "urllib.request", "urllib3",
    "websockets",
}  # fmt: skip
"""What a module must import to open a connection."""
SEPARATE_INTERPRETER = "rasa_project"
"""Rasa's own program, whose launcher refuses every connection that leaves the machine."""


def rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading, without its head."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def plain(cell: str) -> str:
    return cell.replace("`", "")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_every_path_of_the_table_exists_and_every_screen_stands_in_it(app: App) -> None:
    told = {plain(row[0]) for row in rows("Who may reach which path")}
    ours = [*app.web.routes, *(route for module in ROUTES for route in module.router.routes)]
    served = {getattr(route, "path", "") for route in ours}
    assert told <= served
    assert set(SCREENS) <= told
    assert {path for path in served if path.endswith("/live")} <= told


def test_ports_and_addresses_are_those_of_the_settings() -> None:
    listens = {row[0].split(" ")[0]: row[2] for row in rows("Processes, and what goes where")}
    assert f"`{Settings().host}:{Settings().port}`" in listens["app"]
    assert f"port {VPCD_PORT}" in listens["demo"]
    assert Settings().host == "127.0.0.1"


def test_cookies_are_those_that_are_set() -> None:
    assert {plain(row[0]) for row in rows("Cookies")} == {COOKIE, KIOSK_COOKIE, STATE_COOKIE}
    setters = {plain(row[0]): (row[2], plain(row[3])) for row in rows("Cookies")}
    found = {}
    for module in (
        "assistant/staff_sessions.py",
        "assistant/routes/kiosks.py",
        "assistant/routes/sign_on.py",
    ):
        for node in ast.walk(ast.parse((CHECKOUT / module).read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "set_cookie"
                and node.keywords
            ):
                told = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
                assert told["httponly"] is True
                found[module] = (told["samesite"], told["path"])
    assert sorted(found.values()) == sorted(setters.values())


def test_the_page_quotes_what_browsers_are_told() -> None:
    assert CSP in PAGE


def test_only_the_modules_of_the_table_can_open_a_connection() -> None:
    told = {plain(row[0]) for row in rows("What leaves the town's network")}
    found = {
        path.relative_to(CHECKOUT).as_posix()
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*.py")
        if SEPARATE_INTERPRETER not in path.parts
        and CONNECTS & set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == told


def test_nothing_that_goes_out_is_on_by_default() -> None:
    settings = Settings()
    assert (settings.oidc_issuer, settings.database_url) == ("", "")
    assert [name for name in vars(settings) if re.search("hook|sms|mail|smtp|telemetry|upload", name)] == []


def test_no_screen_names_another_host_to_load_or_send_to() -> None:
    web = CHECKOUT / "assistant" / "web"
    files = [p for p in web.rglob("*") if p.suffix in (".js", ".html", ".css") and "vendor" not in p.parts]
    assert len(files) > 100
    named = {
        (path.name, host)
        for path in files
        for host in re.findall(r"(?:https?|wss?)://[\w.-]+", path.read_text(encoding="utf-8"))
        if host != "http://www.w3.org"
    }
    assert named == set()
    assert "iceServers: []" in (web / "shared" / "live_voice.js").read_text(encoding="utf-8")
