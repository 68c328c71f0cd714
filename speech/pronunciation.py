"""A sentence as the voice's labels, and which labels belong to which word of what is written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyopenjtalk
from pyopenjtalk.openjtalk import OpenJTalk
from pyopenjtalk.types import SurfacePhonemeMapping

from speech.readings import Reading, dictionary, to_hiragana
from speech.spoken_text import Piece, spoken

_NAME = re.compile(r"-(\w+)\+")
_KANJI = re.compile("[㐀-鿿々〆ヶ\U00020000-\U0003ffff]")
_OPENING = re.compile("[「『（(【〔［\\[〈《｛{“‘]")
_VOWELS = frozenset("アイウエオ")
_WRITTEN_OTHERWISE = frozenset({("ヅ", "ズ"), ("ヂ", "ジ"), ("ハ", "ワ"), ("ヘ", "エ")})
"""Kana that are written in one way and said in another: つづきがら, または."""
_OTHER_KANA = {"十日": "とおか"}
_SAID_AS_WRITTEN = re.compile("預")
"""The dictionary gives とうか and あづける, as they were once written."""
PAUSES = frozenset({"sil", "pau"})


@dataclass(frozen=True)
class Word:
    """A word of the sentence and its labels, `first` to before `end`; a word that is not heard has none."""

    text: str
    kana: str
    """As it is read, in hiragana; signs stay."""
    first: int
    end: int

    @property
    def reading(self) -> str:
        """For ふりがな: empty where the text holds no kanji."""
        return self.kana if _KANJI.search(self.text) else ""


@dataclass(frozen=True)
class Pronounced:
    """What the voice is to say. The texts of `words`, joined, are `text`."""

    text: str
    """As written, without marks of ruby."""
    labels: tuple[str, ...]
    names: tuple[str, ...]
    """The phoneme of each label."""
    words: tuple[Word, ...]

    @property
    def reading(self) -> str:
        """The whole in hiragana: to check readings."""
        return "".join(word.kana for word in self.words)


class Pronouncer:
    """Text to labels with the readings of a town; safe to call from several threads."""

    def __init__(self, readings: Sequence[Reading], cache: Path):
        """The dictionary of `readings` is built in `cache` when it is not there yet."""
        built = dictionary(readings, cache) if readings else None
        self.key = built.stem if built else "no-readings"
        """Changes with the readings."""
        self._engine = OpenJTalk(
            pyopenjtalk.OPEN_JTALK_DICT_DIR,
            str(built).encode() if built else b"",
            (True,) if built else None,
        )

    def pronounce(self, sentence: str) -> Pronounced:
        """`sentence` as labels and words; without anything to say the labels are silence or none."""
        pieces = spoken(sentence)
        said = "".join(piece.spoken for piece in pieces)
        features, morphs = pyopenjtalk.run_frontend_detailed(
            said, normalize_mode="NFKC", use_sudachi_kanji_yomi=False, jtalk=self._engine
        )
        entries = pyopenjtalk.make_phoneme_mapping(
            features, morphs=morphs, caller_text=said, normalize_mode="NFKC", jtalk=self._engine
        )
        labels = tuple(self._engine.make_label(features))
        names = tuple(_name(label) for label in labels)
        written = "".join(piece.written for piece in pieces)
        return Pronounced(written, labels, names, tuple(_words(written, pieces, entries, names)))


def _name(label: str) -> str:
    found = _NAME.search(label)
    return found[1] if found else "sil"


@dataclass
class _Growing:
    """A word while its parts are put together."""

    begins: int
    ends: int
    first: int
    end: int
    readings: list[str] = field(default_factory=list)
    waits: bool = False
    """For what it leads: a prefix, an opening bracket."""
    is_number: bool = False


def _words(
    written: str, pieces: Sequence[Piece], entries: Sequence[SurfacePhonemeMapping], names: Sequence[str]
) -> Iterator[Word]:
    places = _written_places(pieces)
    growing: list[_Growing] = []
    at = 0
    for entry in entries:
        first, at = _labels_of(entry["phonemes"], names, at)
        first_char, end_char = entry["char_span"]
        begins, ends = (
            (places[first_char][0], places[end_char - 1][1]) if end_char > first_char else (None, None)
        )
        last = growing[-1] if growing else None
        goes_on = begins is not None and last is not None and last.is_number and written[begins].isnumeric()
        if last is not None and (begins is None or begins < last.ends or goes_on or _joins(entry, last)):
            last.ends = max(last.ends, ends or 0)
            last.waits = last.waits and entry["pos"] in ("記号", "接頭詞")
        else:
            last = _Growing(begins or 0, ends or 0, first, first, waits=_leads(entry))
            growing.append(last)
        if entry["phonemes"] not in ([], ["pau"]):
            last.first = first if last.first == last.end else last.first
            last.end = at
        is_sign = (
            entry["pos"] == "記号" and ends is not None and end_char - first_char == ends - (begins or 0)
        )
        last.readings.append(written[begins:ends] if is_sign else _kana(entry))
        last.is_number = entry["pos_group1"] == "数"
    starts = [0, *(word.begins for word in growing[1:]), len(written)]
    for word, begins, ends in zip(growing, starts, starts[1:], strict=False):
        yield Word(written[begins:ends], "".join(word.readings), word.first, word.end)


def _written_places(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """For each spoken letter the stretch of the written text it stands for."""
    places: list[tuple[int, int]] = []
    begins = 0
    for piece in pieces:
        ends = begins + len(piece.written)
        if piece.written == piece.spoken:
            places += [(place, place + 1) for place in range(begins, ends)]
        else:
            places += [(begins, ends)] * len(piece.spoken)
        begins = ends
    return places


def _labels_of(phonemes: Sequence[str], names: Sequence[str], at: int) -> tuple[int, int]:
    """Where the phonemes of an entry lie among the labels, looked for from `at`."""
    if phonemes in ([], ["pau"]):
        return at, at
    while at < len(names) and names[at] in PAUSES:
        at += 1
    return at, min(at + len(phonemes), len(names))


def _leads(entry: SurfacePhonemeMapping) -> bool:
    return entry["pos"] == "接頭詞" or bool(_OPENING.fullmatch(entry["surface"]))


def _joins(entry: SurfacePhonemeMapping, last: _Growing) -> bool:
    """Whether an entry is part of the word before it: 住んで|い|ます is one word, 届|を two."""
    pos, group = entry["pos"], entry["pos_group1"]
    return (
        last.waits
        or (pos == "記号" and not _leads(entry))
        or pos == "助動詞"
        or (pos == "助詞" and ("接続助詞" in group or "終助詞" in group))
        or (pos in ("動詞", "形容詞", "名詞") and group == "接尾")
        or (pos in ("動詞", "形容詞") and group == "非自立")
    )


def _kana(entry: SurfacePhonemeMapping) -> str:
    """The reading of an entry as it is written in kana: じゅっぷん, not じゅうふん and not ジュップン with ー."""
    if entry["surface"] in _OTHER_KANA:
        return _OTHER_KANA[entry["surface"]]
    pron = entry["pron"].replace("’", "")
    read = entry["read"]
    old = _SAID_AS_WRITTEN.search(entry["surface"])
    if len(pron) == len(read) and "ー" not in entry["surface"]:
        pron = "".join(
            r if (p == "ー" and r in _VOWELS) or ((r, p) in _WRITTEN_OTHERWISE and not old) else p
            for r, p in zip(read, pron, strict=True)
        )
    return to_hiragana(pron)
