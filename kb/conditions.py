"""The condition language of the knowledge base: small, checked before use, three-valued.

A condition speaks about the facts of a visit and of the people in it:

    person.moves and person.age >= 75
    previous_municipality.prefecture is not town.prefecture
    any person (person.is_allowance_child) and visitor.public_servant is not true
    reasons includes moving_in and days_since(moved_on) > 14

Its value is True, False, or `Unknown` with the facts that would settle it; nothing is ever assumed. Ages are
intervals: "6 years old" leaves a year of birth dates, so what depends on the birthday stays unknown.
Parsing is done by lark; this module only gives the words their meaning and refuses what cannot be meant.
"""

import datetime as dt
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, VisitError

from kb.age import AGES, Interval
from kb.dated import Dated
from kb.errors import ConditionError
from kb.facts import PEOPLE, VISITOR, Facts, Value, person_key

GRAMMAR = r"""
?start: or_expr
?or_expr: and_expr (_OR and_expr)*
?and_expr: not_expr (_AND not_expr)*
?not_expr: _NOT not_expr -> negation
    | atom
?atom: "(" or_expr ")"
    | ALL_OR_ANY VARIABLE "(" or_expr ")" -> quantified
    | _COUNT VARIABLE "(" or_expr ")" ORDER INT -> counted
    | path _IS _KNOWN -> known
    | path _IS _NOT operand -> is_not
    | path _IS operand -> is_equal
    | path _IN "(" operand ("," operand)* ")" -> is_in
    | path _INCLUDES WORD -> includes
    | path ORDER bound -> ordered
    | _DAYS_SINCE "(" path ")" ORDER INT -> days_since
    | _TRUE -> always
    | path -> holds
path: WORD ("." WORD)?
operand: WORD ("." WORD)? | INT | _TRUE -> true_operand
bound: INT | DATE | WORD
ALL_OR_ANY.2: /(any|all|no)\b/
VARIABLE.2: /(person|other)\b(?=\s*\()/
_OR.2: /or\b/
_AND.2: /and\b/
_NOT.2: /not\b/
_COUNT.2: /count\b/
_IS.2: /is\b/
_KNOWN.2: /known\b/
_IN.2: /in\b/
_INCLUDES.2: /includes\b/
_DAYS_SINCE.2: /days_since\b/
_TRUE.2: /true\b/
ORDER: ">=" | "<=" | ">" | "<"
DATE: /\d{4}-\d{2}-\d{2}/
INT: /\d+/
WORD: /(?!(and|or|not|any|all|no|count|is|in|includes|known|days_since)\b)[a-z][a-z0-9_]*/
%import common.WS
%ignore WS
"""


@dataclass(frozen=True)
class Unknown:
    """Neither true nor false yet; `missing` are full fact keys that would settle it."""

    missing: frozenset[str]

    def __bool__(self) -> bool:
        raise TypeError("an Unknown has no truth value; compare with `is True` or isinstance")


Truth = bool | Unknown


@dataclass
class Scene:
    """What a condition is evaluated against; also remembers definitions already settled."""

    facts: Facts
    today: dt.date
    definitions: Mapping[str, Any]
    constants: Mapping[str, Dated]
    town_code: str
    settled: dict[tuple[str, str | None], Truth] = field(default_factory=dict)


Binding = Mapping[str, str]
Node = Callable[[Scene, Binding], Truth]
Path = tuple[str | None, str]
"""(owner, name); owner None for visit facts."""


@dataclass(frozen=True)
class Condition:
    """A parsed condition; `text` is what the record says."""

    text: str
    node: Node = field(repr=False, compare=False)
    paths: tuple[Path, ...] = field(repr=False, compare=False)
    checks: tuple[tuple[str, Path, tuple[str, ...]], ...] = field(repr=False, compare=False)
    """(operator, path, operands) of each comparison, for the static check."""
    quantifies: bool = False

    def truth(self, scene: Scene, person: str | None = None) -> Truth:
        """Value for the visit, or for one person of it."""
        return self.node(scene, {} if person is None else {"person": person})

    def definitions_used(self, names: Container[str]) -> Iterator[str]:
        """Ids of the definitions it speaks of."""
        return (name for _, name in self.paths if name in names)


ALWAYS = Condition("true", lambda _scene, _binding: True, (), ())


@lru_cache(maxsize=4096)
def parse(text: str) -> Condition:
    """The condition `text` says; `ConditionError` tells the place and what may stand there."""
    if len(text) > 2000:
        raise ConditionError(
            "the condition is longer than 2000 characters", "name parts of it in definitions"
        )
    try:
        built = _PARSER.parse(text)
        compiled: _Part = _Compiler().transform(built)
    except UnexpectedInput as error:
        allowed = sorted(getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
        raise ConditionError(
            f"cannot read {text!r} at column {getattr(error, 'column', 0)}",
            "expected one of: " + ", ".join(a.lower() for a in allowed if not a.startswith("__")),
        ) from error
    except VisitError as error:
        if isinstance(error.orig_exc, ConditionError):
            raise error.orig_exc from error
        raise ConditionError(f"cannot read {text!r}", "see docs/conditions.md") from error
    except LarkError as error:
        raise ConditionError(f"cannot read {text!r}", "see docs/conditions.md") from error
    return Condition(text, compiled.node, compiled.paths, compiled.checks, compiled.quantifies)


@dataclass(frozen=True)
class _Part:
    node: Node
    paths: tuple[Path, ...] = ()
    checks: tuple[tuple[str, Path, tuple[str, ...]], ...] = ()
    quantifies: bool = False


def _joined(node: Node, parts: tuple[_Part, ...], *, quantifies: bool = False) -> _Part:
    return _Part(
        node,
        tuple(p for part in parts for p in part.paths),
        tuple(c for part in parts for c in part.checks),
        quantifies or any(part.quantifies for part in parts),
    )


ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


def _resolve(scene: Scene, binding: Binding, path: Path) -> Value | Interval | Unknown | Truth:
    owner, name = path
    if owner == "town":
        return scene.town_code if name == "code" else scene.town_code[:2]
    if owner is not None and owner not in ("person", "other", "visitor"):
        code = scene.facts.value(owner)
        return Unknown(frozenset({owner})) if code is None else str(code)[:2]
    if owner is None:
        if name in scene.definitions:
            return _defined(scene, name, None)
        value = scene.facts.value(name)
        return Unknown(frozenset({name})) if value is None else value
    person = VISITOR if owner == "visitor" else binding[owner]
    if name in AGES:
        return AGES[name](scene.facts, person, scene.today) or Unknown(
            frozenset({person_key(person, "age"), person_key(person, "birth_date")})
        )
    if name in scene.definitions:
        return _defined(scene, name, person)
    if name == "relation" and person == VISITOR:
        return "self"
    value = scene.facts.value(person_key(person, name))
    return Unknown(frozenset({person_key(person, name)})) if value is None else value


def _defined(scene: Scene, name: str, person: str | None) -> Truth:
    found = scene.settled.get((name, person))
    if found is None:
        found = scene.definitions[name].when.truth(scene, person)
        scene.settled[name, person] = found
    return found


def _same(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == ("true" if value else "false")
    return str(value) == wanted


def _everyone(scene: Scene) -> tuple[tuple[str, ...], frozenset[str]]:
    known = scene.facts.household_known
    return scene.facts.people, frozenset() if known else frozenset({PEOPLE})


@v_args(inline=True)
class _Compiler(Transformer[Token, _Part]):
    """Turns the parse tree into closures, once per condition."""

    def or_expr(self, *parts: _Part) -> _Part:
        """Or: true as soon as one part is."""
        nodes = [part.node for part in parts]

        def node(scene: Scene, binding: Binding) -> Truth:
            missing: frozenset[str] = frozenset()
            for n in nodes:
                truth = n(scene, binding)
                if truth is True:
                    return True
                if isinstance(truth, Unknown):
                    missing |= truth.missing
            return Unknown(missing) if missing else False

        return _joined(node, parts)

    def and_expr(self, *parts: _Part) -> _Part:
        """And: false as soon as one part is."""
        nodes = [part.node for part in parts]

        def node(scene: Scene, binding: Binding) -> Truth:
            missing: frozenset[str] = frozenset()
            for n in nodes:
                truth = n(scene, binding)
                if truth is False:
                    return False
                if isinstance(truth, Unknown):
                    missing |= truth.missing
            return Unknown(missing) if missing else True

        return _joined(node, parts)

    def negation(self, part: _Part) -> _Part:
        """Not: unknown stays unknown."""

        def node(scene: Scene, binding: Binding) -> Truth:
            truth = part.node(scene, binding)
            return truth if isinstance(truth, Unknown) else not truth

        return _joined(node, (part,))

    def quantified(self, how: Token, variable: Token, part: _Part) -> _Part:
        """`any|all|no person (…)` over the household; unknown while the household is."""
        stop = how != "all"
        settled_value: bool = how == "any"

        def node(scene: Scene, binding: Binding) -> Truth:
            people, missing = _everyone(scene)
            for person in people:
                truth = part.node(scene, {**binding, str(variable): person})
                if truth is stop:
                    return settled_value
                if isinstance(truth, Unknown):
                    missing |= truth.missing
            return Unknown(missing) if missing else not settled_value

        return _joined(node, (part,), quantifies=True)

    def counted(self, variable: Token, part: _Part, order: Token, number: Token) -> _Part:
        """`count person (…) >= n`; true or false as soon as the open people cannot change it."""
        compare, wanted = ORDERS[order], int(number)

        def node(scene: Scene, binding: Binding) -> Truth:
            people, missing = _everyone(scene)
            truths = [part.node(scene, {**binding, str(variable): p}) for p in people]
            sure = sum(t is True for t in truths)
            unsure = [t for t in truths if isinstance(t, Unknown)]
            most = sure + len(unsure) + (100 if missing else 0)
            if compare(sure, wanted) == compare(most, wanted):
                return compare(sure, wanted)
            return Unknown(missing.union(*(t.missing for t in unsure)))

        return _joined(node, (part,), quantifies=True)

    def known(self, path: Path) -> _Part:
        """Whether anything is known; never unknown itself."""

        def node(scene: Scene, binding: Binding) -> Truth:
            return not isinstance(_resolve(scene, binding, path), Unknown)

        return _Part(node, (path,))

    def is_equal(self, path: Path, operand: tuple[str, str | None]) -> _Part:
        """Equality with a value, or with another fact (`town.prefecture`)."""
        return self.is_in(path, operand)

    def is_not(self, path: Path, operand: tuple[str, str | None]) -> _Part:
        """Inequality; unknown stays unknown."""
        return self.negation(self.is_in(path, operand))

    def is_in(self, path: Path, *operands: tuple[str, str | None]) -> _Part:
        """One of several values."""
        plain = tuple(first for first, second in operands if second is None)
        others = tuple((first, second) for first, second in operands if second is not None)

        def node(scene: Scene, binding: Binding) -> Truth:
            value = _resolve(scene, binding, path)
            if isinstance(value, Unknown):
                return value
            if isinstance(value, Interval):
                return _is_number_in(value, plain, _age_keys(path, binding))
            if any(_same(value, wanted) for wanted in plain):
                return True
            for other in others:
                second = _resolve(scene, binding, other)
                if isinstance(second, Unknown):
                    return second
                if value == second:
                    return True
            return False

        return _Part(node, (path, *others), (("is", path, plain),))

    def includes(self, path: Path, word: Token) -> _Part:
        """Membership in a list fact such as `reasons`."""

        def node(scene: Scene, binding: Binding) -> Truth:
            value = _resolve(scene, binding, path)
            if isinstance(value, Unknown):
                return value
            return isinstance(value, tuple) and str(word) in value

        return _Part(node, (path,), (("includes", path, (str(word),)),))

    def ordered(self, path: Path, order: Token, bound: str) -> _Part:
        """`age >= 75`, `moved_on >= 2026-04-01`, `age < late_stage_elderly_age`."""
        compare = ORDERS[order]

        def node(scene: Scene, binding: Binding) -> Truth:
            value = _resolve(scene, binding, path)
            if isinstance(value, Unknown):
                return value
            limit: int | dt.date
            if bound.isdecimal():
                limit = int(bound)
            elif bound in scene.constants:
                limit = scene.constants[bound].on(scene.today)
            else:
                limit = dt.date.fromisoformat(bound)
            if isinstance(value, Interval):
                low, high = compare(value.low, limit), compare(value.high, limit)
                return low if low == high else Unknown(_age_keys(path, binding))
            return compare(value, limit)

        return _Part(node, (path,), (("ordered", path, (bound,)),))

    def days_since(self, path: Path, order: Token, number: Token) -> _Part:
        """Whole days between a date fact and the day of the visit."""
        compare, wanted = ORDERS[order], int(number)

        def node(scene: Scene, binding: Binding) -> Truth:
            value = _resolve(scene, binding, path)
            if isinstance(value, Unknown):
                return value
            return isinstance(value, dt.date) and compare((scene.today - value).days, wanted)

        return _Part(node, (path,))

    def holds(self, path: Path) -> _Part:
        """A fact or definition that is true or false by itself."""

        def node(scene: Scene, binding: Binding) -> Truth:
            value = _resolve(scene, binding, path)
            return value if isinstance(value, Unknown) else value is True

        return _Part(node, (path,), (("holds", path, ()),))

    def always(self) -> _Part:
        """True."""
        return _Part(lambda _scene, _binding: True)

    def path(self, first: Token, second: Token | None = None) -> Path:
        """`moved_on`, `person.age`, `previous_municipality.prefecture`."""
        return (None, str(first)) if second is None else (str(first), str(second))

    def operand(self, first: Token, second: Token | None = None) -> tuple[str, str | None]:
        """A plain value, or a path to another one."""
        return str(first), None if second is None else str(second)

    def true_operand(self) -> tuple[str, str | None]:
        """The value true of a yes-or-no fact."""
        return "true", None

    def bound(self, token: Token) -> str:
        """A number, a date or the name of a constant."""
        return str(token)


def _age_keys(path: Path, binding: Binding) -> frozenset[str]:
    owner = path[0] or ""
    return frozenset({person_key(VISITOR if owner == "visitor" else binding[owner], "birth_date")})


def _is_number_in(value: Interval, wanted: tuple[str, ...], keys: frozenset[str]) -> Truth:
    numbers = {int(w) for w in wanted if w.isdecimal()}
    possible = set(range(value.low, value.high + 1))
    if possible <= numbers:
        return True
    return Unknown(keys) if possible & numbers else False


_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)
