"""Reading an answer to the question that was asked.

What 「3人」, 「はい」 or 「2番」 mean depends on the question; everything else said in the same breath is read by
the extractors as always. An answer that could mean both (大丈夫です) is none, and is asked again.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kb.facts import PEOPLE, Option, split_key
from kb.model import AskedQuestion
from nlu.dates_ja import find_dates
from nlu.family_answers_ja import told_of_people
from nlu.family_scope_ja import family_meant
from nlu.household_ja import RELATION_LABELS
from nlu.normalise import kana_number, kanji_number
from nlu.places_ja import Town, find_places
from nlu.polarity_ja import says_yes_or_no
from nlu.relations_ja import find_kin
from nlu.tokens import words


@dataclass(frozen=True)
class ReadAnswer:
    """The value in the JSON shape of the question's input, or None; or that the resident does not know."""

    value: object = None
    declined: bool = False
    told: tuple[tuple[str, bool], ...] = ()
    """What was said of some of the people asked about, when the others stay open (妻は持っていません)."""


NO_ANSWER = ReadAnswer()


@dataclass(frozen=True)
class _Said:
    """An utterance as an answer."""

    text: str
    asked: AskedQuestion
    today: dt.date
    town: Town | None


_DONT_KNOW = re.compile(
    r"わか(?:ら(?:な|ん|へん|ず)|りませ)|分か(?:ら(?:な|ん|へん|ず)|りませ)|知らな|知りませ|知らん|不明|覚えて(?:い)?(?:な|ませ)|おぼえて(?:い)?(?:な|ませ)|(?<![にへ])忘れ(?:ちゃ|た|まし|て(?!き|来))|思い出せ|さあ[、。ー]|はっきりしな|聞かないと|調べないと|後で(?:確認|答え)|パス$|スキップ"
)
SURE_DAY = 0.7
"""Confidence below which a day is asked back (先月の末ごろ)."""

_KNOWS_MORE = re.compile(r"[0-9]|けど|ですが")

_YES = (
    r"はい|うん|ええ|そう(?!じゃ|では)(?:です|だ|や|なんです|っす)?|そのとおり|その通り|合って(?:い)?(?:ます|る)|あって(?:い)?(?:ます|る)|合っとる|正しい(?:です)?|間違いな(?:い|く)(?:です)?"
    r"|いいです(?:よ)?|オッケー|OK|ok|オーケー|もちろん(?:です)?|お願いします|おねがいします|イエス|せや|んだ|そやで|おっしゃるとおり(?:です)?|問題(?:ない|ありません)|それでいい(?:です)?|それで(?:お願いします)?"
)
_NO = (
    r"いいえ|いえ|いや(?!っほ)|違(?:う|い(?:ます)?|っ)|ちが(?:う|い(?:ます)?|い)|ノー|NO|no|ううん|だめ|ダメ|そうじゃな(?:い|く)|そうではな|間違(?:い|って)(?:です|ます|い)?|まちが(?:い|って)"
    r"|ない(?:です)?$|ないです|ありません|いません|おりません|いない(?:です)?|ませんでした|まだ(?:です)?$|不要(?:です)?|いら(?:ない|ん|へん)(?:です)?|要りません|いりません|特にな(?:い|し)|なし(?:です)?$|持って(?:い)?(?:ない|ません)|飼って(?:い)?(?:ない|ません)|して(?:い)?(?:ない|ません)|受けて(?:い)?(?:ない|ません)"
)
_HAVE = r"(?:持って|飼って|受けて|乗って|して|入って|もらって)(?:い)?(?:ます|る(?:よ|ね)?|おります)|(?:^|は|が|も|、)(?:あり|い|おり)ます|(?:^|は|が|も|、)(?:ある|いる)(?:よ|ね)?(?:$|。|、)"
_EITHER = re.compile(
    r"^(?:大丈夫|結構|けっこう|いい(?:です)?|だいじょうぶ|まあ)(?:です|かな|ですよ)?[。ー]*$"
)

_NEUTRAL = frozenset(
    {"家", "内", "今", "現在", "家族", "人", "方", "誰", "特", "別", "前", "1", "2", "3", "全員", "皆"}
)
"""Nouns that change nothing of what was asked."""
_ASKS_BACK = re.compile(
    r"(?:です|ます|でしょう|るん|なん|たん)か(?:ね|な)?[。?]*$|って(?:何|なに|なん)|とは(?:何|なん)|教えて|\?$"
)

_ORDINALS = {
    "最初": 0,
    "初め": 0,
    "はじめ": 0,
    "いちばん上": 0,
    "一番上": 0,
    "最後": -1,
    "いちばん下": -1,
    "一番下": -1,
}
_NONE_OF_THEM = re.compile(
    r"どれも(?:な|違|ちが|当て|あて)|(?:1つ|一つ|ひとつ)も(?:な|あ)|何も(?:な|ありませ)|(?:特に|とくに)(?:な|ありませ)|該当(?:な|しな|しませ|はな|はありませ)|(?:誰|だれ)も(?:い|持|な|入|引)|なし(?:です)?$|^(?:ない|ありません|いません|いない|ないです|なし)(?:です)?[。]?$|当てはま(?:らな|りませ|るものはな)|あてはま(?:らな|りませ|るものはな)"
)
_ALL_OF_THEM = re.compile(
    r"全員|みんな|みな(?:さん)?(?:$|で|が|です)|全部|全て|すべて|家族みんな|ぜんいん|ぜんぶ"
)


def read_answer(text: str, asked: AskedQuestion, today: dt.date, town: Town | None = None) -> ReadAnswer:
    """What normalised `text` answers to `asked`; nothing when it answers nothing or two things at once."""
    if _DONT_KNOW.search(text) and not _KNOWS_MORE.search(text):
        return ReadAnswer(declined=True)
    value = _READERS[asked.input](_Said(text, asked, today, town))
    if isinstance(value, ReadAnswer):
        return value
    return NO_ANSWER if value is None else ReadAnswer(value)


def read_yes_no(text: str) -> bool | None:
    """Yes, no, or neither.

    >>> read_yes_no("はい、そうです"), read_yes_no("いいえ違います"), read_yes_no("大丈夫です")
    (True, False, None)
    """
    bare = text.strip("。、!? ")
    if _EITHER.match(bare):
        return None
    begins = re.match(rf"(?P<yes>{_YES})(?=$|[、。!?ねよなで]|、?.)|(?P<no>{_NO})", bare)
    said_no = re.search(_NO, bare) is not None
    said_have = re.search(_HAVE, bare) is not None
    if begins and begins["yes"]:
        rest = bare[begins.end() :]
        contradicts = re.search(_NO, rest) is not None and not re.match(r"(?:、)?(?:間違い)", rest)
        return None if contradicts else True
    if begins and begins["no"]:
        rest = bare[begins.end() :]
        return None if re.match(rf"、?(?:{_YES})", rest) or re.search(_HAVE, rest) else False
    if said_no and said_have:
        return None
    if said_no:
        return False
    return True if said_have else None


def read_number(text: str) -> int | None:
    """The one number said.

    >>> read_number("3人です"), read_number("三十五"), read_number("さんじゅうご"), read_number("3人か4人")
    (3, 35, 35, None)
    """
    digits = re.findall(r"\d+", text)
    if len(digits) == 1:
        return int(digits[0][:9])
    if digits:
        return None
    bare = re.sub(r"(?:人|名|歳|才|つ|個|台|匹)?(?:です|だ|かな|ぐらい|くらい|ほど|ね|よ|。)*$", "", text)
    if bare in ("いない", "いません", "なし", "ゼロ", "0"):
        return 0
    value = kanji_number(bare)
    return kana_number(bare) if value is None else value


def _yes_no(said: _Said) -> object:
    """Yes or no; 「います」 counts only when it speaks of nothing but what was asked."""
    begins = re.match(rf"(?:{_YES}|{_NO})", said.text)
    if begins is None and not (
        said.asked.keys and _nouns(said.text) <= _nouns(said.asked.text_ja) | _NEUTRAL
    ):
        return None
    return read_yes_no(said.text)


def _nouns(text: str) -> frozenset[str]:
    return frozenset(w.normal for w in words(text, units="short") if w.part == "名詞")


def _number(said: _Said) -> object:
    return read_number(said.text)


def _date(said: _Said) -> object:
    found = [d for d in find_dates(said.text, said.today) if d.day is not None]
    if len(found) != 1 or found[0].alternatives or found[0].confidence < SURE_DAY:
        return None
    day = found[0].day
    return day.isoformat() if day is not None else None


def _text(said: _Said) -> object:
    """A municipality as its code, else the words themselves."""
    if any(split_key(key)[1].endswith("municipality") for key in said.asked.keys):
        places = [p for p in find_places(said.text, said.town, whole=True) if p.code and p.role == "from"]
        return places[0].code if len(places) == 1 and not places[0].alternatives else None
    bare = re.sub(r"(?:です|でございます|になります|だよ|だ)?[。!]*$", "", said.text).strip()
    return None if not bare or _DONT_KNOW.search(bare) else bare[:200]


def _choice(said: _Said) -> object:
    if _ASKS_BACK.search(said.text):
        return None
    if _asks_who(said.asked):
        return _who(said)
    if not said.asked.multiple and (meant := _by_meaning(said.text, said.asked.options, said.today)):
        return meant.value
    chosen = _chosen(said.text, said.asked)
    if said.asked.multiple:
        return chosen or None
    return chosen[0] if len(chosen) == 1 else None


def _asks_who(asked: AskedQuestion) -> bool:
    """Its options are people and, to choose nobody, one more."""
    values = [o.value for o in asked.options]
    return "none" in values and len(values) > 1 and all(re.fullmatch(r"p\d+|none", v) for v in values)


def _who(said: _Said) -> object:
    asked = said.asked
    people = [Option(o.value, asked.subject_ja or o.label_ja) for o in asked.options if o.value != "none"]
    meant = family_meant(said.text, people, asked.denied_by_ja, asked.unclear_with_ja)
    if meant.unclear:
        return None
    if meant.closed:
        return list(meant.meant) or ["none"]
    if meant.meant or meant.denied:
        told = {**dict.fromkeys(meant.meant, True), **dict.fromkeys(meant.denied, False)}
        return ReadAnswer(told=tuple(told.items()))
    labelled = _by_label(said.text, [o for o in asked.options if o.value == "none"])
    if labelled or _NONE_OF_THEM.search(said.text):
        return ["none"]
    return _by_number(said.text, asked.options) or None


def _by_meaning(text: str, options: Sequence[Option], today: dt.date) -> ReadAnswer | None:
    """The option whose value the words mean: 妻の父です among relations, 先週の水曜です among days."""
    values = {o.value for o in options}
    if values <= RELATION_LABELS.keys():
        kin = [k for h in find_kin(text, words(text, units="short")) for k in h.kin if k.relation != "self"]
        if kin:
            clear = kin[-1].relation in values and not kin[-1].others
            return ReadAnswer(kin[-1].relation if clear else None)
    days = [d.day.isoformat() for d in find_dates(text, today) if d.day is not None]
    return ReadAnswer(days[0]) if len(days) == 1 and days[0] in values else None


def _chosen(text: str, asked: AskedQuestion) -> list[str]:
    options = asked.options
    none = next((o.value for o in options if o.value == "none"), None)
    real = [o for o in options if o.value != none]
    if asked.multiple and _ALL_OF_THEM.search(text) and not re.search(r"以外|じゃな|ではな|いませ", text):
        return [o.value for o in real]
    labelled = _by_label(text, real)
    if (
        none is not None
        and not labelled
        and (_says_none(text) or _by_label(text, [o for o in options if o.value == none]))
    ):
        return [none]
    if labelled:
        return labelled
    numbered = _by_number(text, options)
    if numbered:
        return numbered
    if len(real) == 2 and {o.label_ja for o in real} == {"はい", "いいえ"}:
        answer = read_yes_no(text)
        return [] if answer is None else [real[0].value if answer else real[1].value]
    return _by_words(text, real, multiple=asked.multiple)


def _says_none(text: str) -> bool:
    """Nothing applies; a no counts only when it speaks of nothing else (いえ特に, ないない)."""
    if _NONE_OF_THEM.search(text):
        return True
    return not _nouns(text) - _NEUTRAL and says_yes_or_no(text.strip("。、!? ")) is False


def _by_label(text: str, options: Sequence[Option]) -> list[str]:
    """Options whose label is said word for word, longest first, each part of the text counted once."""
    left, found = text, []
    for option in sorted(options, key=lambda o: -len(o.label_ja)):
        label = re.sub(r"[(].*?[)]", "", option.label_ja)
        if len(label) > 1 and label in left:
            left = left.replace(label, "、", 1)
            found.append(option.value)
    return [o.value for o in options if o.value in found]


def _by_number(text: str, options: Sequence[Option]) -> list[str]:
    bare = re.sub(r"(?:です|で|を|に|が|お願いします|かな|だ|。|、)*$", "", text)
    ordinal = re.fullmatch(
        r"(?:上から)?(?P<n>\d{1,2})(?:番目?|つ目|個目)?(?:の(?:やつ|もの|ほう|方)?)?", bare
    )
    if ordinal and 1 <= int(ordinal["n"]) <= len(options):
        return [options[int(ordinal["n"]) - 1].value]
    for word, index in _ORDINALS.items():
        if re.fullmatch(rf"{word}(?:の(?:やつ|もの|ほう|方)?)?", bare):
            return [options[index].value]
    numbers = re.findall(r"(\d{1,2})番", text)
    if len(numbers) > 1 and all(1 <= int(n) <= len(options) for n in numbers):
        return [options[int(n) - 1].value for n in dict.fromkeys(numbers)]
    return []


def _by_words(text: str, options: Sequence[Option], *, multiple: bool) -> list[str]:
    """The option, or with `multiple` the options, that share telling words with the text."""
    said = _telling(text)
    shared = {o.value: _telling(o.label_ja) for o in options}
    scores: dict[str, int] = {}
    for option in options:
        others: set[str] = set().union(*(shared[o.value] for o in options if o is not option))
        unique = shared[option.value] - others
        scores[option.value] = sum(len(word) for word in said & unique)
    if multiple:
        return [] if "not" in said else [o.value for o in options if scores[o.value]]
    best = sorted(scores.items(), key=lambda one: -one[1])
    if not best or best[0][1] < 2 or (len(best) > 1 and best[1][1] == best[0][1]):
        return []
    return [best[0][0]]


def _telling(text: str) -> set[str]:
    kept = ("名詞", "動詞", "副詞", "形容詞", "形状詞")
    found = {
        w.normal
        for w in words(text, units="short")
        if w.part in kept and w.normal not in ("為る", "居る", "有る", "人", "方")
    }
    return found | ({"not"} if re.search(r"(?:ない|ません|まだ)", text) else set())


def _people(said: _Said) -> object:
    """Ages or birth dates for the people on the cards; who belongs to the household is read by `household_ja`."""
    if any(key == PEOPLE for key in said.asked.keys):
        return None
    wanted = {split_key(key)[0] for key in said.asked.keys}
    return told_of_people(said.text, said.today, [c for c in said.asked.people if c.id in wanted])


_READERS: Mapping[str, Callable[[_Said], object]] = {
    "yes_no": _yes_no,
    "number": _number,
    "date": _date,
    "text": _text,
    "choice": _choice,
    "people": _people,
}
