"""Reading an answer to the question that was asked.

What 「3人」, 「はい」 or 「2番」 mean depends on the question; everything else said in the same breath is read by
the extractors as always. An answer that could mean both (大丈夫です) is none, and is asked again.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kb.facts import Option, split_key
from kb.model import AskedQuestion, PersonCard
from nlu.ages_ja import FoundAge, find_ages
from nlu.clauses_ja import clauses
from nlu.dates_ja import find_dates
from nlu.household_ja import RELATION_LABELS
from nlu.normalise import kana_number, kanji_number
from nlu.places_ja import Town, find_places
from nlu.relations_ja import KinHit, find_kin
from nlu.tokens import words


@dataclass(frozen=True)
class ReadAnswer:
    """The value in the JSON shape of the question's input, or None; or that the resident does not know."""

    value: object = None
    declined: bool = False
    denied: tuple[str, ...] = ()
    """People said not to be among those asked for, when nothing was said of the others (妻は持っていません)."""


NO_ANSWER = ReadAnswer()


@dataclass(frozen=True)
class _Said:
    """An utterance as an answer."""

    text: str
    asked: AskedQuestion
    today: dt.date
    town: Town | None


_DONT_KNOW = re.compile(
    r"わか(?:ら(?:な|ん|へん|ず)|りませ)|分か(?:ら(?:な|ん|へん|ず)|りませ)|知らな|知りませ|知らん|不明|覚えて(?:い)?(?:な|ませ)|おぼえて(?:い)?(?:な|ませ)|忘れ(?:ちゃ|た|まし|て)|思い出せ|さあ[、。ー]|はっきりしな|聞かないと|調べないと|後で(?:確認|答え)|パス$|スキップ"
)
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
_DENIES = re.compile(
    r"(?:持って|入って|受けて|引っ越して|来て|して|作って)(?:い)?(?:な|ませ|おりませ)|(?:い|あり)ませ|(?:入ら|引っ越さ|持た|来)(?:な|ませ)"
    r"|入りませ|引っ越しませ|ではな|じゃな|(?:は|が)(?:な|無)い|違い|まだ"
)
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
    if len(found) != 1 or found[0].alternatives or found[0].confidence < 0.5:
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
    if not said.asked.multiple and (meant := _by_meaning(said.text, said.asked.options, said.today)):
        return meant.value
    if said.asked.multiple and (people := _people_chosen(said.text, said.asked)):
        return people
    chosen = _chosen(said.text, said.asked)
    if said.asked.multiple:
        return chosen or None
    return chosen[0] if len(chosen) == 1 else None


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
    if (
        asked.multiple
        and _ALL_OF_THEM.search(text)
        and not re.search(r"以外|じゃな|ではな|持って(?:い)?(?:な|ませ)|いませ", text)
    ):
        return [o.value for o in real]
    labelled = _by_label(text, real)
    if (
        none is not None
        and not labelled
        and (_NONE_OF_THEM.search(text) or _by_label(text, [o for o in options if o.value == none]))
    ):
        return [none]
    if labelled:
        return labelled
    numbered = _by_number(text, options)
    if numbered:
        return numbered
    if asked.multiple and len(real) == 1 and none is not None:
        answer = read_yes_no(text)
        return [] if answer is None else [real[0].value if answer else none]
    if len(real) == 2 and {o.label_ja for o in real} == {"はい", "いいえ"}:
        answer = read_yes_no(text)
        return [] if answer is None else [real[0].value if answer else real[1].value]
    return _by_words(text, real, multiple=asked.multiple)


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


def _people_chosen(text: str, asked: AskedQuestion) -> ReadAnswer | None:
    """Those of the family who are meant; 「妻は持っていません」 says it of the wife only."""
    real = [o for o in asked.options if o.value != "none"]
    meant: list[str] = []
    denied: list[str] = []
    for clause in clauses(text, words(text, units="short")):
        statement = text[clause.start : clause.end]
        (denied if _DENIES.search(statement) else meant).extend(_by_person(statement, real))
    if meant and re.search(r"以外|を除|のほかは", text):
        return ReadAnswer([o.value for o in real if o.value not in meant])
    if meant:
        return ReadAnswer([o.value for o in real if o.value in meant])
    if denied and len(real) == 2:
        return ReadAnswer([o.value for o in real if o.value not in denied])
    return ReadAnswer(denied=tuple(denied)) if denied else None


def _by_person(text: str, options: Sequence[Option]) -> list[str]:
    """「妻と私です」, 「子どもだけ」 among options that are people (あなた, 妻, 子(12歳))."""
    cut = words(text, units="short")
    hits = find_kin(text, cut)
    ages = {a.age for a in find_ages(text, dt.date.min) if a.age is not None}
    found: list[str] = []
    for hit in hits:
        labels = {"self": ("あなた",)}.get(hit.kin[0].relation) or tuple(
            RELATION_LABELS[k.relation] for k in hit.kin
        )
        matching = [o for o in options if o.label_ja.partition("(")[0] in labels]
        of_age = [o for o in matching if any(f"({age}歳)" in o.label_ja for age in ages)]
        found += [o.value for o in (of_age or matching)]
    return [o.value for o in options if o.value in found]


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
    if not said.asked.people or any(key == "people" for key in said.asked.keys):
        return None
    wanted = {split_key(key)[0] for key in said.asked.keys}
    cards = [c for c in said.asked.people if c.id in wanted]
    births = _births_of(said.text, said.today, cards)
    if births:
        return births
    return _ages_of(said.text, said.today, cards)


def _births_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]]:
    dates = [(d.start, d.day) for d in find_dates(text, today) if d.day is not None and d.day <= today]
    given = _given(text, cards, [(start, day.isoformat()) for start, day in dates])
    return [{"person": person, "birth_date": value} for person, value in given.items()]


def _ages_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]] | None:
    ages = [a for a in find_ages(text, today) if a.age is not None and a.confidence > 0.8]
    given = _given(text, cards, [(a.start, a.age) for a in ages], before=_before(text, ages))
    return [{"person": person, "age": value} for person, value in given.items()] or None


def _before(text: str, ages: Sequence[FoundAge]) -> set[int]:
    """Starts of ages that describe the person behind them: 12歳の長男."""
    return {a.start for a in ages if text[a.end : a.end + 1] == "の"}


def _given(
    text: str,
    cards: Sequence[PersonCard],
    values: Sequence[tuple[int, object]],
    before: set[int] | None = None,
) -> dict[str, object]:
    """Values to people: those named first, the rest in the order of the cards; nothing when they cannot fit."""
    hits = find_kin(text, words(text, units="short"))
    free = list(cards)
    given: dict[str, object] = {}
    rest: list[object] = []
    served: set[KinHit] = set()
    for start, value in values:
        hit = _named(start, hits, ahead=before is not None and start in before)
        if hit is None or (hit in served and not hit.generic):
            rest.append(value)
            continue
        card = _card_of(hit, free)
        if card is None:
            return {}
        served.add(hit)
        free.remove(card)
        given[card.id] = value
    if not rest:
        return given
    waiting = _in_order(free, len(rest))
    return {} if waiting is None else {**given, **{c.id: v for c, v in zip(waiting, rest, strict=True)}}


def _named(start: int, hits: Sequence[KinHit], *, ahead: bool) -> KinHit | None:
    """The word for people a value belongs to: the one before it, or the one it describes."""
    if ahead:
        return next((h for h in hits if h.start > start), None)
    return next((h for h in reversed(hits) if h.end <= start), None)


def _card_of(hit: KinHit, free: Sequence[PersonCard]) -> PersonCard | None:
    relation = hit.kin[0].relation
    card = next((c for c in free if _is(c, relation)), None)
    if card is None and relation in ("grandfather", "grandmother", "father", "mother"):
        card = next((c for c in free if _is_elder(c, relation)), None)
    return card


def _is(card: PersonCard, relation: str | None) -> bool:
    return card.relation == relation or (card.relation is None and relation == "self" and card.id == "p1")


def _is_elder(card: PersonCard, said: str | None) -> bool:
    men = said in ("grandfather", "father")
    return card.relation in (
        ("father", "father_in_law", "grandfather") if men else ("mother", "mother_in_law", "grandmother")
    )


def _in_order(free: Sequence[PersonCard], count: int) -> Sequence[PersonCard] | None:
    """The cards that `count` values without a name are for."""
    children = [c for c in free if c.relation == "child"]
    for group in (free, children, [c for c in free if c.relation not in ("self", None)]):
        if len(group) == count:
            return group
    return None


_READERS: Mapping[str, Callable[[_Said], object]] = {
    "yes_no": _yes_no,
    "number": _number,
    "date": _date,
    "text": _text,
    "choice": _choice,
    "people": _people,
}
