"""One spelling for what people type or say, before anything looks at it.

Width, digits, fillers and a few spellings are made the same, so that the extractors, Rasa's training data and
the search index see one form. 三人 becomes 3人, but names and fixed words (四日市, 千葉, 一緒) stay. Runs in both
Python environments: standard library only.
"""

import re
import unicodedata
from functools import cache

_KANJI_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}

_KANA_DIGITS = {
    "いち": 1, "いっ": 1, "に": 2, "さん": 3, "よん": 4, "よ": 4, "し": 4, "ご": 5, "ろく": 6, "ろっ": 6,
    "なな": 7, "しち": 7, "はち": 8, "はっ": 8, "きゅう": 9, "く": 9,
}  # fmt: skip
_KANA_TENS = ("じゅう", "じゅっ", "じっ")
_KANA_DIGIT = "|".join(sorted(_KANA_DIGITS, key=len, reverse=True))
_KANA_NUMBER = rf"(?:(?:{_KANA_DIGIT})?(?:{'|'.join(_KANA_TENS)})(?:{_KANA_DIGIT})?|(?:{_KANA_DIGIT}))"

_PROTECTED = (
    r"[一四五六八十廿三二][十]?日(?:市|町)|八王子|三重|千葉|千歳|百人町|六[ヶケか]所|三[ヶケ]日|三日月|七五三"
    r"|[一二三四五六七八九十]+番町|二人三脚|一人一人|一人前|一人っ子|一人息子|一人娘|一人親(?:方)?|一人(?:ぐ|暮)らし"
    r"|一緒|一番(?!目|の?窓口|カウンター|です|で$|を|が|$)|一部|一般|一応|一旦|一括|一昨|一時(?=保育|帰国|預|的|滞在|避難|所得|停止|支援|払)"
    r"|一年中|三つ子|三が日|一日(?=も早|でも早|中)|十分(?!前|後|間|ほど|くらい|ぐらい)"
)
_COUNTERS = r"人|名(?!前)|歳|才|年|月|日|時|分|円|枚|通|丁目|番地|番|号|件|[かヶカケヵ個箇]月|週間|回|匹|台|つ|代|親等|世帯|組|階|棟|学期"
_KANJI_NUMBER = re.compile(
    rf"(?P<kept>{_PROTECTED})|(?P<number>[〇零一二三四五六七八九十百千]{{1,9}})(?={_COUNTERS})"
)

_DAYS_IN_KANA = {
    "ついたち": 1, "ふつか": 2, "みっか": 3, "よっか": 4, "いつか": 5, "むいか": 6, "なのか": 7, "ようか": 8,
    "ここのか": 9, "とおか": 10, "はつか": 20,
}  # fmt: skip
_KANA_DAY = re.compile(
    rf"(?:(?<=月)(?P<of_month>{'|'.join(_DAYS_IN_KANA)})|(?P<before>ふつか|みっか|よっか|とおか)(?=まえ|前))"
)
_KANA_MONTH = re.compile(
    rf"(?<![ぁ-ん])(?P<number>{_KANA_NUMBER})がつ|(?<=[のに、])(?P<inside>{_KANA_NUMBER})がつ"
)
_KANA_COUNTED = re.compile(
    rf"(?:(?<=^)|(?<=[とはがの、。・\s一-龥])|(?<=子ども)|(?<=こども)|(?<=むすこ)|(?<=むすめ)|(?<=まご)|(?<=かぞく)"
    rf"|(?<=全部で)|(?<=ぜんぶで)|(?<=あわせて))"
    rf"(?P<number>{_KANA_NUMBER})(?P<counter>にん(?!し|て|ち)|さい(?!ふ|しょ|ご|こ|て|き|た)|にち(?!よ|じ))"
)
_KANA_COUNTERS = {"にん": "人", "さい": "歳", "にち": "日"}

_TOPIC = r"住民|印鑑|戸籍|国保|国民|保険|年金|介護|児童|子ども|税|転[入出居]|引[っき越]|マイナ|パスポート|証明|市役所|ちょっと|すみません|私|うち"
"""What somebody who hesitates goes on with: 「あの住民票が」 is a filler, 「あの人が」 is none."""
_FILLERS = re.compile(
    r"(?:え[ぇえー]*っと[ーぉ]?|え[えー]*ー+と[ーぉ]?|エ[エー]+ッ?ト|(?<![ぁ-んァ-ヶ一-龥0-9])ええ?と(?=[、。]|ですね))(?:ですね)?[、。]?"
    r"|(?<![ぁ-んァ-ヶ一-龥])(?:あの|その)(?:[ーうぅ]+|ですね|(?=、))[、。]?"
    rf"|(?<![ぁ-んァ-ヶ一-龥])(?:あの|なんか)(?={_TOPIC})|^(?:え|あ)[ーぁぇ]+(?=[一-龥ァ-ヶ])"
    r"|(?<![ぁ-んァ-ヶ一-龥])ま[ぁあー](?!ま)[、。]?|(?<![ぁ-ん])[うん]ー+ん?と?[、。]?|(?<![ぁ-ん])(?:なんか|うんと)[、。]"
    r"|(?:^|(?<=[、。]))(?:あ|あー+|えー+|ま|ほら)[、。]"
)

_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?:引(?:っ|き)?[越こ]|ひっこ)(?=[さしすせそ])", "引っ越"),
        (r"引越|ヒッコシ", "引っ越し"),
        (r"引っ越しし(?=[たてま])", "引っ越し"),
        (r"(?:点|天|店|典)入(?=届|とど)", "転入"),
        (r"(?:点|天|店|典)出(?=届|とど)", "転出"),
        (r"(?:天気|転機|転記|点居|天居|電気|元気)(?=届|とどけ)", "転居"),
        (r"住民(?:表|評|氷|費用)(?![示])|じゅうみんひょう", "住民票"),
        (r"(?:引判|印刊|印館|いんかん|インカン)(?=登録|証明|とうろく|しょうめい)", "印鑑"),
        (r"印鑑(?:照明|商名|証名)", "印鑑証明"),
        (r"[引因陰]鑑|印[艦監勘貫](?!督)", "印鑑"),
        (r"住民[標豹]|[重十]民票", "住民票"),
        (r"(?:婚[因員印]|こんいん|コンイン)(?=届|とどけ)", "婚姻"),
        (r"(?:出[世征精]|しゅっ(?:せい|しょう)|シュッ(?:セイ|ショウ))(?=届|とどけ)", "出生"),
        (r"(?:志望|脂肪|しぼう|シボウ)(?=届|とどけ)", "死亡"),
        (r"戸籍(?:[東頭当等唐]本|とうほん|トウホン)", "戸籍謄本"),
        (r"戸籍(?:[小省賞正]本|しょうほん|ショウホン)", "戸籍抄本"),
        (r"(?:自動|児童)(?:手|て)(?:当て?|あて)", "児童手当"),
        (r"国補(?!助)", "国保"),
        (r"保[健検]証|(?:ほけん|ホケン)(?:しょ[うー]|ショ[ウー])", "保険証"),
        (r"(?:好奇|高貴|高期|後記|こうき|コウキ)(?=高齢)", "後期"),
        (r"(?:星|帽子|墓誌|[拇母]指|ぼし|ボシ)(?=手帳|てちょう)", "母子"),
        (r"(?:総裁|相殺|葬際|そうさい)(?=費)", "葬祭"),
        (r"(?:火星|仮性|化成|加税|かぜい)(?=証明)", "課税"),
        (r"固定(?:試算|資算|しさん)", "固定資産"),
        (r"(?:り災|リ災|理災|リサイ|りさい)(?=証明)", "罹災"),
        (r"(?:期日まえ|記述前|きじつまえ)(?=投票|とうひょう)", "期日前"),
        (r"在流(?=カード)", "在留"),
        (r"原チャリ?|原ちゃり?|現付", "原付"),
        (r"マイナ(?:ー(?:ナン)?バー?|ンバ)カード|マイナーカード", "マイナンバーカード"),
        (r"ゴミ", "ごみ"),
        (r"マイナンバーかーど|まいなんばーかーど|まいなんばあかあど", "マイナンバーカード"),
        (r"子供", "子ども"),
        (r"げつよう(?=び)", "月曜"),
        (r"(?<![ぁ-ん])かよう(?=び)|(?<=の)かよう(?=び)", "火曜"),
        (r"すいよう(?=び)", "水曜"),
        (r"もくよう(?=び)", "木曜"),
        (r"きんよう(?=び)", "金曜"),
        (r"どよう(?=び)", "土曜"),
        (r"にちよう(?=び)", "日曜"),
        (r"(?<=[月火水木金土日]曜)び", "日"),
        (r"はたち", "20歳"),
        (r"ふたり", "2人"),
        (r"(?<!お)ひとり(?!暮|ぐらし|ぐらい|親|おや|っこ|っ子|息子|娘|ひとり|でに)", "1人"),
    )
)

_ENDED_SPACE = re.compile(r"(?:(?<=です)|(?<=ます)|(?<=した)|(?<=せん)) +")
_LISTED_SPACE = re.compile(r"(?:(?<=子ども)|(?<=こども)|(?<=さん)) +(?=[一-龥])")
_JOINED_SPACE = re.compile(
    r"(?<=[年月]) +(?=\d)|(?<=\d) +(?=[年月日歳才人名つか])|(?<=[^\x00-\x7f]) +(?=\d+[人名])"
)


def normalise(text: str) -> str:
    """`text` in one spelling; the empty string when nothing but fillers, emoji or control signs was in it.

    >>> normalise("えっと、先週の水曜に、妻と子供三人と横浜から引越してきました")
    '先週の水曜に、妻と子ども3人と横浜から引っ越してきました'
    >>> normalise("二〇二六年四月一日に四日市から一人で来ました😀")
    '2026年4月1日に四日市から1人で来ました'
    >>> normalise("千葉さんと一緒に八王子の一人暮らし")
    '千葉さんと一緒に八王子の一人暮らし'
    >>> normalise("ヨコハマシ 12才と6才")
    'ヨコハマシ、12才と6才'
    """
    text = unicodedata.normalize("NFKC", text).translate(_kept_signs())
    text = unicodedata.normalize("NFC", text)  # signs that an emoji stood between
    text = _one_punctuation(text)
    text = _KANJI_NUMBER.sub(_digits, text)
    text = _kana_digits(text)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    text = _FILLERS.sub("", text)
    return re.sub(r"([、。])[、。]+", r"\1", text).lstrip("、。 ").rstrip("、 ")


def kanji_number(text: str) -> int | None:
    """The number written in 漢数字 or ASCII digits, None if it is none.

    >>> kanji_number("三十五"), kanji_number("二〇二六"), kanji_number("千九百四十八"), kanji_number("12")
    (35, 2026, 1948, 12)
    >>> kanji_number("十百") is None
    True
    """
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    if not text or any(c not in _KANJI_DIGITS and c not in _KANJI_UNITS for c in text):
        return None
    if not any(c in _KANJI_UNITS for c in text):
        return int("".join(str(_KANJI_DIGITS[c]) for c in text[:9]))
    total, digit, lowest = 0, None, 10_000
    for sign in text:
        if sign in _KANJI_DIGITS:
            if digit is not None:
                return None
            digit = _KANJI_DIGITS[sign]
            continue
        unit = _KANJI_UNITS[sign]
        if unit >= lowest:
            return None
        total += unit * (1 if digit is None else digit)
        digit, lowest = None, unit
    return total + (digit or 0)


def kana_number(text: str) -> int | None:
    """The number from 1 to 99 spelled in hiragana, None if it is none.

    >>> kana_number("さんじゅうご"), kana_number("じゅう"), kana_number("よん"), kana_number("さる")
    (35, 10, 4, None)
    """
    if not re.fullmatch(_KANA_NUMBER, text):
        return None
    for ten in _KANA_TENS:
        before, found, after = text.partition(ten)
        if found:
            return _KANA_DIGITS.get(before, 1) * 10 + _KANA_DIGITS.get(after, 0)
    return _KANA_DIGITS[text]


_BARE_KANJI = re.compile(
    r"(?<![一-龥0-9])[一二三四五六七八九十百]{1,4}(?=にな|です|で[、。]|[とか、。]|じゃ|や|だ|ぐらい|くらい|$)"
)
_BARE_KANA = re.compile(rf"(?:^|(?<=[はがもと、。])){_KANA_NUMBER}(?=にな|です|で[、。]|[、。]|じゃ|だ|$)")


def bare_numbers(text: str) -> str:
    """Numbers without a counter as digits, where the question was for numbers.

    >>> bare_numbers("私が五十六で、母がちょうど八十です"), bare_numbers("さんじゅうにです")
    ('私が56で、母がちょうど80です', '32です')
    """
    text = _BARE_KANJI.sub(lambda m: str(kanji_number(m[0]) or m[0]), text)
    return _BARE_KANA.sub(lambda m: str((kana_number(m[0]) if len(m[0]) > 1 else None) or m[0]), text)


def hiragana(text: str) -> str:
    """`text` with katakana made hiragana.

    >>> hiragana("ヨコハマ市")
    'よこはま市'
    """
    return text.translate(_TO_HIRAGANA)


_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}


class _KeptSigns(dict[int, str | int | None]):
    """Translation table filled as signs are met: drops what is no letter, digit, mark or punctuation."""

    def __missing__(self, code: int) -> str | int | None:
        sign = chr(code)
        category = unicodedata.category(sign)
        kept: str | int | None = code
        if sign in "\n\r\u2028\u2029":
            kept = "。"
        elif category == "Zs" or sign == "\t":
            kept = " "
        elif category[0] == "C" or category in ("So", "Sk", "Me") or _is_selector(code):
            kept = None
        self[code] = kept
        return kept


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@cache
def _kept_signs() -> _KeptSigns:
    return _KeptSigns()


def _one_punctuation(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"[,､]", "、", text)
    text = re.sub(r"(?<=[ぁ-んァ-ヶ一-龥])\.(?=\s|$)", "。", text)
    text = _ENDED_SPACE.sub("。", text)
    text = _LISTED_SPACE.sub("、", text)
    text = _JOINED_SPACE.sub("", text)
    return re.sub(r"(?P<left>^|\S) +(?=(?P<right>\S|$))", _space, text)


def _space(match: re.Match[str]) -> str:
    left, right = match["left"], match["right"]
    if not left or not right or left in "、。!?" or right in "、。!?":
        return left
    if left.isascii() and right.isascii():
        return f"{left} "
    if "ぁ" <= left <= "ん" or "ぁ" <= right <= "ん":
        return left
    return f"{left}、"


def _digits(match: re.Match[str]) -> str:
    if match["kept"] is not None:
        return match["kept"]
    number = match["number"]
    if len(number) == 2 and all(c in _KANJI_DIGITS for c in number):
        first, second = (_KANJI_DIGITS[c] for c in number)
        if second == first + 1:  # 二三日前 is two or three days, not 23
            return number
    value = kanji_number(number)
    return number if value is None else str(value)


def _kana_digits(text: str) -> str:
    text = _KANA_MONTH.sub(lambda m: f"{kana_number(m['number'] or m['inside'])}月", text)
    text = _KANA_DAY.sub(lambda m: f"{_DAYS_IN_KANA[m['of_month'] or m['before']]}日", text)
    return _KANA_COUNTED.sub(lambda m: f"{kana_number(m['number'])}{_KANA_COUNTERS[m['counter']]}", text)
