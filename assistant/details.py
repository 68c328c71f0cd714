"""The details step: what only fills boxes, asked once, person by person, and always optional (DESIGN 12)."""

from collections.abc import Iterable
from typing import Any

from assistant.presenting import json_value
from counter_bridge.forms import FilledForm
from dialogue.wording import PlaceName, value_ja
from kb.facts import Facts, split_key
from kb.model import KnowledgeBase
from kb.plan import person_label

ALSO_DETAILS = ("name", "kana", "birth_date", "sex")
"""Facts of people a form prints whatever decided the plan."""


def details_json(
    kb: KnowledgeBase, facts: Facts, forms: Iterable[FilledForm], place: PlaceName
) -> dict[str, Any]:
    """Everything the forms need and could still get from the resident, with what is already known."""
    keys: dict[str, None] = {}
    for form in forms:
        for box in form.boxes:
            if box.applies:
                keys |= dict.fromkeys(key for key in box.fact_keys if _is_detail(kb, key))
    visit_keys = [key for key in keys if split_key(key)[0] is None]
    people = {person: [key for key in keys if split_key(key)[0] == person] for person in facts.people}
    return {
        "visit": [_field(kb, facts, key, place) for key in visit_keys],
        "people": [
            {
                "id": person,
                "label": person_label(kb, facts, person),
                "fields": [_field(kb, facts, key, place) for key in person_keys],
            }
            for person, person_keys in people.items()
            if person_keys
        ],
        "missing": sum(facts.get(key) is None for key in keys),
    }


def _is_detail(kb: KnowledgeBase, key: str) -> bool:
    return kb.vocabulary.kind(key).detail or split_key(key)[1] in ALSO_DETAILS


def _field(kb: KnowledgeBase, facts: Facts, key: str, place: PlaceName) -> dict[str, Any]:
    kind = kb.vocabulary.kind(key)
    fact = facts.get(key)
    options = [{"value": o.value, "label": o.label_ja} for o in kind.options]
    if kind.type == "person":
        options = [{"value": p, "label": person_label(kb, facts, p)} for p in facts.people]
    return {
        "fact": key,
        "label": kind.label_ja,
        "type": kind.type,
        "options": options,
        "value": None if fact is None else json_value(fact.value),
        "value_label": None if fact is None else value_ja(kb, facts, key, fact.value, place),
        "origin": None if fact is None else fact.origin.value,
    }
