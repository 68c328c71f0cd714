"""Words that ask for something without saying for what: 手続きに来ました, 申請したいです, 相談したい.

A classifier must name something and takes them for whatever has them most often; who says them is asked what for.
"""

from nlu.tokens import words

_ERRANDS = frozenset({"手続き", "届け", "届け出", "申請", "申請書", "書類", "用紙", "用事", "用件", "用"})
_TALKING = frozenset({"相談", "話"})
_AROUND = frozenset({
    "来る", "為る", "出す", "願う", "下さる", "貰う", "頂く", "有る", "成る", "行く", "参る", "伺う", "遣る", "思う", "聞く",
    "教える", "要る", "済む", "出来る", "こと", "件", "何", "何か", "どう", "どこ", "良い", "必要", "今日", "一寸", "少し",
    "色々", "色んな", "幾つ", "役所", "市役所", "区役所", "ここ", "こちら", "これ", "その", "この",
})  # fmt: skip
_CONTENT = frozenset({"名詞", "代名詞", "動詞", "形容詞", "形状詞", "副詞", "連体詞"})


def asks_for_nothing_named(plain: str) -> bool:
    """Whether a sentence speaks of an errand and of nothing else.

    >>> [asks_for_nothing_named(said) for said in ("手続きに来ました", "引っ越しの手続きに来ました", "相談したいです")]
    [True, False, False]
    """
    return _only(plain, _ERRANDS)


def names_no_reason(part: str) -> bool:
    """The same of a part of a sentence, where a wish to talk is about what the rest says.

    >>> names_no_reason("相談したいです")
    True
    """
    return _only(part, _ERRANDS | _TALKING)


def _only(plain: str, named: frozenset[str]) -> bool:
    content = {word.normal for word in words(plain) if word.part in _CONTENT}
    return bool(content & named) and content <= named | _AROUND
