"""Facts about a visit and its household: who said what, and how far it can be trusted.

Everything the assistant knows is a `Fact` under a key of the vocabulary. A fact of a person is keyed
`people.<person id>.<name>`; `p1` is the visitor and ids are stable in a visit. `Facts` is immutable: the plan,
the next question and every form are functions of it, so replaying a visit gives the same result.
This module must not know procedures, sentences or screens.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from kb.errors import BadValue, UnknownFact

type_name = Literal[
    "bool", "int", "date", "text", "choice", "choices", "municipality", "age", "people", "person"
]

PEOPLE = "people"
"""The key under which the list of person ids stands; known only when the whole household is known."""

VISITOR = "p1"

DOUBT_BELOW = 0.7
"""Confidence under which a fact with alternatives is asked back (calibrated with the extractors)."""

LONGEST_TEXT = 200
CODE_DIGITS = 5
"""Of a municipality code without its check digit (JIS X 0402 after the two of JIS X 0401)."""

_ANY_TEXT = (
    f"text of 1 to {LONGEST_TEXT} characters without control characters",
    f"{LONGEST_TEXT}文字までの文字",
)
TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "text": _ANY_TEXT,
        "person": _ANY_TEXT,
        "municipality": (
            f"a municipality code of {CODE_DIGITS} digits",
            f"市区町村のコード(数字{CODE_DIGITS}けた)",
        ),
    }
)
"""What is expected of each kind of text, in English and Japanese."""

Value = bool | int | str | dt.date | tuple[str, ...]


class Origin(StrEnum):
    """Who a fact comes from."""

    SAID = "said"
    CHOSEN = "chosen"
    OPERATOR = "operator"
    DERIVED = "derived"
    STAFF = "staff"
    CARD = "card"
    OFFICIAL = "official"


RANK: Mapping[Origin, int] = MappingProxyType(
    {
        Origin.DERIVED: 0,
        Origin.SAID: 1,
        Origin.CHOSEN: 1,
        Origin.OPERATOR: 1,
        Origin.CARD: 2,
        Origin.STAFF: 3,
        Origin.OFFICIAL: 4,
    }
)
"""Official stands above staff, above card, above said (COUNTER_RULES 13); equals overwrite one another."""


class Privacy(StrEnum):
    """Personal-information class of a fact: decides masking, speaking aloud, encryption and retention."""

    OPEN = "open"
    """Says nothing about a person (a wanted paper, a day of the visit)."""
    PERSONAL = "personal"
    """Age, relation, dates: personal, may be shown unmasked to the resident."""
    IDENTIFYING = "identifying"
    """Name, address, birth date, phone, account: masked until touched, never spoken unless chosen."""
    SENSITIVE = "sensitive"
    """Illness, care, disability, divorce, welfare, income, nationality: asked on the screen by default."""


@dataclass(frozen=True)
class Option:
    """One value of a choice."""

    value: str
    label_ja: str


@dataclass(frozen=True)
class FactKind:
    """One entry of the fact vocabulary."""

    name: str
    type: type_name
    per_person: bool
    label_ja: str
    privacy: Privacy
    options: tuple[Option, ...] = ()
    detail: bool = False
    """True: fills boxes of forms only and never decides the plan (DESIGN decision 12)."""
    low: int | None = None
    high: int | None = None
    open_labels: tuple[tuple[str, frozenset[str]], ...] = ()
    """What a value is called while it may be any of these (妻 or 夫: 配偶者)."""

    def label_of(self, fact: "Fact") -> str:
        """The label of a choice as far as it is known."""
        if fact.is_doubtful:
            possible = {fact.value, *(a.value for a in fact.alternatives)}
            for label, values in self.open_labels:
                if possible == values:
                    return label
        return self.option_label(str(fact.value))

    def option_label(self, value: str) -> str:
        """The Japanese label of a choice value, or the value itself."""
        return next((o.label_ja for o in self.options if o.value == value), value)


class Vocabulary:
    """The facts there can be; checks keys and values."""

    def __init__(self, kinds: Iterable[FactKind]):
        self._kinds: dict[tuple[bool, str], FactKind] = {(k.per_person, k.name): k for k in kinds}

    def __iter__(self) -> Iterator[FactKind]:
        return iter(self._kinds.values())

    def visit(self, name: str) -> FactKind | None:
        """The visit-wide fact of this name."""
        return self._kinds.get((False, name))

    def person(self, name: str) -> FactKind | None:
        """The per-person fact of this name."""
        return self._kinds.get((True, name))

    def kind(self, key: str) -> FactKind:
        """The kind of a full key such as `moved_on` or `people.p3.age`; `UnknownFact` if there is none."""
        person, name = split_key(key)
        kind = self._kinds.get((person is not None, name))
        if kind is None:
            raise UnknownFact(name)
        return kind

    def checked(self, key: str, value: object) -> Value:
        """`value` in the type its key demands, from JSON or YAML types; `BadValue` otherwise."""
        return check_value(self.kind(key), key, value)


def split_key(key: str) -> tuple[str | None, str]:
    """Person id (or None) and fact name of a full key.

    >>> split_key("people.p3.birth_date")
    ('p3', 'birth_date')
    >>> split_key("moved_on")
    (None, 'moved_on')
    """
    if key.startswith("people."):
        parts = key.split(".")
        if len(parts) != 3 or not all(parts):
            raise UnknownFact(key)
        return parts[1], parts[2]
    return None, key


def person_key(person: str, name: str) -> str:
    """Full key of a person's fact."""
    return f"people.{person}.{name}"


def check_value(kind: FactKind, key: str, value: object) -> Value:
    """`value` as the type of `kind`; dates may be ISO strings; `BadValue` tells what is allowed."""
    expected: tuple[str, str]
    match kind.type:
        case "bool":
            if isinstance(value, bool):
                return value
            expected = "true or false", "「はい」か「いいえ」"
        case "int" | "age":
            low, high = kind.low or 0, kind.high if kind.high is not None else 10**9
            if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
                return value
            expected = f"a whole number from {low} to {high}", f"{low}から{high}までの数"
        case "date":
            parsed = _as_date(value)
            if parsed is not None and dt.date(1868, 1, 25) <= parsed <= dt.date(2200, 1, 1):
                return parsed
            expected = "a date YYYY-MM-DD", "2026-04-01 のような正しい日付"
        case "choice":
            if isinstance(value, str) and any(o.value == value for o in kind.options):
                return value
            values = ", ".join(o.value for o in kind.options)
            expected = f"one of {values}", "選択肢の中のどれか"
        case "choices" | "people":
            return _checked_many(kind, key, value)
        case "text" | "municipality" | "person":
            text = _as_text(kind.type, value)
            if text is not None:
                return text
            expected = TEXTS[kind.type]
    raise BadValue(key, *expected)


def _as_text(kind: str, value: object) -> str | None:
    """Text as it is kept, or None when it is none of this kind."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_TEXT or _has_control(value):
        return None
    text = value.strip()
    is_code = text.isascii() and text.isdecimal() and len(text) == CODE_DIGITS
    return None if kind == "municipality" and not is_code else text


def _has_control(text: str) -> bool:
    """Control and format characters; names may hold any other, also ones no font has."""
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in text)


def _checked_many(kind: FactKind, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        allowed = {o.value for o in kind.options}
        if kind.type == "people" or not allowed or allowed.issuperset(value):
            return tuple(dict.fromkeys(value))
    values = ", ".join(o.value for o in kind.options) or "ids"
    raise BadValue(key, f"a list of {values}", "選択肢の中のいくつか")


def _as_date(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return None
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return None


@dataclass(frozen=True)
class Alternative:
    """Another value that was possible, to be offered as a button."""

    value: Value
    label_ja: str


@dataclass(frozen=True)
class Fact:
    """One known thing, with where it comes from."""

    key: str
    value: Value
    origin: Origin
    confidence: float = 1.0
    """0 to 1; what the resident chose, the card or an official record gives is 1."""
    authenticity: Literal["unverified", "verified"] = "unverified"
    at: dt.datetime | None = None
    alternatives: tuple[Alternative, ...] = ()
    source: str = ""
    """Which question, consent or record it came by, for the auditor."""

    @property
    def is_doubtful(self) -> bool:
        """It may be another of its alternatives, and nobody has said which."""
        return bool(self.alternatives) and self.confidence < DOUBT_BELOW


@dataclass(frozen=True)
class Facts:
    """All facts of a visit; the strongest of each key rules, the others stay visible as mismatches."""

    by_key: Mapping[str, Fact] = field(default_factory=dict)
    overruled: tuple[Fact, ...] = ()

    def get(self, key: str) -> Fact | None:
        """The ruling fact, or None when unknown."""
        return self.by_key.get(key)

    def value(self, key: str) -> Value | None:
        """The ruling value, or None when unknown."""
        fact = self.by_key.get(key)
        return None if fact is None else fact.value

    def choices(self, key: str) -> tuple[str, ...]:
        """The ruling values of a fact that holds several, such as `reasons`; none when unknown."""
        value = self.value(key)
        return value if isinstance(value, tuple) else ()

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.by_key.values())

    def __len__(self) -> int:
        return len(self.by_key)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Ids of all people known so far, the visitor first; the list may be incomplete."""
        listed = self.value(PEOPLE)
        found = [VISITOR, *(listed if isinstance(listed, tuple) else ())]
        found += [person for key in self.by_key if (person := split_key(key)[0]) is not None]
        return tuple(sorted(dict.fromkeys(found), key=person_number))

    @property
    def household_known(self) -> bool:
        """True when somebody said who belongs to the household."""
        return PEOPLE in self.by_key

    def with_fact(self, fact: Fact) -> "Facts":
        """These facts and one more; a weaker one never replaces a stronger one but is kept as overruled."""
        present = self.by_key.get(fact.key)
        if present is not None and RANK[fact.origin] < RANK[present.origin]:
            return Facts(self.by_key, self._overruled_with(fact))
        overruled = self.overruled
        if present is not None and RANK[present.origin] < RANK[fact.origin]:
            overruled = self._overruled_with(present)
        return Facts({**self.by_key, fact.key: fact}, overruled)

    def with_facts(self, facts: Iterable[Fact]) -> "Facts":
        """These facts and all of `facts`, in order."""
        result = self
        for fact in facts:
            result = result.with_fact(fact)
        return result

    def without(self, key: str) -> "Facts":
        """These facts with one forgotten, overruled values of it too."""
        kept = {k: f for k, f in self.by_key.items() if k != key}
        return Facts(kept, tuple(f for f in self.overruled if f.key != key))

    def without_person(self, person: str) -> "Facts":
        """These facts without a person of the household, and without what the visit says of them (householder)."""
        prefix = f"people.{person}."

        def stays(fact: Fact) -> bool:
            return not fact.key.startswith(prefix) and fact.value != person

        kept = {k: f for k, f in self.by_key.items() if stays(f)}
        return Facts(kept, tuple(f for f in self.overruled if stays(f)))

    def mismatches(self) -> tuple[tuple[Fact, Fact], ...]:
        """Pairs (ruling, overruled) whose values differ."""
        return tuple(
            (ruling, weak)
            for weak in self.overruled
            if (ruling := self.by_key.get(weak.key)) is not None and ruling.value != weak.value
        )

    def _overruled_with(self, fact: Fact) -> tuple[Fact, ...]:
        return (*(f for f in self.overruled if (f.key, f.origin) != (fact.key, fact.origin)), fact)


def person_number(person: str) -> int:
    """The number in a person id; ids are p1, p2, …

    >>> person_number("p12")
    12
    """
    digits = person[1:]
    return int(digits) if person[:1] == "p" and digits.isdecimal() else 10**6


def next_person(people: Iterable[str]) -> str:
    """An id no one has yet.

    >>> next_person(["p1", "p3"])
    'p4'
    """
    return f"p{max((person_number(p) for p in people), default=0) + 1}"
