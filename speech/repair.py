"""Puts right what a recogniser mishears: words that sound like a known term become that term.

Errors in Japanese are mostly homophones (印鑑 heard as 引判), so readings are compared, not letters. It is held
back on purpose: an exact known term is never touched, a particle is never swallowed, a word of the dictionary
gives way only to a term that sounds the same, and all that was changed is told.
"""

import itertools
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sudachipy import Dictionary, Morpheme, SplitMode

from speech.transcriber import Repair

_LONGEST_SPAN = 8
_READINGS_OF_A_SPAN = 48
_SHORTEST_TERM = 2
_WAYS = 5
_PARTICLES = ("助詞", "助動詞", "補助記号", "空白")
_KANJI = re.compile(r"[一-龥々]")
_HIRAGANA = re.compile(r"[ぁ-ん]")
_NOT_WORDS = re.compile(r"[0-90-9A-Za-zA-Za-z]")
_VOWELS = {
    "ア": "アカガサザタダナハバパマヤラワァャ",
    "イ": "イキギシジチヂニヒビピミリィ",
    "ウ": "ウクグスズツヅヌフブプムユルゥュヴ",
    "エ": "エケゲセゼテデネヘベペメレェ",
    "オ": "オコゴソゾトドノホボポモヨロヲォョ",
}
_VOWEL_OF = {kana: vowel for vowel, row in _VOWELS.items() for kana in row}
_TO_KATAKANA = str.maketrans({chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)})
_SAME_SOUND = str.maketrans("ヂヅヲ", "ジズオ")
_NEAR = (
    "カガハ",
    "サシジザ",
    "タダ",
    "バパマ",
    "ナマ",
    "リニ",
    "キギヒ",
    "コゴホ",
    "ケゲヘ",
    "トド",
    "ョュ",
    "ンムウ",
)


@dataclass(frozen=True)
class Term:
    """A word of the town as it is written, and how it is read (kana)."""

    written: str
    reading: str
    exact: bool = False
    """Put in place only of what sounds just so: one of many names, any of which may be near."""


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    readings: tuple[str, ...]
    particle: bool
    word: int
    """Which word of the dictionary it is part of."""


@dataclass(frozen=True)
class _Known:
    sound: str
    letters: frozenset[str]
    written: str
    exact: bool


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    term: str
    distance: float


def _places(written: str, text: str) -> Iterator[int]:
    """Where `written` stands in `text`; a pattern for each of a thousand terms would empty the cache of patterns."""
    start = text.find(written)
    while start >= 0:
        yield start
        start = text.find(written, start + len(written))


class Repairer:
    """Knows the terms of one town; safe to call from several threads."""

    def __init__(self, terms: Iterable[Term]):
        self._by_length: dict[int, list[_Known]] = defaultdict(list)
        self._written = sorted({term.written for term in terms}, key=len, reverse=True)
        for term in terms:
            sound = sound_of(term.reading)
            if len(sound) >= _SHORTEST_TERM:
                self._by_length[len(sound)].append(_Known(sound, frozenset(sound), term.written, term.exact))
        self._tokenizer = Dictionary(dict="core").tokenizer()
        self._dictionary = Dictionary(dict="core")
        self._lock = threading.Lock()
        self._single = lru_cache(maxsize=4096)(self._readings_of_kanji)

    def repaired(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """The text with known terms in place of what sounded like them, and what was changed."""
        if not self._by_length:
            return text, ()
        with self._lock:
            tokens, whole_words = self._tokens(text)
        found = sorted(
            self._candidates(text, tokens, whole_words),
            key=lambda one: (one.distance, one.start - one.end),
        )
        taken: list[_Found] = []
        for one in found:
            if all(one.end <= other.start or other.end <= one.start for other in taken):
                taken.append(one)
        taken.sort(key=lambda one: one.start)
        changed = text
        for one in reversed(taken):
            changed = changed[: one.start] + one.term + changed[one.end :]
        return changed, tuple(Repair(text[one.start : one.end], one.term) for one in taken)

    def _candidates(
        self, text: str, tokens: Sequence[_Token], whole_words: frozenset[int]
    ) -> Iterator[_Found]:
        known = self._exact(text)
        for first, last in itertools.combinations(range(len(tokens) + 1), 2):
            span = tokens[first:last]
            if len(span) > _LONGEST_SPAN or span[0].particle or span[-1].particle:
                continue
            start, end = span[0].start, span[-1].end
            surface = text[start:end]
            if _NOT_WORDS.search(surface) or any(start < until and begin < end for begin, until in known):
                continue
            one_word = len({token.word for token in span}) == 1 and span[0].word in whole_words
            for sound in _sounds(span):
                near = self._nearest(sound, exact_only=one_word, holds_particle=any(t.particle for t in span))
                if near is not None and near[0] != surface:
                    yield _Found(start, end, near[0], near[1])

    def _nearest(self, sound: str, *, exact_only: bool, holds_particle: bool) -> tuple[str, float] | None:
        best: tuple[str, float] | None = None
        letters = frozenset(sound)
        slack = 0 if exact_only else int(_allowed(len(sound) + 1))
        for length in range(len(sound) - slack, len(sound) + slack + 1):
            allowed = 0.0 if exact_only else _allowed(min(length, len(sound)))
            for known in self._by_length.get(length, ()):
                # A letter that only one of them has costs at least a half: most terms need no closer look.
                if len(letters - known.letters) > 2 * allowed or len(known.letters - letters) > 2 * allowed:
                    continue
                if holds_particle and not _HIRAGANA.search(known.written):
                    continue
                if known.exact and sound != known.sound:
                    continue
                distance = sound_distance(sound, known.sound, allowed)
                if distance <= allowed and (best is None or distance < best[1]):
                    best = known.written, distance
        return best

    def _exact(self, text: str) -> list[tuple[int, int]]:
        return [
            (start, start + len(written)) for written in self._written for start in _places(written, text)
        ]

    def _tokens(self, text: str) -> tuple[list[_Token], frozenset[int]]:
        """The shortest units of the text, and which of its words the dictionary knows as one."""
        whole: set[int] = set()
        word_at: dict[int, int] = {}
        for number, word in enumerate(self._tokenizer.tokenize(text, SplitMode.C)):
            word_at |= dict.fromkeys(range(word.begin(), word.end()), number)
            if not word.is_oov() and (len(word.surface()) > 1 or not _KANJI.match(word.surface())):
                whole.add(number)
        tokens = [
            _Token(
                unit.begin(),
                unit.end(),
                self._readings(unit),
                unit.part_of_speech()[0] in _PARTICLES,
                word_at.get(unit.begin(), -1),  # a sign such as … has units that are part of no letter
            )
            for unit in self._tokenizer.tokenize(text, SplitMode.A)
        ]
        return tokens, frozenset(whole)

    def _readings(self, token: Morpheme) -> tuple[str, ...]:
        surface = token.surface()
        usual = sound_of(token.reading_form() or surface)
        if len(surface) == 1 and _KANJI.match(surface):
            return tuple(dict.fromkeys((usual, *self._single(surface))))
        return (usual,)

    def _readings_of_kanji(self, kanji: str) -> tuple[str, ...]:
        """A kanji alone is a broken compound: it may be read in any of its ways."""
        ways = dict.fromkeys(sound_of(one.reading_form()) for one in self._dictionary.lookup(kanji))
        return tuple(ways)[:_WAYS]


def sound_of(reading: str) -> str:
    """Kana as it sounds: one letter for each sound, long vowels alike.

    >>> sound_of("とうろく"), sound_of("トーロク"), sound_of("つづきがら")
    ('トオロク', 'トオロク', 'ツズキガラ')
    """
    sounds: list[str] = []
    for kana in reading.translate(_TO_KATAKANA).translate(_SAME_SOUND):
        before = _VOWEL_OF.get(sounds[-1]) if sounds else None
        if before and (kana == "ー" or (kana, before) in {("ウ", "オ"), ("イ", "エ")}):
            sounds.append(before)
        else:
            sounds.append(kana)
    return "".join(sounds)


def sound_distance(heard: str, known: str, most: float = 9.0) -> float:
    """How many sounds differ; sounds that are easily confused (か and は) count half. Above `most` it may stop.

    >>> sound_distance("インハン", "インカン"), sound_distance("テンニュウ", "テンシュツ") > 1
    (0.5, True)
    """
    row = [float(number) for number in range(len(known) + 1)]
    for number, one in enumerate(heard, start=1):
        last, row = row, [float(number)]
        for at, other in enumerate(known, start=1):
            row.append(min(last[at] + 1, row[-1] + 1, last[at - 1] + _confusion(one, other)))
        if min(row) > most:
            return min(row)
    return row[-1]


def _confusion(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return 0.5 if any(one in near and other in near for near in _NEAR) else 1.0


def _allowed(length: int) -> float:
    """How far a stretch of so many sounds may be from a term: short ones hardly."""
    return 0.0 if length < 4 else 0.5 if length < 6 else 1.0 if length < 9 else 2.0


def _sounds(span: Sequence[_Token]) -> Iterator[str]:
    ways = itertools.product(*(token.readings for token in span))
    return ("".join(way) for way in itertools.islice(ways, _READINGS_OF_A_SPAN))
