"""The rules of when a person comes, read from `replies/escalation.yaml` and checked.

A rule names one of a fixed set of conditions, the pool it goes to, and its words; what a condition means is told in
`escalation`. Nothing here looks at a visit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict

from dialogue.words import RULES, languages, wording
from kb.errors import BrokenKnowledge, Problem
from kb.model import KnowledgeBase, Procedure
from kb.schema import build

When = Literal[
    "wished",
    "help_wished",
    "silence",
    "failures_in_a_row",
    "doubts_of_one_item",
    "corrections_of_one_item",
    "human_only_reasons",
    "human_only_procedure",
]
COUNTING = ("failures_in_a_row", "doubts_of_one_item", "corrections_of_one_item")
"""Conditions that say how often."""
Pool = Literal["town_operator", "contract_operator", "counter_staff"]
Mark = Literal["sensitive", "human_only", "starts_by_claim_month"]

NEEDED = ("wish", "distress", "sensitive", "silence")
"""Rules that code calls by name: a button, words of distress or danger, a screen nobody answers."""


@dataclass(frozen=True)
class Rule:
    """One reason for a person to come."""

    id: str
    when: When
    pool: Pool
    way: Literal["immediate", "offered"]
    """Offered: the talk goes on, and the resident may take the offer."""
    says: str
    """Words of the hand-over, under `hand_over` of the wording files."""
    offer: str = ""
    """Words of the offer, under `offers`."""
    times: int = 0
    """How often, for a condition that counts."""
    helps: tuple[str, ...] = ()
    """Kinds of help wished by touch that call for a person."""
    town_only: bool = False
    """A contractor's operator is neither asked nor may take it."""


@dataclass(frozen=True)
class Risky:
    """Topics whose answer a person looks over before it counts: by a mark of the record, or by name."""

    marks: tuple[Mark, ...]
    life_events: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """Everything `replies/escalation.yaml` holds, in its order: the first rule that holds is taken."""

    rules: tuple[Rule, ...]
    risky: Risky
    by_id: Mapping[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})


_RECORDS: tuple[type[Any], ...] = (Rule, Risky)
for _record in _RECORDS:
    _record.__pydantic_config__ = ConfigDict(extra="forbid")


@cache
def rules() -> Rules:
    """The rules in force."""
    return read(RULES)


def read(path: Path) -> Rules:
    """The rules of a file; `BrokenKnowledge` lists all that is wrong with it."""
    name = path.name
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenKnowledge([Problem(name, "(file)", str(error.strerror), "restore the file")]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = "(file)" if where is None else f"line {where.line + 1}"
        raise BrokenKnowledge([Problem(name, line, "is no UTF-8 YAML", "mend the YAML")]) from error
    if not isinstance(data, dict) or data.keys() != {"rules", "risky"} or not isinstance(data["rules"], list):
        raise BrokenKnowledge([Problem(name, "(file)", "holds no rules", "write a list rules and a risky")])
    found: list[Rule] = []
    problems: list[Problem] = []
    for number, entry in enumerate(data["rules"], 1):
        rule, wrong = build(Rule, _mapping(entry), f"{name}:rules.{number}")
        problems += wrong
        found += [rule] if rule else []
    risky, wrong = build(Risky, _mapping(data["risky"]), f"{name}:risky")
    problems += [*wrong, *_of_rules(name, found)]
    if problems or risky is None:
        raise BrokenKnowledge(problems)
    return Rules(tuple(found), risky)


def _mapping(entry: object) -> dict[str, Any]:
    return entry if isinstance(entry, dict) else {}


def _of_rules(name: str, found: list[Rule]) -> Iterator[Problem]:
    ids = [rule.id for rule in found]
    for needed in NEEDED:
        if needed not in ids:
            yield Problem(name, needed, "is missing", "write the rule; the program calls it by name")
    for number, rule in enumerate(found):
        where = f"{name}:{rule.id}"
        if rule.id in ids[:number]:
            yield Problem(where, "id", "stands twice", "rename or remove one")
        if (rule.when in COUNTING) != (rule.times > 0):
            yield Problem(where, "times", f"does not fit {rule.when}", f"only {', '.join(COUNTING)} count")
        if (rule.when == "help_wished") != bool(rule.helps):
            yield Problem(where, "helps", f"does not fit {rule.when}", "list the kinds of help")
        if (rule.way == "offered") != bool(rule.offer):
            yield Problem(
                where, "offer", f"does not fit {rule.way}", "words for what is offered, and only that"
            )
        if rule.town_only and rule.pool == "contract_operator":
            yield Problem(where, "pool", "is a contractor's, but the rule is town_only", "name another pool")
        if rule.when == "wished" and rule.way == "offered":
            yield Problem(where, "way", "offers what was wished already", "write immediate")
        yield from _of_words(where, rule)


def _of_words(where: str, rule: Rule) -> Iterator[Problem]:
    for language in languages():
        words = wording(language)
        for key, section in ((rule.says, "hand_over"), (rule.offer, "offers")):
            if key and key not in words[section]:
                reason = f"{language}.yaml has no {section}.{key}"
                yield Problem(where, "says" if section == "hand_over" else "offer", reason, "write the words")


def check_topics(kb: KnowledgeBase) -> None:
    """Raises `BrokenKnowledge` when a risky topic is none of the knowledge base."""
    risky = rules().risky
    problems = [
        Problem(
            f"{RULES.name}:risky", f"{kind}.{one}", "the knowledge base has no such record", "name another"
        )
        for kind, named, known in (
            ("life_events", risky.life_events, kb.life_events),
            ("procedures", risky.procedures, kb.procedures),
        )
        for one in named
        if one not in known
    ]
    if problems:
        raise BrokenKnowledge(problems)


def is_risky(procedure: Procedure) -> bool:
    """Whether what is told about a procedure is looked over by a person."""
    risky = rules().risky
    return (
        procedure.id in risky.procedures
        or not set(risky.life_events).isdisjoint(procedure.life_events)
        or any(getattr(procedure, mark) for mark in risky.marks)
    )
