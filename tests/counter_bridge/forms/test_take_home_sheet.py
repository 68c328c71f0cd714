"""The take-home sheet: what to do, bring and where, without who it is for."""

import datetime as dt
import io
import re
from typing import Any

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from counter_bridge.take_home_sheet import (
    NOT_FILED_JA,
    TakeHomeTicket,
    render_take_home_sheet,
)

DAY = dt.date(2026, 4, 7)
TICKET = TakeHomeTicket("A-042", "1番 総合窓口", people_ahead=3, minutes=12)


def plan(steps: int = 2) -> dict[str, Any]:
    step = {
        "id": "moving_in_notification",
        "name_ja": "転入届",
        "plain_ja": "引っ越してきた届け",
        "for_whom": [
            {"id": "p1", "label": "あなた"},
            {"id": "p2", "label": "子"},
            {"id": "p3", "label": "子"},
        ],
        "law": "住民基本台帳法 第22条",
        "counter": "1番 総合窓口",
        "bring": [
            {"name_ja": "転出証明書", "have": "unknown", "note": "特例転入のときは不要", "alternatives": []}
        ],
        "fee_yen": 0,
        "deadline": "2026-04-15",
        "today": "yes",
        "because": "",
        "confirm_by_staff": True,
        "minutes": 8,
        "writes": 1,
    }
    paid = {
        **step,
        "name_ja": "住民票の写し",
        "plain_ja": "",
        "counter": "2番 証明",
        "fee_yen": 1300,
        "today": "no",
        "because": "証明窓口は終わりました",
        "deadline": None,
    }
    return {
        "complete": False,
        "procedures": [step, paid] * (steps // 2),
        "undecided": [{"id": "x", "name_ja": "介護保険の届", "why": "", "missing": ["people.p3.birth_date"]}],
        "elsewhere": [{"name_ja": "免許証の住所変更", "where": "警察署"}],
        "counters_visited": 2,
        "minutes": {"low": 20, "high": 30},
    }


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_it_says_what_where_until_when_and_for_how_much() -> None:
    text = text_of(
        render_take_home_sheet(plan(), town_ja="星見野市", prepared_on=DAY, demo=True, ticket=TICKET)
    )
    for words in (
        "A-042",
        "前にお待ちの方3人",
        "窓口は2か所、約20〜30分の見込みです。",
        "転入届(引っ越してきた届け)",
        "どなたの分:あなた・子2人",
        "令和8年4月15日まで今日終わる見込み無料",
        "今日は終わりません(証明窓口は終わりました)手数料1,300円",
        "窓口:2番証明",
        "根拠住民基本台帳法第22条",
        "転出証明書(特例転入のときは不要)",
        "介護保険の届",
        "免許証の住所変更:警察署",
        "見本",
    ):
        assert words in text, words
    assert text.count("転出証明書") == 1


def test_it_says_that_nothing_is_filed_yet_on_every_page() -> None:
    reader = PdfReader(
        io.BytesIO(render_take_home_sheet(plan(24), town_ja="星見野市", prepared_on=DAY, demo=False))
    )
    assert len(reader.pages) > 1
    assert all(NOT_FILED_JA in re.sub(r"\s+", "", page.extract_text()) for page in reader.pages)


def test_it_shows_nothing_but_the_parts_it_names() -> None:
    """Whatever else a plan may come to carry stays off the paper."""
    secret = {**plan(), "facts": {"people.p1.name": "秘密太郎"}, "understood": "秘密"}
    secret["procedures"] = [
        {**step, "person_names": ["秘密太郎"], "note": "秘密"} for step in plan()["procedures"]
    ]
    text = text_of(render_take_home_sheet(secret, town_ja="星見野市", prepared_on=DAY, demo=False))
    assert "秘密" not in text
    assert "people.p3" not in text


@pytest.mark.parametrize("ticket", [None, TICKET])
@pytest.mark.parametrize("url", [None, "https://status.example/#a1b2c3"])
def test_number_and_code_stand_only_where_there_are_any(
    ticket: TakeHomeTicket | None, url: str | None
) -> None:
    pdf = render_take_home_sheet(
        plan(), town_ja="星見野市", prepared_on=DAY, demo=False, ticket=ticket, status_url=url
    )
    text = text_of(pdf)
    assert ("A-042" in text) == (ticket is not None)
    assert ("順番がわかります" in text) == (url is not None)
    assert "status.example" not in text


def test_nothing_runs_over_the_edge_of_the_page() -> None:
    long = plan()
    long["procedures"][0]["because"] = "とても長い理由" * 40
    document = pdfium.PdfDocument(
        render_take_home_sheet(long, town_ja="星見野市", prepared_on=DAY, demo=False, ticket=TICKET)
    )
    for page in document:
        text = page.get_textpage()
        edges = [
            text.get_charbox(i) for i in range(text.count_chars()) if not text.get_text_range(i, 1).isspace()
        ]
        assert min(left for left, *_ in edges) > 30
        assert max(right for _, _, right, _ in edges) < page.get_width() - 30
        assert min(bottom for _, bottom, *_ in edges) > 15
    document.close()


def test_an_empty_plan_is_still_a_sheet() -> None:
    text = text_of(render_take_home_sheet({}, town_ja="星見野市", prepared_on=DAY, demo=False))
    assert "手続きのご案内" in text


def test_who_is_next_is_not_told_no_minutes() -> None:
    soon = TakeHomeTicket("A-042", "1番 総合窓口", people_ahead=0, minutes=0)
    text = text_of(
        render_take_home_sheet(plan(), town_ja="星見野市", prepared_on=DAY, demo=False, ticket=soon)
    )
    assert "まもなくお呼びします" in text
    assert "0分" not in text.replace("20〜30分", "")
