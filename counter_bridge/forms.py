"""Facts → filled forms: every box with its content and origin, or the reason why it is empty.

`fill_forms` is a pure function of the knowledge base, the facts and the day; what it returns is drawn by `pdf` and
shown by the screens. It names no form: sheets, boxes and what fills them are records of kb.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from counter_bridge.filled_form import FilledBox, FilledForm, FilledRow, FilledSection, Tick
from counter_bridge.form_layout import page_count
from counter_bridge.form_values import (
    BoxScene,
    BoxValue,
    Missing,
    fact_keys,
    fill_text,
    weakest_origin,
)
from kb.conditions import Unknown
from kb.derive import scene_of, with_derived
from kb.facts import VISITOR, Fact, Facts, Origin, person_key
from kb.form import Form, FormField, FormSection, Signatures
from kb.model import KnowledgeBase
from kb.writes import is_deemed, signatures_on

DOUBTFUL_BELOW = 0.7
"""Confidence under which a value is printed with a mark for the clerk."""


def fill_forms(
    kb: KnowledgeBase,
    facts: Facts,
    plan_forms: Sequence[tuple[str, Sequence[str]]],
    today: dt.date,
    withheld: AbstractSet[str] = frozenset(),
    *,
    signatures: Signatures | None = None,
    doubtful_below: float = DOUBTFUL_BELOW,
) -> tuple[FilledForm, ...]:
    """All sheets of a visit, in the order of `plan_forms` (form id, people; `Plan.forms` gives it).

    `withheld` are full fact keys without consent: their boxes, and whatever would be derived from them, are blank.
    `signatures` is the overlay's setting unless given. Of the sheets of one set only the first is signed; the others
    print the name and say where the signature is.
    """
    asked = signatures or kb.municipality.signatures
    facts = _without(facts, withheld)
    facts = with_derived(kb, facts, today)
    if facts.get(person_key(VISITOR, "relation")) is None:
        facts = facts.with_fact(Fact(person_key(VISITOR, "relation"), "self", Origin.DERIVED))
    within = BoxScene(scene_of(kb, facts, today), kb.vocabulary, frozenset(withheld), doubtful_below)
    printed = tuple(form_id for form_id, _ in plan_forms)
    signed: dict[str, str] = {}
    filled = []
    for form_id, people in plan_forms:
        form = kb.forms[form_id]
        hand = {box.key for box in signatures_on(form, printed, asked)}
        shared_with = signed.get(form.count_group, "") if hand else ""
        if shared_with:
            hand = {box.key for box in signatures_on(form, printed, "law")}
        elif hand and form.count_group:
            signed[form.count_group] = form.name_ja
        filled += [
            replace(
                _fill(kb, form, person, tuple(people), within, hand),
                deemed=is_deemed(form, printed),
                signature_shared_with_ja=shared_with,
            )
            for person in _sheets(form, people, within)
        ]
    return tuple(replace(sheet, pages=page_count(sheet)) for sheet in filled)


def _without(facts: Facts, withheld: AbstractSet[str]) -> Facts:
    for key in withheld:
        facts = facts.without(key)
    return facts


def _sheets(form: Form, people: Sequence[str], within: BoxScene) -> tuple[str | None, ...]:
    if form.scope == "household":
        return (None,)
    return tuple(p for p in people if form.people is None or form.people.truth(within.scene, p) is True)


def _fill(
    kb: KnowledgeBase,
    form: Form,
    person: str | None,
    people: tuple[str, ...],
    within: BoxScene,
    hand: AbstractSet[str],
) -> FilledForm:
    town = kb.municipality
    addressed_to = form.addressed_to_ja.format(prefecture=town.prefecture_ja, town=town.name_ja)
    sections = tuple(
        _section(section, person, within, hand)
        for section in form.sections
        if section.when is None or section.when.truth(within.scene, person) is True
    )
    rows = tuple(row.person for section in sections for row in section.rows)
    return FilledForm(
        form=form,
        person=person,
        for_whom=(person,) if person else tuple(dict.fromkeys(rows or people)),
        sections=sections,
        town_ja=town.name_ja,
        addressed_to_ja=addressed_to or town.addressed_to_ja,
        prepared_on=within.scene.today,
    )


def _section(
    section: FormSection, person: str | None, within: BoxScene, hand: AbstractSet[str]
) -> FilledSection:
    if section.people is None:
        return FilledSection(section, tuple(_box(box, person, within, hand) for box in section.fields))
    householder = within.facts.value("householder")
    listed = [p for p in within.facts.people if section.people.truth(within.scene, p) is True]
    listed.sort(key=lambda p: p != householder)
    rows = tuple(FilledRow(p, tuple(_box(box, p, within, hand) for box in section.fields)) for p in listed)
    return FilledSection(section, rows=rows)


def _box(box: FormField, person: str | None, within: BoxScene, hand: AbstractSet[str]) -> FilledBox:
    if box.key in hand:
        return FilledBox(box, person, sign_here=True)
    if box.when is not None and box.when.truth(within.scene, person) is False:
        return FilledBox(box, person, applies=False, ticks=_unticked(box))
    if box.type == "ticks":
        return _tick_box(box, person, within)
    if not box.value:
        return FilledBox(box, person, missing="staff")
    return _with_value(FilledBox(box, person), fill_text(box, person, within))


def _with_value(box: FilledBox, value: BoxValue) -> FilledBox:
    return replace(
        box,
        text=value.text,
        origin=value.origin,
        fact_keys=value.fact_keys,
        doubtful=value.doubtful,
        missing=value.missing,
    )


def _unticked(box: FormField) -> tuple[Tick, ...]:
    return tuple(Tick(option.label_ja, ticked=False) for option in box.options)


def _tick_box(box: FormField, person: str | None, within: BoxScene) -> FilledBox:
    truths = [
        (option, None if option.when is None else option.when.truth(within.scene, person))
        for option in box.options
    ]
    conditions = [option.when for option in box.options if option.when is not None]
    if not conditions:
        return FilledBox(box, person, ticks=_unticked(box), missing="staff")
    ticked = [option for option, truth in truths if truth is True]
    if not ticked:
        unknown = frozenset().union(*(truth.missing for _, truth in truths if isinstance(truth, Unknown)))
        reason: Missing = "not_derivable"
        if unknown:
            reason = "withheld" if unknown & within.withheld else "not_known"
        return FilledBox(box, person, ticks=_unticked(box), fact_keys=tuple(sorted(unknown)), missing=reason)
    keys = tuple(
        dict.fromkeys(
            itertools.chain.from_iterable(
                fact_keys(option.when, person, within) for option in ticked if option.when is not None
            )
        )
    )
    return FilledBox(
        box,
        person,
        ticks=tuple(Tick(option.label_ja, truth is True) for option, truth in truths),
        origin=weakest_origin(keys, within.facts) or Origin.DERIVED,
        fact_keys=keys,
        doubtful=within.is_doubtful(keys),
    )


__all__ = ["DOUBTFUL_BELOW", "FilledBox", "FilledForm", "FilledRow", "FilledSection", "Tick", "fill_forms"]
