"""Facts that follow from other facts and need no question.

Derived facts are never stored: they are added afresh before each plan, rank below everything said, and vanish
when what they rest on changes.
"""

import datetime as dt

from kb.conditions import Scene
from kb.facts import Fact, Facts, Origin, person_key
from kb.model import Derivation, KnowledgeBase


def scene_of(kb: KnowledgeBase, facts: Facts, today: dt.date) -> Scene:
    """What conditions of this knowledge base are evaluated against."""
    return Scene(facts, today, kb.definitions, kb.constants, kb.municipality.code)


def with_derived(kb: KnowledgeBase, facts: Facts, today: dt.date) -> Facts:
    """`facts` and everything that surely follows from them; facts already known are left alone."""
    while True:
        scene = scene_of(kb, facts, today)
        found = [fact for rule in kb.derivations for fact in _derived(kb, rule, scene)]
        if not found:
            return facts
        facts = facts.with_facts(found)


def _derived(kb: KnowledgeBase, rule: Derivation, scene: Scene) -> list[Fact]:
    people: tuple[str | None, ...] = scene.facts.people if rule.scope == "person" else (None,)
    found = []
    for person in people:
        key = rule.fact if person is None else person_key(person, rule.fact)
        if scene.facts.get(key) is None and rule.when.truth(scene, person) is True:
            value = kb.vocabulary.checked(key, rule.value)
            found.append(Fact(key, value, Origin.DERIVED, source=rule.id))
    return found
