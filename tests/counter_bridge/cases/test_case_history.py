"""The history of a case: who changed what from what to what, and what goes out of it again."""

import datetime as dt
from dataclasses import replace

import pytest

from counter_bridge.case import SUPPORT_MEASURES, Case, PreparedPaper
from counter_bridge.case_changes import apply
from counter_bridge.case_events import (
    Accept,
    Call,
    Correct,
    Return,
    Revise,
    SeePaper,
    Tick,
    Transfer,
    Undo,
    Withdraw,
    WithdrawConsent,
)
from counter_bridge.case_history import FactChange
from counter_bridge.case_record import case_from_json, case_to_json
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import RESIDENT, Actor
from kb.facts import Fact, Origin


@pytest.fixture
def do(clerk: Actor, clock):
    def acts(case: Case, *events, by: Actor = clerk) -> Case:
        for event in events:
            changed = apply(case, event, by, clock.moment)
            assert isinstance(changed, Case), changed
            case = changed
        return case

    return acts


@pytest.fixture
def with_papers(case: Case) -> Case:
    first, second = case.content.procedures
    certificate = PreparedPaper("loss_certificate", "資格喪失証明書", "no")
    document = PreparedPaper("identity_document", "本人確認書類", "unknown")
    procedures = (replace(first, papers=(document,)), replace(second, papers=(document, certificate)))
    return replace(case, content=replace(case.content, procedures=procedures))


def corrected(case: Case, key: str, value: object, origin: Origin = Origin.STAFF) -> Correct:
    facts = case.content.facts.with_fact(Fact(key, value, origin))
    return Correct(replace(case.content, facts=facts))


def test_a_correction_tells_who_changed_what_from_what_to_what_and_when(do, case: Case, clerk, clock):
    changed = do(case, Call(), corrected(case, "moved_on", dt.date(2026, 4, 2)))
    entry = changed.history[-1]
    assert (entry.event, entry.by, entry.shown_by, entry.at) == ("correct", clerk.user, "鈴木", clock.now)
    assert entry.changes == (
        FactChange("moved_on", dt.date(2026, 3, 31), dt.date(2026, 4, 2), Origin.SAID, Origin.STAFF),
    )


def test_every_act_stands_in_it_from_the_beginning_to_the_other_counter(do, case: Case):
    moved = do(case, Call(), Accept(), Tick(SUPPORT_MEASURES), Transfer("tax"))
    assert [entry.event for entry in moved.history] == ["prepare", "call", "accept", "tick", "transfer"]
    assert (moved.history[-1].from_counter, moved.history[-1].to_counter) == ("residents", "tax")
    back = do(moved, Call(), Return("書類を取りに戻る"))
    assert back.history[-1].text_ja == "書類を取りに戻る"


def test_what_was_taken_back_stays_in_it(do, case: Case):
    changed = do(case, Call(), corrected(case, "has_dog", True))
    undone = do(changed, Undo())
    assert undone.content.facts.value("has_dog") is False
    assert [entry.event for entry in undone.history] == ["prepare", "call", "correct", "undo"]
    assert undone.history[-1].what == "correct"
    assert [(c.before, c.after) for c in undone.history[-1].changes] == [(True, False)]


def test_it_is_kept_with_the_case_while_an_act_can_be_undone(do, case: Case):
    changed = do(case, Call(), corrected(case, "moved_on", dt.date(2026, 4, 2)), Tick(SUPPORT_MEASURES))
    assert case_from_json(case_to_json(changed), changed.consents) == changed


def test_values_go_out_of_it_with_the_consent_they_rest_on(do, case: Case, markers):
    official = corrected(case, "people.p1.name", "役所の字", Origin.OFFICIAL)
    changed = do(case, Call(), official)
    assert markers["name"] in str(case_to_json(changed))
    blank = do(changed, WithdrawConsent("consent-father"), by=RESIDENT)
    assert markers["name"] not in str(case_to_json(blank))
    correction = next(entry for entry in blank.history if entry.event == "correct")
    assert correction.changes == (FactChange("people.p1.name", blanked=True),)


def test_giving_a_case_up_leaves_the_acts_and_no_value(do, case: Case, markers):
    changed = do(case, corrected(case, "new_address", markers["address"]))
    gone = do(changed, Withdraw(), by=RESIDENT)
    assert [entry.event for entry in gone.history] == ["prepare", "correct", "withdraw"]
    assert markers["address"] not in str(case_to_json(gone))


def test_what_residents_change_is_told_without_what_it_was(do, case: Case):
    facts = case.content.facts.with_fact(Fact("has_dog", True, Origin.CHOSEN))
    revised = do(case, Revise(replace(case.content, facts=facts)), by=RESIDENT)
    assert (revised.history[-1].event, revised.history[-1].changes) == ("revise", ())


def test_a_paper_seen_lacks_no_longer_and_can_be_taken_back(do, with_papers: Case, clerk, clock):
    assert [p.id for p in with_papers.content.papers] == ["identity_document", "loss_certificate"]
    assert [p.id for p in with_papers.lacking] == ["loss_certificate"]
    seen = do(with_papers, Call(), SeePaper("loss_certificate"))
    assert [(s.paper, s.by, s.at) for s in seen.papers_seen] == [("loss_certificate", clerk.user, clock.now)]
    assert seen.lacking == ()
    assert do(seen, Undo()).lacking != ()
    assert do(seen, SeePaper("loss_certificate", seen=False)).papers_seen == ()
    refused = apply(seen, SeePaper("wings"), clerk, clock.moment)
    assert isinstance(refused, NotAllowed)
    assert refused.code == "paper_unknown"


def test_a_paper_no_longer_wanted_is_no_longer_seen(do, with_papers: Case):
    seen = do(with_papers, Call(), SeePaper("loss_certificate"))
    first, second = seen.content.procedures
    without = replace(seen.content, procedures=(first, replace(second, papers=())))
    assert do(seen, Correct(without)).papers_seen == ()
