"""Whether a statement affirms or denies what was asked, read from its words and not from their spelling.

持っていません, 持っとらん, ないけん, まだで: what denies is an auxiliary or an adjective, in every dialect. A statement
with a verb that has nothing to do with the question (言われて, 置いてきた) neither affirms nor denies.
"""

import re
from collections.abc import Sequence
from typing import Literal

from nlu.tokens import Word, words

Polarity = Literal["yes", "no", "hedged", "aside"]
"""`aside`: it speaks of something else. `hedged`: the speaker is not sure."""

_DENYING = frozenset({"無い", "ない", "ず", "まい", "違う", "無し"})
_HELD = frozenset(
    {
        "持つ", "有る", "在る", "居る", "作る", "入る", "受ける", "来る", "引っ越す", "移る", "越す", "住む", "取る", "貰う", "為る",
        "使う", "加入", "所持", "取得", "引っ越し", "転入", "受け取る", "出来る", "届く", "成る", "待つ", "済む", "終わる", "出す", "遣る",
    }
)  # fmt: skip
"""Normal forms of verbs with which people answer who has, came, belongs (もっとる is heard as 待つ too)."""

_HEDGE = re.compile(
    r"どうだった|どうかな|どうやったか|どうでしょう|かもしれ|かもわか|^かも|かも$|たぶん|多分|おそらく|はずです|はずだ|(?<![たいるす])かな[あぁ]?(?:$|[。、])|(?:わか|分か)ら|知ら(?:な|ん|へん)|忘れ(?:まし|た|ちゃ)"
)
_YES = re.compile(
    r"^(?:はい|うん|ええ|そう(?!じゃ|では|でも)|もちろん|んだ|せや|そや|ああ|おう|イエス)(?:[、。!ー]|$|です|や|だ|ね|よ|そう|はい)"
)
_NO = re.compile(
    r"^(?:いいえ|いえ|いや|ううん|んにゃ|のー)(?:[、。!ー]|$|特に|とくに|そ|違|ちが|ま|も|な|い)|^(?:特に|とくに)$"
)
_NOT_ALL = re.compile(
    r"(?:全員|みんな|全部|みな)(?:が)?(?:では|じゃ|という(?:わけ|こと)(?:では|じゃ))(?:な|あり)"
)
_STEM = ("動詞", "形容詞", "形状詞")


def polarity(statement: str, cut: Sequence[Word] | None = None) -> Polarity:
    """What a statement says of what was asked.

    >>> [polarity(s) for s in ("持っとらん", "妻はまだで", "作ってないねん", "うちはみんな持っとるばい")]
    ['no', 'no', 'no', 'yes']
    >>> polarity("息子に言われて"), polarity("子どもはどうだったかな"), polarity("私と妻です")
    ('aside', 'hedged', 'yes')
    """
    cut = words(statement, units="short") if cut is None else cut
    if _HEDGE.search(statement):
        return "hedged"
    if _NOT_ALL.search(statement):
        return "aside"
    denied = _denies(cut) or (_NO.search(statement) is not None and not any(w.normal in _HELD for w in cut))
    verbs = [w for w in cut if w.part in _STEM and w.normal not in _DENYING]
    held = not verbs or any(w.normal in _HELD for w in verbs)
    if denied:
        return "no" if held else "aside"
    return "yes" if held else "aside"


def says_yes_or_no(statement: str) -> bool | None:
    """はい or いいえ, or a verb of having or coming; None for a statement that is neither.

    >>> says_yes_or_no("うん、もっとるよ"), says_yes_or_no("いや、ない"), says_yes_or_no("横浜です")
    (True, False, None)
    """
    cut = words(statement, units="short")
    said = polarity(statement, cut)
    if said in ("hedged", "aside"):
        return None
    if said == "no":
        return False
    spoken = _YES.search(statement) or any(w.normal in _HELD and w.part == "動詞" for w in cut)
    return True if spoken else None


def _denies(cut: Sequence[Word]) -> bool:
    for n, word in enumerate(cut):
        before = cut[n - 1] if n else None
        if word.normal in _DENYING and word.part != "感動詞":
            return True
        if (
            word.surface.startswith("へん")
            and before
            and before.surface in ("て", "ら", "か", "せ", "え", "け", "め")
        ):
            return True
        if word.normal == "未だ" and not _goes_on(cut[n + 1 :]):
            return True
    return False


def _goes_on(rest: Sequence[Word]) -> bool:
    """まだ持っています: a verb of having stands behind まだ and is not denied."""
    return any(w.part == "動詞" and w.normal in _HELD for w in rest) and not _denies(rest)
