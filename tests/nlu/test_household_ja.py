"""People in a sentence, written short: `wife+` moved, `wife-` did not, `child:12` is 12, `?` other relations are possible."""

import datetime as dt

import pytest

from kb.household import PersonMention
from kb.model import KnowledgeBase
from nlu.household_ja import RELATION_LABELS, find_household
from nlu.normalise import normalise

TODAY = dt.date(2026, 4, 7)


def short(person: PersonMention) -> str:
    facts = dict(person.facts)
    moved = {True: "+", False: "-", None: ""}[facts.get("moves")]  # type: ignore[index]
    age = f":{facts['age']}" if "age" in facts else ""
    birth = f"@{facts['birth_date']}" if "birth_date" in facts else ""
    return f"{person.relation}{'?' if person.alternatives else ''}{moved}{age}{birth}"


def read(said: str, **known: bool) -> tuple[str, bool]:
    household = find_household(normalise(said), TODAY, **known)
    return " ".join(short(p) for p in household.people), household.complete


MOVED = [
    # said, people, complete
    ("先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました", "self+ wife+ child+ child+ child+ grandfather?+", True),
    ("先週、妻と子ども三人と祖父と越してきました", "self+ wife+ child+ child+ child+ grandfather?+", True),
    ("つまとこどもさんにんとそふとよこはまからひっこしてきました", "self+ wife+ child+ child+ child+ grandfather?+", True),
    ("妻、子ども3人、祖父と一緒に引っ越してきました", "self+ wife+ child+ child+ child+ grandfather?+", True),
    ("一人で引っ越してきました", "self+", True),
    ("単身で引っ越してきました", "self+", True),
    ("一人暮らしを始めるので来ました", "self+", True),
    ("わたしだけ引っ越してきました", "self+", False),
    ("私だけ引っ越してきました", "self+", True),
    ("引っ越してきました", "self+", False),
    ("夫婦で越してきました", "self+ wife?+", True),
    ("夫婦二人で引っ越してきました", "self+ wife?+", True),
    ("夫婦と子ども2人で引っ越してきました", "self+ wife?+ child+ child+", True),
    ("妻と引っ越してきました", "self+ wife+", True),
    ("夫と二人で越してきました", "self+ husband+", True),
    ("旦那と赤ちゃんと引っ越してきたんですけど", "self+ husband+ child+", True),
    ("家内と二人、横浜からこちらに移ってきました", "self+ wife+", True),
    ("嫁さんと子供連れて越してきたんやけど", "self+ wife+ child+", False),
    ("主人と、子どもが2人と、主人の母と引っ越してきたんですけど", "self+ husband+ child+ child+ mother_in_law+", True),
    ("家族4人で引っ越してきました", "self+", False),
    ("家族で引っ越してきました", "self+", False),
    ("5人家族で引っ越してきました", "self+", False),
    ("妻と子ども2人の家族4人で引っ越してきました", "self+ wife+ child+ child+", True),
    ("妻と子ども2人の5人で引っ越してきました", "self+ wife+ child+ child+", False),
    ("妻と子どもと3人で引っ越しました", "self+ wife+ child+", True),
    ("子どもと3人で引っ越してきました", "self+ child+ child+", True),
    ("子ども2人と3人で引っ越してきました", "self+ child+ child+", True),
    ("妻と子どもで引っ越してきました", "self+ wife+ child+", False),
    ("子どもたちと引っ越してきた", "self+ child+", False),
    ("妻子と引っ越してきました", "self+ wife+ child+", False),
    ("母と二人で引っ越してきました", "self+ mother+", True),
    ("両親と引っ越してきました", "self+ father+ mother+", True),
    ("私の両親と引っ越してきました", "self+ father+ mother+", True),
    ("夫の両親と同居することになって引っ越してきました", "self+ father_in_law+ mother_in_law+", True),
    ("義理の両親と引っ越しました", "self+ father_in_law+ mother_in_law+", True),
    ("妻の父と母と引っ越してきた", "self+ father_in_law+ mother_in_law+", True),
    ("お義父さんとお義母さんと越してきました", "self+ father_in_law+ mother_in_law+", True),
    ("祖父と祖母と一緒に引っ越してきました", "self+ grandfather+ grandmother+", True),
    ("祖父と2人で来ました", "self+ grandfather+", True),
    ("おばあちゃんと引っ越してきました", "self+ grandmother+", True),
    ("妻とおばあちゃんと引っ越してきました", "self+ wife+ grandmother?+", True),
    ("娘夫婦と孫2人と引っ越してきました", "self+ child+ other_relative+ grandchild+ grandchild+", True),
    ("息子の嫁と孫と住むことになりました", "self+ other_relative+ grandchild+", True),
    ("兄と弟と引っ越してきました", "self+ older_brother+ younger_brother+", True),
    ("姉と越してきました", "self+ older_sister+", True),
    ("彼女と二人で引っ越してきました", "self+ cohabitant?+", True),
    ("友達とルームシェアで引っ越してきました", "self+ cohabitant+", True),
    ("パートナーと引っ越してきました", "self+ wife?+", True),
    ("内縁の妻と引っ越してきました", "self+ unregistered_wife+", True),
    ("甥と引っ越してきました", "self+ other_relative+", True),
    ("3歳の双子と引っ越してきました", "self+ child+:3 child+:3", True),
    ("妻と小学生2人と引っ越してきました", "self+ wife+ child+ child+", True),
    ("息子2人と娘1人と引っ越してきました", "self+ child+ child+ child+", True),
    ("妻と5歳の娘と2歳の息子と引っ越してきました", "self+ wife+ child+:5 child+:2", True),
    ("12歳と6歳と2歳の子どもと引っ越してきました", "self+ child+:12 child+:6 child+:2", True),
    ("子ども3人(12歳、6歳、2歳)と妻と引っ越してきました", "self+ child+:12 child+:6 child+:2 wife+", True),
    ("78の祖父と今年75になる母と秩父から越してきた", "self+ grandfather+:78 mother+:74", True),
    ("引っ越してきました。妻と子ども3人と祖父も一緒です", "self+ wife+ child+ child+ child+ grandfather?+", True),
    ("妻と子ども3人で引っ越してきました。子どもは12歳と6歳と2歳です。祖父も一緒です。祖父は78です",
     "self+ wife+ child+:12 child+:6 child+:2 grandfather?+:78", True),
    ("引っ越してきました。長男が12歳、長女が6歳、次男が2歳です", "self+ child:12 child:6 child:2", False),
    ("妻と子供と、あと父も一緒に引っ越してきました", "self+ wife+ child+ father+", False),
    ("母子2人で引っ越してきました", "self+ child?+", True),
    ("妻と2歳になる子と引っ越してきました", "self+ wife+ child+:2", True),
    ("家族は妻と子ども2人です", "wife child child", True),
    ("祖父母と住むために引っ越してきました", "self+ grandfather+ grandmother+", True),
    ("妻とか子どもとかと引っ越してきました", "self+ wife+ child+", False),
    ("妻と子ども2人などと引っ越してきました", "self+ wife+ child+ child+", False),
]  # fmt: skip


@pytest.mark.parametrize(("said", "people", "complete"), MOVED)
def test_who_moved(said: str, people: str, complete: bool) -> None:
    assert read(said) == (people, complete)


SOME_STAYED = [
    ("妻は来ていません", "wife-"),
    ("妻はまだ来ていません", "wife-"),
    ("妻は横浜に残って、私と子ども2人で来ました", "self+ wife- child+ child+"),
    ("妻は横浜に残り、私と子ども2人で来ました", "self+ wife- child+ child+"),
    ("夫が単身赴任で、子どもと私だけ引っ越してきました", "self+ husband- child+"),
    ("妻と子どもが先週引っ越してきました", "wife+ child+"),
    ("息子が引っ越してきました", "child+"),
    ("先に夫が来ていて、私と子どもは昨日来ました", "self+ husband+ child+"),
    ("田舎の母をこっちに呼び寄せて一緒に住むことにしました", "self- mother+"),
    ("父は施設にいるので引っ越していません", "father-"),
    ("父の家に引っ越してきました", "self+ father-"),
    ("夫はあとから来ます。私は先に引っ越してきました", "self+ husband-"),
]


@pytest.mark.parametrize(("said", "people"), SOME_STAYED)
def test_who_stayed_and_who_came(said: str, people: str) -> None:
    assert read(said)[0] == people


ONLY_SPOKEN_OF = [
    ("子どもはいません", ""),
    ("妻はいません", ""),
    ("独身です", ""),
    ("父が亡くなりました", ""),
    ("母が先月他界しました", ""),
    ("父の名前で借りています", ""),
    ("母に言われて来ました", ""),
    ("父が役所で聞いてこいと言うので", ""),
    ("旦那と離婚しました", ""),
    ("大丈夫です", ""),
    ("工夫します", ""),
    ("世帯主の変更", ""),
    ("祖父江町の話", ""),
    ("秩父の話", ""),
    ("母子手帳をください", ""),
    ("父の日", ""),
    ("主人公", ""),
    ("妻籠宿に行きました", ""),
    ("夫の転勤で大阪から来ました", "self+ husband"),
    ("子どもの医療証がほしいです", "child"),
    ("子どもが3人います", "child child child"),
    ("子どもは3人おります", "child child child"),
    ("兄と姉と妹がいます", "older_brother older_sister younger_sister"),
    ("赤ちゃんが生まれました", "child:0"),
    ("昨日子どもが生まれたんです", "child:0"),
    ("旦那と離婚して子どもと実家に戻ってきました", "self+ child+"),
    ("母と同居します", "mother"),
    ("母は年金暮らしです", "mother"),
]


@pytest.mark.parametrize(("said", "people"), ONLY_SPOKEN_OF)
def test_being_spoken_of_is_not_belonging(said: str, people: str) -> None:
    assert read(said)[0] == people


AGES = [
    ("12歳と6歳と2歳の子どもがいます", "child:12 child:6 child:2"),
    ("子どもは12歳と6歳と2歳です", "child:12 child:6 child:2"),
    ("上の子が5歳で下の子は2歳です", "child:5 child:2"),
    ("長男12歳、長女6歳、次男2歳です", "child:12 child:6 child:2"),
    ("妻が38、子どもが12、6、2歳です", "wife:38 child:12 child:6 child:2"),
    ("妻38歳、子ども12歳と6歳", "wife:38 child:12 child:6"),
    ("祖父は78です", "grandfather:78"),
    ("祖父が今年75になります", "grandfather:74"),
    ("私は38歳です", "self:38"),
    ("祖父は昭和23年5月6日生まれです", "grandfather@1948-05-06"),
    ("娘は生後3か月です", "child:0"),
    ("生後3か月の娘がいます", "child:0"),
    ("0歳児がいます", "child:0"),
    ("小6の息子と年長の娘がいます", "child:11 child:5"),
    ("小学1年生の娘がいます", "child:6"),
    ("息子は中2です", "child:13"),
    ("高校1年の息子がいます", "child:15"),
    ("高校生の娘がいます", "child"),
    ("二十歳の息子と住んでいます", "child:20"),
    ("双子の娘は4歳です", "child:4 child:4"),
    ("子どもは三つと五つです", "child:3 child:5"),
    ("1歳半の子どもがいます", "child:1"),
    ("妻は30代です", "wife"),
    ("要介護3の母がいます", "mother"),
]


@pytest.mark.parametrize(("said", "people"), AGES)
def test_ages(said: str, people: str) -> None:
    assert read(said)[0] == people


def test_a_school_year_is_estimated_by_the_season() -> None:
    spring = find_household("小6の息子がいます", dt.date(2026, 4, 7)).people[0]
    winter = find_household("小6の息子がいます", dt.date(2027, 2, 1)).people[0]
    assert (dict(spring.facts)["age"], dict(winter.facts)["age"]) == (11, 12)
    assert dict(spring.facts)["school"] == "elementary"
    doubt = dict(spring.doubts)["age"]
    assert spring.confidence > 0.7 > doubt.confidence
    assert [a.value for a in doubt.alternatives] == [11, 12]


@pytest.mark.parametrize(
    ("said", "role", "certain"),
    [
        ("祖父の代わりに来ました", "proxy", True),
        ("父に頼まれて住民票を取りに来ました", "proxy", True),
        ("代理で来ました", "proxy", True),
        ("委任状を持ってきました", "proxy", True),
        ("母の付き添いで来ました", "companion", True),
        ("父の代わりに自分が世帯主になる", None, False),
        ("妻と引っ越してきました", None, False),
    ],
)
def test_for_whom_the_visitor_came(said: str, role: str | None, certain: bool) -> None:
    household = find_household(said, TODAY)
    assert household.visitor_role == role
    assert (household.role_confidence > 0.5) is certain


def test_grandfather_said_by_a_parent_may_be_the_speakers_father() -> None:
    household = find_household("妻と子ども3人と祖父と引っ越してきました", TODAY)
    assert household.people[-1].confidence == 0.5
    assert [a.value for a in household.people[-1].alternatives] == ["father", "father_in_law", "grandfather"]


def test_grandfather_is_doubted_when_children_are_known_already() -> None:
    assert read("祖父も一緒に引っ越してきました")[0] == "self+ grandfather+"
    assert read("祖父も一緒に引っ越してきました", parent=True)[0] == "self+ grandfather?+"


def test_sons_and_daughters_have_a_sex() -> None:
    people = find_household("息子と娘がいます", TODAY).people
    assert [dict(p.facts).get("sex") for p in people] == ["male", "female"]


def test_every_relation_that_can_be_read_is_a_value_of_the_fact(kb: KnowledgeBase) -> None:
    kind = kb.vocabulary.person("relation")
    assert kind is not None
    assert {o.value for o in kind.options} >= set(RELATION_LABELS)
    assert {o.value: o.label_ja for o in kind.options} | RELATION_LABELS == {
        o.value: o.label_ja for o in kind.options
    }
