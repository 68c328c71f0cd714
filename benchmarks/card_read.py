"""How long the card takes, from the call to the four attributes.

One table: the whole stack (pyscard, pcscd, virtual reader, software card), the same without TCP_QUICKACK on the
card's wire as baseline, and the conversation alone without PC/SC. Run from the repository:
`python benchmarks/card_read.py [READS]`.
"""

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from counter_bridge.card import CardRead, TriesLeft
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_persons import load_demo_persons
from counter_bridge.demo_reader import DemoReader
from counter_bridge.fake_card_reader import FakeCardReader
from counter_bridge.pcsc_reader import PcscReader
from counter_bridge.pin import Pin

BUDGET_MS = 1000
COMMANDS_OF_A_READ = 7


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def row(label: str, taken: list[float]) -> None:
    cuts = statistics.quantiles(taken, n=20)
    print(f"| {label:<46} | {len(taken):>5} | {statistics.median(taken):>9.2f} | {cuts[-1]:>9.2f} |")


def read(reader: PcscReader | FakeCardReader) -> None:
    assert isinstance(reader.read_four_attributes(Pin("1234")), CardRead)


def ask(reader: PcscReader | FakeCardReader) -> None:
    assert isinstance(reader.tries_left(), TriesLeft)


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"| {'':<46} | {'times':>5} | {'p50 ms':>9} | {'p95 ms':>9} |")
    print(f"|{'-' * 48}|{'-' * 7}|{'-' * 11}|{'-' * 11}|")
    with tempfile.TemporaryDirectory() as place:
        begun = time.perf_counter()
        with DemoReader(Path(place), DEMO_PERSONS, "father") as demo:
            start_s = time.perf_counter() - begun
            os.environ.update(demo.environment)
            reader = PcscReader(virtual=True, clock=clock)
            reader.wait_for_card(present=True, timeout_s=5)
            row("status (poll)", milliseconds(reader.status, times))
            row("tries left", milliseconds(lambda: ask(reader), times))
            whole = milliseconds(lambda: read(reader), times)
            row(f"read, whole stack ({COMMANDS_OF_A_READ} commands)", whole)
        with DemoReader(Path(place), DEMO_PERSONS, "father", quick_acknowledge=False):
            reader.wait_for_card(present=True, timeout_s=5)
            baseline = milliseconds(lambda: read(reader), max(10, times // 10))
            row("read, baseline: no TCP_QUICKACK", baseline)
    fake = FakeCardReader(load_demo_persons(DEMO_PERSONS), clock=clock, inserted="father")
    row("read, conversation alone (no PC/SC)", milliseconds(lambda: read(fake), times))
    print(f"\nreader started in {start_s:.2f} s; baseline / whole stack = {ratio(baseline, whole):.0f} ×")
    p95 = statistics.quantiles(whole, n=20)[-1]
    print(f"must reach: read ≤ {BUDGET_MS} ms; p95 is {p95:.1f} ms")
    return 0 if p95 <= BUDGET_MS else 1


def ratio(slow: list[float], fast: list[float]) -> float:
    return statistics.median(slow) / statistics.median(fast)


if __name__ == "__main__":
    sys.exit(main())
