"""Fits a text into a box: smaller type first, then more lines, and it is never cut."""

import re
from dataclasses import dataclass
from functools import lru_cache

from counter_bridge.fonts import Run, clusters, split_runs, width_pt

PT_PER_MM = 72 / 25.4

LEADING = 1.18
"""Line height as a multiple of the type size."""

ONE_LINE_TO_PT = 7.0
"""A name shrinks to this size on one line; under it, it goes to two lines."""

SMALLEST_PT = 4.5
"""Under this size nobody reads a sheet: the text moves to the continuation sheet."""

MOST_LINES = 6

_NEVER_FIRST = "、。,.・:;)）」』】ー々っゃゅょッャュョ"

_SEGMENT = re.compile(r"\([^)]*\)|[一-鿿々〇]+[のとが]?|[ァ-ヶー]+[のと]?|[ぁ-ゖ]+|[A-Za-z0-9]+|[・、]|\s+|.")
"""Parts of a label that belong together: a bracket, a word of one script with its particle."""


@dataclass(frozen=True)
class Fitted:
    """Lines of runs at one size; `fits` is False when even the smallest type is too long for the box."""

    size_pt: float
    lines: tuple[tuple[Run, ...], ...]
    fits: bool = True

    @property
    def height_mm(self) -> float:
        """Height of all lines."""
        return len(self.lines) * self.size_pt * LEADING / PT_PER_MM


@lru_cache(maxsize=4096)
def fit(
    text: str, face: str, width_mm: float, height_mm: float, size_pt: float, *, one_line: bool = False
) -> Fitted:
    """The largest type up to `size_pt` at which `text` stands in the box.

    `one_line`: stay on one line as long as the type is not under 7 pt (names); otherwise the larger type wins.
    """
    runs = split_runs(text, face)
    natural = width_pt(runs, 1.0)
    room = width_mm * PT_PER_MM
    tallest = height_mm * PT_PER_MM / LEADING
    single = min(size_pt, room / natural if natural else size_pt, tallest)
    if single >= (ONE_LINE_TO_PT if one_line else size_pt * 0.8):
        return Fitted(single, (runs,))
    best = Fitted(single, (runs,))
    for count in range(2, MOST_LINES + 1):
        size = min(size_pt, tallest / count)
        while size >= SMALLEST_PT:
            lines = broken(text, face, room / size)
            if len(lines) <= count:
                if size > best.size_pt or best.size_pt < SMALLEST_PT:
                    best = Fitted(size, lines)
                break
            size -= 0.25
    if best.size_pt < SMALLEST_PT:
        return Fitted(SMALLEST_PT, (runs,), fits=False)
    return best


def broken(text: str, face: str, room_em: float) -> tuple[tuple[Run, ...], ...]:
    """`text` in lines of at most `room_em`: after a space where one is near, never before a closing mark."""
    lines: list[str] = []
    line = ""
    used = 0.0
    for cluster in clusters(text):
        width = _em(cluster, face)
        if line and used + width > room_em and not cluster.isspace():
            kept, line = _cut(line, cluster)
            lines.append(kept)
            used = _em(line, face)
        line += cluster
        used += width
    lines.append(line)
    return tuple(split_runs(part, face) for part in lines)


def broken_label(text: str, face: str, room_em: float) -> tuple[tuple[Run, ...], ...]:
    """A label in lines, broken between words; a word longer than the room is broken anywhere."""
    lines = [""]
    for segment in _SEGMENT.findall(text):
        if lines[-1] and _em(lines[-1] + segment.rstrip(), face) > room_em and segment not in _NEVER_FIRST:
            lines.append("")
        lines[-1] += segment if lines[-1] else segment.lstrip()
    return tuple(part for line in lines if line.strip() for part in broken(line.strip(), face, room_em))


def _cut(line: str, following: str) -> tuple[str, str]:
    space = max(line.rfind(" "), line.rfind("\u3000")) + 1
    if space > len(line) * 0.4:
        return line[:space], line[space:]
    if following in _NEVER_FIRST and len(line) > 1:
        return line[:-1], line[-1]
    return line, ""


def _em(text: str, face: str) -> float:
    return width_pt(split_runs(text, face), 1.0)
