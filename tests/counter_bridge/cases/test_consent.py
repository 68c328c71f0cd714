"""Consent: whose card, which fields, until taken back."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge.case import Case, Decision, ProcedureResult
from counter_bridge.consent import (
    FILL_FORMS,
    Consent,
    give,
    only_consented,
    purpose_text,
    withdraw,
)
from counter_bridge.refusal import NotAllowed
from kb.facts import Fact, Facts, Origin

NOW = dt.datetime(2026, 4, 7, 10, 0, tzinfo=dt.UTC)


def test_the_purpose_names_fields_papers_law_and_that_going_without_is_fine():
    text = purpose_text(FILL_FORMS, ["birth_date", "name"], ["住民異動届"])
    assert (
        text
        == "カードの氏名・生年月日を、「住民異動届」に書き写すためだけに使います。ほかの目的には使いません。"
    )
    assert "第61条" in FILL_FORMS.basis_ja
    assert "第62条" in FILL_FORMS.basis_ja
    assert "カードを使わなくても" in FILL_FORMS.choice_ja


def test_a_consent_keeps_the_order_of_the_card_and_each_field_once():
    consent = give("c", "p1", "fill_forms", ["sex", "name", "sex"], ["a", "a"], NOW)
    assert isinstance(consent, Consent)
    assert consent.fields == ("name", "sex")
    assert consent.forms == ("a",)
    assert consent.until == NOW + dt.timedelta(hours=1)


@pytest.mark.parametrize("fields", [[], ["my_number"], ["name", "my_number"]])
def test_nothing_but_the_four_attributes_can_be_agreed_to(fields):
    refused = give("c", "p1", "fill_forms", fields, [], NOW)
    assert isinstance(refused, NotAllowed)
    assert refused.code == "consent_fields_invalid"


def test_a_purpose_that_is_not_registered_is_refused():
    refused = give("c", "p1", "statistics", ["name"], [], NOW)
    assert isinstance(refused, NotAllowed)
    assert refused.code == "purpose_unknown"


def test_a_consent_can_be_withdrawn_until_a_paper_with_it_is_filed():
    consent = give("c", "p1", "fill_forms", ["name"], ["resident_change"], NOW)
    later = NOW + dt.timedelta(days=3)
    assert withdraw(consent, later, ["insurance"]).withdrawn_at == later
    refused = withdraw(consent, later, ["resident_change"])
    assert isinstance(refused, NotAllowed)
    assert refused.code == "consent_filed"
    assert "受理" in refused.detail_ja


def test_withdrawing_twice_keeps_the_first_time():
    consent = give("c", "p1", "fill_forms", ["name"], ["a"], NOW)
    once = withdraw(consent, NOW, [])
    assert withdraw(once, NOW + dt.timedelta(hours=1), ["a"]) == once


def test_only_forms_of_received_procedures_count_as_filed(case: Case, clock):
    received = ProcedureResult("national_health_insurance", Decision.FILED, "x", clock.now, clock.now)
    refused_one = ProcedureResult("moving_in_notification", Decision.REFUSED, "x", clock.now)
    assert replace(case, results=(received, refused_one)).filed_forms() == {"insurance"}


def test_without_consent_what_was_said_before_the_card_was_read_rules_again(facts: Facts):
    left = only_consented(facts, [])
    assert left.value("people.p1.name") == "目印 言った名前"
    assert left.get("previous_address") is None
    assert left.value("has_dog") is False
    assert left.mismatches() == ()


origins = st.sampled_from(list(Origin))
keys = st.sampled_from(["people.p1.name", "people.p2.name", "previous_address"])
sources = st.sampled_from(["c1", "c2", ""])
fact_lists = st.lists(
    st.builds(Fact, keys, st.sampled_from(["甲", "乙"]), origins, source=sources), max_size=12
)


@given(fact_lists, st.sets(st.sampled_from(["c1", "c2"])))
def test_no_fact_of_a_card_survives_its_consent(found, allowed):
    left = only_consented(Facts().with_facts(found), allowed)
    assert all(f.origin is not Origin.CARD or f.source in allowed for f in (*left, *left.overruled))


@given(fact_lists)
def test_without_consents_the_facts_are_those_of_a_visit_without_any_card(found):
    left = only_consented(Facts().with_facts(found), [])
    assert left.by_key == Facts().with_facts(f for f in found if f.origin is not Origin.CARD).by_key
