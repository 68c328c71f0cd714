"""Finds what makes a condition meaningless, without running it: unknown names, impossible values, circles."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from kb.age import AGES
from kb.conditions import Condition
from kb.dated import Dated
from kb.errors import ConditionError
from kb.facts import Vocabulary


def check(
    condition: Condition,
    vocabulary: Vocabulary,
    definitions: Mapping[str, Any],
    constants: Mapping[str, Dated],
    *,
    scope: Literal["visit", "person"],
) -> list[ConditionError]:
    """Everything that makes a condition meaningless: unknown names, values outside their choices, loose `person`."""
    errors = []
    for owner, name in condition.paths:
        error = _path_error(owner, name, vocabulary, definitions, scope, condition.quantifies)
        if error:
            errors.append(error)
    for operator, (owner, name), operands in condition.checks:
        kind = vocabulary.visit(name) if owner is None else vocabulary.person(name)
        if kind is None or name in AGES:
            errors += [
                ConditionError(
                    f"{name} is compared with {o!r}, which is no number or constant", "use a number"
                )
                for o in operands
                if operator == "ordered" and not (o.isdecimal() or o in constants or _is_date(o))
            ]
            continue
        if kind.type in ("choice", "choices") and kind.options and operator in ("is", "includes"):
            allowed = {o.value for o in kind.options}
            errors += [
                ConditionError(f"{name} is never {o!r}", "use one of " + ", ".join(sorted(allowed)))
                for o in operands
                if o not in allowed
            ]
        if operator == "ordered" and kind.type not in ("int", "age", "date"):
            errors.append(ConditionError(f"{name} has no order", "compare it with `is`"))
    return errors


def find_circle(definitions: Mapping[str, Any]) -> tuple[str, ...]:
    """The first chain of definitions that comes back to its start, or ()."""
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if name in trail:
            return (*trail[trail.index(name) :], name)
        if name in done:
            return ()
        for used in definitions[name].when.definitions_used(definitions):
            circle = walk(used, (*trail, name))
            if circle:
                return circle
        done.add(name)
        return ()

    for name in definitions:
        circle = walk(name, ())
        if circle:
            return circle
    return ()


def _path_error(
    owner: str | None,
    name: str,
    vocabulary: Vocabulary,
    definitions: Mapping[str, Any],
    scope: str,
    quantifies: bool,
) -> ConditionError | None:
    if owner is None:
        definition = definitions.get(name)
        if vocabulary.visit(name) or (definition is not None and definition.scope == "visit"):
            return None
        hint = f"person.{name}" if vocabulary.person(name) or name in definitions else "a fact or definition"
        return ConditionError(f"no fact of the visit is named {name!r}", f"write {hint}")
    if owner == "town":
        return None if name in ("code", "prefecture") else ConditionError(f"no town.{name}", "use town.code")
    place = vocabulary.visit(owner)
    if place is not None and place.type == "municipality" and name == "prefecture":
        return None
    if owner == "person" and scope == "visit" and not quantifies:
        return ConditionError("`person` stands outside `any person (…)`", "quantify it or use visitor.…")
    definition = definitions.get(name)
    if vocabulary.person(name) or name in AGES or (definition is not None and definition.scope == "person"):
        return None
    return ConditionError(f"no fact of a person is named {name!r}", "add it to facts.yaml or the definitions")


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
