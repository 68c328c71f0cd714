"""What does not fit together: listed beside the form for the clerk, never settled silently (COUNTER_RULES 13)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dialogue.wording import PlaceName, label_ja, value_ja
from kb.age import age_on
from kb.facts import Fact, Facts, person_key
from kb.model import KnowledgeBase

TOLERANCE_YEARS = 1
"""People round their own and others' ages."""


def mismatches(facts: Facts, today: dt.date, place: PlaceName) -> Iterator[tuple[Fact, Fact]]:
    """Pairs (ruling, other) that contradict: one key told twice, an age and a birth date, a town and an address."""
    yield from facts.mismatches()
    for person in facts.people:
        birth, age = facts.get(person_key(person, "birth_date")), facts.get(person_key(person, "age"))
        if (
            birth is not None
            and age is not None
            and isinstance(birth.value, dt.date)
            and isinstance(age.value, int)
            and abs(age_on(birth.value, today) - age.value) > TOLERANCE_YEARS
        ):
            yield birth, age
    address, town = facts.get("previous_address"), facts.get("previous_municipality")
    if address is not None and town is not None and not _lies_in(str(address.value), place(str(town.value))):
        yield address, town


def _lies_in(address: str, town: str) -> bool:
    """Whether an address names the municipality; a written address may leave the prefecture out."""
    bare = town[next((i + 1 for i, sign in enumerate(town) if sign in "都道府県" and i >= 2), 0) :]
    return bare in address or town in address


def mismatch_json(
    kb: KnowledgeBase, facts: Facts, ruling: Fact, other: Fact, place: PlaceName
) -> dict[str, Any]:
    """A pair of `mismatches` for a screen of the office."""
    return {
        "fact": ruling.key,
        "label": label_ja(kb, facts, ruling.key),
        "value_label": value_ja(kb, facts, ruling.key, ruling.value, place),
        "origin": ruling.origin.value,
        "other_label": label_ja(kb, facts, other.key),
        "other_value_label": value_ja(kb, facts, other.key, other.value, place),
        "other_origin": other.origin.value,
    }
