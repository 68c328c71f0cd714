"""The surface outsiders build on: described in full, every error a problem, healthy or not in plain words."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute

from assistant.app import ROUTES
from assistant.openapi import examples
from assistant.routes.pages import SCREENS
from counter_bridge.errors import StoreUnavailable
from nlu.parser import ParserDown
from tests.assistant.conftest import FIRST_SENTENCE, App, StartApp, VisitScreen, good, problem

PARTS = {"understanding", "knowledge", "speech_in", "speech_out", "card", "store", "operators"}


def routes(app: App) -> set[tuple[str, str]]:
    every = [*app.web.routes, *(route for module in ROUTES for route in module.router.routes)]
    return {
        (method, route.path)
        for route in every
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods
    }


def test_every_route_is_described_with_an_example(app: App) -> None:
    schema = good(app.client.get("/api/v1/openapi.json"))
    described = {(m.upper(), path) for path, methods in schema["paths"].items() for m in methods}
    assert described == routes(app)
    for method, path in described:
        operation = schema["paths"][path][method.lower()]
        assert operation.get("summary") or operation.get("description"), path
        assert f"{method} {path}" in examples() or _is_a_file(operation), f"no example of {method} {path}"
        assert any(s.startswith("4") for s in operation["responses"]), path
    assert {f"{m} {p}" for m, p in described} >= examples().keys(), "an example of a route that is gone"


def _is_a_file(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("200", {}).get("content", {})
    return not operation["responses"].keys().isdisjoint({"204", "303"}) or any(
        "json" not in kind for kind in content
    )


def test_a_route_that_does_not_exist_is_a_problem(app: App) -> None:
    for path in ("/api/v1/wings", "/wings", "/api/v2/visits", "/web/wings.js", "/fonts/passwd"):
        problem(app.client.get(path), 404, "not_found")


@pytest.mark.parametrize("path", sorted(SCREENS))
def test_a_page_can_be_asked_for_without_its_body(app: App, path: str) -> None:
    """Watchers and proxies ask with HEAD whether a screen is there."""
    whole, head = app.client.get(path), app.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_another_method_is_a_problem(app: App) -> None:
    for method, path in (("PUT", "/api/v1/visits"), ("DELETE", "/api/v1/calls"), ("POST", "/healthz")):
        problem(app.client.request(method, path), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", "application/json", id="nothing"),
        pytest.param(b"{", "application/json", id="half a body"),
        pytest.param(b"[]", "application/json", id="a list"),
        pytest.param(b"null", "application/json", id="null"),
        pytest.param(b"\xff\xfe\x00", "application/json", id="no UTF-8"),
        pytest.param(b'{"text": NaN}', "application/json", id="no number"),
        pytest.param(b'{"text": 1e999}', "application/json", id="an endless number"),
        pytest.param(b'{"details": ' + b"[" * 100_000, "application/json", id="a deep beginning"),
        pytest.param(
            b'{"answer": {"question": "reasons", "value": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
            "application/json",
            id="a deep value",
        ),
        pytest.param(b'{"text": "' + b"a" * 2_000_001 + b'"}', "application/json", id="a long text"),
    ],
)
def test_a_body_that_is_none_is_a_problem(visit: VisitScreen, content: bytes, kind: str) -> None:
    before = good(visit.get())
    answer = visit.client.post(
        f"{visit.base}/turns", content=content, headers={**visit.headers, "Content-Type": kind}
    )
    problem(answer, 400 if answer.status_code == 400 else 422, "request_invalid")
    assert good(visit.get()) == before


def test_a_body_beyond_all_measure_is_not_read(visit: VisitScreen) -> None:
    body = b'{"text": "' + b"a" * 17_000_000 + b'"}'
    answer = visit.client.post(f"{visit.base}/turns", content=body, headers=visit.headers)
    problem(answer, 413, "too_large")
    pieces = (b"a" * 1_000_000 for _ in range(18))
    answer = visit.client.post(f"{visit.base}/turns", content=pieces, headers=visit.headers)
    problem(answer, 413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_does_not_say_it_is_json_is_told_so(visit: VisitScreen, kind: str) -> None:
    headers = {**visit.headers, "Content-Type": kind}
    problem(
        visit.client.post(f"{visit.base}/turns", content=b'{"text": "a"}', headers=headers), 415, "not_json"
    )


def test_a_method_that_is_not_there_says_which_are(app: App) -> None:
    answer = app.client.put("/api/v1/calls")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer " + "x" * 5_000},
        {"Authorization": "Bearer \x7f"},
        {"Authorization": "bearer"},
    ],
)
def test_odd_headers_are_a_problem(visit: VisitScreen, headers: dict[str, str]) -> None:
    problem(visit.client.get(visit.base, headers=headers), 401)


@pytest.mark.parametrize("visit_id", ["..%2f..%2fetc", "%00", "x" * 3000, "訪問", "'; drop table visits; --"])
def test_odd_ids_are_a_problem(app: App, visit: VisitScreen, visit_id: str) -> None:
    answer = app.client.get(f"/api/v1/visits/{visit_id}", headers=visit.headers)
    assert answer.status_code in (401, 404)
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "日本語"}, "language"),
        ({"mode": "robbery"}, "mode"),
        ({"on": "tomorrow"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "0001-01-01"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"on": 20260407}, "on"),
        ({"on": "2026-04-07T10:00:00+99:00"}, "on"),
        ({"help_wished": ["money"]}, "help_wished"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_a_visit_that_cannot_be_opened_names_the_field(app: App, body: dict[str, Any], field: str) -> None:
    told = problem(app.client.post("/api/v1/visits", json=body), 422, "request_invalid")
    assert any(place.split(".")[0] == field for place in told["fields"])


def test_an_unexpected_error_is_a_problem_without_its_text(start_app: StartApp, capsys: Any) -> None:
    class Broken:
        def interpret(self, text: str, *_: object) -> None:
            raise RuntimeError(f"broken by {text}")

        def place_name(self, code: str) -> str:
            return code

        def state(self) -> dict[str, str]:
            return {"state": "up", "reason": ""}

        def start(self) -> None: ...

        def stop(self) -> None: ...

    app = start_app(Broken())
    visit = app.visit()
    app.client._transport.raise_server_exceptions = False
    told = problem(visit.try_turn(text="目印です"), 500, "unexpected")
    assert "目印" not in str(told)
    assert good(visit.get())["step"]["kind"] == "ask", "and nothing is lost"


def test_alive_is_always_alive(app: App) -> None:
    assert good(app.client.get("/healthz")) == {"status": "alive"}


def test_ready_lists_every_part_with_its_reason(app: App) -> None:
    ready = good(app.client.get("/readyz"), 200)
    assert ready["ready"] is True
    assert ready["parts"].keys() == PARTS
    for name, part in ready["parts"].items():
        assert part["state"] in ("up", "degraded", "down"), name
        assert part["reason"] or part["state"] == "up", name


def test_without_rasa_the_kiosk_says_so_and_still_serves(app: App, understanding: Any) -> None:
    understanding.parser.down = ParserDown("stopped by a test")
    try:
        ready = good(app.client.get("/readyz"), 200)
        assert ready["parts"]["understanding"] == {"state": "degraded", "reason": "stopped by a test"}
        visit = app.visit()
        assert "聞き取る機能" in visit.state["notice"]
        visit.turn(text=FIRST_SENTENCE)
        assert visit.to_plan().plan["procedures"]
    finally:
        understanding.parser.down = None
    assert "notice" not in app.visit().state, "and it recovers by itself"


def test_a_reader_that_is_gone_is_seen(app: App) -> None:
    app.card.unplug()
    card = good(app.client.get("/readyz"), 200)["parts"]["card"]
    assert card == {"state": "down", "reason": "reader_absent"}


def test_without_a_store_nobody_can_be_served(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise StoreUnavailable("store_full")

    monkeypatch.setattr(app.services.store, "check", full)
    answer = app.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["parts"]["store"] == {"state": "down", "reason": "store_full"}


def test_metrics_count_routes_and_codes_never_ids(app: App) -> None:
    visit = app.visit()
    visit.turn(text=FIRST_SENTENCE)
    app.client.get("/api/v1/secret-name")
    shown = app.client.get("/metrics").text
    assert 'requests_total{route="/api/v1/visits/{visit_id}/turns",status="200"}' in shown
    assert "request_seconds_bucket" in shown
    assert visit.id not in shown
    assert "secret-name" not in shown
    labels = set(re.findall(r'route="([^"]*)"', shown))
    assert labels <= {path for _, path in routes(app)} | {"other", "/web", *_pages(app)}


def _pages(app: App) -> set[str]:
    return {getattr(route, "path", "") for route in app.web.routes}


def test_every_answer_carries_its_guards(app: App) -> None:
    for path in ("/healthz", "/api/v1/calls", "/api/v1/about", "/wings"):
        headers = app.client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_what_every_screen_asks_first(app: App, start_app: StartApp) -> None:
    about = good(app.client.get("/api/v1/about"))
    assert about["demo"] is True
    assert about["municipality"]["code"] == "99201"
    assert about["life_events"]
    assert {p["pin"] for p in about["persons"]}, "the demo shows its cards and PINs"
    assert about["municipality"]["character"] in {
        c["base"] for c in good(app.client.get("/api/v1/characters"))
    }
    problem(app.client.get("/api/v1/characters/town/character.svg"), 404, "not_found")
    floor = app.client.get("/api/v1/floor-map.svg")
    assert floor.headers["content-type"] == "image/svg+xml"


def test_outside_the_demo_no_card_or_pin_is_shown(start_app: StartApp) -> None:
    from assistant.services import Services

    app = start_app(demo=False)
    services: Services = app.services
    services.demo_persons = ()
    about = good(app.client.get("/api/v1/about"))
    assert about["demo"] is False
    assert about["persons"] == []
