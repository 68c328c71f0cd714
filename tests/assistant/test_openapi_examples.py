"""Every route outsiders can call is described with an example."""

from fastapi import FastAPI

from assistant import openapi
from assistant.app import ROUTES

NOT_JSON = (".wav", ".pdf", ".png", ".svg", "/metrics")
NO_CONTENT = {
    "POST /api/v1/logout",
    "DELETE /api/v1/visits/{visit_id}",
    "POST /api/v1/me/totp/stop",
    "DELETE /api/v1/me/sessions/{session_id}",
    "DELETE /api/v1/sessions/{session_id}",
    "GET /api/v1/oidc/start",
    "GET /api/v1/oidc/callback",
}
"""Nothing comes back, or the browser is sent elsewhere."""


def described() -> dict[str, dict[str, object]]:
    app = FastAPI(title="one-counter", version="1")
    openapi.install(app)
    for module in ROUTES:
        app.include_router(module.router)
    return dict(openapi.operations(app.openapi()))


def test_every_json_route_has_an_example_and_no_example_is_left_over() -> None:
    routes = {name for name in described() if not name.endswith(NOT_JSON)} - NO_CONTENT
    pages = {"GET /api/v1/about", "GET /api/v1/characters"}
    assert routes | pages == set(openapi.examples())


def test_examples_reach_the_description() -> None:
    turn = described()["POST /api/v1/visits/{visit_id}/turns"]
    body = turn["requestBody"]["content"]["application/json"]  # type: ignore[index]
    assert body["example"]["text"]
    assert turn["responses"]["200"]["content"]["application/json"]["example"]["step"]["kind"] == "confirm"  # type: ignore[index]
