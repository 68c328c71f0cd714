"""Says which step runs and how long it still takes.

A set-up of minutes that prints nothing looks broken. On a terminal one line is redrawn; anywhere else a plain
line appears at the start, every ten seconds and at the end, so that a log stays readable.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

PLAIN_INTERVAL_S = 10.0
"""Between two lines of the same step when nobody watches."""
TRUSTED_FRACTION = 0.1
"""Below this part of a step its measured duration predicts better than its own pace."""


@dataclass(frozen=True)
class Step:
    """One part of the work."""

    title: str
    expected_s: float
    """Measured on two cores with a good connection; corrected by the pace of the steps before."""


def duration_text(seconds: float) -> str:
    """Say a duration as a person would.

    >>> duration_text(0.4), duration_text(42), duration_text(150)
    ('1 s', '42 s', '2 min 30 s')
    """
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"


class Progress:
    """Reports on a known list of steps, one after the other."""

    def __init__(
        self, steps: Sequence[Step], out: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._steps = list(steps)
        self._out = out
        self._clock = clock
        self._live = out.isatty()
        self._index = -1
        self._started = 0.0
        self._printed = 0.0
        self._expected_done_s = 0.0
        self._actual_done_s = 0.0

    def begin(self) -> None:
        """Start the next step."""
        self._index += 1
        self._started = self._clock()
        self._show(f"{self._current.title}: about {duration_text(self._expected_s())}{self._after()}")

    def update(self, fraction: float, detail: str) -> None:
        """Report that `fraction` (0 to 1) of the current step is done; prints only when due."""
        now = self._clock()
        if not self._live and now - self._printed < PLAIN_INTERVAL_S:
            return
        left = self._left_s(now - self._started, fraction)
        self._show(f"{self._current.title}: {detail}, about {duration_text(left)} left{self._after()}")

    def end(self) -> None:
        """Finish the current step."""
        elapsed = self._clock() - self._started
        self._expected_done_s += self._current.expected_s
        self._actual_done_s += elapsed
        self._show(f"{self._current.title}: done in {duration_text(elapsed)}")
        self.release_line()

    def tell(self, sentence: str) -> None:
        """Print a sentence that stays, on its own line."""
        self.release_line()
        self._out.write(sentence + "\n")
        self._out.flush()

    def release_line(self) -> None:
        """End a line that is being redrawn, so that other text starts on its own."""
        if self._live:
            self._out.write("\n")
            self._out.flush()

    @property
    def _current(self) -> Step:
        return self._steps[self._index]

    def _pace(self) -> float:
        if self._expected_done_s < 5:
            return 1.0
        return min(4.0, max(0.5, self._actual_done_s / self._expected_done_s))

    def _expected_s(self) -> float:
        return self._current.expected_s * self._pace()

    def _left_s(self, elapsed: float, fraction: float) -> float:
        if fraction >= TRUSTED_FRACTION:
            return elapsed * (1 - fraction) / fraction
        return max(self._expected_s() - elapsed, elapsed)

    def _after(self) -> str:
        following = sum(step.expected_s for step in self._steps[self._index + 1 :]) * self._pace()
        return f" (then {duration_text(following)})" if following >= 1 else ""

    def _show(self, text: str) -> None:
        self._printed = self._clock()
        line = f"[{self._index + 1}/{len(self._steps)}] {text}"
        self._out.write(f"\r\033[K{line}" if self._live else f"{line}\n")
        self._out.flush()
