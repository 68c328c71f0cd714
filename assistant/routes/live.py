"""Live push: one socket per kiosk (its token first), one per staff screen (cookie and Origin), one for the hall."""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from assistant.problems import Problem
from assistant.services import Services, services_for
from counter_bridge.errors import CounterBridgeError
from counter_bridge.staff import Role

router = APIRouter()

TOKEN_WAIT_S = 5
NOT_SIGNED_IN = 4401
TRY_AGAIN_LATER = 1013
"""The store is away; the token may well be right."""
SEES_CASES = frozenset({Role.COUNTER_STAFF, Role.TOWN_OPERATOR, Role.ATTENDANT})
"""Who hears of cases and of people who are wanted; a contractor's operator never hears of quiet visits."""


@router.websocket("/api/v1/visits/{visit_id}/live")
async def visit_live(socket: WebSocket, visit_id: str) -> None:
    """What happens to a visit; the first message is `{"token": …}` within five seconds."""
    await socket.accept()
    try:
        services = await run_in_threadpool(services_for, socket.app.state.services, {"visit_id": visit_id})
        first = await asyncio.wait_for(socket.receive_json(), TOKEN_WAIT_S)
        token = first.get("token") if isinstance(first, dict) else None
        holder = await run_in_threadpool(services.visits.holder, visit_id, str(token))
        shown = await run_in_threadpool(services.visits.show, holder)
    except (TimeoutError, ValueError, KeyError, RecursionError, Problem, WebSocketDisconnect):
        with suppress(RuntimeError):
            await socket.close(NOT_SIGNED_IN)
        return
    except CounterBridgeError:
        await socket.close(TRY_AGAIN_LATER)
        return
    await _serve(services, socket, (f"visit:{visit_id}",), {"type": "step", **shown})


@router.websocket("/api/v1/live")
async def staff_live(socket: WebSocket) -> None:
    """Cases for signed-in staff; the hall display, which has no session, hears numbers only."""
    services: Services = socket.app.state.services
    if not services.staff.origin_is_ours(socket.headers):
        await socket.close(NOT_SIGNED_IN)
        return
    signed_in = await run_in_threadpool(services.staff.session_of, socket.cookies)
    await socket.accept()
    may_see = signed_in is not None and bool(signed_in.user.roles & SEES_CASES)
    channels = ("calls", "staff") if may_see else ("calls",)
    await _serve(
        services, socket, channels, {"type": "calls", **await run_in_threadpool(services.desk.calls)}
    )


async def _serve(
    services: Services, socket: WebSocket, channels: tuple[str, ...], hello: dict[str, Any]
) -> None:
    async with services.live.listen(*channels) as queue:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json(hello)
            reading = asyncio.create_task(_drain(socket))
            try:
                while not reading.done():
                    getting = asyncio.create_task(queue.get())
                    await asyncio.wait({getting, reading}, return_when=asyncio.FIRST_COMPLETED)
                    if getting.done():
                        await socket.send_json(getting.result())
                    else:
                        getting.cancel()
            finally:
                reading.cancel()


async def _drain(socket: WebSocket) -> None:
    """Reads until the screen goes away; screens say nothing here that changes anything."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive()
