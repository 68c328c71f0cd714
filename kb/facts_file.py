"""Facts written by hand or by a generator, as YAML or JSON: visit facts by name, people as a list.

reasons: [moving_in]
moved_on: 2026-04-01
people:
  - {relation: self, age: 41, moves: true}
  - {relation: wife, age: 39, moves: true}
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from kb.errors import BrokenKnowledge, KnowledgeError, Problem
from kb.facts import PEOPLE, Fact, Facts, Origin, Vocabulary, person_key


def facts_from(vocabulary: Vocabulary, data: Mapping[str, Any], at: dt.datetime | None = None) -> Facts:
    """Facts of one household; `BadValue` or `UnknownFact` names the first wrong key."""
    facts = Facts()
    ids: list[str] = []
    for number, person in enumerate(data.get(PEOPLE, ({"relation": "self"},)), 1):
        ids.append(f"p{number}")
        for name, value in person.items():
            if (number, name) != (1, "relation"):
                key = person_key(f"p{number}", name)
                facts = facts.with_fact(Fact(key, vocabulary.checked(key, value), Origin.CHOSEN, at=at))
    for name, value in data.items():
        if name != PEOPLE:
            facts = facts.with_fact(Fact(name, vocabulary.checked(name, value), Origin.CHOSEN, at=at))
    return facts.with_fact(Fact(PEOPLE, tuple(ids), Origin.CHOSEN, at=at)) if PEOPLE in data else facts


def read_facts(vocabulary: Vocabulary, path: Path, at: dt.datetime | None = None) -> Facts:
    """Facts of a file; `BrokenKnowledge` tells what is wrong with it."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problem = Problem(
            path.name, "(file)", "cannot be read as YAML", "see docs for the form of a facts file"
        )
        raise BrokenKnowledge([problem]) from error
    if not isinstance(data, dict):
        raise BrokenKnowledge([Problem(path.name, "(file)", "holds no mapping", "write name: value lines")])
    try:
        return facts_from(vocabulary, data, at)
    except KnowledgeError as error:
        raise BrokenKnowledge(
            [Problem(path.name, str(error), "does not fit", "see facts.yaml and facts/")]
        ) from error
