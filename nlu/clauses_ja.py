"""Where one statement of a sentence ends and the next begins.

「妻は残って、私と子どもで来ました」 says two things. A comma between nouns does not end a statement, one behind a
verb does, and so do けど, ので, し and full stops.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.tokens import Word

_ENDS = frozenset(
    {
        "けど", "けれど", "けれども", "が", "ので", "から", "し", "たら", "のに", "んで", "もんで", "けん", "けえ", "けえの", "きに",
        "さかい", "すけ",
    }
)  # fmt: skip
_TE = frozenset({"て", "で"})


@dataclass(frozen=True)
class Clause:
    """A statement, from `start` to `end` (exclusive)."""

    start: int
    end: int

    def holds(self, position: int) -> bool:
        """The position lies in it."""
        return self.start <= position < self.end


def clauses(text: str, cut: Sequence[Word]) -> tuple[Clause, ...]:
    """Statements of `text` in order; together they are the whole text.

    >>> from nlu.tokens import words
    >>> text = "妻は来ていませんが、子どもは来ました。"
    >>> [text[c.start : c.end] for c in clauses(text, words(text))]
    ['妻は来ていませんが、', '子どもは来ました。']
    """
    ends: list[int] = []
    for n, word in enumerate(cut):
        following = cut[n + 1] if n + 1 < len(cut) else None
        comma = following is not None and following.surface == "、"
        if word.surface in "。!?":
            ends.append(word.end)
        elif word.detail == "接続助詞" and (word.surface in _ENDS or (word.surface in _TE and comma)):
            ends.append(following.end if comma and following else word.end)
        elif word.surface == "、" and n and cut[n - 1].part in ("動詞", "助動詞", "形容詞"):
            ends.append(word.end)
    ends = sorted({*ends, len(text)})
    return tuple(Clause(start, end) for start, end in zip([0, *ends], ends, strict=False) if start < end)


def follows(text: str, position: int, pattern: str) -> bool:
    """`pattern` matches at `position`."""
    return re.compile(pattern).match(text, position) is not None
