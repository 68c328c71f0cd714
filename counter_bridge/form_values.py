"""What a value of a form record means for the people of a visit: facts, roles and relations to box contents.

Pure: the same facts give the same boxes. A value that does not follow from the facts is None with the facts that
would settle it; nothing is ever guessed into a box.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from counter_bridge.japanese_date import era_date, western_date
from kb.age import AGES
from kb.conditions import Condition, Scene
from kb.facts import RANK, VISITOR, Fact, Facts, Origin, Vocabulary, person_key
from kb.form import FormField
from kb.form_value import ValuePath, parse_value
from kb.relation import HOUSEHOLDER, Relation, relation_between, spouse_of_visitor

_HALF_WIDTH = re.compile("[ｦ-ﾟ]+")

Missing = Literal["", "not_known", "withheld", "not_derivable", "staff"]
"""Why a box is empty: nobody said it, consent is lacking, it does not follow from what was said, or staff fill it."""


@dataclass(frozen=True)
class BoxValue:
    """What goes into a box and where it comes from."""

    text: str = ""
    origin: Origin | None = None
    fact_keys: tuple[str, ...] = ()
    """Facts it rests on, or, when empty, facts that would settle it."""
    doubtful: bool = False
    missing: Missing = ""


@dataclass(frozen=True)
class BoxScene:
    """Everything a box is filled from."""

    scene: Scene
    vocabulary: Vocabulary
    withheld: frozenset[str]
    doubtful_below: float

    @property
    def facts(self) -> Facts:
        """The facts without those withheld."""
        return self.scene.facts

    def is_doubtful(self, keys: Iterable[str]) -> bool:
        """Whether one of the facts is weak, or another source says otherwise."""
        differing = {ruling.key for ruling, _ in self.facts.mismatches()}
        return any(
            key in differing or (fact is not None and fact.confidence < self.doubtful_below)
            for key in keys
            for fact in (self.facts.get(key),)
        )


def fill_text(box: FormField, person: str | None, within: BoxScene) -> BoxValue:
    """Content of a box that holds text, a date or a name."""
    found: list[tuple[int, BoxValue]] = []
    empty: list[BoxValue] = []
    for path in parse_value(box.value):
        value = _path_value(box, path, person, within)
        if value.missing:
            empty.append(value)
        else:
            found.append((RANK[value.origin] if value.origin else 0, value))
    if found:
        return max(found, key=lambda ranked: ranked[0])[1]
    keys = tuple(dict.fromkeys(key for value in empty for key in value.fact_keys))
    withheld = within.withheld.intersection(keys)
    return BoxValue(fact_keys=keys, missing="withheld" if withheld else empty[0].missing)


def fact_keys(condition: Condition, person: str | None, within: BoxScene) -> tuple[str, ...]:
    """Full keys of the facts a condition looks at, for one person or for the visit."""
    keys: dict[str, None] = {}
    pending = [condition]
    seen: set[str] = set()
    while pending:
        current = pending.pop()
        everyone = within.facts.people if current.quantifies else ()
        for owner, name in current.paths:
            if name in within.scene.definitions:
                if name not in seen:
                    seen.add(name)
                    pending.append(within.scene.definitions[name].when)
                continue
            for key in _keys_of_path(owner, name, person, everyone):
                keys[key] = None
    return tuple(keys)


def weakest_origin(keys: Iterable[str], facts: Facts) -> Origin | None:
    """Origin of what rests on several facts: their own when they agree, else derived."""
    origins = {fact.origin for key in keys if (fact := facts.get(key)) is not None}
    if len(origins) == 1:
        return origins.pop()
    return Origin.DERIVED if origins else None


def role_person(role: str, person: str | None, facts: Facts) -> str | None:
    """Who plays a role; None when nobody does or nobody said."""
    match role:
        case "visitor":
            return VISITOR
        case "person":
            return person
        case "householder":
            value = facts.value("householder")
            return value if isinstance(value, str) and value in facts.people else None
        case "spouse":
            return spouse_of_visitor(facts)
        case "parent":
            children = [p for p in facts.people if facts.value(person_key(p, "relation")) == "child"]
            return VISITOR if children else None
    return None


def _path_value(box: FormField, path: ValuePath, person: str | None, within: BoxScene) -> BoxValue:
    if path.words:
        return BoxValue(path.words, Origin.DERIVED)
    if path.owner is None:
        if path.name == "today":
            return BoxValue(era_date(within.scene.today), Origin.DERIVED)
        return _fact_value(box, path.name, None, within)
    owner = role_person(path.owner, person, within.facts)
    if owner is None:
        return _nobody(path.owner)
    if path.name == "address":
        return _address(box, owner, within)
    if path.name.startswith("relation_to_"):
        return _relation(path.name.removeprefix("relation_to_"), owner, person, within)
    value = _fact_value(box, person_key(owner, path.name), owner, within)
    if path.name == "card_address" and person not in (None, owner):
        # The card of one person says where the others lived only if they lived together.
        return replace(value, doubtful=True)
    return value


def _nobody(role: str) -> BoxValue:
    if role == "householder":
        return BoxValue(fact_keys=("householder",), missing="not_known")
    return BoxValue(missing="not_derivable")


def _relation(role: str, owner: str, person: str | None, within: BoxScene) -> BoxValue:
    facts = within.facts
    other = role_person(role, person, facts)
    if other is None:
        return _nobody(role)
    keys = tuple(person_key(p, "relation") for p in dict.fromkeys((owner, other)) if p != VISITOR)
    if owner == other:
        word = HOUSEHOLDER if role == "householder" else "本人"
        relation: Relation | None = Relation(word)
    else:
        relation = relation_between(facts, owner, other)
    keys = (*(("householder",) if role == "householder" else ()), *keys)
    if relation is None:
        unknown = tuple(key for key in keys if facts.get(key) is None)
        return BoxValue(fact_keys=unknown or keys, missing="not_known" if unknown else "not_derivable")
    return BoxValue(relation.word_ja, Origin.DERIVED, keys, not relation.certain or within.is_doubtful(keys))


def _address(box: FormField, person: str, within: BoxScene) -> BoxValue:
    """Where a person lives now; a proxy lives elsewhere, so only the proxy's own card or word says where."""
    facts = within.facts
    role = facts.value("visitor_role") if person == VISITOR else None
    lives_there = role in ("mover", "same_household") or facts.value(person_key(person, "moves")) is True
    if lives_there and role != "proxy":
        return _fact_value(box, "new_address", None, within)
    if role == "proxy":
        return _fact_value(box, person_key(person, "card_address"), person, within)
    return BoxValue(fact_keys=(person_key(person, "moves"),), missing="not_known")


def _fact_value(box: FormField, key: str, owner: str | None, within: BoxScene) -> BoxValue:
    fact = within.facts.get(key)
    if fact is None:
        return BoxValue(fact_keys=(key,), missing="withheld" if key in within.withheld else "not_known")
    text = _printed(box, fact, owner, within)
    return BoxValue(text, fact.origin, (key,), within.is_doubtful((key,)))


def _printed(box: FormField, fact: Fact, owner: str | None, within: BoxScene) -> str:
    if isinstance(fact.value, dt.date):
        foreign = owner is not None and within.facts.value(person_key(owner, "nationality")) == "foreign"
        return western_date(fact.value) if foreign else era_date(fact.value)
    if isinstance(fact.value, str):
        if box.type in ("hiragana", "katakana"):
            return kana(fact.value, box.type)
        return within.vocabulary.kind(fact.key).option_label(fact.value)
    return str(fact.value)


def kana(text: str, script: Literal["hiragana", "katakana"]) -> str:
    """A reading in the script the form asks for: ふりがな in hiragana, フリガナ in katakana.

    >>> kana("ミホン　タロウ", "hiragana"), kana("みほん はなこ", "katakana")
    ('みほん　たろう', 'ミホン ハナコ')
    """
    text = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    shift = 0x60 if script == "katakana" else -0x60
    low, high = ("ぁ", "ゖ") if script == "katakana" else ("ァ", "ヶ")
    return "".join(chr(ord(c) + shift) if low <= c <= high else c for c in text)


def _keys_of_path(
    owner: str | None, name: str, person: str | None, everyone: tuple[str, ...]
) -> tuple[str, ...]:
    names = ("birth_date", "age") if name in AGES else (name,)
    match owner:
        case None:
            return (name,)
        case "town" | "municipality":
            return ()
        case "visitor":
            people: tuple[str, ...] = (VISITOR,)
        case "person" | "other":
            people = everyone or ((person,) if person else ())
        case _:
            return (owner,)
    return tuple(person_key(p, n) for p in people for n in names)
