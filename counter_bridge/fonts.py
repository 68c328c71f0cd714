"""The fonts of printed forms: BIZ UD Gothic for the sheet, IPAmj Mincho for names, both embedded as subsets.

Names of residents hold characters outside JIS and variation selectors. Their original code points must survive in
the file (a clerk copies them), their registered shape must be seen, and a shape no font holds must never be
replaced in silence: it becomes a visible 〓 and a note for staff. This module knows fonts, not forms.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont as GlyphFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from counter_bridge.form_errors import FontMissing

SANS = "BIZUDPGothic"
SANS_BOLD = "BIZUDPGothic-Bold"
FIXED = "BIZUDGothic"
MINCHO = "IPAmjMincho"

FILES: dict[str, tuple[str, str]] = {
    SANS: ("BIZUDPGothic-Regular.ttf", "fonts-morisawa-bizud-gothic"),
    SANS_BOLD: ("BIZUDPGothic-Bold.ttf", "fonts-morisawa-bizud-gothic"),
    FIXED: ("BIZUDGothic-Regular.ttf", "fonts-morisawa-bizud-gothic"),
    MINCHO: ("ipamjm.ttf", "fonts-ipamj-mincho"),
}
"""Face → file name and Debian package."""

GETA = "〓"
"""Printed where no font holds the shape."""

_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))

RunKind = Literal["text", "outline", "missing"]

Point = tuple[float, float]
Step = tuple[str, tuple[Point, ...]]
"""One step of an outline: move, line, curve (cubic) or close, with its points."""


@dataclass(frozen=True)
class Run:
    """A stretch of text drawn in one way; `text` always holds the original code points."""

    text: str
    face: str
    kind: RunKind = "text"
    glyph: str = ""
    """outline: name of the glyph a variation selector asks for."""


def font_folders() -> tuple[Path, ...]:
    """Where fonts are looked for, the user's own first."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return (home / "fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def find_font(face: str) -> Path:
    """File of a face; `FontMissing` names the package to install."""
    file_name, package = FILES[face]
    for folder in font_folders():
        if folder.is_dir():
            found = min(folder.rglob(file_name), default=None)
            if found is not None:
                return found
    raise FontMissing(file_name, package)


def missing_fonts() -> tuple[FontMissing, ...]:
    """Every font that is not installed, for `doctor`."""
    missing = []
    for face in FILES:
        try:
            find_font(face)
        except FontMissing as error:
            missing.append(error)
    return tuple({error.package: error for error in missing}.values())


class _FormFont(TTFont):  # type: ignore[misc]
    """reportlab's font with a text layer that is right beyond the basic plane.

    reportlab writes U+20BB7 as five hexadecimal digits, which readers take for another character, and maps every
    character the font lacks to one code. Here each has its own code and its UTF-16 form.
    """

    def __init__(self, name: str, file: Path):
        super().__init__(name, str(file))
        self.covered = frozenset(self.face.charToGlyph)

    def admit(self, text: str) -> None:
        """Give characters without a glyph a code of their own, for invisible text."""
        for code in map(ord, text):
            if code not in self.covered:
                self.face.charToGlyph[code] = 0
                self.face.charWidths[code] = 0

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Write the subsets, then put the UTF-16 form of each character into their text maps."""
        subsets = [tuple(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("ascii")
            stream = doc.idToObject[f"toUnicodeCMap:{name}"]
            for code in subset:
                if code > 0xFFFF:
                    utf16 = chr(code).encode("utf-16-be").hex().upper()
                    stream.content = stream.content.replace(f"> <{code:04X}>", f"> <{utf16}>")


_registration = threading.Lock()


@cache
def _registered() -> dict[str, _FormFont]:
    fonts = {face: _FormFont(face, find_font(face)) for face in FILES}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


def register_fonts() -> dict[str, _FormFont]:
    """Load the fonts once a process (0.3 s); `FontMissing` when one is not installed."""
    with _registration:
        return _registered()


def split_runs(text: str, face: str) -> tuple[Run, ...]:
    """`text` as runs: in `face` where it has the character, in the other fonts where not."""
    runs: list[Run] = []
    for cluster in clusters(text):
        run = _run(cluster, face)
        last = runs[-1] if runs else None
        if last is not None and run.kind == last.kind == "text" and run.face == last.face:
            runs[-1] = Run(last.text + run.text, run.face)
        else:
            runs.append(run)
    return tuple(runs)


def clusters(text: str) -> Iterator[str]:
    """Characters with the variation selectors that belong to them.

    >>> [len(c) for c in clusters("葛󠄂飾")]
    [2, 1]
    """
    current = ""
    for character in text:
        if current and is_selector(character):
            current += character
            continue
        if current:
            yield current
        current = character
    if current:
        yield current


def is_selector(character: str) -> bool:
    """Whether the character selects a variant shape of the one before it."""
    return any(low <= ord(character) <= high for low, high in _SELECTORS)


def width_pt(runs: tuple[Run, ...], size_pt: float) -> float:
    """Width of the runs at a size."""
    fonts = register_fonts()
    total = 0.0
    for run in runs:
        match run.kind:
            case "text":
                total += fonts[run.face].stringWidth(run.text, size_pt)
            case "outline":
                total += outline(run.face, run.glyph)[1] * size_pt
            case "missing":
                total += fonts[SANS].stringWidth(GETA, size_pt)
    return total


def lacks_shape(text: str, face: str) -> bool:
    """True when some character would be printed as 〓."""
    return any(run.kind == "missing" for run in split_runs(text, face))


class _Outline(BasePen):  # type: ignore[misc]
    """Records a glyph as moves, lines and cubic curves."""

    def __init__(self, glyphs: Any):
        super().__init__(glyphs)
        self.steps: list[Step] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802 - fontTools' name
        self.steps.append(("move", (pt,)))

    def _lineTo(self, pt: Point) -> None:  # noqa: N802
        self.steps.append(("line", (pt,)))

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802
        self.steps.append(("curve", (pt1, pt2, pt3)))

    def _closePath(self) -> None:  # noqa: N802
        self.steps.append(("close", ()))


@lru_cache(maxsize=512)
def outline(face: str, glyph: str) -> tuple[tuple[Step, ...], float]:
    """Drawing steps of a glyph in em, and its advance in em."""
    file = _glyph_file(face)
    glyphs = file.getGlyphSet()
    pen = _Outline(glyphs)
    glyphs[glyph].draw(pen)
    em = file["head"].unitsPerEm
    steps = tuple((name, tuple((x / em, y / em) for x, y in points)) for name, points in pen.steps)
    return steps, file["hmtx"][glyph][0] / em


def glyph_of(face: str, character: str) -> str:
    """Name of the glyph of a character, for what is drawn rather than written."""
    name: str = _glyph_file(face).getBestCmap()[ord(character)]
    return name


@cache
def _glyph_file(face: str) -> Any:
    return GlyphFile(str(find_font(face)), lazy=True)


@cache
def _variants() -> dict[tuple[int, int], str | None]:
    table = next(t for t in _glyph_file(MINCHO)["cmap"].tables if t.format == 14)
    return {(base, selector): glyph for selector, pairs in table.uvsDict.items() for base, glyph in pairs}


@lru_cache(maxsize=4096)
def _run(cluster: str, face: str) -> Run:
    fonts = register_fonts()
    base, selectors = cluster[0], cluster[1:]
    if selectors:
        return _variant_run(cluster, base, selectors)
    for candidate in (face, MINCHO, SANS):
        if ord(base) in fonts[candidate].covered:
            return Run(cluster, candidate)
    return Run(cluster, MINCHO, "missing")


def _variant_run(cluster: str, base: str, selectors: str) -> Run:
    key = (ord(base), ord(selectors[0]))
    if len(selectors) > 1 or key not in _variants():
        return Run(cluster, MINCHO, "missing")
    glyph = _variants()[key] or glyph_of(MINCHO, base)
    return Run(cluster, MINCHO, "outline", glyph)
