"""One resident turn by text, HTTP in to step out, Rasa included; the baseline is the same visit by button."""

import statistics
import sys
import time
from typing import Any

import httpx

from benchmarks.served import served

FIRST = (
    "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました",
    "おとといに一人で世田谷区から引っ越してきました",
    "今月の1日に夫と二人で大阪市から越してきました",
    "市内で引っ越しました",
)
VISITS = 40
BUDGET_MS = 150


def opened(client: httpx.Client) -> tuple[str, dict[str, str]]:
    visit = client.post("/api/v1/visits", json={"on": "2026-04-07"}).json()
    return f"/api/v1/visits/{visit['visit_id']}/turns", {"Authorization": f"Bearer {visit['token']}"}


def timed(client: httpx.Client, path: str, headers: dict[str, str], body: Any, into: list[float]) -> None:
    begun = time.perf_counter()
    answer = client.post(path, json=body, headers=headers)
    into.append((time.perf_counter() - begun) * 1000)
    answer.raise_for_status()


def row(name: str, times: list[float]) -> float:
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"| {name:<44} | {len(times):5} | {statistics.median(times):8.1f} | {p95:8.1f} |")
    return p95


def main() -> int:
    first: list[float] = []
    yes: list[float] = []
    button: list[float] = []
    with served() as demo:
        demo.wait_for("/readyz", "understanding")
        with httpx.Client(base_url=demo.address, timeout=30) as client:
            for number in range(VISITS + 4):
                if number == 4:
                    first, yes, button = [], [], []
                path, headers = opened(client)
                timed(client, path, headers, {"text": FIRST[number % len(FIRST)]}, first)
                timed(client, path, headers, {"text": "はい、そうです"}, yes)
                path, headers = opened(client)
                timed(
                    client, path, headers, {"answer": {"question": "reasons", "value": "moving_in"}}, button
                )
    print(
        f"| {'':<44} | {'turns':>5} | {'p50 ms':>8} | {'p95 ms':>8} |\n|{'-' * 46}|{'-' * 7}|{'-' * 10}|{'-' * 10}|"
    )
    p95 = row("first sentence, Rasa included", first)
    row("a spoken yes to the read-back", yes)
    row("baseline: the reason by button", button)
    print(f"\nmust reach: text turn p95 ≤ {BUDGET_MS} ms; it is {p95:.0f} ms")
    return int(p95 > BUDGET_MS)


if __name__ == "__main__":
    sys.exit(main())
