"""Progress says the step, the time left and what follows."""

import io

from deploy.progress import Progress, Step


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_left_follows_the_pace_of_the_step() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress([Step("app", 40), Step("Rasa", 60)], out, clock)
    progress.begin()
    clock.now = 20
    progress.update(0.25, "10 of 40 packages")
    assert out.getvalue().splitlines() == [
        "[1/2] app: about 40 s (then 60 s)",
        "[1/2] app: 10 of 40 packages, about 60 s left (then 60 s)",
    ]


def test_a_slow_step_makes_the_next_guess_longer() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress([Step("app", 40), Step("Rasa", 60)], out, clock)
    progress.begin()
    clock.now = 80
    progress.end()
    progress.begin()
    assert out.getvalue().splitlines()[-2:] == ["[1/2] app: done in 80 s", "[2/2] Rasa: about 2 min 0 s"]


def test_a_log_gets_a_line_every_ten_seconds_at_most() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress([Step("app", 40)], out, clock)
    progress.begin()
    for clock.now in range(1, 31):
        progress.update(0.5, "half")
    assert len(out.getvalue().splitlines()) == 1 + 3
