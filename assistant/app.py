"""The FastAPI application: routes, pages, security headers; everything it needs is given to it as services."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import openapi, problems
from assistant.callers import READS, RateLimits, origin_is_ours
from assistant.metrics import observe
from assistant.routes import (
    accounts,
    audit,
    cards,
    cases,
    conversations,
    forms,
    hall,
    health,
    kiosks,
    live,
    own_account,
    pages,
    sign_on,
    staff,
    tickets,
    visits,
)
from assistant.services import Services
from assistant.settings import Settings
from assistant.staff_sessions import origin_foreign

WEB = Path(__file__).parent / "web"

ROUTES = (
    health,
    visits,
    cards,
    forms,
    cases,
    staff,
    hall,
    tickets,
    own_account,
    sign_on,
    accounts,
    kiosks,
    audit,
    conversations,
    live,
)
"""Every module of routes."""

CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Cache-Control": "no-store",
}

STRICT_TRANSPORT = "max-age=31536000"
"""Under TLS a browser that was here once never asks without it again."""

MOST_BODY_BYTES = 16 * 1024 * 1024
"""Longest request body read; a million characters, escaped in JSON, still get their clear answer."""


def make_app(services: Services) -> FastAPI:
    """The application over these services."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.live.bind(asyncio.get_running_loop())
        watchers = [
            asyncio.create_task(services.sweep_for_ever()),
            asyncio.create_task(services.pass_on_for_ever()),
        ]
        try:
            yield
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)

    app = FastAPI(
        title="one-counter",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    problems.install(app)
    openapi.install(app)
    app.add_middleware(_LimitedBody)
    app.middleware("http")(_Guard(services.settings))
    for module in ROUTES:
        app.include_router(module.router)
    pages.add_pages(app, WEB)
    app.mount("/web", StaticFiles(directory=WEB), name="web")
    return app


class _LimitedBody:
    """Stops reading a body that says no length and turns out too long."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts what is received."""
        read_bytes = 0

        async def counted() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > MOST_BODY_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


class _Guard:
    """Origin, rate, size, timing and security headers of every answer."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._limits = RateLimits(settings)
        self._headers = (
            {**HEADERS, "Strict-Transport-Security": STRICT_TRANSPORT} if settings.tls else HEADERS
        )

    async def __call__(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Answers itself what must not go on."""
        refused = self._refused(request)
        if refused is not None:
            response: Response = problems.problem_response(refused)
            if "wait_s" in refused.extra:
                response.headers["Retry-After"] = str(refused.extra["wait_s"])
        else:
            started = time.perf_counter()
            response = await call_next(request)
            route = request.scope.get("route")
            observe(getattr(route, "path", "other"), response.status_code, time.perf_counter() - started)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        if request.url.path.startswith(("/web/", "/fonts/")):
            response.headers["Cache-Control"] = "public, max-age=300"
        return response

    def _refused(self, request: Request) -> problems.Problem | None:
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length) > MOST_BODY_BYTES:
            return problems.Problem(
                413, "too_large", "内容が長すぎます。", "短くして、もう一度送ってください。"
            )
        if request.method not in READS and not origin_is_ours(request.headers, self._settings):
            return origin_foreign()
        wait_s = self._limits.wait_s(request)
        if not wait_s:
            return None
        return problems.Problem(
            429,
            "too_many_requests",
            "短い間に多くの操作がありました。",
            f"{wait_s}秒ほど待ってから、もう一度お試しください。",
            wait_s=wait_s,
        )
