"""An official record as a clerk pastes it: the rows of 転出証明書, 転入予約 or the core system's extract, as CSV or JSON.

The office's systems differ, so columns are found by their headings; what no heading names is left out and said. A
個人番号 is never taken: a text that holds one is refused before anything of it is read (COUNTER_RULES 3). Relations
must be told as seen from who came, because a relation is never guessed.
"""

import csv
import datetime as dt
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.errors import BadValue
from kb.facts import FactKind, Value, Vocabulary, person_key
from kb.household import PersonMention
from nlu.dates_ja import find_dates

MOST_ROWS = 20
LONGEST = 20_000
"""Characters of a paste; a household of twenty with every column stays below."""

TWELVE_DIGITS = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)")

RELATION, FAMILY_NAME = "relation", "name"
OF_A_PERSON: Mapping[str, tuple[str, ...]] = {
    RELATION: ("続柄", "関係", "来庁者との続柄"),
    FAMILY_NAME: ("氏名", "名前"),
    "kana": ("ふりがな", "フリガナ", "氏名カナ", "氏名かな", "カナ氏名"),
    "birth_date": ("生年月日",),
    "sex": ("性別",),
}
OF_THE_VISIT: Mapping[str, tuple[str, ...]] = {
    "new_address": ("新しい住所", "新住所", "転入先住所", "転出先住所", "転出先"),
    "previous_address": ("いままでの住所", "前の住所", "前住所", "旧住所", "転出前住所"),
    "moved_on": ("引っ越した日", "転入日", "住み始めた日"),
    "phone": ("電話番号", "連絡先"),
}
HEADINGS = {
    heading: key
    for table in (OF_A_PERSON, OF_THE_VISIT)
    for key, headings in table.items()
    for heading in (key, *headings)
}
SELF = ("本人", "来庁者", "self")
HEAD = "世帯主"
HEAD_WHO_CAME = ("本人(世帯主)", "世帯主(本人)", "世帯主本人", "世帯主・本人", "本人・世帯主")
"""Of which household, the old or the new, is not taken over."""
SEXES = {"男": "male", "女": "female", "男性": "male", "女性": "female", "M": "male", "F": "female"}


@dataclass(frozen=True)
class OfficialRecord:
    """What a pasted record tells."""

    visit: Mapping[str, Value]
    people: tuple[PersonMention, ...]
    left_out: tuple[str, ...]
    """Headings nothing here knows."""


@dataclass(frozen=True)
class UnusableRecord:
    """Why nothing was taken, for the clerk; never what stood in the record."""

    code: str
    detail_ja: str
    remedy_ja: str


def read_record(text: str, vocabulary: Vocabulary, today: dt.date) -> OfficialRecord | UnusableRecord:
    """The record in `text`, whole or not at all."""
    if TWELVE_DIGITS.search(unicodedata.normalize("NFKC", text)):
        return UnusableRecord(
            "individual_number",
            "12けたの数字があります。個人番号はここに入れません。",
            "個人番号の列を消してから貼り付けてください。",
        )
    rows = _rows(text) if len(text) <= LONGEST else None
    if not rows:
        return UnusableRecord(
            "record_unreadable",
            "表として読めませんでした。",
            "1行目を見出し(続柄,氏名,生年月日…)にした CSV か、JSON を貼り付けてください。",
        )
    if len(rows) > MOST_ROWS:
        return UnusableRecord(
            "record_too_long", f"{MOST_ROWS}人より多い記録です。", "世帯ごとに分けて貼り付けてください。"
        )
    try:
        return _record(rows, vocabulary, today)
    except _Unusable as unusable:
        return UnusableRecord("record_invalid", f"{unusable.row}行目の{unusable}", unusable.remedy_ja)


class _Unusable(Exception):
    """One cell that cannot be taken."""

    def __init__(self, row: int, detail_ja: str, remedy_ja: str):
        self.row = row
        self.remedy_ja = remedy_ja
        super().__init__(detail_ja)


def _rows(text: str) -> list[dict[str, str]] | None:
    stripped = text.strip().removeprefix("\ufeff")
    if stripped[:1] in ("{", "["):
        return _json_rows(stripped)
    first = stripped.partition("\n")[0]
    found = csv.reader(io.StringIO(stripped), delimiter="\t" if "\t" in first else ",")
    try:
        heads, *lines = [[cell.strip() for cell in line] for line in found if any(line)]
    except (ValueError, csv.Error):
        return None
    if not any(_key(head) for head in heads):
        return None
    return [dict(zip(heads, line, strict=False)) for line in lines]


def _json_rows(text: str) -> list[dict[str, str]] | None:
    """`[{row}, …]`, or `{…, "people": [{row}, …]}` whose other entries stand for the whole visit."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    whole: dict[str, object] = {}
    if isinstance(told, dict):
        whole = {k: v for k, v in told.items() if not isinstance(v, list | dict)}
        told = told.get("people", [{}])
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        return None
    return [{str(k): _cell(v) for k, v in {**whole, **row}.items()} for row in told]


def _cell(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _key(heading: str) -> str | None:
    return HEADINGS.get(unicodedata.normalize("NFKC", heading).strip())


def _record(rows: list[dict[str, str]], vocabulary: Vocabulary, today: dt.date) -> OfficialRecord:
    visit: dict[str, Value] = {}
    people = []
    for number, row in enumerate(rows, 2):
        told = {key: cell for heading, cell in row.items() if cell and (key := _key(heading))}
        for key in OF_THE_VISIT:
            if key in told:
                visit.setdefault(key, _value(number, vocabulary, key, told[key], today))
        if not told.keys().isdisjoint(OF_A_PERSON):
            people.append(_person(number, told, vocabulary, today, alone=len(rows) == 1))
    headings = dict.fromkeys(heading for row in rows for heading in row)
    return OfficialRecord(visit, tuple(people), tuple(h for h in headings if h and _key(h) is None))


def _person(
    row: int, told: Mapping[str, str], vocabulary: Vocabulary, today: dt.date, *, alone: bool
) -> PersonMention:
    facts = tuple(
        (name, _value(row, vocabulary, person_key("p1", name), told[name], today))
        for name in OF_A_PERSON
        if name != RELATION and name in told
    )
    return PersonMention(_relation(row, told.get(RELATION, ""), vocabulary, alone=alone), facts)


def _relation(row: int, word: str, vocabulary: Vocabulary, *, alone: bool) -> str:
    """As seen from who came; of several people only the clerk knows whether the head of the household came."""
    plain = unicodedata.normalize("NFKC", word)
    if plain in SELF or plain in HEAD_WHO_CAME or (alone and plain == HEAD):
        return "self"
    if plain == HEAD:
        raise _Unusable(
            row,
            "続柄が「世帯主」です。来庁した方が世帯主かどうか、この表からは分かりません。",
            "来庁した方が世帯主なら「本人(世帯主)」に、ほかの方なら、来庁した方から見た夫・妻・父・母などに直してください。",
        )
    options = vocabulary.kind(person_key("p1", RELATION)).options
    found = next((o.value for o in options if word in (o.value, o.label_ja)), None)
    if found is None:
        raise _Unusable(
            row,
            "続柄が、来庁した方から見た言葉ではありません。",
            "来庁した方を「本人」とし、ほかの方はその人から見た妻・夫・子・父・母などにしてください。",
        )
    return found


def _value(row: int, vocabulary: Vocabulary, key: str, cell: str, today: dt.date) -> Value:
    kind: FactKind = vocabulary.kind(key)
    value: object = cell
    if kind.type == "date":
        days = list(_days(unicodedata.normalize("NFKC", cell), today))
        value = days[0] if len(days) == 1 else cell
    elif kind.options:
        value = SEXES.get(unicodedata.normalize("NFKC", cell), cell)
    try:
        return vocabulary.checked(key, value)
    except BadValue as error:
        raise _Unusable(
            row, f"{kind.label_ja}が読み取れません。", f"{error.expected_ja}で入れてください。"
        ) from error


def _days(cell: str, today: dt.date) -> Iterator[dt.date]:
    """Days written out in full, in either calendar; 昭和59年5月14日, S59.5.14, 1984-05-14."""
    return (
        found.day for found in find_dates(cell, today) if found.day is not None and not found.alternatives
    )
