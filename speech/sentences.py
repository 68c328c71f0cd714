"""Splits what is said into the pieces that are made one after another."""

import re

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[」』）)】]*|[^。！？!?\n]+")
_SAYABLE = re.compile(r"\w")
FIRST_LENGTH = 16
"""Letters: about two seconds of sound, made in a tenth of a second."""
LENGTH = 60
"""Letters: longer ones are cut at a comma, so that stopping never waits long."""
_SHORTEST_PIECE = 4
"""Letters before a comma that are worth a piece of their own."""


def sentences(text: str) -> list[str]:
    """The pieces of `text` in order; joined they are `text`. Nothing sayable gives no piece.

    >>> sentences("はい。転入届ですね。")
    ['はい。', '転入届ですね。']
    >>> sentences("新しい住所が決まりましたら、十四日以内に、届け出てください。")
    ['新しい住所が決まりましたら、', '十四日以内に、届け出てください。']
    >>> sentences("……")
    []
    """
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        for piece in _cut(sentence, FIRST_LENGTH if not pieces else LENGTH):
            if pieces and not (_SAYABLE.search(piece) and _SAYABLE.search(pieces[-1])):
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return pieces if pieces and _SAYABLE.search(pieces[0]) else []


def _cut(sentence: str, length: int) -> list[str]:
    """Cuts at commas until each piece is at most `length` or has no comma left, then at `2 * LENGTH`."""
    if len(sentence) <= length:
        return [sentence]
    commas = [match.end() for match in re.finditer("[、,;；](?!\\d)", sentence)]
    fitting = [at for at in commas if _SHORTEST_PIECE <= at < len(sentence) - _SHORTEST_PIECE]
    if fitting:
        at = max((at for at in fitting if at <= length), default=fitting[0])
    elif len(sentence) > 2 * LENGTH:
        at = 2 * LENGTH
    else:
        return [sentence]
    return [sentence[:at], *_cut(sentence[at:], LENGTH)]
