"""Sentences of people and places: who moved from where with whom, and what happened to whom of a family.

The knowledge base names procedures; which town somebody comes from and whose mother is ill it cannot list.
"""

import random

from speech.readings import MUNICIPALITIES, load_readings

_TOWNS = (
    *("札幌", "旭川", "函館", "青森", "盛岡", "仙台", "秋田", "山形", "福島", "郡山", "水戸", "宇都宮", "前橋", "高崎", "さいたま"),
    *("川口", "所沢", "千葉", "船橋", "柏", "東京", "八王子", "町田", "横浜", "川崎", "相模原", "藤沢", "新潟", "長岡", "富山"),
    *("金沢", "福井", "甲府", "長野", "松本", "岐阜", "静岡", "浜松", "名古屋", "豊橋", "豊田", "津", "四日市", "大津", "京都"),
    *("大阪", "堺", "東大阪", "神戸", "姫路", "西宮", "奈良", "和歌山", "鳥取", "松江", "岡山", "倉敷", "広島", "福山", "山口"),
    *("下関", "徳島", "高松", "松山", "高知", "福岡", "北九州", "久留米", "佐賀", "長崎", "佐世保", "熊本", "大分", "宮崎", "鹿児島", "那覇"),
)  # fmt: skip
_OTHERWISE_READ = 0.25
_PEOPLE = (
    *("母", "父", "祖母", "祖父", "妻", "夫", "主人", "家内", "息子", "娘", "弟", "妹", "兄", "姉", "孫", "おば", "おじ", "義理の母"),
    *("義理の父", "おばあちゃん", "おじいちゃん", "お母さん", "お父さん", "いとこ", "同居している父", "隣のおばあさん"),
)  # fmt: skip
_WITH = (
    *("一人で", "二人で", "家族で", "夫婦で", "妻と二人で", "夫と", "妻と", "娘と二人で", "息子と", "両親と", "子ども二人と", "妻と子どもと"),
    *("夫と0歳の子どもと", "妻と3歳の娘と", "祖父と", "弟と", "友達と", "彼女と", "家族四人で", "母と二人で", ""),
)  # fmt: skip
_WHEN = (
    *("昨日", "おととい", "今日", "先週", "先週の月曜に", "先週の土曜に", "今月", "先月", "今年", "去年", "今朝", "今度", "4月に"),
    *("3月に", "月末に", "この間", "夏に", "ゆうべ", "急に", "", ""),
)  # fmt: skip
_MOVED = (
    *("{}から引っ越してきました", "{}から越してきたばかりです", "{}から転入しました", "{}から移ってきたんですが", "{}から転勤で来ました"),
    *("{}から戻ってきました", "{}に引っ越します", "{}に引っ越すことになりまして", "{}に住所を移したいです", "{}へ転勤になりました"),
    *("{}に住むことになったんですけど", "{}から引っ越して参りました", "{}の大学に行くので住所を移します"),
)  # fmt: skip
_HAPPENED = (
    *("{}が亡くなりました", "{}が亡くなったので手続きに来ました", "{}が死んだんです", "{}の葬儀のことで聞きたいです", "{}の葬式が終わりました"),
    *("{}が入院しまして", "{}の介護のことで相談したいです", "{}を施設に入れたいんですが", "{}の代わりに来ました", "{}が定年になります"),
    *("{}が定年退職しました", "{}が会社を辞めました", "{}が転職したんですけど", "{}を扶養に入れたいです", "{}の保険証が変わりました"),
    *("{}が結婚します", "{}が離婚しました", "{}が再婚することになりました", "{}の年金のことで来ました", "{}と暮らすことになりました"),
    *("{}のビザのことを聞きたいです", "{}の戸籍謄本がほしいです", "{}の附票がいるそうです", "{}の納付書が届きました", "{}の納付書をなくしました"),
    *("{}の母子手帳をください", "{}が財布を落としました", "{}の具合が悪いんです", "{}が転んで歩けません", "{}の免許証を返したいです"),
    "{}のパスポートを取りたいです",
)  # fmt: skip
_OF_A_COUPLE = (
    *("夫と別れました", "妻と離婚することになりました", "主人と離婚しました", "妻が妊娠しています", "娘が妊娠したと分かりました"),
    *("妊娠したと言われました", "私が妊娠しまして", "姉が双子を産みました", "彼女と結婚します", "彼と籍を入れます", "夫と再婚しました"),
)  # fmt: skip
_MOVES, _FAMILY = 4, 5
"""Of ten; the rest is of a couple."""


def lives(count: int, seed: int = 0) -> tuple[str, ...]:
    """`count` different sentences, the same for a seed."""
    chance = random.Random(seed)  # noqa: S311  (lessons, not secrets)
    otherwise_read = tuple(one.written for one in load_readings(MUNICIPALITIES))
    made: dict[str, None] = {}
    while len(made) < count:
        when = chance.choice(_WHEN)
        kind = chance.randrange(10)
        if kind < _MOVES:
            rare = chance.random() < _OTHERWISE_READ
            town = (
                chance.choice(otherwise_read) if rare else chance.choice(_TOWNS) + chance.choice(("", "市"))
            )
            said = chance.choice(_WITH) + chance.choice(_MOVED).format(town)
        elif kind < _MOVES + _FAMILY:
            said = chance.choice(_HAPPENED).format(chance.choice(_PEOPLE))
        else:
            said = chance.choice(_OF_A_COUPLE)
        made[when + ("、" if when and chance.random() < 0.3 else "") + said] = None
    return tuple(made)
