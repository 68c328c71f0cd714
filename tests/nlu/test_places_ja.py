import pytest

from nlu.municipalities import municipalities, municipality_label
from nlu.normalise import normalise
from nlu.places_ja import Town, find_countries, find_places

TOWN = Town("99201", "星見野市", "架空県")

FROM = [
    ("横浜から引っ越してきました", "14100", "神奈川県横浜市"),
    ("横浜市中区から来ました", "14100", "神奈川県横浜市中区"),
    ("横浜の中区から越してきた", "14100", "神奈川県横浜市中区"),
    ("神奈川県横浜市から", "14100", "神奈川県横浜市"),
    ("世田谷から", "13112", "東京都世田谷区"),
    ("東京の世田谷区から", "13112", "東京都世田谷区"),
    ("東京都北区から", "13117", "東京都北区"),
    ("大阪の北区から引っ越してきました", "27100", "大阪府大阪市北区"),
    ("札幌市北区から", "01100", "北海道札幌市北区"),
    ("東京の府中から", "13206", "東京都府中市"),
    ("広島県府中市から", "34208", "広島県府中市"),
    ("北海道の伊達から来ました", "01233", "北海道伊達市"),
    ("よこはまから引っ越してきました", "14100", "神奈川県横浜市"),
    ("せたがやく から ひっこして", "13112", "東京都世田谷区"),
    ("つまとそふとよこはまからひっこしてきました", "14100", "神奈川県横浜市"),
    ("川崎から", "14130", "神奈川県川崎市"),
    ("秩父から来た父", "11207", "埼玉県秩父市"),
    ("津から来ました", "24201", "三重県津市"),
    ("四日市から", "24202", "三重県四日市市"),
    ("四日市市から", "24202", "三重県四日市市"),
    ("八王子から", "13201", "東京都八王子市"),
    ("鎌ヶ谷から", "12224", "千葉県鎌ケ谷市"),
    ("保土ヶ谷区から", "14100", "神奈川県横浜市保土ケ谷区"),
    ("石狩郡当別町から", "01303", "北海道当別町"),
    ("当別町から", "01303", "北海道当別町"),
    ("市川市から", "12203", "千葉県市川市"),
    ("西東京市から", "13229", "東京都西東京市"),
    ("三鷹市より転入", "13204", "東京都三鷹市"),
    ("つくばから", "08220", "茨城県つくば市"),
    ("福島県福島市から", "07201", "福島県福島市"),
    ("栃木市から", "09203", "栃木県栃木市"),
    ("前は名古屋に住んでいました", "23100", "愛知県名古屋市"),
    ("前は川口市でした", "11203", "埼玉県川口市"),
    ("横浜市の転出証明書です", "14100", "神奈川県横浜市"),
    ("横浜の実家から引っ越してきました", "14100", "神奈川県横浜市"),
    ("町田のほうから来ました", "13209", "東京都町田市"),
    ("八丈町から", "13401", "東京都八丈町"),
    ("廿日市から", "34213", "広島県廿日市市"),
    ("十日町から", "15210", "新潟県十日町市"),
    ("千歳から", "01224", "北海道千歳市"),
]


@pytest.mark.parametrize(("said", "code", "label"), FROM)
def test_where_somebody_came_from(said: str, code: str, label: str) -> None:
    (found,) = find_places(normalise(said), TOWN)
    assert (found.code, found.label, found.role) == (code, label, "from")
    assert found.alternatives == ()


DOUBTFUL = [
    ("府中市から", {"13206", "34208"}),
    ("府中から引っ越してきました", {"13206", "34208"}),
    ("伊達市から転入", {"01233", "07213"}),
    ("港区から", {"13103", "23100", "27100"}),
]


@pytest.mark.parametrize(("said", "codes"), DOUBTFUL)
def test_shared_names_keep_every_meaning(said: str, codes: set[str]) -> None:
    (found,) = find_places(said, TOWN)
    assert {a.value for a in found.alternatives} == codes
    assert found.confidence <= 0.5
    assert all(
        "県" in a.label_ja or "都" in a.label_ja or "府" in a.label_ja or "道" in a.label_ja
        for a in found.alternatives
    )


def test_a_ward_alone_offers_every_city_that_has_it() -> None:
    (found,) = find_places("北区から引っ越してきました", TOWN)
    assert found.code == "13117"
    assert "大阪府大阪市北区" in {a.label_ja for a in found.alternatives}


@pytest.mark.parametrize(
    "said", ["大阪から来ました", "京都から", "福岡から引っ越してきた", "千葉から来ました", "さいたまから"]
)
def test_a_city_named_like_its_prefecture_is_less_certain(said: str) -> None:
    (found,) = find_places(said, TOWN)
    assert found.code
    assert found.confidence < 0.7


@pytest.mark.parametrize(
    ("said", "prefecture"),
    [
        ("神奈川から来ました", "神奈川県"),
        ("東京から家族で引っ越してきた", "東京都"),
        ("沖縄から", "沖縄県"),
        ("栃木から", "栃木県"),
        ("北海道から", "北海道"),
        ("埼玉から", "埼玉県"),
        ("京都府から", "京都府"),
    ],
)
def test_a_prefecture_is_no_municipality(said: str, prefecture: str) -> None:
    (found,) = find_places(said, TOWN)
    assert (found.code, found.prefecture) == ("", prefecture)


NO_PLACE = [
    "千葉さんから聞いて", "千葉さんと来ました", "千葉と申します", "福島といいます", "森から来ました", "向こうから来ました", "会社から言われて",
    "家から来ました", "友達の家から", "市から手紙が来ました", "区役所から電話", "中から", "横浜銀行の口座", "広島弁", "大阪弁です", "仲間から",
    "これから", "明日から", "昭和から", "むこうからきました", "祖父の代わりに", "住民票をください", "うちからです",
]  # fmt: skip


@pytest.mark.parametrize("said", NO_PLACE)
def test_names_and_words_are_no_places(said: str) -> None:
    assert find_places(normalise(said), TOWN) == ()


def test_the_town_itself_is_known() -> None:
    (found,) = find_places("星見野市に引っ越してきました", TOWN)
    assert (found.code, found.role) == ("99201", "to")
    assert find_places("星見野市に引っ越してきました") == ()


def test_where_somebody_goes() -> None:
    (found,) = find_places("来月、名古屋に引っ越します", TOWN)
    assert (found.code, found.role) == ("23100", "to")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("横浜です", "14100"),
        ("横浜", "14100"),
        ("よこはまし", "14100"),
        ("世田谷区の太子堂です", "13112"),
        ("東京の町田市です", "13209"),
    ],
)
def test_an_answer_needs_no_particle(said: str, code: str) -> None:
    (found,) = find_places(said, TOWN, whole=True)
    assert found.code == code


@pytest.mark.parametrize(
    ("said", "name", "certain"),
    [
        ("アメリカから帰国しました", "アメリカ", True),
        ("海外から戻りました", "海外", True),
        ("タイから来ました", "タイ", True),
        ("中国から引っ越してきました", "中国", False),
        ("ベトナムから来ました", "ベトナム", True),
    ],
)
def test_countries(said: str, name: str, certain: bool) -> None:
    (found,) = find_countries(said)
    assert (found.name, found.role, found.confidence > 0.9) == (name, "from", certain)


@pytest.mark.parametrize(
    "said", ["スタイから", "中国地方から", "中国人の妻", "インド料理", "アメリカ人です", "横浜から"]
)
def test_no_countries(said: str) -> None:
    assert find_countries(said) == ()


def test_every_municipality_is_known_once() -> None:
    real = [m for m in municipalities() if not m.is_ward]
    assert len(real) == len({m.code for m in real}) == 1_741
    assert all(m.kana and len(m.code) == 5 for m in real)


def test_designated_cities_carry_their_own_code() -> None:
    cities = {m.city for m in municipalities() if m.is_ward}
    assert len(cities) == 20
    assert municipality_label("22130") == "静岡県浜松市"
    assert municipality_label("40130") == "福岡県福岡市"


@pytest.mark.parametrize("code", ["", "00000", "99999", "abc"])
def test_an_unknown_code_has_no_label(code: str) -> None:
    assert municipality_label(code) is None
