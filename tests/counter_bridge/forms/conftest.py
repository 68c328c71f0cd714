"""The published family of six and the seven sheets they need, from the real knowledge base."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counter_bridge.forms import FilledBox, FilledForm, fill_forms
from kb.facts import Fact, Facts, Origin, Value
from kb.facts_file import read_facts
from kb.load import load
from kb.model import KnowledgeBase

FAMILY = Path(__file__).parents[3] / "benchmarks/family_of_six.yaml"
TODAY = dt.date(2026, 4, 7)

SEVEN_SHEETS = (
    ("resident_change_notification", ()),
    ("national_health_insurance_notification", ("p1", "p2", "p4", "p5", "p6")),
    ("late_elderly_medical_notification", ("p3",)),
    ("long_term_care_insured_notification", ("p3",)),
    ("child_allowance_claim", ()),
    ("child_medical_certificate_application", ("p4", "p5", "p6")),
    ("my_number_card_entry_change_notification", ("p1", "p2", "p3", "p4", "p5", "p6")),
)

Fill = Callable[..., dict[str, FilledForm]]


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def family(kb: KnowledgeBase) -> Facts:
    return read_facts(kb.vocabulary, FAMILY)


@pytest.fixture
def seven_sheets() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return SEVEN_SHEETS


@pytest.fixture
def today() -> dt.date:
    return TODAY


@pytest.fixture
def fill(kb: KnowledgeBase, family: Facts) -> Fill:
    """Fills the seven sheets (or those named) for the family, with some facts changed."""

    def filled(
        changes: Mapping[str, Value | None] | None = None,
        *,
        origin: Origin = Origin.OFFICIAL,
        printed: Any = SEVEN_SHEETS,
        **more: Any,
    ) -> dict[str, FilledForm]:
        facts = changed(family, changes or {}, origin)
        sheets = fill_forms(kb, facts, printed, TODAY, **more)
        return {sheet.id: sheet for sheet in sheets}

    return filled


@pytest.fixture
def box() -> Callable[..., FilledBox]:
    def found(sheet: FilledForm, key: str, person: str | None = None) -> FilledBox:
        return next(b for b in sheet.boxes if (b.key, b.person) == (key, person or sheet.person))

    return found


@pytest.fixture
def customary(kb: KnowledgeBase) -> KnowledgeBase:
    return replace(kb, municipality=replace(kb.municipality, signatures="customary"))


def changed(facts: Facts, changes: Mapping[str, Value | None], origin: Origin) -> Facts:
    for key, value in changes.items():
        facts = facts.without(key) if value is None else facts.with_fact(Fact(key, value, origin))
    return facts
