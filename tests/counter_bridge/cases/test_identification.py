"""The record of identification is complete or says what it lacks."""

from dataclasses import replace

import pytest

from counter_bridge.identification import Authority, Identification, Method, missing_ja


def test_a_complete_record_lacks_nothing(identification: Identification):
    assert missing_ja(identification) == ()


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"papers": ("pension_paper",)}, "写真付き"),
        ({"method": Method.TWO_PAPERS, "papers": ("pension_paper",)}, "2点"),
        ({"papers": ("library_card",)}, "種類"),
        ({"authority": None}, "代理権"),
        ({"originals_seen": None}, "原本"),
        ({"originals_seen": False}, "原本"),
        ({"address_checked": None}, "住所の確認"),
        ({"existing_household_checked": None}, "既存世帯"),
        ({"notice_by_post_needed": None}, "郵送"),
    ],
)
def test_what_is_missing_is_said_in_the_clerks_words(identification: Identification, change, lacks):
    lacking = missing_ja(replace(identification, **change))
    assert any(lacks in one for one in lacking)


def test_two_papers_without_a_photo_or_questions_are_enough(identification: Identification):
    two = replace(identification, method=Method.TWO_PAPERS, papers=("pension_paper", "bank_book_or_card"))
    asked = replace(identification, method=Method.QUESTIONS, papers=())
    proxy = replace(identification, authority=Authority.LETTER_OF_PROXY)
    assert missing_ja(two) == missing_ja(asked) == missing_ja(proxy) == ()
