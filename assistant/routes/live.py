"""Live push: one socket per kiosk (its token first), one per staff screen (cookie and Origin), one for the hall."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from assistant.conversations import Conversations
from assistant.live import BEAT_S
from assistant.operator_floor import CHANNEL, MAY_TALK, own_channel, role_channel
from assistant.problems import Problem
from assistant.services import Services, services_for
from assistant.session_watch import NOT_SIGNED_IN, until_clerk_signed_out, until_signed_out
from assistant.sound import Silent
from assistant.spoken_turns import SpokenTurns
from assistant.voice import FromKiosk, VisitVoice
from counter_bridge.errors import CounterBridgeError
from counter_bridge.staff import Role, StaffSession

router = APIRouter()

TOKEN_WAIT_S = 5
TRY_AGAIN_LATER = 1013
"""The store is away; the token may well be right."""
SEES_CASES = frozenset({Role.COUNTER_STAFF, Role.TOWN_OPERATOR, Role.ATTENDANT})
"""Who hears of cases and of people who are wanted; a contractor's operator never hears of quiet visits."""


@router.websocket("/api/v1/visits/{visit_id}/live")
async def visit_live(socket: WebSocket, visit_id: str) -> None:
    """What happens to a visit, and its sound; the first message is `{"token": …}` within five seconds."""
    await socket.accept()
    try:
        services = await run_in_threadpool(services_for, socket.app.state.services, {"visit_id": visit_id})
        first = await asyncio.wait_for(socket.receive_json(), TOKEN_WAIT_S)
        told: dict[str, Any] = first if isinstance(first, dict) else {}
        holder = await run_in_threadpool(services.visits.holder, visit_id, str(told.get("token")))
        shown = await run_in_threadpool(services.visits.show, holder)
        visit = await run_in_threadpool(services.visits.load, holder)
    except (TimeoutError, ValueError, KeyError, RecursionError, Problem, WebSocketDisconnect):
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(NOT_SIGNED_IN)
        return
    except CounterBridgeError:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(TRY_AGAIN_LATER)
        return
    loop = asyncio.get_running_loop()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def post(message: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(outbox.put_nowait, message)

    voice = VisitVoice(
        Silent() if holder.on_phone else services.sound,
        SpokenTurns(services.visits, services.acts, holder),
        post,
        speaks=visit.mode == "kiosk",
        slow="slowly" in visit.help_wished,
    )
    services.voices.take(visit_id, voice)
    clerk = holder.opened_by
    try:
        async with services.live.listen(f"visit:{visit_id}") as queue:
            hello = {"type": "step", **shown}
            voice.shown(hello, speak=told.get("resumed") is not True)
            with suppress(WebSocketDisconnect, RuntimeError):
                await socket.send_json(hello)
                for said in await run_in_threadpool(
                    services.talks.said_since, visit_id, told.get("told_seq")
                ):
                    await socket.send_json(said)
                await _while_open(
                    _listen(
                        socket,
                        voice,
                        partial(services.visits.fell_silent, holder),
                        partial(_pass_on, services.talks, visit_id),
                    ),
                    _send_steps(socket, queue, voice),
                    _send_all(socket, outbox),
                    _beat(socket),
                    *([] if clerk is None else [until_clerk_signed_out(services, socket, clerk)]),
                )
    finally:
        services.voices.release(visit_id, voice)


def _pass_on(talks: Conversations, visit_id: str, message: FromKiosk) -> None:
    """What an operator's screen hears of the kiosk."""
    if message.view is not None:
        talks.shows(visit_id, message.view)
    if message.signal is not None:
        talks.heard_signal(visit_id, message.signal.kind, message.signal.body)


async def _listen(
    socket: WebSocket,
    voice: VisitVoice,
    fell_silent: Callable[[], None],
    pass_on: Callable[[FromKiosk], None],
) -> None:
    """Sound and messages of the kiosk until it goes away."""
    while True:
        received = await socket.receive()
        if received["type"] == "websocket.disconnect":
            return
        if (frame := received.get("bytes")) is not None:
            voice.hear_sound(frame)
            continue
        try:
            message = FromKiosk.model_validate_json(received.get("text") or "")
        except ValidationError:
            await socket.send_json(
                {"type": "problem", "code": "message_unknown", "detail": "この連絡は読み取れませんでした。"}
            )
            continue
        await run_in_threadpool(voice.hear_message, message)
        await run_in_threadpool(pass_on, message)
        if message.say == "silence":
            with suppress(Problem):
                await run_in_threadpool(fell_silent)


async def _send_steps(socket: WebSocket, queue: "asyncio.Queue[dict[str, Any]]", voice: VisitVoice) -> None:
    while True:
        message = await queue.get()
        since_s = time.monotonic()
        await socket.send_json(message)
        if message.get("type") == "step":
            led = (message.get("operator") or {}).get("state") == "held"
            speaks = not led and "unspoken" not in message
            await run_in_threadpool(partial(voice.shown, message, speak=speaks, since_s=since_s))


async def _send_all(socket: WebSocket, outbox: "asyncio.Queue[dict[str, Any]]") -> None:
    while True:
        await socket.send_json(await outbox.get())


async def _beat(socket: WebSocket) -> None:
    """Says that the line stands: a cut closes nothing, a screen knows it by the silence."""
    while True:
        await asyncio.sleep(BEAT_S)
        await socket.send_json({"type": "beat"})


async def _while_open(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends; the others are stopped."""

    async def until_gone(coroutine: Coroutine[Any, Any, None]) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await coroutine

    tasks = [asyncio.create_task(until_gone(coroutine)) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


@router.websocket("/api/v1/live")
async def staff_live(socket: WebSocket) -> None:
    """Cases for signed-in staff; the hall display, which has no session, hears numbers only."""
    services: Services = socket.app.state.services
    if not services.staff.origin_is_ours(socket.headers):
        await socket.close(NOT_SIGNED_IN)
        return
    signed_in = await run_in_threadpool(services.staff.session_of, socket.cookies)
    await socket.accept()
    channels = channels_of(signed_in)
    await _serve(
        services,
        socket,
        channels,
        {"type": "calls", **await run_in_threadpool(services.hall.calls)},
        partial(until_signed_out, services, socket) if len(channels) > 1 else None,
    )


def channels_of(session: StaffSession | None) -> tuple[str, ...]:
    """What a screen hears: the hall's numbers, and by its person's roles cases and conversations.

    Who is wanted at a quiet visit is told to counter staff only: neither a contractor's operator nor an attendant hears it.
    """
    if session is None or session.user.temporary_password:
        return ("calls",)
    roles = session.user.roles
    talks = [role for role in MAY_TALK if role in roles]
    return (
        "calls",
        *(["staff"] if roles & SEES_CASES else []),
        *([CHANNEL, own_channel(session.user.name)] if talks else []),
        *(role_channel(role) for role in talks),
    )


async def _serve(
    services: Services,
    socket: WebSocket,
    channels: tuple[str, ...],
    hello: dict[str, Any],
    until: Callable[[], Coroutine[Any, Any, None]] | None,
) -> None:
    async with services.live.listen(*channels) as queue:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json(hello)
            await _while_open(
                _drain(socket), _send_all(socket, queue), _beat(socket), *([until()] if until else [])
            )


async def _drain(socket: WebSocket) -> None:
    """Reads until the screen goes away; screens say nothing here that changes anything."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive()
