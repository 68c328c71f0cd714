"""Words for people as relations of the visitor: 妻, お義父さん, 上の子, 娘夫婦, 妻の父, 友人.

One word may mean several relations: a parent says おじいちゃん of their own father, as their children do. Such
words carry the other relations, because the relation is printed on forms. Possessives are put together here:
妻の父 is the father-in-law, 息子の嫁 another relative.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kb.household import Place
from nlu.tokens import Word

SPOUSES = ("wife", "husband")
PARTNERS = ("wife", "husband", "unregistered_wife", "unregistered_husband", "cohabitant")
ELDERS = ("father", "father_in_law", "grandfather")
SIBLINGS = ("older_brother", "younger_brother", "older_sister", "younger_sister")
ELDER_WOMEN = ("mother", "mother_in_law", "grandmother")


@dataclass(frozen=True)
class Kin:
    """One person a word may stand for."""

    relation: str
    """A value of the fact `relation`."""
    confidence: float = 0.95
    others: tuple[str, ...] = ()
    """All relations it may be, the first meaning among them; empty when it is clear."""
    sex: str | None = None
    """Only where the relation does not say it: 息子, 娘."""
    school: str | None = None
    """小学生, 中学生 used as a word for a child."""
    place: Place = ""
    """上の子, 下の子, 末っ子."""


@dataclass(frozen=True)
class KinHit:
    """A word for people where it stands in the text."""

    start: int
    end: int
    kin: tuple[Kin, ...]
    """The people of one such word: 両親 are two."""
    plural: bool = False
    """子どもたち: more than one, nobody knows how many."""
    elder: bool = False
    """祖父 and the like, which parents say of their own parents."""
    generic: bool = False
    """子ども, which 長男 and 次男 of the same sentence may name again."""
    of_spouse: bool = False
    """妻の父: a 母 right behind it is the spouse's too."""


def _kin(*relations: str, confidence: float = 0.95, **more: str) -> tuple[Kin, ...]:
    return tuple(Kin(relation, confidence, **more) for relation in relations)  # type: ignore[arg-type]


def _unsure(others: tuple[str, ...], confidence: float = 0.5) -> tuple[Kin, ...]:
    return (Kin(others[0], confidence, others),)


_CHILD = _kin("child")
_SON, _DAUGHTER = _kin("child", sex="male"), _kin("child", sex="female")
_OTHER, _LODGER = _kin("other_relative", confidence=0.85), _kin("cohabitant", confidence=0.85)
_TWINS, _TRIPLETS = _CHILD * 2, _CHILD * 3

_WORDS: tuple[tuple[str, tuple[Kin, ...]], ...] = (
    (r"内縁の妻|事実婚の妻|未届けの妻|未届の妻", _kin("unregistered_wife")),
    (r"内縁の夫|事実婚の夫|未届けの夫|未届の夫", _kin("unregistered_husband")),
    (r"妻子(?!手)", _kin("wife", "child")),
    (r"妻|つま(?![らりんずみ])|奥さん|奥様|おくさん|家内|かない(?=と|が|は|も)|かみさん|カミさん|女房|ワイフ|細君", _kin("wife")),
    (r"お?嫁さん|嫁|よめ(?=と|が|は|も|、)|ヨメ", _kin("wife", confidence=0.85)),
    (r"夫(?![婦々])|おっと(?=と|が|は|も|の|を)|主人(?!公)|しゅじん|ご主人|旦那(?:さん|様)?|だんな(?:さん)?|ダンナ|亭主", _kin("husband")),
    (r"配偶者|連れ合い|つれあい", _unsure(SPOUSES)),
    (r"パートナー", _unsure(PARTNERS)),
    (r"彼女|彼氏|恋人|婚約者|フィアンセ", (Kin("cohabitant", 0.6, ("cohabitant", "unregistered_wife", "unregistered_husband")),)),
    (r"友人|友達|友だち|ともだち|ルームメイト|同居人|シェアメイト|同僚|後輩|先輩|知人|知り合い|相方", _LODGER),
    (r"双子|ふたご", _TWINS), (r"三つ子|3つ子", _TRIPLETS),
    (r"一人息子|1人息子|息子(?:さん)?|むすこ|ムスコ|せがれ|長男|[二三四五23次]男|男の子|おとこのこ|男児|男の赤ちゃん|孫息子(?!.)", _SON),
    (r"一人娘|1人娘|娘(?:さん)?(?!婿)|むすめ|ムスメ|長女|[二三四五23次]女|女の子|おんなのこ|女児|女の赤ちゃん", _DAUGHTER),
    (r"(?:うちの|上の|下の|真ん中の|いちばん上の|一番上の|一番下の|末の)(?:お?子(?:さん)?(?!ども)|こ(?=と|が|は|も))", _CHILD),
    (r"(?:上|下|真ん中)(?=[がは]、?(?:\d{1,2}(?:歳|才|つ|か月)|[小中高][1-6]|年[少中長]))", _CHILD),
    (r"お?子どもさん|お?子ども|こども|コドモ|お?子さん|おこさん|わが子|我が子|子ら|末っ子|ひとりっ子|一人っ子|養子|養女|息子娘", _CHILD),
    (r"お?子(?=[がはもとを、](?!会|供|ども))", _CHILD),
    (r"連れ子", (Kin("child", 0.6, ("child", "other_relative")),)),
    (r"(?<!腹に)(?<!なかに)赤ちゃん|赤ん坊|あかちゃん|ベビー|新生児|乳児|乳飲み子|(?<=歳)児", _CHILD),
    (r"お義父さん|義理のお?父(?:さん)?|義父|舅|しゅうと(?!め)", _kin("father_in_law")),
    (r"お義母さん|義理のお?母(?:さん)?|義母|姑|しゅうとめ", _kin("mother_in_law")),
    (r"義理の両親|義両親|義父母", _kin("father_in_law", "mother_in_law")),
    (r"ご?両親|父母|りょうしん(?=と|が|は|も)", _kin("father", "mother")),
    (r"お?父さん|父(?![子母方の国]|親)|おとうさん|お?父親|親父|おやじ|オヤジ|オトン|ちち(?=と|が|は|も|の|を|、)", _kin("father")),
    (r"父(?=の)", _kin("father")),
    (r"お?母さん|母(?![子国校方の]|親)|おかあさん|お?母親|お袋|おふくろ|オカン|はは(?=と|が|は(?!は)|も|の|を|、)", _kin("mother")),
    (r"母(?=の)", _kin("mother")),
    (r"パパ", (Kin("father", 0.5, ("father", "husband")),)), (r"ママ", (Kin("mother", 0.5, ("mother", "wife")),)),
    (r"(?<![片里])親(?=と|が|は(?!戚)|も|の|を|、)", (Kin("father", 0.5, ("father", "mother")),)),
    (r"ひい(?:おじいちゃん|おばあちゃん|じいちゃん|ばあちゃん)|曾祖父|曾祖母|曽祖父|曽祖母|ひ孫|曾孫", _OTHER),
    (r"祖父母", _kin("grandfather", "grandmother")),
    (r"お?祖父(?:さん|様)?(?!母)|そふ(?=と|が|は|も|の|を|、)|お?(?:じい|爺|ぢい)(?:ちゃん|さん|様|じ)|じいじ|ジイジ|じじ(?=と|が)", _kin("grandfather", confidence=0.9)),
    (r"お?祖母(?:さん|様)?|そぼ(?=と|が|は|も|の|を|、)|お?(?:ばあ|婆)(?:ちゃん|さん|様|ば)|ばあば|バアバ|ばば(?=と|が)", _kin("grandmother", confidence=0.9)),
    (r"孫娘", _kin("grandchild", sex="female")), (r"孫息子", _kin("grandchild", sex="male")),
    (r"お?孫(?:さん)?|まご(?=と|が|は|も|の|を|、)", _kin("grandchild")),
    (r"義(?:理の)?(?:兄|弟|姉|妹)|娘婿|婿(?:さん)?|お婿さん|むこ(?=と|が)", _OTHER),
    (r"兄弟姉妹|兄弟|きょうだい|姉妹|兄妹|姉弟", _unsure(SIBLINGS)),
    (r"お?兄(?:さん|貴)?(?![弟妹])|あにき|あに(?=と|が|は|も|、)|お?姉(?:さん|貴)?(?![弟妹])|あねき|あね(?=と|が|は|も|、)|お?弟(?:さん)?|おとうと|お?妹(?:さん)?|いもうと|お(?:兄|にい|姉|ねえ)ちゃん", ()),
    (r"甥っ?子?|姪っ?子?|叔父(?:さん)?|伯父(?:さん)?|叔母(?:さん)?|伯母(?:さん)?|おじさん|おばさん|いとこ|従兄弟|従姉妹|従兄|従弟|従姉|従妹|はとこ|親戚|親族|親類|身内", _OTHER),
    (r"未就学児|園児|(?:幼稚|保育|こども)園児", _CHILD), (r"新?小学生", _kin("child", school="elementary")),
    (r"新?中学生", _kin("child", school="junior_high")), (r"高校生|大学生|専門学生", _kin("child", school="high")),
)  # fmt: skip

_SIBLINGS = (
    (r".*(?:兄|あに|にい).*", "older_brother"),
    (r".*(?:弟|おとうと).*", "younger_brother"),
    (r".*(?:姉|あね|ねえ).*", "older_sister"),
    (r".*(?:妹|いもうと).*", "younger_sister"),
)
_SELF = r"私(?!立|服|物|有|的|た|費)|わたし|わたくし|あたし|僕|ぼく(?=と|が|は|も)|俺|おれ(?=と|が|は|も)|自分(?=[はもがと])|本人|当方|わし(?=と|が|は|も)|うち(?=[はもが](?!さ))|小生|来た人"

SELF = KinHit(0, 0, (Kin("self", 1.0),))


def find_kin(text: str, cut: Sequence[Word]) -> tuple[KinHit, ...]:
    """Words for people in `text`, possessives put together; `cut` are its words in short units."""
    starts = [w.start for w in cut]
    ends = {w.end for w in cut}
    hits: list[KinHit] = []
    for match in _pattern().finditer(text):
        kana = "ぁ" <= match[0][0] <= "ん"
        if not _begins_word(starts, match.start(), text, kana=kana):
            continue
        if not kana and match.end() not in ends and text[match.end() - 1] >= "一":
            continue
        hit = _hit(match, text)
        if hits and _describes_again(text, hits[-1], hit):
            hits[-1] = replace(hits[-1], kin=tuple(replace(k, sex=hit.kin[0].sex) for k in hits[-1].kin))
            continue
        if hits and text[hits[-1].end : hit.start] == "の":
            owned = _owned(hits[-1], hit, text)
            if owned is not None:
                hits[-1] = owned
                continue
        if hits and hits[-1].of_spouse and text[hits[-1].end : hit.start] == "と" and len(hit.kin) == 1:
            kin = _relation_of("wife", hit.kin[0], match[0])
            hit = replace(hit, kin=(kin,), of_spouse=True) if kin.relation in _IN_LAWS.values() else hit
        hits.append(hit)
    return tuple(hits)


@cache
def _pattern() -> re.Pattern[str]:
    groups = [f"(?P<w{n}>{words})" for n, (words, _) in enumerate(_WORDS)]
    return re.compile("|".join([*groups, f"(?P<me>{_SELF})"]))


def _begins_word(starts: Sequence[int], start: int, text: str, *, kana: bool) -> bool:
    where = bisect_left(starts, start)
    if where < len(starts) and starts[where] == start:
        return True
    return kana and start > 0 and text[start - 1] in "、。とはにでをがのや歳才)"


def _hit(match: re.Match[str], text: str) -> KinHit:
    group = match.lastgroup or "me"
    if group == "me":
        return replace(SELF, start=match.start(), end=match.end())
    word, kin = match[0], _WORDS[int(group[1:])][1]
    if not kin:
        relation = next(r for pattern, r in _SIBLINGS if re.fullmatch(pattern, word))
        kin = _kin(relation)
        if word.endswith("ちゃん"):  # a parent's word for the elder child
            kin = (Kin(relation, 0.5, (relation, "child")),)
    place = _place(word)
    if place:
        kin = tuple(replace(k, place=place) for k in kin)
    end = match.end()
    after = text[end : end + 3]
    if after.startswith("夫婦"):
        return KinHit(match.start(), end + 2, (*kin, Kin("other_relative", 0.85)))
    if re.match(r"一家|家族|の家族", after):
        return KinHit(match.start(), end + len(re.match(r"一家|家族|の家族", after)[0]), kin, plural=True)  # type: ignore[index]
    plural = re.match(r"たち|達|ら(?=[がはもと、])", after)
    if plural:
        end += len(plural[0])
    return KinHit(
        match.start(),
        end,
        kin,
        plural=bool(plural) or word == "妻子",
        elder=kin[0].relation in ("grandfather", "grandmother"),
        generic=_WORDS[int(group[1:])][1] in (_CHILD, _TWINS, _TRIPLETS)
        and not re.search(r"^[上下真]|の[おこ子]|っ子|児$|赤|あかちゃん|ベビー", word),
    )


def _describes_again(text: str, ranked: KinHit, hit: KinHit) -> bool:
    """下が年長の男の子: the word behind only says what the child is."""
    if text[ranked.start : ranked.end] not in ("上", "下", "真ん中") or hit.kin[0].relation != "child":
        return False
    return re.fullmatch(r"[がは]、?[^、。]{1,6}の", text[ranked.end : hit.start]) is not None


def _place(word: str) -> Place:
    """Which of the children 上の子 and the like mean."""
    places: tuple[tuple[str, Place], ...] = (
        ("^上|番上|の上", "eldest"),
        ("真ん中", "middle"),
        ("^下|番下|^末", "youngest"),
    )
    return next((place for pattern, place in places if re.search(pattern, word)), "")


def _owned(owner: KinHit, thing: KinHit, text: str) -> KinHit | None:
    """The person of "owner の thing"; None when they are two people after all."""
    if owner.kin[0].relation == "self":
        return replace(thing, start=owner.start)
    if thing.kin[0].relation == "child" and _DESCRIBES_A_CHILD.search(text[owner.start : owner.end]):
        kin = tuple(replace(thing.kin[0], school=k.school) for k in owner.kin)
        return replace(thing, start=owner.start, kin=kin)
    kin = tuple(_relation_of(owner.kin[0].relation, k, text[thing.start : thing.end]) for k in thing.kin)
    return KinHit(
        owner.start, thing.end, kin, plural=thing.plural, of_spouse=owner.kin[0].relation in SPOUSES
    )


_DESCRIBES_A_CHILD = re.compile(r"生$|児$|双子|ふたご|つ子|っ子|養子|赤")
"""高校生の娘 is one person, 娘の子 are two."""

_IN_LAWS = {"father": "father_in_law", "mother": "mother_in_law"}


def _relation_of(owner: str, kin: Kin, word: str) -> Kin:
    relation = kin.relation
    if owner in (*SPOUSES, "unregistered_wife", "unregistered_husband"):
        if relation == "child" and "連れ子" not in word:
            return kin
        return Kin(_IN_LAWS.get(relation, "other_relative"), 0.9)
    if owner == "child":
        if relation == "child":
            return replace(kin, relation="grandchild")
        if relation in ("grandfather", "father_in_law"):
            return Kin("father", 0.5, ELDERS[:2])
        if relation in ("grandmother", "mother_in_law"):
            return Kin("mother", 0.5, ELDER_WOMEN[:2])
        return Kin("other_relative", 0.85)
    if owner in ("father", "mother") and relation in ("father", "mother"):
        return Kin("grandfather" if relation == "father" else "grandmother", 0.9)
    if owner in ("father", "mother") and relation == "child":
        return Kin("other_relative", 0.6)
    return Kin("cohabitant", 0.7) if owner == "cohabitant" else Kin("other_relative", 0.85)
