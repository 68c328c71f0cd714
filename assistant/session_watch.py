"""Ends the socket of a screen whose session has ended: nothing more of a case is pushed to somebody signed out."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from fastapi import WebSocket
from starlette.concurrency import run_in_threadpool

from assistant.services import Services
from assistant.staff_sessions import ENDED
from counter_bridge.errors import CounterBridgeError

NOT_SIGNED_IN = 4401
LOOK_EVERY_S = 15
"""A session that runs out, or is ended by another process, is seen this late at most."""


async def until_signed_out(services: Services, socket: WebSocket) -> None:
    """Returns, with the socket closed, once its session is over; told of it at once or seen soon."""
    await _until_ended(services, socket, lambda: services.staff.session_of(socket.cookies) is not None)


async def until_clerk_signed_out(services: Services, socket: WebSocket, clerk: str) -> None:
    """The same for the visit of a 聞き取り受付: it ends with the session of the clerk who opened it."""
    await _until_ended(services, socket, partial(services.store.is_signed_in, clerk))


async def _until_ended(services: Services, socket: WebSocket, is_signed_in: Callable[[], bool]) -> None:
    async with services.live.listen(ENDED) as told:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(told.get(), LOOK_EVERY_S)
            try:
                if await run_in_threadpool(is_signed_in):
                    continue
            except CounterBridgeError:
                continue
            with suppress(RuntimeError):
                await socket.close(NOT_SIGNED_IN)
            return
