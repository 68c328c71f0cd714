"""What must be said differently from what is written: signs, times, ranges, numbers of tickets, ruby.

The voice reads most numbers, dates and counters rightly by itself; here stands only what it does not. Each rule keeps
the written form beside the spoken one, so that captions show what is written.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LETTER_NAMES = (
    "エー・ビー・シー・ディー・イー・エフ・ジー・エイチ・アイ・ジェー・ケー・エル・エム・エヌ・オー・ピー・キュー・アール・"
    "エス・ティー・ユー・ブイ・ダブリュー・エックス・ワイ・ゼット"
)
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER_NAMES.split("・"), strict=True))
_DIRECTION = "右左上下前後奥東西南北"
_HERE = "こちらの|そちらの|あちらの|どちらの|こっちの|あっちの"
_BETTER = r"(?:よ[いかけろ]|い[いえ]|良|早|安|高|多|少|便利|長|短|簡単|近|遠|楽|得|損)"


@dataclass(frozen=True)
class Piece:
    """A stretch of text as written and as said."""

    written: str
    spoken: str


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str]
    write: Callable[[re.Match[str]], str] = lambda match: match[0]


def _always(spoken: str) -> Callable[[re.Match[str]], str]:
    return lambda _: spoken


def _date(match: re.Match[str]) -> str:
    return f"{match[1]}年{int(match[3])}月{int(match[4])}日"


def _time(match: re.Match[str]) -> str:
    minutes = int(match[2])
    return f"{int(match[1])}時" + (f"{minutes}分" if minutes else "")


def _ticket(match: re.Match[str]) -> str:
    return "".join(_LETTERS[letter] for letter in unicodedata.normalize("NFKC", match[1])) + "、" + match[2]


def _one_place(match: re.Match[str]) -> str:
    tens = int(match[1] or 0) * 10
    return f"{tens or ''}いっかしょ"


# 票 and 蝶 stand in for 表 and 長: they sound the same, have one reading, and in kana the voice would not hold the vowel.
_RULES = tuple(
    _Rule(re.compile(pattern), *how)
    for pattern, *how in (
        (r"[|｜]([^|｜《》]+)《([^《》]+)》", lambda m: m[2], lambda m: m[1]),
        (r"([一-鿿々]+)《([^《》]+)》", lambda m: m[2], lambda m: m[1]),
        (r"https?://[^\s、。」)）]+", _always("ホームページのアドレス")),
        (r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", _date),
        (r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)", _time),
        (
            r"(?<=[\d時分日月年歳階番円人%％曜冊枚級])\s*[〜～~]\s*(?=[\d一二三四五六七八九十月火水木金土日第午])",
            _always("から"),
        ),
        (r"[〜～]", _always("、")),
        (r"([A-ZＡ-Ｚ]{1,2})[-−‐–ー](\d+)", _ticket),
        (r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", lambda m: f"{m[2]}分の{m[1]}"),
        (r"(?<!\d)(\d*)1(?:[かカヵケヶ]所|箇所)", _one_place),
        (r"(?<!\d)7人", _always("ななにん")),
        (r"(?<=[今来先毎翌]月)(の?)1日", lambda m: f"{m[1]}ついたち"),
        (r"(?<=\d)\s*[×✕]\s*(?=\d)", _always("かける")),
        (r"[×✕✗](?!\w)", _always("バツ")),
        (r"[○〇◯](?=[×✕・がをにのはでと、。印])", _always("マル")),
        (r"(?:№|[Nn]o\.)\s*(?=\d)", _always("ナンバー")),
        (r"〒\s*", _always("郵便番号、")),
        (r"\bTEL\b[:：]?", _always("電話、")),
        (r"(?<=[぀-鿿])[:：/／→⇒](?=[぀-鿿])", _always("、")),
        (r"[→⇒]", _always("、")),
        (r"[★☆●■□◆◇▲△▼▽※*＊#＃_|｜《》]+", _always("")),
        (rf"(?<=[{_DIRECTION}]の)(?<!以.の)方(?![法面向針式])", _always("ほう")),
        (rf"(?<=[たるいない])方(?=が{_BETTER})", _always("ほう")),
        (rf"(?<={_HERE})方(?![法面向針式])", _always("ほう")),
        (r"(?<=[ぁ-ゖ])方(?=[^法面向針式角程言々策向]|$)", _always("かた")),
        (r"(?<![一-鿿ァ-ヺー])氏(?![一-鿿])", _always("うじ")),
        (r"(?<![一-鿿])証(?![一-鿿すし])", _always("しょう")),
        (r"(?<![一-鿿])園(?![一-鿿])", _always("えん")),
        (r"(?<=[のたる])表(?=[をにはでが、])", _always("票")),
        (r"(?<=[うるた])間(?=[のにはも、])", _always("あいだ")),
        (r"(?<=の)長(?![一-鿿いくさ])", _always("蝶")),
        (r"(?<=[一-鿿ぁ-ゖ])・(?=[一-鿿ぁ-ゖ])", _always("、")),
    )
)


def spoken(sentence: str) -> tuple[Piece, ...]:
    """`sentence` in pieces, each as written (without ruby marks) and as said.

    >>> [(piece.written, piece.spoken) for piece in spoken("8:30〜17:00、A-101の方")]
    [('8:30', '8時30分'), ('〜', 'から'), ('17:00', '17時'), ('、', '、'), ('A-101', 'エー、101'), ('の', 'の'), ('方', 'かた')]
    """
    return tuple(_pieces(sentence))


def _pieces(sentence: str) -> Iterator[Piece]:
    at = 0
    while at < len(sentence):
        matches = ((rule, rule.pattern.search(sentence, at)) for rule in _RULES)
        found = [(match.start(), place, rule, match) for place, (rule, match) in enumerate(matches) if match]
        if not found:
            break
        start, _, rule, match = min(found, key=lambda each: each[:2])
        if start > at:
            yield Piece(sentence[at:start], sentence[at:start])
        yield Piece(rule.write(match), rule.say(match))
        at = match.end()
    if at < len(sentence):
        yield Piece(sentence[at:], sentence[at:])
