"""The language that says what fills a box of a form, and its check at load.

A value names facts, best source first where several may give it:

    moved_on                                  a fact of the visit
    person.name                               a fact of the person of this row or sheet
    visitor.relation_to_person                a relation, derived
    visitor.card_address or previous_address  the strongest of several known
    "転入による"                               fixed words

Owners are the roles in ROLES. 個人番号 has no name here, and no fact: it cannot be printed by any record.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from kb.conditions import Condition
from kb.errors import ConditionError
from kb.facts import Vocabulary
from kb.form import Form, FormField, FormSection

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "person": "the person of this row, or of this sheet",
        "visitor": "who stands at the counter and files",
        "householder": "世帯主 of the new household",
        "spouse": "the visitor's wife or husband",
        "parent": "the visitor, where a child of the visitor lives in the household",
    }
)

PERSON_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "address": "where the person lives now: the new address of those who moved",
        "relation_to_householder": "続柄: 世帯主, 妻, 子",
        "relation_to_visitor": "what the person is to the visitor",
        "relation_to_parent": "what the person is to who plays the role `parent`",
        "relation_to_person": "what the owner is to the person of this sheet",
    }
)
"""Values of a person that are worked out rather than stored."""

VISIT_VALUES = frozenset({"today"})

_PATH = re.compile(r'"(?P<words>[^"]+)"|(?:(?P<owner>[a-z][a-z_]*)\.)?(?P<name>[a-z][a-z0-9_]*)')

_TYPES_OF_FACT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "date": frozenset({"date"}),
        "name": frozenset({"text"}),
        "hiragana": frozenset({"text"}),
        "katakana": frozenset({"text"}),
        "address": frozenset({"text"}),
        "phone": frozenset({"text"}),
        "signature": frozenset({"text"}),
        "text": frozenset({"text", "choice", "int", "age", "date"}),
    }
)


@dataclass(frozen=True)
class ValuePath:
    """One source of a value: fixed words, or a fact or derived value of a role or of the visit."""

    owner: str | None
    name: str
    words: str = ""


@lru_cache(maxsize=1024)
def parse_value(text: str) -> tuple[ValuePath, ...]:
    """The sources `text` names, in order; `ConditionError` tells what cannot be read."""
    paths = []
    for part in re.split(r"\s+or\s+", text.strip()):
        match = _PATH.fullmatch(part)
        if match is None:
            raise ConditionError(f"cannot read the value {part!r}", 'write fact, role.fact or "words"')
        paths.append(ValuePath(match["owner"], match["name"] or "", match["words"] or ""))
    return tuple(paths)


def check_form(
    form: Form, vocabulary: Vocabulary, definitions: Mapping[str, Any], forms: Mapping[str, Form]
) -> list[tuple[str, str, str]]:
    """(key, reason, remedy) of everything that makes a form record meaningless; [] for a sound one.

    Conditions are checked by `kb.condition_check.check` over `conditions_of`.
    """
    return [
        *_form_problems(form, forms),
        *(problem for section in form.sections for problem in _section_problems(form, section)),
        *(
            (f"{section.title_ja}.{box.key}", reason, remedy)
            for section in form.sections
            for box in section.fields
            for reason, remedy in _box_problems(form, section, box, vocabulary, definitions)
        ),
    ]


def conditions_of(form: Form) -> Iterator[tuple[str, Condition, Literal["visit", "person"]]]:
    """(key, condition, scope) of every condition of a form, for the loader's check."""
    if form.people:
        yield "people", form.people, "person"
    for section in form.sections:
        title = f"sections.{section.title_ja}"
        if section.people:
            yield title, section.people, "person"
        if section.when:
            yield title, section.when, "person" if form.scope == "person" else "visit"
        scope: Literal["visit", "person"] = (
            "person" if section.people is not None or form.scope == "person" else "visit"
        )
        for box in section.fields:
            if box.when:
                yield f"{title}.{box.key}", box.when, scope
            yield from ((f"{title}.{box.key}", o.when, scope) for o in box.options if o.when)


def _form_problems(form: Form, forms: Mapping[str, Form]) -> Iterator[tuple[str, str, str]]:
    keys = [box.key for section in form.sections for box in section.fields]
    for key in sorted({k for k in keys if keys.count(k) > 1}):
        yield key, "stands twice", "give each box a key of its own"
    if form.people and form.scope != "person":
        yield "people", "means nothing on a household sheet", "remove it or set scope: person"
    if bool(form.deemed_by) != bool(form.deemed_law_ja):
        yield "deemed_by", "stands without its article", "write both deemed_by and deemed_law_ja, or neither"
    if form.deemed_by and form.deemed_by not in forms:
        yield "deemed_by", f"no form {form.deemed_by!r}", "add the record or remove the id"
    boxes = [box for section in form.sections for box in section.fields]
    if form.deemed_by and any(box.signature_by_law for box in boxes):
        yield "deemed_by", "a sheet that counts as made needs no signature by law", "remove signature_by_law"
    if sum(box.type == "signature" for box in boxes) > 1:
        yield "sections", "asks for two signatures", "one sheet has one signature"


def _section_problems(form: Form, section: FormSection) -> Iterator[tuple[str, str, str]]:
    key = f"sections.{section.title_ja}"
    if (section.people is None) != (section.max_rows == 0):
        yield key, "a table needs people and max_rows", "write both, or neither"
    if section.people is not None and form.scope == "person":
        yield key, "a sheet for one person has no table of people", "use lines of boxes"
    if section.people is not None and section.fields and section.fields[0].stacked:
        yield key, "its first box has nothing to stand below", "remove `stacked`"
    for box in section.fields:
        if not 0 < box.width <= (100 if section.people else 1):
            yield f"{key}.{box.key}", "its width is no share", "write 0 < width <= 1"
        if box.stacked and section.people is None:
            yield f"{key}.{box.key}", "only boxes of a table are stacked", "remove `stacked`"


def _box_problems(
    form: Form,
    section: FormSection,
    box: FormField,
    vocabulary: Vocabulary,
    definitions: Mapping[str, Any],
) -> Iterator[tuple[str, str]]:
    yield from _shape_problems(section, box)
    if not box.value:
        return
    try:
        paths = parse_value(box.value)
    except ConditionError as error:
        yield error.reason, error.remedy
        return
    rows = section.people is not None or form.scope == "person"
    for path in paths:
        problem = _path_problem(path, box, vocabulary, definitions, has_person=rows)
        if problem:
            yield problem


def _shape_problems(section: FormSection, box: FormField) -> Iterator[tuple[str, str]]:
    empty_by_kind = box.type in ("number_cells", "blank", "ticks")
    if empty_by_kind and box.value:
        yield f"a box of type {box.type} takes no value", "remove `value`"
    if box.type in ("number_cells", "blank") and box.source != "staff":
        yield f"a box of type {box.type} is filled by staff only", "write source: staff"
    if box.type == "number_cells" and box.counts_as != "other":
        yield "個人番号 is no entry of the published rule", "write counts_as: other"
    if (box.type == "ticks") != bool(box.options):
        yield "options and type do not agree", "options belong to type: ticks"
    if box.type == "signature" and box.source != "hand":
        yield "a signature comes from a hand", "write source: hand"
    if box.signature_by_law and (box.type != "signature" or not box.signature_law_ja):
        yield "a signature by law needs its article", "write signature_law_ja on a box of type signature"
    filled = bool(box.value) or any(option.when for option in box.options)
    if (box.source == "staff" or section.staff) and filled:
        yield "what staff fill is never printed by us", "remove its value, or change source"
    if box.source not in ("staff", "hand") and not section.staff and not filled:
        yield "nothing fills it", "write a value, or source: staff"


def _path_problem(
    path: ValuePath,
    box: FormField,
    vocabulary: Vocabulary,
    definitions: Mapping[str, Any],
    *,
    has_person: bool,
) -> tuple[str, str] | None:
    if path.words:
        return None
    if path.owner is None:
        if path.name in VISIT_VALUES:
            return None if box.type == "date" else (f"{path.name} is a date", "write type: date")
        kind = vocabulary.visit(path.name)
        if kind is None:
            hint = "a definition is no value" if path.name in definitions else "see facts.yaml and facts/"
            return f"no fact {path.name!r} of the visit", hint
    else:
        if path.owner not in ROLES:
            return f"no role {path.owner!r}", "use one of " + ", ".join(sorted(ROLES))
        about_person = path.owner == "person" or path.name == "relation_to_person"
        if about_person and not has_person:
            return "`person` stands outside a table or a sheet for one person", "use visitor or householder"
        if path.name in PERSON_VALUES:
            return None
        kind = vocabulary.person(path.name)
        if kind is None:
            return f"no fact {path.name!r} of a person", "see facts.yaml and facts/"
    if kind.type not in _TYPES_OF_FACT.get(box.type, frozenset()):
        return f"a box of type {box.type} cannot hold {path.name} ({kind.type})", "change type or value"
    return None
