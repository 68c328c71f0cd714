"""What people say of themselves in passing that decides procedures: cards, insurance, work, dog, moped, care.

Only what is said outright becomes a fact; a guess would cost more than a question. Each saying belongs to the
person its statement is about (祖父は要介護2です), otherwise to the visitor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kb.facts import Alternative, Value
from nlu.clauses_ja import Clause
from nlu.household_ja import Reading
from nlu.interpretation import SaidFact
from nlu.people_ja import Draft
from nlu.relations_ja import KinHit
from nlu.tokens import Word

_DENIED = (
    r"(?:(?:て|で)(?:は)?(?:い|お)?(?:な[いくか]|ませ|りませ|らん|へん)|て(?:へん|ん)|とら[んず]|(?:では|じゃ)(?:あり|な)"
    r"|は?(?:な[いくし]|ありませ|いませ|いな|おりませ|飼いませ|飼わな|違|要りませ|いらな|受けてな|受けていま?せ?な))"
)


@dataclass(frozen=True)
class Saying:
    """A way to say a fact: words that bring it up, what must follow, and what denies it."""

    fact: str
    value: Value
    words: str
    said: str = ""
    """Must follow within the statement; empty: the words are enough."""
    denied_value: Value | None = None
    """The fact when it is denied; None: then nothing is known."""
    never: str = ""
    """Around it the words mean something else (looked for in the whole statement)."""
    confidence: float = 0.9
    of: str = "person"
    """person | elder (of the eldest when nobody is named) | visit."""
    denied: str = _DENIED


_HOLDS = r"持っ|持って|もって|もっと[るり]|ある|あり|持参|作って(?:い|あ)|作りました|作った|持ち|お?忘れ"
_CARD = r"(?:マイ(?:ナ|な)(?:ンバー)?|個人番号)(?:の)?(?:カード|card)|マイナンバー(?!カード|制度|の?通知|が|を書|は書)"

_SAYINGS: tuple[Saying, ...] = (
    Saying("has_dog", True, r"犬|いぬ(?=を|が|も|と|の)|イヌ|ワンちゃん|わんちゃん|愛犬|ワンコ|わんこ", r"飼|か(?:って|い)|いる|いま|いて|おり|連れ|一緒|引っ越|登録|鑑札|ちゃん|の(?:手続|届|住所)|も|と", False, never=r"飼っていた|死|亡くな|飼いたい|盲導犬", of="visit", denied=r"[^。]{0,8}?(?:飼っていな|飼ってな|飼っていませ|飼ってませ|いませ|いな[いく]|おりませ|飼っとら|飼わな|飼ってへん|なし)"),
    Saying("has_moped", True, r"原付|原動機付|ミニバイク|スクーター|50cc|50CC|110cc|125cc|125CC|小型バイク|カブ(?=を|が|に|の)", "", False, never=r"売っ|廃車した|手放", of="visit", denied=r"[^。]{0,6}?(?:持ってな|持っていな|持ってませ|持っていませ|ありませ|ないで|ない$|乗らな|乗りませ|なし)"),
    Saying("has_moped", True, r"バイク", r"(?:に|を|も|が)?(?:乗|持|あ)", False, never=r"大型|中型|400|250|ナナハン|電動|750|車検|二輪免許", confidence=0.75, of="visit", denied=r"[^。]{0,6}?(?:持ってな|持っていな|持ってませ|持っていませ|ありませ|ないで|ない$|乗らな|乗りませ|なし)"),
    Saying("care_certified", True, r"要介護(?!認定を(?:受けた|申請)|認定の)|要支援(?!者)|介護認定(?:を|は|も)?|介護度|ケアマネ", r"[0-9]|認定|受け|です|で、|の|がつ|ついて|状態|が|に", False, never=r"申請|受けたい|調査|新しく", of="elder"),
    Saying("disability_certificate", True, r"障害者手帳|障がい者手帳|障害の手帳|療育手帳|愛の手帳|みどりの手帳|身障者?手帳|身体障害者?手帳|精神(?:障害)?(?:者保健福祉)?(?:の)?手帳|障害[1-6]級|[1-6]級の(?:手帳|障害)", r"持|もっ|あ|受け|です|が|を|の|も|1|2|3|4|5|6", False, never=r"申請|作りたい|ほしい|取りたい|もらいたい"),
    Saying("pregnant", True, r"妊娠(?!届|検査)|妊婦|にんしん|お腹に(?:赤ちゃん|子)|おなかに(?:赤ちゃん|子)|臨月|つわり|出産予定|身重", "", False, never=r"妊娠して(?:いな|いませ|ない|ません)|妊娠届|不妊", denied=r"(?:は|も)?(?:して(?:い)?(?:な|ませ)|では|じゃ)"),
    Saying("single_parent", True, r"ひとり親|一人親|1人親|シングルマザー|シングルファザー|シンママ|母子家庭|父子家庭|母子世帯|父子世帯", "", False),
    Saying("nationality", "foreign", r"外国籍|外国人(?!登録)|在留カード|特別永住|外国の国籍|永住者|(?:中国|韓国|ベトナム|フィリピン|ネパール|ブラジル|アメリカ|インド|台湾|タイ|ペルー|ミャンマー|インドネシア)(?:籍|国籍|人(?!参|形))", "", None, never=r"じゃ(?:な|あり)|では(?:な|あり)"),
    Saying("public_servant", True, r"公務員|県庁(?:に|で)(?:勤|働)|(?:市|区|町)役所(?:に勤|で働)|自衛官|自衛隊(?:員|に)|警察官|消防士", "", False, never=r"だった|でした|辞め|退職|定年"),
    Saying("pension_category", "second", r"会社員|サラリーマン|正社員|会社勤め|勤め人|厚生年金|公務員", "", None, never=r"だった|でした|辞め|やめ|退職|定年|やめて|ではな|じゃな|から国民"),
    Saying("pension_category", "first", r"自営業?|フリーランス|個人事業主|フリーター|無職|学生(?!証|の|支援)|国民年金(?=です|に入って|を払|に加入して)", "", None, never=r"だった|でした|小学生|中学生|高校生|ではな|じゃな|大学生の"),
    Saying("health_insurance", "national", r"国保|国民健康保険", r"(?:に|へ)?(?:入|加入|切り?替え|なる|なり|する|します|です|で(?:、|お願))", None, never=r"だった|でした|入っていました|入っていた|抜け|やめ|から|扶養"),
    Saying("health_insurance", "employees", r"(?:会社|勤め先|職場|勤務先|お勤め先)の(?:健康)?保険(?!料)|社保|社会保険(?!労務|事務|料)|協会けんぽ|健康?保険?組合|健保(?:組合)?(?!料)|共済(?:組合|保険)?", "", None, never=r"だった|でした|辞め|やめ|抜け|切れ|なくな|喪失|退職|扶養|から国|任意継続"),
    Saying("health_insurance", "dependent", r"扶養", r"に(?:入っ|入れ|なっ|入り|入る)|です|家族|で(?:、|$)", None, never=r"外れ|抜け|抜き|手当|はず"),
    Saying("health_insurance", "late_elderly", r"後期高齢者?(?:医療)?(?:保険)?", r"の?(?:保険証|資格|です|に入って|に加入して|で(?:、|$))", None, never=r"手続|届|なりたい", of="elder", confidence=0.85),
    Saying("school", "nursery", r"保育園|保育所|保育室|こども園|子ども園", r"に?(?:入れ|預け|希望|探|申し込|通わせ|通って|入り|お願|行かせ|行って)", None, never=r"一時保育|幼稚園(?:に|を)", of="child"),
    Saying("school", "kindergarten", r"幼稚園", r"に?(?:入れ|希望|探|申し込|通わせ|通って|入り|行かせ|行って|児)", None, of="child"),
    Saying("school", "private", r"私立(?:の)?(?:小|中|高)|私立に通|インターナショナルスクール|特別支援学校|国立の?(?:小|中)", "", None, of="child"),
)  # fmt: skip

_NOBODY = r"[^、。]{0,14}?(?:人|方|者|家族|誰も|だれも|1人も)(?:は|も)?(?:誰も|だれも|1人も|特に)?、?(?:い(?:ませ|な[いく])|おりませ)"
_NOBODY_IS: tuple[tuple[str, str], ...] = (
    ("care_certified_in_household", r"(?:要介護|要支援|介護認定)"),
    ("disability_support_in_household", r"障害者?手帳|障がい者手帳|療育手帳|手帳を持"),
    ("pregnant_in_household", r"妊娠|妊婦"),
    ("foreign_national_in_household", r"外国籍|外国人|日本国籍(?:で|じゃ)ない"),
)
_CERTIFICATES: tuple[tuple[str, str], ...] = (
    ("physical_disability_certificate_in_household", r"身体障害者?手帳|身障者?手帳"),
    ("intellectual_disability_certificate_in_household", r"療育手帳|愛の手帳|みどりの手帳"),
    ("mental_disability_certificate_in_household", r"精神(?:障害)?(?:者保健福祉)?(?:の)?手帳"),
    ("self_support_medical_care_in_household", r"自立支援医療"),
)

_ELDERS = ("grandfather", "grandmother", "father", "mother", "father_in_law", "mother_in_law")

_OUT = r"転出(?!者)|前の(?:市|区|町|村|役所|役場|ところ|住所|住まい)[^、。]{0,8}(?:手続|届)|出ていく手続|抜く手続"
_ONLINE = r"マイナポータル|マイナポ|オンライン|スマホ|ネットで|インターネット|ウェブ|電子申請|アプリ"
_DONE = r"済|終わ|出し(?:た|まし|て(?:き|来|あ|い(?:ま|る)))|しまし|した|してき|やりまし|やった|申請(?:し|済)|完了|できて"
_NOT_DONE = r"まだ|(?:し|出し|やっ|もらっ|行っ|済ん|終わっ)て(?:い)?(?:な|ませ|おりませ)|忘れ|してへん|しとら|未(?:了|提出|手続)|これから|知らな|知りませ"


def said_circumstances(reading: Reading, cut: Sequence[Word]) -> tuple[SaidFact, ...]:
    """Adds what is said of people to `reading` and returns what is said of the visit."""
    starts = {w.start for w in cut}
    found: list[SaidFact] = []
    for clause in reading.clauses:
        for saying in _SAYINGS:
            value = _value(saying, reading, clause, starts)
            if value is None:
                continue
            if saying.of == "visit":
                if all(f.key != saying.fact for f in found):
                    found.append(SaidFact(saying.fact, value, saying.confidence))
            else:
                for draft in _whose(saying, reading, clause):
                    draft.facts.setdefault(saying.fact, value)
    _read_cards(reading)
    return (*found, *_of_household(reading.text), *_moving_out(reading.text))


def _of_household(text: str) -> Iterator[SaidFact]:
    """「外国籍の人はいません」, 「療育手帳を持っています」, 「会社を辞めました」: about the family as a whole."""
    for key, words in _NOBODY_IS:
        if re.search(rf"(?:{words}){_NOBODY}", text):
            yield SaidFact(key, value=False, confidence=0.9)
    for key, words in _CERTIFICATES:
        if re.search(
            rf"(?:{words})(?:を|は|も|が)?[^、。]{{0,6}}?(?:持って(?:い?ま|い?る)|あり|ある|です|使って|受けて(?:い?ま|い?る))",
            text,
        ):
            yield SaidFact(key, value=True, confidence=0.9)
            if key.startswith("self_support"):
                yield SaidFact("disability_support_in_household", value=True, confidence=0.9)
    if re.search(
        r"(?:会社|仕事|勤め(?:先)?|職場)を[^、。]{0,6}(?:辞め|やめ|退職)(?:た|まし|て(?!な|いな|ませ))|退職し(?:た|まし|て(?!な|いな))|定年になり|リストラ",
        text,
    ):
        yield SaidFact("left_job", value=True, confidence=0.85)


def _value(saying: Saying, reading: Reading, clause: Clause, starts: set[int]) -> Value | None:
    for match in _compiled(saying.words).finditer(reading.text, clause.start, clause.end):
        if match.start() not in starts:
            continue
        statement = reading.text[clause.start : clause.end]
        rest = reading.text[match.end() : clause.end]
        if (saying.never and re.search(saying.never, statement)) or re.match(_NOBODY, rest):
            return None
        if re.match(r"[^、。]{0,8}?" + saying.denied, rest):
            return saying.denied_value
        if not saying.said or re.match(
            r"(?:を|が|も|は|に|と|の)?、?[^、。]{0,6}?(?:" + saying.said + ")", rest
        ):
            return saying.value
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _whose(saying: Saying, reading: Reading, clause: Clause) -> list[Draft]:
    """The people a statement is about."""
    about = _subjects(reading, clause)
    if not about and saying.of in ("elder", "child"):
        about = _fallback(saying, reading)
        if not about and saying.of == "child":
            return []
    if not about:
        about = _carried(reading, clause) or [reading.roster.visitor]
    if saying.fact == "pension_category":
        about = [d for d in about if d.kin.relation != "child"]
    if saying.of == "child":
        about = [d for d in about if d.kin.relation in ("child", "grandchild")]
    return about


def _fallback(saying: Saying, reading: Reading) -> list[Draft]:
    wanted = _ELDERS if saying.of == "elder" else ("child",)
    possible = [d for d in reading.roster.drafts if d.kin.relation in wanted]
    return possible if len(possible) == 1 else []


def _subjects(reading: Reading, clause: Clause) -> list[Draft]:
    """People a statement names as its topic, or whom it describes (要介護の母)."""
    text = reading.text
    hits = [h for h in reading.hits if clause.holds(h.start)]
    if re.search(r"全員|みんな|みな|家族とも|家族みんな|人数分", text[clause.start : clause.end]):
        return [reading.roster.visitor, *reading.roster.others]
    topics = [
        h
        for h in hits
        if re.match(
            r"(?:\d人)?(?:と(?:も)?)?(?:の(?:ほう|方))?(?:は|が|も)|の(?:お腹|おなか)",
            text[_after_age(text, h) :],
        )
    ]
    if not topics:
        topics = [
            h for h in hits if re.search(r"[の]$", text[: h.start]) and not re.match("の", text[h.end :])
        ]
    if topics:
        topics = [h for h in hits if h is topics[-1] or _joined(text, h, topics[-1])]
    return [draft for hit in topics for draft in _drafts_of(reading, hit)]


def _after_age(text: str, hit: KinHit) -> int:
    match = re.compile(r"\(?\d{1,3}(?:歳|才)?\)?").match(text, hit.end)
    return match.end() if match else hit.end


def _joined(text: str, hit: KinHit, last: KinHit) -> bool:
    """「妻と子どもは」: both are the topic."""
    return (
        hit.end < last.start
        and re.fullmatch(r"(?:も)?(?:と|や|、|\d人と|とも)+", text[hit.end : last.start]) is not None
    )


def _drafts_of(reading: Reading, hit: KinHit) -> Iterator[Draft]:
    if hit.kin[0].relation == "self":
        yield reading.roster.visitor
        return
    found = [d for d in reading.roster.drafts if (hit.start, hit.end) in d.spans]
    if not found:
        found = [Draft(kin, [(hit.start, hit.end)], elder=hit.elder) for kin in hit.kin]
        reading.roster.drafts += found
    yield from found


def _carried(reading: Reading, clause: Clause) -> list[Draft]:
    """The topic of the statement before, inside one sentence: 祖父は78で、要介護2です."""
    before = [c for c in reading.clauses if c.end <= clause.start]
    if not before or reading.text[before[-1].end - 1] in "。!?":
        return []
    if any(clause.holds(h.start) for h in reading.hits):
        return []
    return _subjects(reading, before[-1])


def _read_cards(reading: Reading) -> None:
    """Who holds a My Number Card; 「私は持ってますが妻は持っていません」 goes on speaking of the card."""
    text, spoken_of = reading.text, False
    for clause in reading.clauses:
        statement = text[clause.start : clause.end]
        card = re.search(_CARD, statement)
        if card is None and not (spoken_of and re.search(r"持っ|もっ|ない|あり|まだ|ある|作っ", statement)):
            spoken_of = False
            continue
        rest = statement[card.end() :] if card else statement
        spoken_of = True
        held = _held(rest)
        if held is None:
            continue
        for draft in _subjects(reading, clause) or ([] if card is None else [reading.roster.visitor]):
            draft.facts.setdefault("has_my_number_card", held)


def _held(rest: str) -> bool | None:
    if re.search(
        r"なくし|失くし|紛失|落とし|期限|更新|暗証|ロック|返納|住所|氏名|名前|書き換え|書換|券面|継続", rest
    ):
        return None
    if re.search(
        r"(?:持っ|もっ|作っ|受け取っ|申請し)(?:てな|ていな|てませ|ていませ|ておりませ|とら|てへん|てお?らん)|^(?:は|が|も|を)?、?(?:[^、。]{0,8}(?:は|が|も))?(?:まだ)?(?:な[いくし]|ありませ|まだ)|作りたい|申請したい|^(?:が|を|も)?(?:ほしい|欲しい)|未取得|持っとらん|作りに",
        rest,
    ):
        return False
    return True if re.search(_HOLDS, rest) else None


_NO_PAPER = (
    r"書?(?:は|を|が)?[^、。]{0,6}?"
    r"(?:ない|ありませ|なくし|もらってな|もらっていな|まだ|持ってな|持っていな|忘れ|ほしい|要)"
)
_CERTIFICATE = Alternative("certificate", "転出証明書を持っている")
_BY_CARD = Alternative("online", "マイナポータルなど(カード)で転出した")


def _moving_out(text: str) -> Iterator[SaidFact]:
    """Whether moving out of the previous municipality is done, and how."""
    key = "moving_out_procedure"
    paper = re.search(r"転出証明|転出の(?:紙|書類|証明)", text)
    if paper:
        if not re.match(_NO_PAPER, text[paper.end() :]):
            yield SaidFact(key, "certificate", 0.9)
        return
    out = re.search(_OUT, text)
    if out is None:
        return
    around = text[max(0, out.start() - 20) : out.end() + 20]
    if re.search(_ONLINE, around) and re.search(_DONE, around) and not re.search(r"まだ|てな|ていな", around):
        yield SaidFact(key, "online", 0.9)
    elif re.search(_NOT_DONE, around):
        yield SaidFact(key, "not_yet", 0.85)
    elif re.search(_DONE, text[out.end() : out.end() + 16]):
        yield SaidFact(key, "certificate", 0.6, (_CERTIFICATE, _BY_CARD))
