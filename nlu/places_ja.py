"""Municipalities, prefectures and countries in a sentence, and whether somebody came from there or goes there.

People leave out 市 (横浜から), write kana (よこはまから), name only a ward (北区) or a prefecture (神奈川から).
A bare name counts only where a particle of movement follows, because 千葉, 福島 and 森 are surnames and words too.
Every name that several municipalities share keeps the others as alternatives.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from kb.facts import Alternative
from nlu.countries import COUNTRIES, DOUBTFUL_COUNTRIES
from nlu.municipalities import Municipality, municipalities, prefectures
from nlu.tokens import Word, words

Role = Literal["from", "to", "named"]

_MOST_ALTERNATIVES = 12

_ONE_SIGN_NAMES = frozenset("津堺柏蕨燕呉萩旭関")
"""Names of one sign that may stand without 市; 森, 光, 北, … only with it."""

_WORDS_TOO = """
中央 昭和 本部 朝日 南部 共和 東洋 日進 大台 国見 見附 最上 水上 国立
なかま むこう ちょうし こうら おおい ひがし みなみ みなと ちゅうおう あおき あさひ とまり みつけ みどり かわら
いばら おんな きかい げんかい とりで ながい ながら にしき はさみ ひかり わたり なごみ いつき おがわ いなみ さかえ
さくら かしわ みやこ みほ
"""
_ORDINARY_WORDS = frozenset(_WORDS_TOO.split())
"""Names that are words too; they count as places only with 市, 区, 町 or 村."""

_SHORT_KANA_NAMES = frozenset({"ちば", "なら", "ぎふ", "さが", "なは"})

_CAME_FROM = re.compile(
    r"(?:市内|区内|県内|府内|方面|のあたり|あたり|辺り|のほう|の方|(?:市|区|町|村)?役所|の(?:実家|家|うち|アパート|マンション|団地|会社|施設|病院|ところ|とこ))*"
    r"(?:から|より)(?!も?(?:近|遠|安|大|小))"
)
_CAME_FROM_WITHIN = re.compile(
    r"の[^、。0-9]{1,6}?(?:から|より)(?=[^、。]{0,12}(?:引っ越|越し|移|転入|来|戻|帰))"
)
_LIVED_THERE = re.compile(
    r"(?:市内|区内)?に(?:ずっと|長く|長いこと|[0-9]+年(?:間|ほど|くらい)?)?(?:(?:住んで)?(?:い|居|おり)|住んで)(?:まし)?(?:た|て)"
)
_WAS_THERE = re.compile(r"(?:市|区)?(?:でした|だった|です|だ)")
_BEFORE_IT = re.compile(
    r"(?:前|以前|今まで|いままで|これまで|もと|元|転出元|前住所)(?:の(?:住所|家|住まい|市町村))?(?:は|が|:)、?$"
)
_OUT_PAPER = re.compile(r"(?:の役所|市役所|役場|区役所)?(?:の|で|に)、?[^、。]{0,8}転出")
_GOES_TO = re.compile(
    r"(?:市内|方面|のほう|の方|の実家|の家)?(?:に|へ)(?=、?[^、。]{0,10}?(?:引っ越|越[しすそ]|移[りるっ]|転居|転出|転勤|転入|行[くきっ]|帰[るりっ]|戻[るりっ]|住[むみ]|来))"
)
_NO_PLACE = re.compile(
    r"さん|様|さま|くん|君|ちゃん|先生|と申|といい|と言い|っていい|と言う者|銀行|信用|ナンバー|大学|生命|火災|牛|弁$"
)

_TOKYO = "東京都"


@dataclass(frozen=True)
class Town:
    """The municipality whose city hall this is; the gazetteer need not know it."""

    code: str
    name: str
    prefecture: str


@dataclass(frozen=True)
class FoundPlace:
    """A municipality named in the text; without `code` only its prefecture is known."""

    code: str
    name: str
    prefecture: str
    start: int
    end: int
    role: Role
    confidence: float
    ward: str = ""
    """The ward of a designated city, when it was named."""
    alternatives: tuple[Alternative, ...] = ()
    """Other municipalities of the same name, the first meaning among them, as (code, label)."""

    @property
    def label(self) -> str:
        """神奈川県横浜市中区."""
        return f"{self.prefecture}{self.name}{self.ward}"


@dataclass(frozen=True)
class FoundCountry:
    """A place abroad named in the text."""

    name: str
    start: int
    end: int
    role: Role
    confidence: float


def find_places(text: str, town: Town | None = None, *, whole: bool = False) -> tuple[FoundPlace, ...]:
    """Municipalities and prefectures in `text` in order; `whole` when the text answers "where from?".

    >>> [(p.code, p.name, p.role) for p in find_places("世田谷から引っ越してきました")]
    [('13112', '世田谷区', 'from')]
    >>> find_places("千葉さんと住んでいます")
    ()
    >>> [(p.code, p.ward) for p in find_places("横浜市の中区です", whole=True)]
    [('14100', '中区')]
    """
    return tuple(_Scan(text, town, whole=whole))


def find_countries(text: str) -> tuple[FoundCountry, ...]:
    """Places abroad in `text`; 中国 may also be the region, so it is less certain."""
    found = []
    starts = {w.start for w in words(text, units="short")}
    for match in _country_pattern().finditer(text):
        if match.start() not in starts or _NO_PLACE.match(text, match.end()):
            continue
        role = _role(text, match.start(), match.end())
        confidence = 0.7 if match[0] in DOUBTFUL_COUNTRIES else 0.95
        found.append(FoundCountry(match[0], match.start(), match.end(), role, confidence))
    return tuple(found)


@cache
def _country_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, COUNTRIES), key=len, reverse=True))
    return re.compile(rf"(?:{names})(?!人|語|料理|地方|製|自動車道|帰り?の)")


@dataclass(frozen=True)
class _Name:
    """One way to write a municipality."""

    municipality: Municipality
    bare: bool
    kana: bool


@cache
def _index(town: Town | None) -> dict[str, tuple[_Name, ...]]:
    names: dict[str, list[_Name]] = {}
    own = () if town is None else (Municipality(town.code, town.prefecture, town.name, "", ""),)
    for m in (*own, *municipalities()):
        writings = [
            (m.name, False, False),
            (m.bare, True, False),
            (m.kana, False, True),
            (m.bare_kana, True, True),
        ]
        if m.name.startswith(m.bare) and "ケ" in m.name:
            writings += [
                (m.name.replace("ケ", "ヶ"), False, False),
                (m.bare.replace("ケ", "ヶ"), True, False),
            ]
        for writing, bare, kana in dict.fromkeys(writings):
            if writing and not (bare and _never_bare(writing, m, kana=kana)):
                names.setdefault(writing, []).append(_Name(m, bare, kana))
    return {writing: tuple(found) for writing, found in names.items()}


def _never_bare(writing: str, m: Municipality, *, kana: bool) -> bool:
    if m.is_ward or writing in _ORDINARY_WORDS:
        return True
    if kana and len(writing) <= 2:
        return writing not in _SHORT_KANA_NAMES
    return len(writing) == 1 and writing not in _ONE_SIGN_NAMES


@cache
def _prefecture_names() -> dict[str, str]:
    """Every writing of a prefecture → its name."""
    found: dict[str, str] = {}
    for name, kana in prefectures().items():
        bare = name if name == "北海道" else name[:-1]
        bare_kana = kana if name == "北海道" else re.sub(r"(?:と|ふ|けん)$", "", kana)
        found |= dict.fromkeys((name, bare, kana, bare_kana), name)
    return found


_LONGEST_NAME = 12


class _Scan(Iterable[FoundPlace]):
    """One pass over a text, longest names first."""

    def __init__(self, text: str, town: Town | None, *, whole: bool):
        self.text, self.whole = text, whole
        self.index, self.prefectures = _index(town), _prefecture_names()
        self.words: tuple[Word, ...] = words(text, units="short")
        self.starts = [w.start for w in self.words]
        self.ends = {w.end for w in self.words}

    def __iter__(self) -> Iterator[FoundPlace]:
        position = 0
        while position < len(self.text):
            found = self._at(position)
            if found is None:
                position += 1
                continue
            position = found.end
            yield found

    def _at(self, start: int) -> FoundPlace | None:
        if not self._may_start(start):
            return None
        prefecture, name_start = self._prefecture(start)
        for end in range(min(len(self.text), name_start + _LONGEST_NAME), name_start, -1):
            names = self.index.get(self.text[name_start:end], ())
            if prefecture:
                names = self._within(names, prefecture, self.text[start:name_start].removesuffix("の"))
            place = self._place(names, start, end, within=bool(prefecture))
            if place is not None:
                return place
        return self._only_prefecture(prefecture, start, name_start)

    def _may_start(self, start: int) -> bool:
        where = bisect_left(self.starts, start)
        if where < len(self.starts) and self.starts[where] == start:
            return True
        return start > 0 and self.text[start - 1] in "、。とはにでをがの" and "ぁ" <= self.text[start] <= "ん"

    def _prefecture(self, start: int) -> tuple[str, int]:
        """Prefecture written at `start` and where the name behind it begins."""
        for end in range(min(len(self.text), start + 7), start, -1):
            name = self.prefectures.get(self.text[start:end])
            if name is None:
                continue
            if self.text[end : end + 1] == "の":
                return name, end + 1
            if self.text[start:end] in (name, prefectures()[name]):
                return name, end
        return "", start

    def _within(self, names: tuple[_Name, ...], prefecture: str, said: str) -> tuple[_Name, ...]:
        """Those in the prefecture; 大阪の北区 is that of 大阪市, not that of 堺市."""
        inside = tuple(n for n in names if n.municipality.prefecture == prefecture)
        of_city = tuple(n for n in inside if n.municipality.city[:-1] == said)
        return of_city or inside

    def _place(self, names: tuple[_Name, ...], start: int, end: int, *, within: bool) -> FoundPlace | None:
        if not names or _NO_PLACE.match(self.text, end):
            return None
        role = self._role(start, end)
        full = [n for n in names if not n.bare]
        chosen = full or [n for n in names if n.bare]
        bare = not full
        if bare and not within and role == "named":
            return None
        if bare and self.text[end - 1] >= "一" and end not in self.ends:
            return None
        if bare and not within and self._is_prefecture_rather(self.text[start:end], chosen):
            return None
        place = self._resolved(chosen, start, end, role, bare=bare, within=within)
        return self._with_ward(place)

    def _is_prefecture_rather(self, writing: str, names: list[_Name]) -> bool:
        """栃木から, 沖縄から mean the prefecture; 千葉から may mean its capital."""
        if writing not in self.prefectures:
            return False
        return all(n.municipality.code[2:] not in ("100", "130", "201") for n in names)

    def _resolved(
        self, names: list[_Name], start: int, end: int, role: Role, *, bare: bool, within: bool
    ) -> FoundPlace:
        options = list(dict.fromkeys(n.municipality for n in names))
        cities = [m for m in options if m.is_city]
        if bare and cities:
            options = cities
        options.sort(key=lambda m: (not m.is_city, m.is_ward, m.prefecture != _TOKYO, m.code))
        first = options[0]
        codes = list(dict.fromkeys(m.code for m in options))
        alternatives: tuple[Alternative, ...] = ()
        if len(codes) > 1:
            confidence = 0.5 if len(codes) == 2 else 0.4
            alternatives = tuple(
                Alternative(m.code, m.label) for m in {m.code: m for m in reversed(options)}.values()
            )[::-1][:_MOST_ALTERNATIVES]
        elif bare and not within and self.text[start:end] in self.prefectures:
            confidence = 0.6
        else:
            confidence = 0.85 if bare and not within else 0.97
        if first.is_ward:
            return FoundPlace(
                first.code,
                first.city,
                first.prefecture,
                start,
                end,
                role,
                confidence,
                first.name,
                alternatives,
            )
        return FoundPlace(
            first.code, first.name, first.prefecture, start, end, role, confidence, "", alternatives
        )

    def _with_ward(self, place: FoundPlace) -> FoundPlace:
        """横浜市中区, 横浜の中区: the ward behind its city; the municipality stays the city."""
        if place.ward:
            return place
        start = place.end + (self.text[place.end : place.end + 1] == "の")
        for end in range(min(len(self.text), start + 8), start, -1):
            for name in self.index.get(self.text[start:end], ()):
                m = name.municipality
                if m.is_ward and not name.bare and m.city == place.name and m.prefecture == place.prefecture:
                    role = self._role(place.start, end)
                    return replace(place, ward=m.name, end=end, role=role, confidence=0.97, alternatives=())
        return place

    def _only_prefecture(self, prefecture: str, start: int, name_start: int) -> FoundPlace | None:
        if not prefecture:
            for end in range(min(len(self.text), start + 7), start, -1):
                prefecture = self.prefectures.get(self.text[start:end], "")
                if prefecture:
                    name_start = end
                    break
        if not prefecture or _NO_PLACE.match(self.text, name_start):
            return None
        end = name_start - (self.text[name_start - 1] == "の")
        role = self._role(start, end)
        if role == "named" and self.text[start:end] not in prefectures():
            return None
        return FoundPlace("", "", prefecture, start, end, role, 0.9)

    def _role(self, start: int, end: int) -> Role:
        role = _role(self.text, start, end)
        if role == "named" and self.whole:
            return "from"
        return role


def _role(text: str, start: int, end: int) -> Role:
    if _CAME_FROM.match(text, end) or _CAME_FROM_WITHIN.match(text, end):
        return "from"
    if _LIVED_THERE.match(text, end) or _OUT_PAPER.match(text, end):
        return "from"
    if _WAS_THERE.match(text, end) and _BEFORE_IT.search(text, 0, start):
        return "from"
    return "to" if _GOES_TO.match(text, end) else "named"
