"""Which way somebody moves, when, and from where."""

import datetime as dt

import pytest

from nlu.clauses_ja import clauses
from nlu.dates_ja import find_dates
from nlu.moves_ja import Move, find_move, tense_of
from nlu.normalise import normalise
from nlu.places_ja import Town, find_countries, find_places
from nlu.tokens import words

TOWN = Town("99201", "星見野市", "架空県")
TUESDAY = dt.date(2026, 4, 7)


def move(said: str, today: dt.date = TUESDAY) -> Move:
    text = normalise(said)
    statements = clauses(text, words(text, units="short"))
    dates = find_dates(text, today, tense_of(text))
    return find_move(text, today, statements, dates, find_places(text, TOWN), find_countries(text), TOWN)


WAYS = [
    ("先週の水曜に横浜から引っ越してきました", "moving_in"),
    ("引っ越してきました", "moving_in"),
    ("ひっこしてきたのでじゅうみんとうろくをしたいです", "moving_in"),
    ("昨日こっちに越してきたばかりなんですけど", "moving_in"),
    ("主人の転勤で大阪から来ました", "moving_in"),
    ("今月からこの町に住むことになりました", "moving_in"),
    ("よその市から移ってきました", "moving_in"),
    ("転入届を出したい", "moving_in"),
    ("転入届けをお願いします", "moving_in"),
    ("来月こちらに引っ越します", "moving_in"),
    ("実家に戻ってきました", "moving_in"),
    ("川口市から越してきた者ですが", "moving_in"),
    ("引っ越しました", "moving_in"),
    ("市内で引っ越しました", "moving_within"),
    ("同じ市内でアパートを変わりました。引っ越しです", "moving_within"),
    ("転居届を出したい", "moving_within"),
    ("天気届を出したい", "moving_within"),
    ("三丁目から五丁目に引っ越しました", "moving_within"),
    ("団地の中で部屋が変わりました。引っ越しです", "moving_within"),
    ("来月引っ越します", "moving_out"),
    ("来週、名古屋に引っ越します", "moving_out"),
    ("転出届を出したい", "moving_out"),
    ("ここから出ていくんですけど", "moving_out"),
    ("よそへ移るので証明書をください", "moving_out"),
    ("今週末に県外へ引っ越します", "moving_out"),
    ("福岡に引っ越すことになりました", "moving_out"),
    ("アメリカから帰国しました", "moving_from_abroad"),
    ("海外赴任から戻りました", "moving_from_abroad"),
    ("ベトナムから引っ越してきました", "moving_from_abroad"),
    ("留学が終わって日本に戻りました", "moving_from_abroad"),
    ("海外に転勤します", "moving_abroad"),
    ("来年ドイツに引っ越します", "moving_abroad"),
    ("国に帰ることになりました", "moving_abroad"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "event"), WAYS)
def test_the_way_of_moving(said: str, event: str) -> None:
    assert move(said).life_events[0][0] == event


@pytest.mark.parametrize(
    "said",
    [
        "印鑑登録をしたい",
        "こんにちは",
        "横浜から電話がありました",
        "子どもが生まれました",
        "お金は戻ってきますか",
        "4月1日は休みですか",
    ],
)
def test_other_sentences_do_not_speak_of_moving(said: str) -> None:
    assert move(said) == Move(tense=move(said).tense)


def test_the_chinese_region_and_the_country_are_both_possible() -> None:
    events = dict(move("中国から引っ越してきました").life_events)
    assert events["moving_from_abroad"] > events["moving_in"] > 0.3


def test_moved_without_more_may_be_within_the_town() -> None:
    assert dict(move("引っ越しました").life_events)["moving_within"] > 0.3


def facts(found: Move) -> dict[str, object]:
    return {f.key: f.value.isoformat() if isinstance(f.value, dt.date) else f.value for f in found.facts}


FACTS = [
    ("先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました", {"moved_on": "2026-04-01", "previous_municipality": "14100"}),
    ("昨日大阪から引っ越してきて、今日手続きに来ました", {"moved_on": "2026-04-06", "previous_municipality": "27100"}),
    ("3月31日に会社を辞めて、4月1日に引っ越してきました", {"moved_on": "2026-04-01"}),
    ("令和8年4月1日に世田谷から転入しました", {"moved_on": "2026-04-01", "previous_municipality": "13112"}),
    ("祖父は昭和23年5月6日生まれで、先週引っ越してきました", {}),
    ("先日横浜から引っ越してきました", {"previous_municipality": "14100"}),
    ("神奈川から引っ越してきました", {}),
    ("横浜にいる母が心配で、川崎から引っ越してきました", {"previous_municipality": "14130"}),
    ("来月10日に名古屋に引っ越します", {}),
    ("市内で4月1日に引っ越しました", {"moved_on": "2026-04-01"}),
    ("アメリカから4月1日に帰国しました", {"moved_on": "2026-04-01"}),
    ("4月1日は休みでしたか", {}),
    ("横浜から電話がありました", {}),
    ("月末に越してきました", {"moved_on": "2026-03-31"}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), FACTS)
def test_only_a_move_gives_day_and_origin(said: str, expected: dict[str, object]) -> None:
    assert facts(move(said)) == expected


def test_either_of_two_days_stays_possible() -> None:
    (fact,) = move("3月30日か31日に引っ越してきました").facts
    assert {str(a.value) for a in fact.alternatives} == {"2026-03-30", "2026-03-31"}
    assert fact.confidence <= 0.5


def test_an_origin_shared_by_two_towns_stays_open() -> None:
    (fact,) = move("府中から引っ越してきました").facts
    assert {a.value for a in fact.alternatives} == {"13206", "34208"}
