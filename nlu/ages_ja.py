"""Ages in a sentence: 78の祖父, 12歳と6歳, 生後3か月, 今年75になる, 小6, 年長さん.

A school year only bounds an age; its estimate is marked as one. Bare numbers count as ages only beside a word for
a person, which the caller knows.
"""

import datetime as dt
import re
from dataclasses import dataclass

_SURE, _ESTIMATE = 1.0, 0.65


@dataclass(frozen=True)
class FoundAge:
    """An age, or a school that bounds it."""

    start: int
    end: int
    age: int | None
    confidence: float
    school: str | None = None
    """A value of the fact `school`."""
    bare: bool = False
    """Only a number: an age if a person is named beside it."""


_PATTERN = re.compile(
    r"生後(?P<born>\d{1,3})(?P<unit>日|週間?|[かヶカケヵ箇]月)"
    r"|(?P<months>\d{1,2})[かヶカケヵ箇]月(?=の(?:赤|子|娘|息子|男|女)|児|です|$)"
    r"|(?P<soon>今年|ことし|来月|今月|もうすぐ|もうじき|まもなく|今度)(?:で|に|の?誕生日で|、)?(?P<turns>\d{1,3})(?:歳|才)?に(?:なる|なります|なるん)"
    r"|(?P<years>\d{1,3})(?:歳|才|さい)(?P<half>半)?(?:になった|になりました|になったばかり)?"
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
    kind = match.lastgroup
    start, end = match.span()
    if match["born"]:
        months = int(match["born"]) // {"日": 30, "週": 4}.get(match["unit"][0], 1)
        return FoundAge(start, end, months // 12, _SURE)
    if match["months"]:
        return FoundAge(start, end, int(match["months"]) // 12, _SURE)
    if match["turns"]:
        confidence = 0.7 if match["soon"] in ("今年", "ことし", "今度") else 0.85
        return FoundAge(start, end, max(0, int(match["turns"]) - 1), confidence)
    for name in ("years", "turned", "counted"):
        if match[name]:
            return FoundAge(start, end, int(match[name]), _SURE)
    if match["decade"]:
        return None
    if match["bare"]:
        return FoundAge(start, end, int(match["bare"]), 0.95, bare=True)
    if match["kindergarten"]:
        return FoundAge(start, end, _KINDERGARTEN[match["kindergarten"]] + _turned(today), _ESTIMATE)
    if kind == "new":
        return FoundAge(start, end, 6 + _turned(today), _ESTIMATE, "elementary")
    level = match["level"][0]
    grade = int(match["grade"])
    if level != "小" and grade > 3:
        return None
    return FoundAge(
        start, end, _YEARS_BEFORE_GRADE_ONE[level] + grade + _turned(today), _ESTIMATE, _SCHOOLS[level]
    )


def _turned(today: dt.date) -> int:
    """Most pupils have had this school year's birthday from October on."""
    return int(today.month >= 10 or today.month <= 3)
