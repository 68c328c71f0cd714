"""What is past its term is gone: from every query, and its bytes from the file."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, type_coerce, update

from counter_bridge.case import SUPPORT_MEASURES, Case, CaseContent, Decision
from counter_bridge.case_changes import apply
from counter_bridge.case_events import Accept, Call, Finish, Hold, Moment, Outcome, Return, Skip, Withdraw
from counter_bridge.encryption import bound
from counter_bridge.retention import RetentionRules, audit_before, keep_until
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT
from counter_bridge.store import Swept, TurnAnswer

RULES = RetentionRules()


def days(case: Case, clock) -> float:
    return (keep_until(case, RULES) - clock.now) / dt.timedelta(days=1)


@pytest.fixture
def finished(case: Case, clerk, clock, identification) -> Case:
    filed = tuple(Outcome(p.id, Decision.FILED, clock.now) for p in case.content.procedures)
    accepted = apply(case, Accept(), clerk, clock.moment)
    return apply(accepted, Finish(filed, identification, (SUPPORT_MEASURES,)), clerk, clock.moment)


def test_the_terms_are_those_of_the_counter(case: Case, finished: Case, clerk, clock):
    accepted = apply(case, Accept(), clerk, clock.moment)
    assert days(case, clock) == 1
    assert days(apply(apply(case, Call(), clerk, clock.moment), Skip(), clerk, clock.moment), clock) == 1
    assert days(apply(case, Withdraw(), RESIDENT, clock.moment), clock) == 1
    assert days(accepted, clock) == 14
    assert days(apply(accepted, Return("x"), clerk, clock.moment), clock) == 14
    assert days(apply(accepted, Hold("x", until=dt.date(2026, 4, 10)), clerk, clock.moment), clock) == 4
    assert days(finished, clock) == 30
    assert RULES.abandoned_visit == dt.timedelta(minutes=15)


def test_a_hold_is_counted_in_days_even_when_the_visit_has_another_date(case: Case, clerk, clock):
    other_day = Moment(clock.now, dt.date(2030, 1, 10))
    accepted = apply(case, Accept(), clerk, other_day)
    held = apply(accepted, Hold("x", until=dt.date(2030, 1, 13)), clerk, other_day)
    assert days(held, clock) == 4


def test_what_was_received_is_kept_as_long_as_a_finished_case(case: Case, clerk, clock, identification):
    first, second = case.content.procedures
    outcomes = (
        Outcome(first.id, Decision.FILED, clock.now),
        Outcome(second.id, Decision.HELD, waiting_for_ja="x"),
    )
    accepted = apply(case, Accept(), clerk, clock.moment)
    held = apply(accepted, Finish(outcomes, identification, (SUPPORT_MEASURES,)), clerk, clock.moment)
    assert days(held, clock) == 30


def test_audit_entries_are_kept_five_years_also_over_a_leap_day():
    assert audit_before(RULES, dt.datetime(2028, 2, 29, tzinfo=dt.UTC)) == dt.datetime(
        2023, 2, 28, tzinfo=dt.UTC
    )
    assert audit_before(RULES, dt.datetime(2026, 4, 7, tzinfo=dt.UTC)) == dt.datetime(
        2021, 4, 7, tzinfo=dt.UTC
    )


def test_a_visit_that_cannot_be_read_goes_like_any_other(store: SqlStore, clock):
    broken = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    other = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    table = store._database.tables.visits
    with store._database.write() as connection:
        strange = bound("another-row", {})
        connection.execute(update(table).where(table.c.visit_id == broken.visit_id).values(body=strange))
    clock.forward(minutes=15)
    swept = store.sweep()
    assert swept == Swept(visits=2)
    assert [visit.visit_id for visit in swept.given_up] == [other.visit_id]


def test_a_sweep_removes_what_is_over_and_only_that(
    store: SqlStore, content: CaseContent, consent, clerk, clock
):
    old = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    store.save_visit(old, 1, TurnAnswer("turn", {}))
    store.add_consent(old.visit_id, consent)
    served = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    store.add_consent(served.visit_id, replace(consent, consent_id="consent-of-case"))
    kept = store.create_case(
        content=content, counter="a", series="A", by=RESIDENT, at=clock.moment, visit_id=served.visit_id
    )
    kept = store.act_on_case(kept.case_id, 1, Accept(), clerk, clock.moment)
    gone = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    clock.forward(minutes=10)
    fresh = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    clock.forward(minutes=5)
    assert store.sweep() == Swept(visits=2)
    assert store.get_visit(fresh.visit_id) == fresh
    assert store.get_case(kept.case_id) == kept
    assert [c.consent_id for c in kept.consents] == ["consent-of-case"]
    assert store.list_consents(old.visit_id) == ()
    clock.forward(days=1)
    assert store.sweep() == Swept(visits=1, cases=1)
    assert store.get_case(gone.case_id) is None
    assert store.get_case(kept.case_id) == kept
    clock.forward(days=14)
    assert store.sweep() == Swept(cases=1)
    assert store.list_consents(served.visit_id) == ()
    assert store.sweep() == Swept()
    whys = {(e.act, e.why) for e in store.audit.list() if e.why and e.act != "consent_given"}
    assert whys == {("visit_wipe", "abandoned"), ("case_remove", "term_over")}


def test_a_case_past_its_term_is_not_shown_even_before_the_sweep(
    store: SqlStore, content: CaseContent, clerk, clock
):
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    clock.forward(days=1)
    assert store.get_case(case.case_id) is None
    assert store.list_cases() == ()
    assert store.ticket_status(case.ticket.status_token) is None
    assert store.days_with_calls() == ()


def test_the_bytes_of_a_wiped_visit_are_gone_from_file_and_log(sqlite_place, content, consent, clock):
    store = sqlite_place.open()
    visit = store.create_visit(on=clock.now, kb_version="kb", body={"text": "目印" * 3000}).visit
    store.add_consent(visit.visit_id, consent)
    case = store.create_case(
        content=content, counter="a", series="A", by=RESIDENT, at=clock.moment, visit_id=visit.visit_id
    )
    saved = store.save_visit(
        replace(visit, body={"text": "目印" * 3001}), 1, TurnAnswer("t", {"say": "目印"})
    )
    tables = store._database.tables
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))

    def raw() -> bytes:
        return b"".join(p.read_bytes() for p in file.parent.iterdir() if p.name.startswith(file.name))

    with store._database.read() as connection:
        sealed = [
            bytes(row[0])[3 + 8 :][:40]
            for table in tables.encrypted
            for row in connection.execute(select(type_coerce(table.c.body, LargeBinary)))
        ]
    assert len(sealed) == 4
    assert all(one in raw() for one in sealed)
    assert saved.version == 2
    clock.forward(days=2)
    assert store.sweep() == Swept(visits=1, cases=1, erased=True)
    assert not [one for one in sealed if one in raw()]
    assert visit.visit_id.encode() in raw()
    assert case.case_id.encode() in raw()
    store.close()


def test_old_versions_of_a_visit_are_erased_with_the_next_sweep(sqlite_place, clock):
    store = sqlite_place.open()
    visit = store.create_visit(on=clock.now, kb_version="kb", body={"text": "一つ目の目印"}).visit
    with store._database.read() as connection:
        first = bytes(connection.exec_driver_sql("SELECT body FROM visits").scalar())[3 + 8 :]
    store.save_visit(replace(visit, body={"text": "二"}), 1)
    store.erase()
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    assert first not in file.read_bytes() + Path(f"{file}-wal").read_bytes()
    store.close()


def test_a_reader_delays_erasing_and_the_next_sweep_makes_up_for_it(sqlite_place, clock):
    store = sqlite_place.open(Terms(wait_s=0.05))
    store.create_visit(on=clock.now, kb_version="kb", body={})
    clock.forward(days=1)
    with store._database.read() as connection:
        connection.execute(select(store._database.tables.visits.c.visit_id)).all()
        assert store.sweep() == Swept(visits=1, erased=False)
    assert store.erase() is True
    store.close()


def test_a_town_may_keep_things_longer_or_shorter(place, content, clock):
    store = place.open(Terms(retention=RetentionRules(abandoned_visit_min=5, unattended_case_days=3)))
    visit = store.create_visit(on=clock.now, kb_version="kb", body={}).visit
    case = store.create_case(content=content, counter="a", series="A", by=RESIDENT, at=clock.moment)
    clock.forward(minutes=5)
    assert store.get_visit(visit.visit_id) is None
    clock.forward(days=2, hours=23)
    assert store.get_case(case.case_id) is not None
    store.close()
