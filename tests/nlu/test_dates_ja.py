import datetime as dt

import pytest

from nlu.dates_ja import find_dates
from nlu.normalise import normalise

TUESDAY = "2026-04-07"

DAYS = [
    # said, on, day, alternatives
    ("先週の水曜に引っ越しました", TUESDAY, "2026-04-01", ()),
    ("先週の水曜日", TUESDAY, "2026-04-01", ()),
    ("先週水曜", TUESDAY, "2026-04-01", ()),
    ("せんしゅうのすいようびに", TUESDAY, "2026-04-01", ()),
    ("先々週の金曜", TUESDAY, "2026-03-27", ()),
    ("今週の月曜", TUESDAY, "2026-04-06", ()),
    ("来週の月曜", TUESDAY, "2026-04-13", ()),
    ("再来週の土曜日", TUESDAY, "2026-04-25", ()),
    ("先週の月曜", "2026-01-02", "2025-12-22", ()),
    ("先週の水曜", "2026-04-06", "2026-04-01", ()),
    ("先週の日曜", TUESDAY, "2026-04-05", ("2026-03-29",)),
    ("先週の水曜", "2026-04-12", "2026-04-01", ("2026-04-08",)),
    ("この前の水曜", "2026-04-09", "2026-04-08", ("2026-04-01",)),
    ("この前の水曜", TUESDAY, "2026-04-01", ()),
    ("こないだの日曜", TUESDAY, "2026-04-05", ()),
    ("前の水曜日", TUESDAY, "2026-04-01", ()),
    ("水曜に来ました", TUESDAY, "2026-04-01", ()),
    ("火曜に来ました", TUESDAY, "2026-03-31", ()),
    ("昨日", TUESDAY, "2026-04-06", ()),
    ("きのうひっこした", TUESDAY, "2026-04-06", ()),
    ("昨日の夜", "2026-01-01", "2025-12-31", ()),
    ("おととい", TUESDAY, "2026-04-05", ()),
    ("一昨日です", "2028-03-01", "2028-02-28", ()),
    ("さきおととい", TUESDAY, "2026-04-04", ()),
    ("今日", TUESDAY, "2026-04-07", ()),
    ("本日付で", TUESDAY, "2026-04-07", ()),
    ("今朝こちらに着きました", TUESDAY, "2026-04-07", ()),
    ("明日", "2026-12-31", "2027-01-01", ()),
    ("あさって引っ越します", TUESDAY, "2026-04-09", ()),
    ("しあさって", TUESDAY, "2026-04-10", ()),
    ("3日前", TUESDAY, "2026-04-04", ()),
    ("三日前に", "2026-03-01", "2026-02-26", ()),
    ("十日ほど前", TUESDAY, "2026-03-28", ()),
    ("一週間前", TUESDAY, "2026-03-31", ()),
    ("二週間前", TUESDAY, "2026-03-24", ()),
    ("1か月前", "2026-03-31", "2026-02-28", ()),
    ("5日後", TUESDAY, "2026-04-12", ()),
    ("先月の10日", TUESDAY, "2026-03-10", ()),
    ("先月10日", "2026-01-15", "2025-12-10", ()),
    ("今月1日", TUESDAY, "2026-04-01", ()),
    ("今月の一日", TUESDAY, "2026-04-01", ()),
    ("来月3日", "2026-12-20", "2027-01-03", ()),
    ("先月末", TUESDAY, "2026-03-31", ()),
    ("3月末に", TUESDAY, "2026-03-31", ()),
    ("2月末", "2028-04-07", "2028-02-29", ()),
    ("月末に越してきた", TUESDAY, "2026-03-31", ()),
    ("11月3日", TUESDAY, "2025-11-03", ()),
    ("四月一日", TUESDAY, "2026-04-01", ()),
    ("4/1に", TUESDAY, "2026-04-01", ()),
    ("4月の1日", TUESDAY, "2026-04-01", ()),
    ("12月31日", "2026-01-02", "2025-12-31", ()),
    ("1月3日", "2025-12-29", "2025-01-03", ("2026-01-03",)),
    ("2月29日", "2028-03-01", "2028-02-29", ()),
    ("1日に引っ越した", TUESDAY, "2026-04-01", ()),
    ("28日に引っ越した", TUESDAY, "2026-03-28", ()),
    ("31日に引っ越した", "2026-03-02", "2026-01-31", ()),
    ("3月31日付で", TUESDAY, "2026-03-31", ()),
    ("去年の12月24日", TUESDAY, "2025-12-24", ()),
    ("今年の1月5日", TUESDAY, "2026-01-05", ()),
    ("おととしの8月1日", TUESDAY, "2024-08-01", ()),
    ("来年の4月1日", TUESDAY, "2027-04-01", ()),
    ("元旦に", TUESDAY, "2026-01-01", ()),
    ("大晦日に", TUESDAY, "2025-12-31", ()),
    ("令和8年11月3日", TUESDAY, "2026-11-03", ()),
    ("R8.11.3", TUESDAY, "2026-11-03", ()),
    ("令和八年四月一日", TUESDAY, "2026-04-01", ()),
    ("昭和23年5月6日", TUESDAY, "1948-05-06", ()),
    ("S23.5.6", TUESDAY, "1948-05-06", ()),
    ("平成元年1月8日", TUESDAY, "1989-01-08", ()),
    ("令和元年5月1日", TUESDAY, "2019-05-01", ()),
    ("大正15年12月24日", TUESDAY, "1926-12-24", ()),
    ("H26/4/1", TUESDAY, "2014-04-01", ()),
    ("2026/11/3", TUESDAY, "2026-11-03", ()),
    ("2026年4月1日", TUESDAY, "2026-04-01", ()),
    ("2026-04-01", TUESDAY, "2026-04-01", ()),
    ("20260401", TUESDAY, "2026-04-01", ()),
]


@pytest.mark.parametrize(("said", "on", "day", "others"), DAYS)
def test_a_day_is_read(said: str, on: str, day: str, others: tuple[str, ...]) -> None:
    found = find_dates(normalise(said), dt.date.fromisoformat(on))
    assert [f.day.isoformat() for f in found if f.day] == [day]
    assert tuple(d.isoformat() for d in found[0].alternatives) == others


NO_DAY = [
    "先日", "この前", "最近", "さっき", "先週", "先月", "今週", "2月30日", "13月1日", "4月31日", "昭和", "平成20年", "20260431",
    "きょうだいと来ました", "京都から", "きょうとから", "明日香村から", "十日町から", "四日市から", "10日間", "3日分", "土日に", "月に一度",
    "日曜大工", "99999日前", "令和99年99月99日", "0月0日", "明治元年", "先週末", "電話は03-1234-5678です",
]  # fmt: skip


@pytest.mark.parametrize("said", NO_DAY)
def test_vague_or_impossible_words_give_no_day(said: str) -> None:
    found = find_dates(normalise(said), dt.date(2026, 4, 7))
    assert [f.day for f in found if f.day] == []


SPANS = [
    ("先週", "2026-03-30", "2026-04-05"),
    ("先月", "2026-03-01", "2026-03-31"),
    ("先月の上旬", "2026-03-01", "2026-03-10"),
    ("先月下旬", "2026-03-21", "2026-03-31"),
    ("3月に", "2026-03-01", "2026-03-31"),
    ("12月に", "2025-12-01", "2025-12-31"),
    ("先週末", "2026-04-04", "2026-04-05"),
    ("平成20年", "2008-01-01", "2008-12-31"),
]


@pytest.mark.parametrize(("said", "first", "last"), SPANS)
def test_a_span_of_days_is_no_day_but_known(said: str, first: str, last: str) -> None:
    (found,) = find_dates(normalise(said), dt.date(2026, 4, 7))
    assert (found.first.isoformat(), found.last.isoformat(), found.day) == (first, last, None)


@pytest.mark.parametrize("said", ["平成40年1月1日", "昭和64年1月8日", "平成31年5月1日"])
def test_a_day_outside_its_era_is_doubtful(said: str) -> None:
    (found,) = find_dates(said, dt.date(2026, 4, 7))
    assert found.confidence < 0.5


def test_a_leap_day_in_a_common_year_is_doubtful() -> None:
    (found,) = find_dates("2月29日に引っ越しました", dt.date(2026, 4, 7))
    assert found.confidence < 0.5


@pytest.mark.parametrize(
    ("said", "of_birth"),
    [
        ("昭和23年5月6日生まれ", True),
        ("生年月日は昭和60年3月3日です", True),
        ("誕生日は3月3日です", True),
        ("令和6年1月1日に生まれました", True),
        ("令和8年4月1日に引っ越しました", False),
    ],
)
def test_births_are_told_from_other_days(said: str, of_birth: bool) -> None:
    (found,) = find_dates(normalise(said), dt.date(2026, 4, 7))
    assert found.of_birth is of_birth


def test_the_future_is_meant_when_the_sentence_plans() -> None:
    today = dt.date(2026, 4, 7)
    assert [d.day for d in find_dates("5月10日に引っ越します", today, "future")] == [dt.date(2026, 5, 10)]
    assert [d.day for d in find_dates("次の月曜", today, "future")] == [dt.date(2026, 4, 13)]


def test_several_dates_keep_their_places() -> None:
    text = "3月31日に会社を辞めて、4月1日に引っ越してきました"
    found = find_dates(text, dt.date(2026, 4, 7))
    assert [text[f.start : f.end] for f in found] == ["3月31日", "4月1日"]
