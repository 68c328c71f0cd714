"""Screens of a busy hall for the load run: kiosks, and staff whose screen is desk and operator console at once.

Each keeps what it sent and what it heard, so that a message lost or doubled on the way is found by counting.
"""

import asyncio
import json
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

DAY = "2026-04-07"
SENTENCE = "今月の1日に横浜から一人で引っ越してきました"
MOST_TURNS = 60
LOOKS_AGAIN_S = 1.0
"""An operator's list is read again at most so often: with fifty kiosks something changes all the time."""
BUSY = 503
MOST_TRIES = 30


@dataclass
class Timings:
    """Milliseconds by what was waited for."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    sent_again: int = 0
    """Requests the server was too busy for, or whose answer was lost on the way."""

    def add(self, what: str, seconds: float) -> None:
        self.ms.setdefault(what, []).append(max(0.0, seconds) * 1000)


class Line:
    """Requests of one screen; what was not answered is sent again, as a screen does it."""

    def __init__(self, client: httpx.AsyncClient, timings: Timings, headers: dict[str, str]):
        self._client = client
        self._timings = timings
        self._headers = headers

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        for _ in range(MOST_TRIES):
            with suppress(httpx.TransportError):
                answer = await self._client.request(
                    method, f"/api/v1{path}", json=body, headers=self._headers
                )
                if answer.status_code != BUSY:
                    return answer
            self._timings.sent_again += 1
            await asyncio.sleep(LOOKS_AGAIN_S)
        raise RuntimeError(f"no answer to {method} {path.rpartition('/')[2]}")

    async def told(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        told: dict[str, Any] = (await self.ask(method, path, body)).raise_for_status().json()
        return told


class Socket:
    """A live socket that keeps every message with the moment it came."""

    def __init__(self, address: str, path: str, headers: dict[str, str]):
        self._url = address.replace("http", "ws", 1) + path
        self._headers = headers
        self.heard: list[tuple[float, dict[str, Any]]] = []
        self.came = asyncio.Condition()

    async def open(self, first: dict[str, Any] | None = None) -> None:
        self._socket = await websockets.connect(
            self._url, additional_headers=self._headers, open_timeout=60, ping_interval=None
        )
        if first is not None:
            await self._socket.send(json.dumps(first))
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for raw in self._socket:
                self.heard.append((time.perf_counter(), json.loads(raw)))
                async with self.came:
                    self.came.notify_all()

    def of(self, kind: str) -> list[tuple[float, dict[str, Any]]]:
        return [one for one in self.heard if one[1]["type"] == kind]

    async def until(self, kind: str, count: int) -> tuple[float, dict[str, Any]]:
        """The message of this kind that makes `count` of them."""
        async with self.came, asyncio.timeout(120):
            await self.came.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def more_than(self, count: int) -> None:
        """Until more messages came than `count`."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.heard) > count)

    async def close(self) -> None:
        await self._socket.close()
        await self._listening


class Kiosk:
    """One resident who answers by touch after the first sentence."""

    def __init__(self, client: httpx.AsyncClient, timings: Timings, think_s: float, rng: random.Random):
        self._client = client
        self._timings = timings
        self._think_s = think_s
        self._rng = rng
        self.answered: list[str] = []
        """What each turn was answered: the effort so far, which every turn changes."""
        self.texts: list[str] = []
        """Sent to a person."""
        self.case = ""
        self.ticket_at = 0.0

    async def open(self) -> None:
        opened = await Line(self._client, self._timings, {}).told("POST", "/visits", {"on": DAY})
        self.id = opened["visit_id"]
        self._line = Line(self._client, self._timings, {"Authorization": f"Bearer {opened['token']}"})
        self.socket = Socket(str(self._client.base_url), f"/api/v1/visits/{self.id}/live", {})
        await self.socket.open({"token": opened["token"]})
        await self.socket.until("step", 1)

    async def _send(self, path: str, body: Any = None) -> dict[str, Any]:
        return await self._line.told("POST", f"/visits/{self.id}{path}", body)

    async def turn(self, **body: Any) -> dict[str, Any]:
        """One turn, sent twice as after a network that broke: it must count once."""
        await asyncio.sleep(self._rng.uniform(0.5, 1.5) * self._think_s)
        body["turn_id"] = f"turn-{len(self.answered)}"
        begun = time.perf_counter()
        told = await self._send("/turns", body)
        self._timings.add("a turn", time.perf_counter() - begun)
        if len(self.answered) % 5 == 0:
            await self._send("/turns", body)
        self.answered.append(json.dumps(told["plan"]["effort"]))
        return told

    async def talk_until_plan(self) -> None:
        state = await self.turn(text=SENTENCE)
        for _ in range(MOST_TURNS):
            step = state["step"]
            if step["kind"] == "plan":
                return
            question = step["question"]
            value: Any = True
            if question["id"] != "confirm":
                offered = [option["value"] for option in question["options"]]
                value = offered[-1] if offered else None
                if question["multiple"]:
                    value = ["none"] if "none" in offered else offered[-1:]
            unknown = value is None and question["can_skip"]
            answer = {"question": question["id"], **({"unknown": True} if unknown else {"value": value})}
            state = await self.turn(answer=answer)
        raise RuntimeError("no plan")

    async def call(self) -> None:
        await self._send("/call_operator")

    async def say(self, text: str) -> None:
        """Words to the person who leads, sent twice under one id."""
        body = {"text": text, "turn_id": f"said-{len(self.texts)}"}
        await self._send("/turns", body)
        await self._send("/turns", body)
        self.texts.append(text)

    async def ticket(self) -> None:
        told = await self._send("/case")
        self.ticket_at = time.perf_counter()
        self.case = told["case_id"]

    def miscounted(self) -> list[str]:
        """Turns whose step came to the screen never, or twice."""
        pushed = Counter(json.dumps(m["plan"]["effort"]) for _, m in self.socket.of("step") if "spoken" in m)
        sent = Counter(self.answered)
        wrong = [f"{self.id}: step lost" for _ in (sent - pushed).elements()]
        return wrong + [f"{self.id}: step doubled" for _ in (pushed - sent).elements()]


class Staff:
    """One person at a desk with the operator's console; lists are read again whenever something is pushed."""

    def __init__(self, client: httpx.AsyncClient, timings: Timings, token: str, name: str):
        cookie = {"Cookie": f"session={token}"}
        self._line = Line(client, timings, cookie)
        self.socket = Socket(str(client.base_url), "/api/v1/live", cookie)
        self.name = name
        self.seen: dict[str, float] = {}
        """When each case first stood in the list of this desk."""

    async def open(self) -> None:
        await self.socket.open()
        await self.socket.until("calls", 1)
        self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        done, looked = 0, 0.0
        while True:
            await self.socket.more_than(done)
            news = {message["type"] for _, message in self.socket.heard[done:]}
            done = len(self.socket.heard)
            if news & {"case", "read_again"}:
                cases = (await self.get("/cases"))["cases"]
                now = time.perf_counter()
                for case in cases:
                    self.seen.setdefault(case["case_id"], now)
            if news & {"conversation", "read_again"} and time.perf_counter() - looked > LOOKS_AGAIN_S:
                await self.get("/conversations")
                looked = time.perf_counter()

    async def get(self, path: str) -> dict[str, Any]:
        return await self._line.told("GET", path)

    async def act(self, visit: str, act: str, **body: Any) -> httpx.Response:
        return await self._line.ask("POST", f"/conversations/{visit}/{act}", body)

    async def close(self) -> None:
        self._following.cancel()
        with suppress(asyncio.CancelledError):
            await self._following
        await self.socket.close()
