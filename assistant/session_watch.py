"""Ends the socket of a screen whose session has ended: nothing more of a case is pushed to somebody signed out."""

import asyncio
from contextlib import suppress

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
    async with services.live.listen(ENDED) as told:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(told.get(), LOOK_EVERY_S)
            try:
                if await run_in_threadpool(services.staff.session_of, socket.cookies) is not None:
                    continue
            except CounterBridgeError:
                continue
            with suppress(RuntimeError):
                await socket.close(NOT_SIGNED_IN)
            return
