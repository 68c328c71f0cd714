"""Dates as forms print them: 令和8年4月1日; the first year of an era is 元年."""

import datetime as dt

ERAS: tuple[tuple[dt.date, str], ...] = (
    (dt.date(2019, 5, 1), "令和"),
    (dt.date(1989, 1, 8), "平成"),
    (dt.date(1926, 12, 25), "昭和"),
    (dt.date(1912, 7, 30), "大正"),
    (dt.date(1868, 1, 25), "明治"),
)
"""First day and name of each era, newest first (元号法)."""


def era_date(day: dt.date) -> str:
    """The day by era.

    >>> era_date(dt.date(2026, 4, 1)), era_date(dt.date(2019, 5, 1)), era_date(dt.date(1989, 1, 7))
    ('令和8年4月1日', '令和元年5月1日', '昭和64年1月7日')
    """
    for start, name in ERAS:
        if day >= start:
            year = day.year - start.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return western_date(day)


def western_date(day: dt.date) -> str:
    """The day by the western calendar, which residents of foreign nationality may use.

    >>> western_date(dt.date(1995, 3, 8))
    '1995年3月8日'
    """
    return f"{day.year}年{day.month}月{day.day}日"
