"""Japanese text cut into words by Sudachi.

Japanese has no spaces, so whoever looks for a word must know where words begin: 父 is not in 秩父, 夫 not in
工夫. The extractors ask here for word boundaries; the Rasa tokenizer component and the word index of the search
use the same cut, so training, parsing and searching see the same words. Runs in both Python environments:
standard library and Sudachi only.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sudachipy import Dictionary, SplitMode, Tokenizer

_PIECE = 4_000
"""Characters handed to Sudachi at once; it refuses more than 49 149 bytes."""

_SPLIT_MODES = {"long": SplitMode.C, "short": SplitMode.A}


@dataclass(frozen=True)
class Word:
    """One word where it stands in the text."""

    surface: str
    start: int
    end: int
    lemma: str
    """Dictionary form: 引っ越し → 引っ越す."""
    normal: str
    """Sudachi's normalised form: 引越し, ひっこし → 引っ越す."""
    reading: str
    """Katakana."""
    part: str
    """Part of speech: 名詞, 動詞, 助詞, …"""
    detail: str
    """Its first subdivision: 固有名詞, 格助詞, 接続助詞, …"""


def words(text: str, *, units: str = "long") -> tuple[Word, ...]:
    """Words of `text` in order, spaces left out; `units` "long" keeps compounds whole, "short" splits them.

    >>> [w.surface for w in words("秩父から引っ越してきた父")]
    ['秩父', 'から', '引っ越し', 'て', 'き', 'た', '父']
    """
    return tuple(_cut(text, units))


def readings_of(word: str) -> tuple[str, ...]:
    """Every way in which the dictionary reads what is written `word`, in katakana.

    >>> readings_of("帳")
    ('トバリ', 'チョウ')
    """
    return tuple(dict.fromkeys(one.reading_form() for one in _dictionary().lookup(word)))


def _cut(text: str, units: str) -> Iterator[Word]:
    tokenizer = _tokenizer(units)
    for offset in range(0, len(text), _PIECE):
        for morpheme in tokenizer.tokenize(text[offset : offset + _PIECE]):
            part, detail = morpheme.part_of_speech()[:2]
            if part == "空白":
                continue
            yield Word(
                surface=morpheme.surface(),
                start=offset + morpheme.begin(),
                end=offset + morpheme.end(),
                lemma=morpheme.dictionary_form(),
                normal=morpheme.normalized_form(),
                reading=morpheme.reading_form(),
                part=part,
                detail=detail,
            )


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")


_of_thread = threading.local()
"""Sudachi's tokenizer may not be shared between threads; the dictionary may."""


def _tokenizer(units: str) -> Tokenizer:
    tokenizer: Tokenizer | None = getattr(_of_thread, units, None)
    if tokenizer is None:
        tokenizer = _dictionary().tokenizer(mode=_SPLIT_MODES[units])
        setattr(_of_thread, units, tokenizer)
    return tokenizer
