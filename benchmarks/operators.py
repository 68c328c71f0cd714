"""Ten operators and fifty kiosks at once: every take is raced, every message sent twice, and everything is counted.

Measured is what a resident waits for: from the operator's click to the announcement at the kiosk. The baseline is the
same take with nothing else going on. Fails when a message is lost or doubled, or when two hold one conversation.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from assistant.maintenance import DATABASE, KEY
from assistant.services import now_in_tokyo
from benchmarks.served import Served, served
from counter_bridge.sql_store import open_store
from counter_bridge.staff import Role

KIOSKS, OPERATORS, ROUNDS = 50, 10, 4
PASSWORD = "ten operators at once"  # noqa: S105
MOST_MS = 300


class Kiosk:
    """One kiosk: a visit, its socket, and everything it was told."""

    def __init__(self, address: str):
        self.client = httpx.Client(base_url=address, timeout=60)
        opened = self.client.post("/api/v1/visits", json={}).json()
        self.id, self.base = opened["visit_id"], f"/api/v1/visits/{opened['visit_id']}"
        self.headers = {"Authorization": f"Bearer {opened['token']}"}
        self.told: list[dict[str, Any]] = []
        self.held = threading.Event()
        self.held_at = 0.0
        self.socket = connect(f"ws{address.removeprefix('http')}{self.base}/live", max_size=None)
        self.socket.send(json.dumps({"token": opened["token"]}))
        self.socket.send(json.dumps({"voice": {"on": False}}))
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        with suppress(ConnectionClosed):
            for text in self.socket:
                message = json.loads(text)
                self.told.append(message)
                if message["type"] == "operator" and message["state"] == "held":
                    self.held_at = time.perf_counter()
                    self.held.set()

    def call(self) -> None:
        self.client.post(f"{self.base}/call_operator", headers=self.headers).raise_for_status()

    def say(self, text: str) -> None:
        for _ in range(2):
            body = {"text": text, "turn_id": text}
            self.client.post(f"{self.base}/turns", json=body, headers=self.headers).raise_for_status()


class Operator:
    """One operator, signed in, with a screen open."""

    def __init__(self, address: str, number: int):
        self.client = httpx.Client(base_url=address, timeout=60)
        login = {"user": f"operator{number}", "password": PASSWORD}
        self.client.post("/api/v1/login", json=login).raise_for_status()
        cookie = {"Cookie": f"session={self.client.cookies['session']}"}
        self.socket = connect(f"ws{address.removeprefix('http')}/api/v1/live", additional_headers=cookie)
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        with suppress(ConnectionClosed):
            for _ in self.socket:
                pass

    def act(self, kiosk: Kiosk, name: str, **body: str) -> httpx.Response:
        return self.client.post(f"/api/v1/conversations/{kiosk.id}/{name}", json=body)

    def take(self, kiosk: Kiosk) -> float | None:
        """Milliseconds until the kiosk announced it; None when another was faster."""
        begun = time.perf_counter()
        answer = self.act(kiosk, "take")
        if answer.status_code == 409:
            return None
        answer.raise_for_status()
        kiosk.held.wait(30)
        return (kiosk.held_at - begun) * 1000

    def say(self, kiosk: Kiosk, text: str) -> None:
        for _ in range(2):
            self.act(kiosk, "say", text=text, message_id=text).raise_for_status()


def talk(kiosk: Kiosk, mine: Operator, rival: Operator) -> list[float]:
    """One whole talk, which two operators wanted."""
    kiosk.call()
    with ThreadPoolExecutor(2) as both:
        taken = list(both.map(lambda who: (who, who.take(kiosk)), (mine, rival)))
    winners = [(who, ms) for who, ms in taken if ms is not None]
    assert len(winners) == 1, f"{len(winners)} hold one conversation"
    ((leader, ms),) = winners
    for number in range(ROUNDS):
        leader.say(kiosk, f"operator-{number}")
        kiosk.say(f"resident-{number}")
    leader.act(kiosk, "give_back", agreed="done", message_id="back").raise_for_status()
    return [ms]


def count(kiosk: Kiosk, operator: Operator) -> tuple[int, int]:
    """Messages lost and doubled, in the store and at the kiosk's screen."""
    kept = operator.client.get(f"/api/v1/conversations/{kiosk.id}").json()["messages"]
    wanted = [f"{who}-{n}" for who in ("operator", "resident") for n in range(ROUNDS)]
    texts = [m["text"] for m in kept]
    shown = [m["text"] for m in kiosk.told if m["type"] == "operator_says"]
    lost = sum(w not in texts for w in wanted) + sum(f"operator-{n}" not in shown for n in range(ROUNDS))
    doubled = sum(texts.count(w) > 1 for w in wanted) + len(shown) - len(set(shown))
    assert [m["seq"] for m in kept] == list(range(1, len(kept) + 1)), "a gap in the numbers"
    return lost, doubled


def run(demo: Served) -> int:
    address = demo.address
    operators = [Operator(address, n) for n in range(OPERATORS)]
    kiosks = [Kiosk(address) for _ in range(KIOSKS)]
    alone: list[float] = []
    for _ in range(10):
        kiosk = Kiosk(address)
        kiosk.call()
        alone.append(operators[0].take(kiosk) or 0.0)
    begun = time.perf_counter()
    with ThreadPoolExecutor(OPERATORS) as at_once:
        takes = list(
            at_once.map(
                lambda n: talk(kiosks[n], operators[n % OPERATORS], operators[(n + 1) % OPERATORS]),
                range(KIOSKS),
            )
        )
    took_s = time.perf_counter() - begun
    counted = [count(kiosk, operators[0]) for kiosk in kiosks]
    lost, doubled = (sum(column) for column in zip(*counted, strict=True))
    taken = sorted(ms for one in takes for ms in one)
    p95 = statistics.quantiles(taken, n=20)[-1]
    said = KIOSKS * ROUNDS * 2
    print(
        f"| {'take to announcement':<40} | {'p50 ms':>7} | {'p95 ms':>7} |\n|{'-' * 42}|{'-' * 9}|{'-' * 9}|"
    )
    print(
        f"| {f'{OPERATORS} operators, {KIOSKS} kiosks, each raced':<40} | {statistics.median(taken):7.0f} | {p95:7.0f} |"
    )
    print(
        f"| {'baseline: nothing else going on':<40} | {statistics.median(alone):7.0f} | {max(alone):7.0f} |\n"
    )
    print(f"{said} messages sent twice in {took_s:.0f} s: {lost} lost, {doubled} doubled (most {MOST_MS} ms)")
    return int(lost or doubled)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        store = open_store(f"sqlite:///{home / DATABASE}", home / KEY, clock=now_in_tokyo)
        for number in range(OPERATORS):
            store.add_user(f"operator{number}", f"{number}番", [Role.TOWN_OPERATOR], PASSWORD)
        store.close()
        off = {"ASSISTANT_UNDERSTANDING": "no", "ASSISTANT_SPEECH": "no"}
        with served(home, **off) as demo:
            demo.wait_for("/healthz")
            return run(demo)


if __name__ == "__main__":
    sys.exit(main())
