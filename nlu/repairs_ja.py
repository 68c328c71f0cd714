"""Takes back what a speaker took back: 「妻は38、いや39です」 means 妻は39です.

A repair replaces the nearest piece of its own kind before it, and only that: of 先週の水曜、じゃなくて木曜 the week stays, of
平成8年5月5日、いや6日 the year and the month. Without a piece of its kind nothing was repaired, for いや is also a plain no.
"""

import re
from collections.abc import Sequence

from nlu.tokens import Word, words

_SLIP = re.compile(r"(?<=[^、。\s])[、。\s]+(?:あ|あっ|あー|え)[、。\s]+(?=[0-9０-９一二三四五六七八九十百])")
_MARK = re.compile(
    r"(?:(?:です|でした|だ|だった)?(?:かな|か|っけ)?[、。]\s*(?:あ[っー]?、?)?(?:いや(?:いや)?(?:、?違(?:う|った|います))?|いえ(?:いえ)?|違(?:う|った|います)(?:わ|な|、)?|間違えました|間違い(?:です)?)(?:、|。)?"
    r"|(?:です|でした)?[、。]?(?:あ、)?(?:じゃなくて?|ではなくて?|じゃなかった|ではなかった|やなくて|じゃのうて)(?:、|。)?)"
)
_KINDS = (
    r"\d+人|\d+名", r"\d+(?:歳|才|さい)", r"\d+年(?!生)", r"\d+月", r"\d+日", r"\d+つ", r"\d+か月", r"[小中高]\d", r"[月火水木金土日]曜(?:日)?",
    r"\d+(?![\d年月日人名歳才つ番通枚])",
)  # fmt: skip
_NUMBER_OF_PERSON = re.compile(r"\d+(?:歳|才|つ)?")


def mark_slips(raw: str) -> str:
    """「3月30日、あ、31日」 with the slip made as plain as いや; before fillers are taken out.

    >>> mark_slips("3月30日、あ、31日です"), mark_slips("あ、3月です")
    ('3月30日、いや、31日です', 'あ、3月です')
    """
    return _SLIP.sub("、いや、", raw)


def mended(text: str) -> str:
    """Normalised `text` with its repairs carried out.

    >>> mended("妻は38、いや39です"), mended("先週の水曜、じゃなくて木曜です"), mended("平成8年5月5日、いや6日です")
    ('妻は39です', '先週の木曜です', '平成8年5月6日です')
    >>> mended("前は横浜じゃなくて川崎です"), mended("いや、ないです"), mended("犬はいない、いや本当に")
    ('前は川崎です', 'いや、ないです', '犬はいない、いや本当に')
    """
    for _ in range(3):
        repaired = _once(text)
        if repaired == text:
            return text
        text = repaired
    return text


def _once(text: str) -> str:
    for mark in _MARK.finditer(text):
        before, after = text[: mark.start()], text[mark.end() :]
        if not before or not after:
            continue
        repaired = _of_kind(before, after) or _of_noun(before, after, mark[0])
        if repaired is not None:
            return repaired
    return text


def _of_kind(before: str, after: str) -> str | None:
    """Numbers and weekdays: the last of the same unit before the repair gives way."""
    for kind in _KINDS:
        new = re.match(rf"(?:えっと|ええと)?(?P<led>[^、。\d]{{0,4}}?)(?P<new>{kind})", after)
        old = list(re.finditer(kind, before))
        if new is None and kind.startswith(r"\d+(?!"):
            new = None
        if new is None or not old:
            continue
        if not _is_near(before[old[-1].end() :]):
            continue
        kept = before[: old[-1].start()]
        return kept + after[new.start("new") :] if not new["led"] else _led(before, old[-1], after, new)
    return _of_age(before, after)


def _is_near(between: str) -> bool:
    """Between what is taken back and the repair there is no other statement."""
    return not re.search(r"[、。]", between.rstrip("、。")) and len(between) <= 8


def _led(before: str, old: re.Match[str], after: str, new: re.Match[str]) -> str | None:
    """「いや妻は39」 names the person anew; the old statement goes when it named the same."""
    led = new["led"]
    start = before.rfind(led, 0, old.start())
    return None if start < 0 else before[:start] + after


def _of_age(before: str, after: str) -> str | None:
    """38歳、いや39: one of the two was said without its unit."""
    new = _NUMBER_OF_PERSON.match(after)
    old = re.search(r"\d+(?:歳|才|つ)?$", before)
    return before[: old.start()] + after if new and old else None


def _of_noun(before: str, after: str, mark: str) -> str | None:
    """横浜じゃなくて川崎, 千葉、いえ、船橋: a name or a thing gives way to another."""
    cut = words(after, units="short")
    contrast = "なく" in mark or "なか" in mark or "のうて" in mark
    if not cut or cut[0].part not in ("名詞", "代名詞", "接頭辞") or not (contrast or _is_alone(cut)):
        return None
    old = words(before, units="short")
    start = len(old)
    while start and (old[start - 1].part in ("名詞", "代名詞", "接頭辞", "接尾辞") or _joins(old, start - 1)):
        start -= 1
    if start == len(old) or not (contrast or old[-1].detail == "固有名詞" or cut[0].detail == "固有名詞"):
        return None
    return before[: old[start].start] + after


def _joins(cut: Sequence[Word], n: int) -> bool:
    """A の between two nouns."""
    return cut[n].surface == "の" and 0 < n < len(cut) - 1 and cut[n - 1].part in ("名詞", "代名詞")


def _is_alone(cut: Sequence[Word]) -> bool:
    """A name and no more than です behind it."""
    return all(w.part in ("名詞", "接尾辞", "助動詞", "補助記号") or w.detail == "終助詞" for w in cut)
