"""The cable between one screen and the server, to be pulled out and put back: a cut closes nothing, it is only silent."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

CHUNK = 65_536
WAIT_S = 10


class Cable:
    """Forwards what comes to `address` to the server, while it is in; what is under way waits for its return."""

    def __init__(self, server_port: int):
        self.server_port = server_port
        """Another one after the server was killed and started anew."""
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cable", daemon=True)
        self._whole = asyncio.Event()
        self._streams: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._begin())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()

    def pull(self) -> None:
        """Nothing passes any more; both ends hold sockets that stand."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def put_back(self) -> None:
        """What waited goes on."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(WAIT_S)

    async def _begin(self) -> None:
        self._whole.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _end(self) -> None:
        self._server.close()
        self._whole.set()
        for stream in self._streams:
            stream.transport.abort()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        if not self._server.is_serving():
            writer.close()
            return
        try:
            to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            writer.close()
            return
        self._streams |= {writer, to_server[1]}
        await asyncio.gather(self._pass(reader, to_server[1]), self._pass(to_server[0], writer))
        self._streams -= {writer, to_server[1]}

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(CHUNK):
                await self._whole.wait()
                target.write(data)
                await target.drain()
        await self._whole.wait()
        target.close()
