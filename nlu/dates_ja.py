"""Days and spans of days in a sentence, relative to an explicit `today`.

先週の水曜, おととい, 3日前, 今月1日, 11月3日, 令和8年11月3日, R8.11.3. A week begins on Monday (JIS X 0301);
people who count from Sunday mean another day when Sunday is involved, so that case keeps the other day as an
alternative. A day without a year is the last such day, for people come to report what has happened. Vague words
(先日, 最近) give no date, and a day that does not exist gives none either.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Tense = Literal["past", "future"]

ERAS: dict[str, tuple[dt.date, dt.date]] = {
    "明治": (dt.date(1868, 1, 25), dt.date(1912, 7, 29)),
    "大正": (dt.date(1912, 7, 30), dt.date(1926, 12, 24)),
    "昭和": (dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    "平成": (dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    "令和": (dt.date(2019, 5, 1), dt.date(2999, 12, 31)),
}
"""First and last day of each era."""

_ERA_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_WEEKDAYS = "月火水木金土日"
_DAY_WORDS = {
    "さきおととい": -3, "一昨日": -2, "おととい": -2, "おとつい": -2, "昨日": -1, "昨夜": -1, "昨晩": -1, "きのう": -1,
    "ゆうべ": -1, "本日": 0, "今日": 0, "今朝": 0, "きょう": 0, "けさ": 0, "明日": 1, "あした": 1, "あす": 1,
    "明後日": 2, "あさって": 2, "しあさって": 3,
}  # fmt: skip
_WEEK_WORDS = {
    "先々週": -2, "先先週": -2, "せんせんしゅう": -2, "先週": -1, "せんしゅう": -1, "前の週": -1, "今週": 0,
    "こんしゅう": 0, "再来週": 2, "さらいしゅう": 2, "来週": 1, "らいしゅう": 1,
}  # fmt: skip
_MONTH_WORDS = {
    "先々月": -2, "先先月": -2, "先月": -1, "せんげつ": -1, "前月": -1, "今月": 0, "こんげつ": 0, "当月": 0,
    "再来月": 2, "来月": 1, "らいげつ": 1, "翌月": 1,
}  # fmt: skip
_YEAR_WORDS = {
    "一昨年": -2, "おととし": -2, "去年": -1, "昨年": -1, "きょねん": -1, "前の年": -1, "今年": 0, "本年": 0,
    "ことし": 0, "再来年": 2, "来年": 1, "らいねん": 1,
}  # fmt: skip


@dataclass(frozen=True)
class FoundDate:
    """A day, or a span of days, and where it stands in the text."""

    first: dt.date
    last: dt.date
    start: int
    end: int
    confidence: float
    alternatives: tuple[dt.date, ...] = ()
    """Other days it may have been."""
    of_birth: bool = False
    """The words around it speak of a birth."""

    @property
    def day(self) -> dt.date | None:
        """The day, None when only a span is known (先月)."""
        return self.first if self.first == self.last else None


def find_dates(text: str, today: dt.date, tense: Tense = "past") -> tuple[FoundDate, ...]:
    """Dates in `text` in order; `tense` decides the year or week of a day said without it.

    >>> tuesday = dt.date(2026, 4, 7)
    >>> find_dates("先週の水曜に引っ越しました", tuesday)[0].day
    datetime.date(2026, 4, 1)
    >>> find_dates("昭和23年5月6日生まれ", tuesday)[0].day, find_dates("2月30日", tuesday)
    (datetime.date(1948, 5, 6), ())
    >>> [d.day.isoformat() for d in find_dates("11月3日", tuesday)]
    ['2025-11-03']
    """
    found: list[FoundDate] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < f.end and f.start < match.end() for f in found):
                continue
            date = read(_Said(match, today, tense))
            if date is not None:
                found.append(_with_birth(_about(date, text), text))
    return tuple(sorted(found, key=lambda f: f.start))


def _about(found: FoundDate, text: str) -> FoundDate:
    """先週の水曜ごろ, 1日か2日ぐらい: not to be taken at its word."""
    if re.match(r"[にの]?(?:ごろ|頃|ぐらい|くらい|あたり|前後)", text[found.end : found.end + 6]):
        return replace(found, confidence=min(0.5, found.confidence))
    return found


def _with_birth(found: FoundDate, text: str) -> FoundDate:
    after = text[found.end : found.end + 6]
    before = text[max(0, found.start - 8) : found.start]
    of_birth = re.match(r"[にの]?(?:生(?!活|後)|うまれ|産ま)", after) or re.search(
        r"(?:生年月日|誕生日|生まれ|うまれ)[はがも:]?、?$", before
    )
    return replace(found, of_birth=True) if of_birth else found


def _made(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Said:
    """A match of one pattern, on a day, in a sentence about the past or the future."""

    match: re.Match[str]
    today: dt.date
    tense: Tense

    def __getitem__(self, group: str | int) -> str:
        return self.match[group]


def _one(
    said: _Said, day: dt.date | None, confidence: float, alternatives: tuple[dt.date, ...] = ()
) -> FoundDate | None:
    if day is None:
        return None
    others = tuple(d for d in dict.fromkeys(alternatives) if d != day)
    return FoundDate(day, day, said.match.start(), said.match.end(), confidence, others)


def _span(said: _Said, first: dt.date, last: dt.date, confidence: float) -> FoundDate:
    return FoundDate(first, last, said.match.start(), said.match.end(), confidence)


def _number(digits: str) -> int:
    return 1 if digits == "元" else int(digits)


def _month_of(today: dt.date, offset: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 + offset
    return months // 12, months % 12 + 1


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _shifted(today: dt.date, days: int) -> dt.date | None:
    try:
        return today + dt.timedelta(days=days)
    except OverflowError:
        return None


def _era_year(era: str, year: int) -> int:
    first, _ = ERAS[era]
    return first.year + year - 1


def _era_confidence(era: str, day: dt.date) -> float:
    """A day outside its era (平成40年) is a slip of the tongue: counted on, but doubtful."""
    first, last = ERAS[era]
    return 0.97 if first <= day <= last else 0.3


def _of_era(said: _Said) -> FoundDate | None:
    era = _ERA_LETTERS.get(said["era"].upper(), said["era"])
    era = next((name for name in ERAS if name[0] == era[0]), era)
    year = _era_year(era, _number(said["year"]))
    if not 1868 <= year <= 2999:
        return None
    if not said["month"]:
        return _span(said, dt.date(year, 1, 1), dt.date(year, 12, 31), 0.6)
    month = int(said["month"])
    if not 1 <= month <= 12:
        return None
    if not said["day"]:
        return _span(said, dt.date(year, month, 1), _last_day(year, month), 0.6)
    day = _made(year, month, int(said["day"]))
    return None if day is None else _one(said, day, _era_confidence(era, day))


def _of_western_year(said: _Said) -> FoundDate | None:
    year, month = int(said["year"]), int(said["month"])
    if not 1868 <= year <= 2200 or not 1 <= month <= 12:
        return None
    if not said["day"]:
        return _span(said, dt.date(year, month, 1), _last_day(year, month), 0.6)
    return _one(said, _made(year, month, int(said["day"])), 0.97)


def _compact(said: _Said) -> FoundDate | None:
    year, month, day = int(said[0][:4]), int(said[0][4:6]), int(said[0][6:])
    return _one(said, _made(year, month, day), 0.9) if 1900 <= year <= 2100 else None


def _of_relative_year(said: _Said) -> FoundDate | None:
    year = said.today.year + _YEAR_WORDS[said["word"]]
    month = int(said["month"])
    if not 1 <= month <= 12:
        return None
    if said["end_of"]:
        return _one(said, _last_day(year, month), 0.6)
    if not said["day"]:
        return _span(said, dt.date(year, month, 1), _last_day(year, month), 0.6)
    return _one(said, _made(year, month, int(said["day"])), 0.95)


def _of_month(said: _Said) -> FoundDate | None:
    """11月3日: the last one, or the next one when the sentence speaks of the future."""
    month = int(said["month"])
    if not 1 <= month <= 12:
        return None
    if said["end_of"]:
        year = _year_for(dt.date(said.today.year, month, 28), said.today, said.tense)
        return _one(said, _last_day(year, month), 0.6)
    if not said["day"]:
        year = _year_for(dt.date(said.today.year, month, 1), said.today, said.tense)
        return _span(said, dt.date(year, month, 1), _last_day(year, month), 0.6)
    number = int(said["day"])
    possible = [
        d for year in range(said.today.year - 8, said.today.year + 9) if (d := _made(year, month, number))
    ]
    past = [d for d in possible if d <= said.today]
    future = [d for d in possible if d > said.today]
    if not past or not future:
        return None
    chosen = past[-1] if said.tense == "past" else (said.today if said.today in past else future[0])
    distance = abs((chosen - said.today).days)
    if distance > 366:  # 2月29日 in a common year: not the day that was meant
        return _one(said, chosen, 0.3)
    other = future[0] if chosen in past else past[-1]
    close = distance > 270 and abs((other - said.today).days) < 60
    return _one(said, chosen, 0.6 if close else 0.93, (other,) if close else ())


def _year_for(day: dt.date, today: dt.date, tense: Tense) -> int:
    if tense == "past":
        return day.year if (day.year, day.month) <= (today.year, today.month) else day.year - 1
    return day.year if (day.year, day.month) >= (today.year, today.month) else day.year + 1


def _of_relative_month(said: _Said) -> FoundDate | None:
    year, month = _month_of(said.today, _MONTH_WORDS[said["word"]])
    if said["day"]:
        return _one(said, _made(year, month, int(said["day"])), 0.97)
    parts = {"末": None, "頭": (1, 5), "初め": (1, 5), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
    part = said["part"]
    last = _last_day(year, month)
    if part == "末":
        return _one(said, last, 0.6)
    bounds = parts.get(part or "")
    if bounds:
        return _span(
            said,
            dt.date(year, month, bounds[0]),
            min(last, dt.date(year, month, min(bounds[1], last.day))),
            0.6,
        )
    return _span(said, dt.date(year, month, 1), last, 0.7)


def _new_year(said: _Said) -> FoundDate | None:
    month, day = (1, 1) if said["word"] in ("元日", "元旦") else (12, 31)
    this_year = dt.date(said.today.year, month, day)
    shift = (
        -1
        if said.tense == "past" and this_year > said.today
        else int(said.tense == "future" and this_year < said.today)
    )
    return _one(said, this_year.replace(year=said.today.year + shift), 0.9)


def _bare_month_end(said: _Said) -> FoundDate | None:
    year, month = said.today.year, said.today.month
    this = _last_day(year, month)
    if said.tense == "past" and this > said.today:
        year, month = _month_of(said.today, -1)
        return _one(said, _last_day(year, month), 0.5)
    return _one(said, this, 0.5)


def _of_week(said: _Said) -> FoundDate | None:
    """先週の水曜: a day of the week that began last Monday but one; Sundays are ambiguous."""
    offset = _WEEK_WORDS[said["word"]]
    monday = _shifted(said.today, 7 * offset - said.today.weekday())
    if monday is None:
        return None
    if said["end_of"]:
        saturday = monday + dt.timedelta(days=5)
        return _span(said, saturday, saturday + dt.timedelta(days=1), 0.6)
    if not said["weekday"]:
        return _span(said, monday, monday + dt.timedelta(days=6), 0.7)
    weekday = _WEEKDAYS.index(said["weekday"][0])
    day = monday + dt.timedelta(days=weekday)
    if weekday == 6:
        return _one(said, day, 0.6, (day, day - dt.timedelta(days=7)))
    if said.today.weekday() == 6:
        return _one(said, day, 0.6, (day, day + dt.timedelta(days=7)))
    return _one(said, day, 0.93)


def _last_weekday(said: _Said) -> FoundDate | None:
    """この前の水曜, 水曜日に: the last one, but this week's may not be what is meant."""
    weekday = _WEEKDAYS.index(said["weekday"][0])
    if said["next"] or (said.tense == "future" and not said["last"]):
        ahead = (weekday - said.today.weekday() - 1) % 7 + 1
        day = said.today + dt.timedelta(days=ahead)
        return _one(said, day, 0.7, (day, day + dt.timedelta(days=7)) if said["next"] and ahead < 4 else ())
    back = (said.today.weekday() - weekday - 1) % 7 + 1
    day = said.today - dt.timedelta(days=back)
    if said["last"] and back <= said.today.weekday():
        return _one(said, day, 0.5, (day, day - dt.timedelta(days=7)))
    return _one(said, day, 0.8)


def _days_away(said: _Said) -> FoundDate | None:
    count = int(said["count"])
    unit = said["unit"]
    about = bool(said["about"])
    sign = -1 if said["direction"] in ("前", "まえ") else 1
    if unit == "日":
        return _one(said, _shifted(said.today, sign * count), 0.6 if about else 0.95)
    if unit == "週間":
        return _one(said, _shifted(said.today, 7 * sign * count), 0.5 if about else 0.7)
    if unit == "年":
        return None
    if count > 1200:
        return None
    year, month = _month_of(said.today, sign * count)
    if not 1 <= year <= 9999:
        return None
    day = min(said.today.day, calendar.monthrange(year, month)[1])
    return _one(said, dt.date(year, month, day), 0.4 if about else 0.5)


def _day_word(said: _Said) -> FoundDate | None:
    return _one(said, _shifted(said.today, _DAY_WORDS[said[0]]), 0.97)


def _bare_day(said: _Said) -> FoundDate | None:
    """3日に: of this month, or of the last one when that is still to come."""
    number = int(said["day"])
    step = -1 if said.tense == "past" else 1
    for offset in (0, step, 2 * step):
        year, month = _month_of(said.today, offset)
        day = _made(year, month, number)
        if day is not None and (day <= said.today if said.tense == "past" else day >= said.today):
            return _one(said, day, 0.75)
    return None


_NOT_THE_DAY = {"きょう": "(?!と|だい|しつ|い)", "あす": "(?!か|な)", "あした": "(?!ば)", "明日": "(?!香)"}
"""What follows when the kana are another word: きょうと, きょうだい."""

_KANA_WORD_BEGINS = r"(?:(?<![ぁ-ん])|(?<=[とはがのもにをか]))"


def _words_of(table: dict[str, int]) -> str:
    def guarded(word: str) -> str:
        return (_KANA_WORD_BEGINS if word[0] <= "ん" else "") + word + _NOT_THE_DAY.get(word, "")

    return "|".join(guarded(word) for word in sorted(table, key=len, reverse=True))


_MONTH_DAY = r"(?P<month>\d{1,2})月(?:の)?(?:(?P<day>\d{1,2})日|(?P<end_of>末)|(?![0-9]))"
_WEEKDAY = r"(?P<weekday>[月火水木金土日](?:曜日|曜))(?!大工|版)"
_NOT_A_COUNT = r"(?!間|分|以内|前|後|ほど|くらい|ぐらい|まえ|ご)"

_Reader = Callable[[_Said], FoundDate | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(
            r"(?P<era>明治|大正|昭和|平成|令和)(?P<year>元|\d{1,2})年(?:の)?(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?"
        ),
        _of_era,
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?P<era>[MTSHRmtshr明大昭平令])(?P<year>元|\d{1,2})[./\-年](?P<month>\d{1,2})[./\-月](?P<day>\d{1,2})日?(?!\d)"
        ),
        _of_era,
    ),
    (re.compile(r"(?<!\d)(?P<year>\d{4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?"), _of_western_year),
    (
        re.compile(r"(?<!\d)(?P<year>\d{4})[./\-](?P<month>\d{1,2})[./\-](?P<day>\d{1,2})(?!\d)"),
        _of_western_year,
    ),
    (re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)"), _compact),
    (re.compile(rf"(?P<word>{_words_of(_YEAR_WORDS)})(?:の)?{_MONTH_DAY}"), _of_relative_year),
    (re.compile(rf"(?<![\d年]){_MONTH_DAY}"), _of_month),
    (
        re.compile(r"(?<![\d./\-])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?P<end_of>)(?![\d/])"),
        _of_month,
    ),
    (
        re.compile(
            rf"(?P<word>{_words_of(_MONTH_WORDS)})(?:の)?(?:(?P<day>\d{{1,2}})日{_NOT_A_COUNT}|(?P<part>末|頭|初め|上旬|中旬|下旬))?"
        ),
        _of_relative_month,
    ),
    (re.compile(rf"(?P<word>{_words_of(_WEEK_WORDS)})(?:の|、)?(?:{_WEEKDAY}|(?P<end_of>末))?"), _of_week),
    (
        re.compile(
            rf"(?:(?P<last>(?:この|こない|こないだ|こないだの|この間|この前|前|先日)の?)|(?P<next>(?:今度|次)の))?(?<![\d月]){_WEEKDAY}"
        ),
        _last_weekday,
    ),
    (
        re.compile(
            r"(?<!\d)(?P<count>\d{1,4})(?P<unit>日|週間|[かヶカケヵ箇]月|年)(?P<about>ほど|くらい|ぐらい|ばかり)?(?P<direction>前|まえ|後)"
        ),
        _days_away,
    ),
    (re.compile(_words_of(_DAY_WORDS)), _day_word),
    (re.compile(r"(?P<word>元日|元旦|大晦日|大みそか)"), _new_year),
    (re.compile(r"(?<![0-9今先来])月末"), _bare_month_end),
    (
        re.compile(rf"(?<![\d月年./])(?P<day>\d{{1,2}})日(?:付)?{_NOT_A_COUNT}(?=[にからでのは、。づ付]|$)"),
        _bare_day,
    ),
)
