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
                example = examples().get(name)
                if example is not None:
                    _add(operation, example)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


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
