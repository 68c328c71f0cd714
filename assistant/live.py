"""Pushes what happens to the screens that are open; a screen that missed something reads the state again.

The hub keeps no events: every message carries enough to fetch the truth, and reconnecting screens fetch it
first. It is called from worker threads and delivers on the event loop.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

QUEUE_LENGTH = 200
"""A screen that falls this many messages behind is told to read everything again."""
BEAT_S = 2.0
"""Every line carries at least one message in this time: a screen that hears none for 5 s takes it as cut."""
KEPT_ALIVE = {"ws_ping_interval": 3.0, "ws_ping_timeout": 4.0}
"""A screen whose cable is out closes nothing: the server takes it as gone after 7 s without an answer."""


class LiveHub:
    """Channels by name: `visit:<id>` for one kiosk, `staff` for desks, `calls` for the hall."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Names the loop that delivers; called once at start."""
        self._loop = loop

    def publish(self, channel: str, message: dict[str, Any]) -> None:
        """Sends `message` to every screen on the channel; callable from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._deliver, channel, message)

    @asynccontextmanager
    async def listen(self, *channels: str) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
        """A queue that receives what is published on the channels."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LENGTH)
        for channel in channels:
            self._queues.setdefault(channel, set()).add(queue)
        try:
            yield queue
        finally:
            for channel in channels:
                self._queues[channel].discard(queue)
                if not self._queues[channel]:
                    del self._queues[channel]

    def listeners(self, channel: str) -> int:
        """How many screens listen."""
        return len(self._queues.get(channel, ()))

    def heard_on(self, prefix: str) -> list[str]:
        """What follows `prefix` in the names of channels that some screen listens to."""
        return sorted(name.removeprefix(prefix) for name in tuple(self._queues) if name.startswith(prefix))

    def _deliver(self, channel: str, message: dict[str, Any]) -> None:
        for queue in self._queues.get(channel, ()):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"type": "read_again"})
            else:
                queue.put_nowait(message)
