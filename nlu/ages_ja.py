"""Ages in a sentence: 78の祖父, 12歳と6歳, 生後3か月, 今年75になる, 小6, 年長さん.

A school year only bounds an age; its estimate is marked as one. Bare numbers count as ages only beside a word for
a person, which the caller knows.
"""

import datetime as dt
import re
from dataclasses import dataclass

_SURE, _ESTIMATE, _ROUGH = 1.0, 0.65, 0.5
_ABOUT = r"ぐらい|くらい|前後|ほど"


@dataclass(frozen=True)
class FoundAge:
    """An age, or a school that bounds it."""

    start: int
    end: int
    age: int | None
    confidence: float
    school: str | None = None
    """A value of the fact `school`."""
    alternatives: tuple[int, ...] = ()
    """Ages it may be, the likeliest among them, when the words leave it open."""
    bare: bool = False
    """Only a number: an age if a person is named beside it."""


_PATTERN = re.compile(
    r"(?P<either>\d{1,3})(?:歳|才)?か、?(?P<or>\d{1,3})(?:歳|才)?"
    r"|生後(?P<born>\d{1,3})(?P<unit>日|週間?|[かヶカケヵ箇]月)"
    r"|(?P<months>\d{1,2})[かヶカケヵ箇]月(?=の(?:赤|子|娘|息子|男|女)|児|です|$)"
    r"|(?P<soon>今年|ことし|来月|今月|もうすぐ|もうじき|まもなく|今度)(?:で|に|の?誕生日で|、)?(?P<turns>\d{1,3})(?:歳|才)?(?:に(?:なる|なります|なるん|なり)|(?=です|なんです|や|だ|じゃ|、|。|$))"
    rf"|(?P<years>\d{{1,3}})(?:歳|才|さい)(?P<half>半)?(?:になったばかり|になった|になりました)?(?P<about>{_ABOUT})?"
    r"|(?P<turned>\d{1,3})にな(?:った|りました)(?:ばかり)?"
    r"|(?P<counted>\d)つ(?=[のとで、]|$)"
    r"|(?:新|公立の?)?(?P<level>小学校?|中学校?|高校|小|中|高)(?P<grade>[1-6])(?:年生?)?(?![0-9日月時])"
    r"|(?P<new>小学1年生|新1年生|ピカピカの1年生|1年生|小学校に(?:入学|上が))"
    r"|(?P<kindergarten>年少|年中(?!行事|無休)|年長)(?:さん|組)?"
    r"|(?P<decade>\d0)代(?:前半|半ば|後半)?"
    r"|(?<![\d./月年第護援度級令])(?P<bare>\d{1,3})(?![\d.:/年月日時分円枚通番号件人名世階台匹つcC%]|丁目|か月|ヶ月|週|回|個|本|代|点|級|条|世帯)"
)

_YEARS_BEFORE_GRADE_ONE = {"小": 5, "中": 11, "高": 14}
_SCHOOLS = {"小": "elementary", "中": "junior_high", "高": "high"}
_KINDERGARTEN = {"年少": 3, "年中": 4, "年長": 5}


def find_ages(text: str, today: dt.date) -> tuple[FoundAge, ...]:
    """Ages and school years in `text`, in order.

    >>> day = dt.date(2026, 4, 7)
    >>> [a.age for a in find_ages("12歳と6歳と生後3か月", day)], [a.age for a in find_ages("今年75になる", day)]
    ([12, 6, 0], [74])
    >>> [(a.age, a.school) for a in find_ages("小6の息子", day)]
    [(11, 'elementary')]
    """
    found = (_read(match, today) for match in _PATTERN.finditer(text))
    return tuple(age for age in found if age is not None and (age.age is None or age.age <= 120))


def _read(match: re.Match[str], today: dt.date) -> FoundAge | None:
    start, end = match.span()
    if match["decade"]:
        return None
    if match["either"]:
        return _open(start, end, int(match["either"]), int(match["or"]), confidence=0.5)
    if match["turns"]:
        turns = int(match["turns"])
        return _open(start, end, max(0, turns - 1), turns, confidence=_ESTIMATE)
    return _told(match, start, end) or _of_school(match, start, end, today)


def _told(match: re.Match[str], start: int, end: int) -> FoundAge | None:
    """An age said as a number."""
    if match["born"]:
        months = int(match["born"]) // {"日": 30, "週": 4}.get(match["unit"][0], 1)
        return FoundAge(start, end, months // 12, _SURE)
    if match["months"]:
        return FoundAge(start, end, int(match["months"]) // 12, _SURE)
    for name in ("years", "turned", "counted", "bare"):
        if match[name]:
            about = match["about"] or re.match(_ABOUT, match.string[end:])
            sure = 0.95 if name == "bare" else _SURE
            return FoundAge(start, end, int(match[name]), _ROUGH if about else sure, bare=name == "bare")
    return None


def _of_school(match: re.Match[str], start: int, end: int, today: dt.date) -> FoundAge | None:
    if match["kindergarten"]:
        return _in_year(start, end, _KINDERGARTEN[match["kindergarten"]], today)
    if match["new"]:
        return _in_year(start, end, 6, today, "elementary")
    level = match["level"][0]
    grade = int(match["grade"])
    if level != "小" and grade > 3:
        return None
    return _in_year(start, end, _YEARS_BEFORE_GRADE_ONE[level] + grade, today, _SCHOOLS[level])


def _open(start: int, end: int, *ages: int, confidence: float) -> FoundAge:
    return FoundAge(start, end, ages[0], confidence, alternatives=tuple(sorted(set(ages))))


def _in_year(start: int, end: int, low: int, today: dt.date, school: str | None = None) -> FoundAge:
    """Of a school year, in which everybody has one birthday."""
    return FoundAge(start, end, low + _turned(today), _ESTIMATE, school, (low, low + 1))


def _turned(today: dt.date) -> int:
    """Most pupils have had this school year's birthday from October on."""
    return int(today.month >= 10 or today.month <= 3)
