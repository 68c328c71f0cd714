import datetime as dt

import pytest

from kb.facts import Option
from kb.model import AskedQuestion, Input, PersonCard
from nlu.answers_ja import ReadAnswer, read_answer, read_number, read_yes_no
from nlu.normalise import normalise

TODAY = dt.date(2026, 4, 7)


def asked(
    kind: Input,
    key: str = "has_dog",
    options: tuple[tuple[str, str], ...] = (),
    *,
    multiple: bool = False,
    people: tuple[PersonCard, ...] = (),
    keys: tuple[str, ...] = (),
) -> AskedQuestion:
    return AskedQuestion(
        id="q", record="q", text_ja="?", why_ja="", input=kind, keys=keys or (key,),
        options=tuple(Option(*o) for o in options), multiple=multiple, people=people,
    )  # fmt: skip


def answer(said: str, question: AskedQuestion) -> object:
    return read_answer(normalise(said), question, TODAY).value


YES = [
    "はい", "うん", "ええ", "そうです", "はいそうです", "合ってます", "はい、合っています", "そのとおりです", "お願いします", "はい、飼ってます", "います", "あります",
    "持ってます", "はいはい", "えーと、はい", "もちろんです", "OKです", "はい間違いないです", "そうですね、合ってます", "それでお願いします", "問題ありません", "あってるよ",
]  # fmt: skip
NO = [
    "いいえ", "いえ", "違います", "ちがいます", "ないです", "ありません", "いません", "飼ってません", "いえ、持ってません", "まだです", "いいえ、違います", "そうじゃないです",
    "いいえ、祖父は父です", "特にないです", "いらないです", "いや、違うんです", "持っていません", "間違ってます", "いないです",
]  # fmt: skip
NEITHER = [
    "大丈夫です",
    "結構です",
    "いいです",
    "まあ",
    "はい、いません",
    "いや、合ってます",
    "横浜です",
    "3人",
    "うーん",
]


@pytest.mark.parametrize("said", YES)
def test_yes(said: str) -> None:
    assert read_yes_no(normalise(said)) is True


@pytest.mark.parametrize("said", NO)
def test_no(said: str) -> None:
    assert read_yes_no(normalise(said)) is False


@pytest.mark.parametrize("said", NEITHER)
def test_what_may_mean_both_is_no_answer(said: str) -> None:
    assert read_yes_no(normalise(said)) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("3人", 3), ("三人です", 3), ("三十五", 35), ("さんじゅうご", 35), ("ごにんです", 5), ("12歳", 12), ("いません", 0), ("3人か4人", None),
        ("わかりません", None), ("たくさん", None), ("ひとりです", 1),
    ],
)  # fmt: skip
def test_numbers(said: str, number: int | None) -> None:
    assert read_number(normalise(said)) == number


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("先週の水曜です", "2026-04-01"), ("4月1日", "2026-04-01"), ("昨日です", "2026-04-06"), ("令和8年4月1日です", "2026-04-01"),
        ("しがつついたち", "2026-04-01"), ("2月30日", None), ("先月", None), ("先週の日曜", None), ("3日か4日", None), ("この前", None),
    ],
)  # fmt: skip
def test_days(said: str, day: str | None) -> None:
    assert answer(said, asked("date", "moved_on")) == day


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("横浜です", "14100"), ("横浜市中区です", "14100"), ("よこはまし", "14100"), ("東京の府中市", "13206"), ("前は府中でした", None),
        ("神奈川です", None), ("遠いところです", None),
    ],
)  # fmt: skip
def test_municipalities(said: str, code: str | None) -> None:
    assert answer(said, asked("text", "previous_municipality")) == code


OUT = (
    ("certificate", "転出証明書をもらった"),
    ("online", "マイナンバーカードで転出した"),
    ("not_yet", "まだしていない"),
)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("まだです", "not_yet"), ("証明書をもらいました", "certificate"), ("マイナンバーカードでやりました", "online"), ("2番", "online"),
        ("二番目です", "online"), ("最初の", "certificate"), ("最後のやつ", "not_yet"), ("転出証明書をもらった", "certificate"), ("一番です", "certificate"),
        ("4番", None), ("はい", None), ("もらいました", "certificate"), ("まだ何もしてないんです", "not_yet"), ("今日は暑いですね", None),
    ],
)  # fmt: skip
def test_one_of_several_options(said: str, value: str | None) -> None:
    assert answer(said, asked("choice", "moving_out_procedure", OUT)) == value


RELATIONS = (("father", "父"), ("father_in_law", "義父(配偶者の父)"), ("grandfather", "祖父"))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("父です", "father"), ("私の父です", "father"), ("妻の父です", "father_in_law"), ("義理の父", "father_in_law"), ("義父", "father_in_law"),
        ("私の祖父です", "grandfather"), ("子どもの祖父です", None), ("1番", "father"), ("お父さんのほう", "father"), ("お義父さん", "father_in_law"),
        ("友達です", None),
    ],
)  # fmt: skip
def test_which_relation_was_meant(said: str, value: str | None) -> None:
    assert answer(said, asked("choice", "people.p6.relation", RELATIONS)) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [("東京です", "13206"), ("広島のほう", "34208"), ("東京の府中です", "13206"), ("2番です", "34208")],
)
def test_which_town_was_meant(said: str, value: str) -> None:
    towns = (("13206", "東京都府中市"), ("34208", "広島県府中市"))
    assert answer(said, asked("choice", "previous_municipality", towns)) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [("4月1日です", "2026-04-01"), ("8日のほう", "2026-04-08"), ("最初のほう", "2026-04-01")],
)
def test_which_day_was_meant(said: str, value: str) -> None:
    days = (("2026-04-01", "4月1日(水)"), ("2026-04-08", "4月8日(水)"))
    read = read_answer(normalise(said), asked("choice", "moved_on", days), dt.date(2026, 4, 9))
    assert read.value == value


FAMILY = (
    ("p1", "あなた"),
    ("p2", "妻"),
    ("p3", "子(12歳)"),
    ("p4", "子(6歳)"),
    ("p5", "祖父"),
    ("none", "だれも持っていない"),
)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("私と妻です", ["p1", "p2"]), ("全員持っています", ["p1", "p2", "p3", "p4", "p5"]), ("誰も持っていません", ["none"]), ("子どもだけ", ["p3", "p4"]),
        ("12歳の子と祖父", ["p3", "p5"]), ("妻以外", ["p1", "p3", "p4", "p5"]), ("みんな", ["p1", "p2", "p3", "p4", "p5"]), ("1番と2番", ["p1", "p2"]),
        ("なし", ["none"]), ("妻と、あと祖父も", ["p2", "p5"]), ("私だけです", ["p1"]), ("おじいちゃんだけ持ってます", ["p5"]), ("いません", ["none"]),
        ("どれもないです", ["none"]), ("私は持ってますが、ほかは持っていません", ["p1"]),
    ],
)  # fmt: skip
def test_several_of_the_family(said: str, value: list[str] | None) -> None:
    assert answer(said, asked("choice", "people.p1.has_my_number_card", FAMILY, multiple=True)) == value


def test_a_denial_is_told_of_that_person_only() -> None:
    question = asked("choice", "people.p1.has_my_number_card", FAMILY, multiple=True)
    assert read_answer("妻は持っていません", question, TODAY) == ReadAnswer(told=(("p2", False),))
    both = read_answer("私は持ってますが妻は持っていません", question, TODAY)
    assert both == ReadAnswer(told=(("p1", True), ("p2", False)))


def test_of_two_people_the_other_one_is_meant_only_when_said_so() -> None:
    pair = asked("choice", "people.p1.has_my_number_card", (FAMILY[0], FAMILY[1], FAMILY[-1]), multiple=True)
    assert read_answer("妻は持っていません", pair, TODAY) == ReadAnswer(told=(("p2", False),))
    assert answer("妻だけ持っていません", pair) == ["p1"]


def test_alone_yes_and_no_are_enough() -> None:
    alone = asked("choice", "people.p1.has_my_number_card", (FAMILY[0], FAMILY[-1]), multiple=True)
    assert answer("持ってます", alone) == ["p1"]
    assert answer("持ってないです", alone) == ["none"]


CHECKLIST = (("dog", "犬を飼っている"), ("moped", "125cc以下のバイクがある"), ("pregnant", "妊娠している人がいる"),
             ("public_servant", "児童手当を受ける父か母が公務員"), ("none", "どれもない"))  # fmt: skip


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("犬を飼っています", ["dog"]), ("犬とバイクです", ["dog", "moped"]), ("どれもないです", ["none"]), ("特にないです", ["none"]),
        ("妊娠しています", ["pregnant"]), ("1番と3番です", ["dog", "pregnant"]), ("児童手当って何ですか", None), ("犬はいません", None),
        ("今日は寒いですね", None),
    ],
)  # fmt: skip
def test_a_checklist_by_words(said: str, value: list[str] | None) -> None:
    assert answer(said, asked("choice", "has_dog", CHECKLIST, multiple=True)) == value


@pytest.mark.parametrize("said", ["猫がいます", "妻がいます", "転出届があります", "猫はいません"])
def test_having_something_else_is_no_yes(said: str) -> None:
    question = AskedQuestion("q", "q", "犬を飼っていますか?", "", "yes_no", ("has_dog",))
    assert read_answer(said, question, TODAY).value is None


@pytest.mark.parametrize(
    ("said", "value"),
    [("飼っています", True), ("犬がいます", True), ("犬はいません", False), ("いません", False)],
)
def test_having_what_was_asked_is_yes(said: str, value: bool) -> None:
    question = AskedQuestion("q", "q", "犬を飼っていますか?", "", "yes_no", ("has_dog",))
    assert read_answer(said, question, TODAY).value is value


def test_having_is_no_confirmation() -> None:
    read_back = AskedQuestion("confirm", "confirm", "これで合っていますか?", "", "yes_no", ())
    assert read_answer("猫がいます", read_back, TODAY).value is None
    assert read_answer("はい", read_back, TODAY).value is True


def card(person: str, relation: str) -> PersonCard:
    return PersonCard(person, relation, relation, None, None, ("age",))


CARDS = tuple(
    card(person, relation)
    for person, relation in zip(
        ("p1", "p2", "p3", "p4", "p5", "p6"),
        ("self", "wife", "child", "child", "child", "grandfather"),
        strict=True,
    )
)
AGE_KEYS = tuple(f"people.{c.id}.{name}" for c in CARDS for name in ("age", "birth_date"))


def ages(**given: int) -> list[dict[str, object]]:
    return [{"person": person, "age": age} for person, age in given.items()]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("12歳と6歳と2歳です", ages(p3=12, p4=6, p5=2)),
        ("じゅうにさいとろくさいとにさいです", ages(p3=12, p4=6, p5=2)),
        ("上から12、6、2です", ages(p3=12, p4=6, p5=2)),
        ("妻は38、祖父は78", ages(p2=38, p6=78)),
        ("41、39、12、6、2、78", ages(p1=41, p2=39, p3=12, p4=6, p5=2, p6=78)),
        ("妻が38で子どもは12と6と2、祖父は78です", ages(p2=38, p3=12, p4=6, p5=2, p6=78)),
        ("私は41歳で妻が39です", ages(p1=41, p2=39)),
        ("12歳の長男と6歳の長女と2歳の次男", ages(p3=12, p4=6, p5=2)),
        ("私41妻39子ども12 6 2祖父78", ages(p1=41, p2=39, p3=12, p4=6, p5=2, p6=78)),
        ("父は78です", ages(p6=78)),
        ("私は41、妻は39、12歳と6歳と2歳、祖父は78です", ages(p1=41, p2=39, p3=12, p4=6, p5=2, p6=78)),
        ("12", None),
        ("12歳と6歳です", None),
        ("友達は30歳です", None),
    ],
)
def test_ages_go_to_the_people_on_the_cards(said: str, value: object) -> None:
    assert answer(said, asked("people", people=CARDS, keys=AGE_KEYS)) == value


def test_birth_dates_go_to_the_people_on_the_cards() -> None:
    said = "私は昭和59年5月14日、祖父は昭和23年2月11日です"
    assert answer(said, asked("people", people=CARDS, keys=AGE_KEYS)) == [
        {"person": "p1", "birth_date": "1984-05-14"},
        {"person": "p6", "birth_date": "1948-02-11"},
    ]


DECLINED = [
    "わからない",
    "わかりません",
    "知らないです",
    "覚えてません",
    "ちょっとわからんです",
    "忘れました",
    "分からへん",
]


@pytest.mark.parametrize("said", DECLINED)
@pytest.mark.parametrize("kind", ["choice", "yes_no", "date", "number", "text", "people"])
def test_not_knowing_is_told_from_not_answering(said: str, kind: Input) -> None:
    question = asked(kind, "moved_on", OUT if kind == "choice" else (), people=CARDS)
    assert read_answer(normalise(said), question, TODAY) == ReadAnswer(declined=True)
