"""The description outsiders build on: every route with an example, taken from a visit of the demo family.

The examples stand in `openapi_examples.json`, recorded by `tests/assistant/record_examples.py`; a test keeps the file
and the routes together.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

EXAMPLES = Path(__file__).parent / "openapi_examples.json"


@cache
def examples() -> dict[str, Any]:
    """Examples by `METHOD path`: request and response."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def install(app: FastAPI) -> None:
    """Makes the app describe itself with examples."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            for name, operation in operations(schema):
                _add_problem(operation)
                _add_file(name, operation)
                example = examples().get(name)
                if example is not None:
                    _add(operation, example)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


PROBLEM = {
    "type": "urn:one-counter:problem:card_absent",
    "title": "card_absent",
    "status": 409,
    "code": "card_absent",
    "detail": "カードがまだ置かれていません。",
    "remedy": "カードリーダーに置いてください。カードを使わずに進むこともできます。",
}
FILES = {
    ".wav": "audio/wav",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    "/metrics": "text/plain",
}


def _add_problem(operation: dict[str, Any]) -> None:
    content = {"application/problem+json": {"schema": {"type": "object"}, "example": PROBLEM}}
    for status in ("4XX", "5XX"):
        operation["responses"][status] = {
            "description": "RFC 9457 problem with a stable code",
            "content": content,
        }
    operation["responses"].pop("422", None)


def _add_file(name: str, operation: dict[str, Any]) -> None:
    for ending, media_type in FILES.items():
        if name.endswith(ending) and "200" in operation["responses"]:
            schema = {"type": "string", "format": "binary"}
            operation["responses"]["200"]["content"] = {media_type: {"schema": schema}}


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """`METHOD path` and description of each operation."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _add(operation: dict[str, Any], example: dict[str, Any]) -> None:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "request" in example:
        body["example"] = example["request"]
    for status, response in operation["responses"].items():
        if status.startswith("2") and "response" in example:
            content = response.setdefault("content", {})
            content.setdefault("application/json", {})["example"] = example["response"]
