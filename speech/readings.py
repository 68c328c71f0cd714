"""How words are read that the voice's dictionary reads wrongly or not at all: a list a clerk can edit.

    続柄: つづきがら
    星見野市: {reading: ほしみのし, accent: 4}

The accent is the number of the sound after which the voice falls; 0, the usual one, does not fall. `|` in a reading
parts vowels that are two sounds (こ|うし is not コーシ). Towns hand in their own list beside the one that comes
with the package.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml

from speech.errors import ReadingsWrong

PACKAGED = Path(__file__).parent / "data" / "readings.yaml"
EVERYDAY = Path(__file__).parent / "data" / "everyday.yaml"
"""Words of family and calendar, for the ear."""
MUNICIPALITIES = Path(__file__).parent / "data" / "municipalities.yaml"
_KANA = re.compile(r"[ぁ-ゖァ-ヺー|]+")
_SMALL = set("ァィゥェォャュョヮ")
_O_ROW = "オコソトノホモヨロゴゾドボポョォ"
_E_ROW = "エケセテネヘメレゲゼデベペェ"
_LONG = re.compile(f"(?<=[{_O_ROW}])ウ|(?<=[{_E_ROW}])イ")
_SPOKEN_ALIKE = str.maketrans("ヅヂ", "ズジ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Reading:
    """A word as written and as read, in kana."""

    written: str
    reading: str
    accent: int = 0

    @property
    def katakana(self) -> str:
        """The reading in katakana."""
        return to_katakana(self.reading.replace("|", ""))

    @property
    def spoken(self) -> str:
        """As it sounds: こうせい is コーセー."""
        return sounded(self.reading)

    @property
    def length(self) -> int:
        """In sounds (拍): きょう has two."""
        return sum(kana not in _SMALL for kana in self.katakana)


def sounded(reading: str) -> str:
    """A reading as it sounds, in katakana; `|` parts vowels that are two sounds.

    >>> sounded("こ|うしとこうせい")
    'コウシトコーセー'
    """
    parts = (_LONG.sub("ー", to_katakana(part)) for part in reading.split("|"))
    return "".join(parts).translate(_SPOKEN_ALIKE)


def to_katakana(kana: str) -> str:
    """Hiragana as katakana, the rest as it is."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in kana)


def to_hiragana(kana: str) -> str:
    """Katakana as hiragana, the rest (also ー) as it is."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def load_readings(*files: Path) -> tuple[Reading, ...]:
    """The entries of `files`, a later file standing above an earlier; `ReadingsWrong` names every wrong entry."""
    found: dict[str, Reading] = {}
    for file in files:
        try:
            entries = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ReadingsWrong(str(file), [f"cannot be read ({type(error).__name__})"]) from error
        if not isinstance(entries, dict):
            raise ReadingsWrong(str(file), ["must be lines of `written: reading`"])
        problems: list[str] = []
        for written, said in entries.items():
            try:
                found[written] = _entry(written, said)
            except ValueError as wrong:
                problems.append(f"{written}: {wrong}")
        if problems:
            raise ReadingsWrong(str(file), problems)
    return tuple(found.values())


def readings_of(pairs: Iterable[tuple[str, str]]) -> tuple[Reading, ...]:
    """Readings from (written, reading) pairs, for terms that come from elsewhere; checked like a file."""
    found, problems = [], []
    for written, reading in pairs:
        try:
            found.append(_entry(written, reading))
        except ValueError as wrong:
            problems.append(f"{written}: {wrong}")
    if problems:
        raise ReadingsWrong("readings", problems)
    return tuple(found)


def _entry(written: object, said: object) -> Reading:
    if isinstance(said, str):
        said = {"reading": said}
    if not isinstance(written, str) or not isinstance(said, dict) or not isinstance(said.get("reading"), str):
        raise ValueError("write `written: reading` or `written: {reading: …, accent: …}`")  # noqa: TRY004
    if unknown := said.keys() - {"reading", "accent"}:
        raise ValueError(f"unknown key {sorted(unknown)}")
    if not written.strip() or re.search(r'[\s,"]', written):
        raise ValueError("a word is written without spaces, commas or quotes")
    if not _KANA.fullmatch(said["reading"]):
        raise ValueError("a reading is kana only")
    entry = Reading(written, said["reading"], said.get("accent", 0))
    if type(entry.accent) is not int or not 0 <= entry.accent <= entry.length:
        raise ValueError(f"the accent is a whole number from 0 to {entry.length}")
    return entry


def dictionary(readings: Sequence[Reading], directory: Path) -> Path:
    """The voice's dictionary of `readings`, built once per content in `directory`."""
    rows = "".join(_row(entry) for entry in sorted(readings, key=lambda entry: entry.written))
    key = hashlib.sha256(f"{version('pyopenjtalk-plus')}\n{rows}".encode()).hexdigest()[:16]
    built = directory / f"readings-{key}.dic"
    if not built.is_file():
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as scratch:
            source, made = Path(scratch) / "readings.csv", Path(scratch) / "readings.dic"
            source.write_text(rows, encoding="utf-8")
            _build(source, made)
            os.replace(made, built)  # noqa: PTH105  (atomic, also when two processes build at once)
    return built


def _build(source: Path, made: Path) -> None:
    """In a process of its own: the builder draws its progress on the standard output of whoever calls it."""
    command = [sys.executable, "-c", "import pyopenjtalk, sys; pyopenjtalk.mecab_dict_index(*sys.argv[1:])"]
    done = subprocess.run([*command, str(source), str(made)], capture_output=True, check=False)  # noqa: S603
    if done.returncode or not made.is_file():
        raise ReadingsWrong(str(source), ["the builder of the voice's dictionary refused it"])


def _row(entry: Reading) -> str:
    """One line in the form of naist-jdic; the cost 1 makes the entry win over words put together."""
    written = entry.written.translate(_WIDE)
    return (
        f"{written},,,1,名詞,一般,*,*,*,*,{written},{entry.katakana},{entry.spoken},"
        f"{entry.accent}/{entry.length},*\n"
    )
