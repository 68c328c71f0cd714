"""What a clerk and a resident may do to a case, one rule of the counter a test."""

import datetime as dt
from dataclasses import replace

import pytest

from counter_bridge.case import SUPPORT_MEASURES, Case, CaseContent, CaseState, Decision, checks_for
from counter_bridge.case_changes import apply
from counter_bridge.case_events import (
    Accept,
    Annotate,
    Call,
    Correct,
    Finish,
    Hold,
    Identify,
    Moment,
    Outcome,
    Recall,
    Reopen,
    Return,
    Revise,
    Skip,
    Tick,
    Transfer,
    Undo,
    Withdraw,
    WithdrawConsent,
    moment_of,
)
from counter_bridge.refusal import NotAllowed
from counter_bridge.staff import RESIDENT, Actor, Role
from kb.facts import Fact, Origin

CARD_SEEN = "card_seen.p1"


@pytest.fixture
def do(clerk: Actor, clock):
    """Does acts one after the other; the last result is given back, whatever it is."""

    def acts(case: Case, *events, by: Actor = clerk) -> Case | NotAllowed:
        result: Case | NotAllowed = case
        for number, event in enumerate(events):
            assert isinstance(result, Case), (number, result)
            result = apply(result, event, by, clock.moment)
        return result

    return acts


@pytest.fixture
def accepted(do, case: Case) -> Case:
    return do(case, Call(), Accept(), Tick(SUPPORT_MEASURES))


def filed(clock, *procedures: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(p, Decision.FILED, filed_at=clock.now) for p in procedures)


BOTH = ("moving_in_notification", "national_health_insurance")


def test_a_case_begins_prepared_and_not_filed(case: Case):
    assert case.state is CaseState.PREPARED
    assert case.filed is False
    assert [c.id for c in case.checks] == [SUPPORT_MEASURES, CARD_SEEN]
    assert case.checks[0].label_ja == "住基の支援措置を確認"
    assert [(a.origin, b.origin) for a, b in case.mismatches] == [(Origin.CARD, Origin.CHOSEN)]


def test_a_card_fact_without_its_consent_never_enters_a_case(case: Case, content: CaseContent, do):
    stray = content.facts.with_fact(Fact("people.p2.name", "目印", Origin.CARD, source="consent-none"))
    revised = do(case, Revise(replace(content, facts=stray)), by=RESIDENT)
    assert revised.content.facts.get("people.p2.name") is None
    assert revised.content.facts.get("people.p1.name") is not None


def test_accepting_is_not_filing(accepted: Case):
    assert accepted.state is CaseState.ACCEPTED
    assert accepted.filed is False


def test_finishing_files_what_was_received(accepted: Case, identification, do, clock):
    finished = do(accepted, Finish(filed(clock, *BOTH), identification))
    assert finished.state is CaseState.FINISHED
    assert finished.filed is True
    assert finished.result("moving_in_notification").filed_at == clock.now
    assert finished.identification == identification
    assert finished.handler is None


def test_finishing_needs_the_support_measures_tick_first(case: Case, identification, do, clock):
    refused = do(case, Accept(), Finish(filed(clock, *BOTH), identification))
    assert refused.code == "support_measures_unchecked"
    done = do(case, Accept(), Finish(filed(clock, *BOTH), identification, ticks=(SUPPORT_MEASURES,)))
    assert done.state is CaseState.FINISHED


def test_no_other_tick_comes_before_support_measures(case: Case, do):
    assert do(case, Accept(), Tick(CARD_SEEN)).code == "support_measures_unchecked"
    assert do(case, Accept(), Tick("coffee")).code == "check_unknown"


def test_finishing_needs_a_result_for_every_procedure(accepted: Case, identification, do, clock):
    refused = do(accepted, Finish(filed(clock, BOTH[0]), identification))
    assert refused.code == "results_missing"
    assert "国民健康保険の加入" in refused.detail_ja


def test_finishing_needs_the_record_of_identification(accepted: Case, identification, do, clock):
    assert do(accepted, Finish(filed(clock, *BOTH))).code == "identification_missing"
    half = replace(identification, address_checked=None)
    refused = do(accepted, Finish(filed(clock, *BOTH), half))
    assert refused.code == "identification_incomplete"
    assert "住所の確認" in refused.detail_ja
    assert do(accepted, Identify(identification), Finish(filed(clock, *BOTH))).state is CaseState.FINISHED


def test_a_bare_number_is_finished_without_identification(accepted: Case, do):
    talked = replace(accepted, content=CaseContent(ticket_only=True))
    assert do(talked, Finish()).state is CaseState.FINISHED


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(BOTH[0], Decision.FILED), "filed_at_missing"),
        (
            Outcome(BOTH[0], Decision.REFUSED, filed_at=dt.datetime(2026, 4, 7, tzinfo=dt.UTC)),
            "filed_at_without_filing",
        ),
        (
            Outcome(
                BOTH[0],
                Decision.FILED,
                filed_at=dt.datetime(2026, 4, 6, 23, tzinfo=dt.UTC) - dt.timedelta(days=1),
            ),
            "filed_at_invalid",
        ),
        (
            Outcome(BOTH[0], Decision.FILED, filed_at=dt.datetime(2026, 4, 9, tzinfo=dt.UTC)),
            "filed_at_invalid",
        ),
        (Outcome(BOTH[0], Decision.FILED, filed_at=dt.datetime(2026, 4, 7)), "filed_at_invalid"),  # noqa: DTZ001
        (Outcome(BOTH[0], Decision.HELD), "waiting_for_missing"),
        (
            Outcome(BOTH[0], Decision.TO_CORRECT, waiting_for_ja="印", until=dt.date(2026, 4, 22)),
            "hold_too_long",
        ),
        (Outcome(BOTH[0], Decision.HELD, waiting_for_ja="印", until=dt.date(2026, 4, 6)), "hold_too_long"),
        (Outcome("dog", Decision.REFUSED), "procedure_not_in_case"),
    ],
)
def test_a_result_that_cannot_be_is_refused_with_its_reason(
    accepted, identification, do, clock, outcome, code
):
    refused = do(accepted, Finish((outcome, *filed(clock, BOTH[1])), identification))
    assert isinstance(refused, NotAllowed)
    assert refused.code == code


def test_filing_late_at_night_in_another_zone_is_still_the_day_of_the_visit(
    accepted, identification, do, clock
):
    at = dt.datetime(2026, 4, 6, 23, 30, tzinfo=dt.UTC)
    outcomes = tuple(Outcome(p, Decision.FILED, filed_at=at) for p in BOTH)
    assert do(accepted, Finish(outcomes, identification)).state is CaseState.FINISHED


def test_what_waits_for_a_paper_puts_the_case_on_hold(accepted: Case, identification, do, clock):
    waiting = Outcome(
        BOTH[1], Decision.TO_CORRECT, waiting_for_ja="資格喪失証明書", until=dt.date(2026, 4, 15)
    )
    held = do(accepted, Finish((*filed(clock, BOTH[0]), waiting), identification))
    assert held.state is CaseState.ON_HOLD
    assert held.filed is True
    assert held.hold_until == dt.date(2026, 4, 15)
    assert [r.waiting_for_ja for r in held.waits_for] == ["資格喪失証明書"]


def test_holding_one_procedure_leaves_the_others_open(accepted: Case, identification, do, clock):
    one = do(accepted, Hold("資格喪失証明書", BOTH[1]))
    assert one.state is CaseState.ACCEPTED
    assert one.result(BOTH[1]).until == dt.date(2026, 4, 21)
    rest = do(one, Finish(filed(clock, BOTH[0]), identification))
    assert rest.state is CaseState.ON_HOLD


def test_holding_everything_puts_the_case_on_hold(accepted: Case, do):
    held = do(accepted, Hold("転出証明書", until=dt.date(2026, 4, 10)))
    assert held.state is CaseState.ON_HOLD
    assert {r.procedure for r in held.waits_for} == set(BOTH)
    assert do(accepted, Hold("転出証明書", BOTH[0]), Hold("転出証明書", BOTH[1])).state is CaseState.ON_HOLD


def test_a_case_on_hold_is_reopened_only_after_identifying_anew(accepted: Case, identification, do, clock):
    held = do(accepted, Hold("転出証明書"))
    clock.forward(days=3)
    half = replace(identification, originals_seen=None)
    assert do(held, Reopen(half)).code == "identification_incomplete"
    back = do(held, Reopen(identification))
    assert back.state is CaseState.ACCEPTED
    assert back.results == ()
    assert back.times_reopened == 1
    assert not back.check(SUPPORT_MEASURES).is_done


def test_reopening_keeps_what_was_received(accepted: Case, identification, do, clock):
    waiting = Outcome(BOTH[1], Decision.HELD, waiting_for_ja="資格喪失証明書")
    back = do(accepted, Finish((*filed(clock, BOTH[0]), waiting), identification), Reopen(identification))
    assert [r.procedure for r in back.results] == [BOTH[0]]
    assert do(back, Return("もう一度")).code == "already_filed"
    assert do(back, Transfer("insurance"), Withdraw()).code == "already_filed"


def test_the_second_clerk_is_told_who_has_the_case(case: Case, do, colleague: Actor):
    called = do(case, Call("residents"))
    for event in (Call(), Recall(), Skip(), Accept()):
        refused = apply(called, event, colleague, Moment(case.opened_at, case.on))
        assert isinstance(refused, NotAllowed)
        assert refused.code == "case_held"
        assert refused.held_by == "鈴木(residents)"
        assert "鈴木" in refused.detail_ja


def test_a_colleague_can_send_on_a_case_whose_clerk_is_gone(case: Case, do, colleague: Actor):
    called = do(case, Call())
    assert do(called, Transfer(case.counter)).code == "same_counter"
    moved = do(called, Transfer(case.counter), by=colleague)
    assert moved.state is CaseState.TRANSFERRED
    assert do(moved, Call(), by=colleague).handler.user == colleague.user


def test_a_transferred_case_stands_at_the_end_of_the_other_line(case: Case, do, clock):
    clock.forward(minutes=20)
    moved = do(case, Call(), Transfer("insurance"))
    assert (moved.counter, moved.queued_at, moved.held_by) == ("insurance", clock.now, None)


def test_calling_again_counts_and_skipping_leaves_the_number_callable(case: Case, do):
    called = do(case, Call(), Recall(), Recall())
    assert called.calls == 3
    absent = do(called, Skip())
    assert absent.state is CaseState.ABSENT
    assert do(absent, Call()).calls == 1


def test_the_resident_corrects_until_a_clerk_accepts(case: Case, content: CaseContent, do, clerk):
    less = replace(content, procedures=content.procedures[:1])
    assert do(case, Revise(less), by=RESIDENT).content.procedures == less.procedures
    assert do(do(case, Call()), Revise(less), by=RESIDENT).state is CaseState.CALLED
    for event in (Revise(less), Withdraw()):
        refused = do(do(case, Call(), Accept()), event, by=RESIDENT)
        assert refused.code == "case_accepted"
        sent_on = do(case, Call(), Accept(), Transfer("insurance"))
        assert do(sent_on, event, by=RESIDENT).code == "case_accepted"


def test_a_returned_case_can_be_corrected_and_waits_anew(accepted: Case, content: CaseContent, do, clock):
    assert do(accepted, Return("  ")).code == "reason_missing"
    back = do(accepted, Return("日付を確かめてください"))
    assert (back.state, back.returned_because_ja) == (CaseState.RETURNED, "日付を確かめてください")
    clock.forward(minutes=5)
    again = do(back, Revise(content), by=RESIDENT)
    assert (again.state, again.queued_at) == (CaseState.PREPARED, clock.now)


def test_staff_corrections_stand_above_the_card_and_drop_stale_results(accepted: Case, do):
    fact = Fact("people.p1.name", "目印 戸籍", Origin.OFFICIAL)
    changed = replace(
        accepted.content,
        facts=accepted.content.facts.with_fact(fact),
        procedures=accepted.content.procedures[:1],
    )
    corrected = do(accepted, Hold("印", BOTH[1]), Correct(changed))
    assert corrected.content.facts.value("people.p1.name") == "目印 戸籍"
    assert corrected.results == ()
    assert corrected.check(SUPPORT_MEASURES).is_done


def test_giving_up_empties_the_case_at_once(case: Case, do):
    gone = do(do(case, Annotate("車椅子")), Withdraw(), by=RESIDENT)
    assert gone.state is CaseState.WITHDRAWN
    assert (len(gone.content.facts), gone.note_ja, gone.last_act.before) == (0, "", None)
    assert all(c.withdrawn_at is not None for c in gone.consents)
    assert do(gone, Call()).code == "case_withdrawn"


def test_withdrawing_a_consent_blanks_until_the_paper_is_received(accepted: Case, identification, do, clock):
    blank = do(accepted, WithdrawConsent("consent-father"), by=RESIDENT)
    assert blank.content.facts.get("previous_address") is None
    assert set(blank.blanked) == {"people.p1.birth_date", "previous_address"}
    assert [c.id for c in blank.checks] == [SUPPORT_MEASURES]
    assert do(blank, Undo()).code == "nothing_to_undo"
    done = do(accepted, Finish(filed(clock, *BOTH), identification))
    assert do(done, WithdrawConsent("consent-father"), by=RESIDENT).code == "consent_filed"
    assert do(accepted, WithdrawConsent("other"), by=RESIDENT).code == "consent_unknown"


def test_a_blank_field_filled_by_hand_is_blank_no_more(accepted: Case, do):
    blank = do(accepted, WithdrawConsent("consent-father"), by=RESIDENT)
    typed = blank.content.facts.with_fact(Fact("previous_address", "目印町", Origin.STAFF))
    filled_in = do(blank, Correct(replace(blank.content, facts=typed)))
    assert filled_in.blanked == ("people.p1.birth_date",)


def test_card_facts_are_verified_only_by_the_clerk_who_saw_card_and_face(accepted: Case, do):
    assert accepted.content.facts.get("previous_address").authenticity == "unverified"
    seen = do(accepted, Tick(CARD_SEEN))
    assert seen.content.facts.get("previous_address").authenticity == "verified"
    assert seen.content.facts.get("moved_on").authenticity == "unverified"
    unseen = do(seen, Tick(CARD_SEEN, done=False))
    assert unseen.content.facts.get("previous_address").authenticity == "unverified"


def test_an_act_is_undone_by_the_same_person_within_ten_seconds(case: Case, do, colleague, clock):
    called = do(case, Call())
    clock.forward(seconds=10)
    assert do(called, Undo(), by=colleague).code == "undo_not_yours"
    undone = do(called, Undo())
    assert (undone.state, undone.handler, undone.version) == (CaseState.PREPARED, None, 3)
    assert do(undone, Undo()).code == "nothing_to_undo"
    clock.forward(seconds=0.001)
    assert do(called, Undo()).code == "undo_too_late"


def test_finishing_can_be_undone(accepted: Case, identification, do, clock):
    finished = do(accepted, Finish(filed(clock, *BOTH), identification))
    undone = do(finished, Undo())
    assert (undone.state, undone.filed, undone.results) == (CaseState.ACCEPTED, False, ())


def test_a_residents_change_cannot_be_undone_by_a_clerk(case: Case, content: CaseContent, do):
    assert do(do(case, Revise(content), by=RESIDENT), Undo()).code == "nothing_to_undo"


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.COUNTER_STAFF])
def test_only_counter_staff_decide(accepted: Case, identification, clock, role, do):
    somebody = Actor("somebody", role)
    for event in (Call(), Accept(), Return("x"), Hold("x"), Finish(filed(clock, *BOTH), identification)):
        assert do(accepted, event, by=somebody).code == "role_not_allowed"


def test_a_contractors_operator_corrects_nothing(accepted: Case, content: CaseContent, do):
    assert do(accepted, Correct(content), by=Actor("c", Role.CONTRACT_OPERATOR)).code == "role_not_allowed"


@pytest.mark.parametrize("note", ["一\n二\n三\n四", "あ" * 101, "制御\x07文字"])
def test_the_note_stays_three_short_lines(case: Case, do, note):
    assert do(case, Annotate(note)).code == "note_too_long"
    assert do(case, Annotate("車椅子\n耳が遠い\n右の窓口")).note_ja.count("\n") == 2


def test_a_finished_case_says_so(accepted: Case, identification, do, clock):
    finished = do(accepted, Finish(filed(clock, *BOTH), identification))
    refused = do(finished, Call())
    assert refused.code == "case_finished"
    assert refused.remedy_ja


def test_due_today_means_a_deadline_or_a_claim_month_that_ends(case: Case, content: CaseContent):
    assert case.is_due(dt.date(2026, 4, 13)) is False
    assert case.is_due(dt.date(2026, 4, 14)) is True
    claim = replace(content.procedures[1], claim_by=dt.date(2026, 4, 30))
    monthly = replace(case, content=replace(content, procedures=(claim,)))
    assert monthly.is_due(dt.date(2026, 4, 30)) is True


def test_nothing_personal_shows_in_a_repr(case: Case, do, markers):
    noted = do(case, Annotate(markers["note"]))
    assert not [marker for marker in markers.values() if marker in repr(noted)]


def test_a_holder_who_is_not_the_visitor_is_marked(case: Case, content: CaseContent):
    from counter_bridge.case import CardUse

    hers = replace(case, content=replace(content, cards=(CardUse("p2", "read"),)))
    mine = replace(case, content=replace(content, cards=(CardUse("p1", "read"), CardUse("p2", "no_card"))))
    assert hers.holder_is_not_visitor is True
    assert mine.holder_is_not_visitor is False


def test_a_case_without_cards_has_one_tick_only(content: CaseContent):
    assert [c.id for c in checks_for(replace(content, facts=content.facts), ())] == [SUPPORT_MEASURES]


def test_a_clerks_day_is_the_real_one_moved_as_far_as_the_visits_day_was(case: Case, clock):
    assert moment_of(case, clock.now + dt.timedelta(days=3)).today == dt.date(2026, 4, 10)
    elsewhen = replace(case, on=dt.date(2027, 1, 5))
    assert moment_of(elsewhen, clock.now + dt.timedelta(days=3)).today == dt.date(2027, 1, 8)
    late_in_another_zone = dt.datetime(2026, 4, 7, 15, 30, tzinfo=dt.UTC)
    assert moment_of(case, late_in_another_zone) == Moment(late_in_another_zone, dt.date(2026, 4, 8))
