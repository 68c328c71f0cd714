"""The store locked, the disk full, the process killed: a clear answer, no lost case, and the same step afterwards."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from assistant import services
from assistant.services import DATABASE
from tests.assistant.conftest import ALONE, DAY, FAMILY, FIRST_SENTENCE, App, Serve, StartApp, good, problem

# ---------------------------------------------------------------------- the store


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store waits for a lock no longer than a moment."""
    usual = services._terms
    monkeypatch.setattr(services, "_terms", lambda *given: replace(usual(*given), wait_s=0.05))


@contextmanager
def locked(app: App) -> Iterator[None]:
    """Somebody else writes into the database and does not end."""
    other = sqlite3.connect(app.home / DATABASE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(app: App) -> Iterator[None]:
    """The database may not grow by a single page, as on a full disk."""
    engine = app.services.store._database.engine

    def no_more(connection: Any, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", no_more)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", no_more)
        engine.dispose()


def test_a_locked_database_is_told_and_nothing_is_half_kept(impatient: None, start_app: StartApp) -> None:
    app = start_app()
    visit = app.visit().to_plan()
    desk = app.desk()
    case = app.visit().to_plan().open_case()["case_id"]
    before, shown = good(visit.get()), desk.case(case)
    tag = f'"{shown["version"]}"'
    consent = visit.consent()
    with locked(app):
        for answer in (
            app.client.post("/api/v1/visits", json={"on": DAY}),
            visit.try_turn(correct={"fact": "moved_on", "value": "2026-04-03"}),
            visit.try_turn(text="犬を飼っています"),
            visit.read_card(consent),
            visit.post("/case"),
            visit.delete(f"/consents/{consent}"),
            visit.delete(),
            desk.act(case, "call", etag=tag),
            desk.post(f"/cases/{case}/note", {"note": "x"}, If_Match=tag),
        ):
            told = problem(answer, 503, "store_locked")
            assert "もう一度" in told["remedy"]
        assert app.client.get("/readyz").status_code == 503
        assert good(app.client.get("/healthz"))["status"] == "alive"
    assert good(visit.get()) == before
    assert desk.case(case) == shown
    assert visit.open_case()["ticket"], "and it goes on"
    assert app.client.get("/readyz").status_code == 200


def test_a_turn_refused_by_a_lock_can_be_sent_again(impatient: None, start_app: StartApp) -> None:
    app = start_app()
    visit = app.visit()
    body = {"text": FIRST_SENTENCE, "turn_id": "t1"}
    with locked(app):
        problem(visit.try_turn(**body), 503, "store_locked")
    assert visit.turn(**body)["step"]["kind"] == "confirm"


def test_a_full_disk_is_told_and_no_case_is_lost(app: App) -> None:
    desk = app.desk()
    family = app.visit().to_plan(FAMILY)
    kept = family.open_case()
    before = desk.case(kept["case_id"])
    codes = set()
    with full(app):
        for number in range(40):
            answer = app.client.post("/api/v1/visits", json={"on": DAY})
            if answer.status_code != 201:
                codes.add(problem(answer, 503)["code"])
            version = app.services.store.get_case(kept["case_id"]).version
            body = {"note": f"{number} " + "長" * 90}
            answer = desk.act(kept["case_id"], "note", body, etag=f'"{version}"')
            if answer.status_code != 200:
                codes.add(problem(answer, 503)["code"])
        assert codes == {"store_full"}
        problem(desk.get(f"/cases/{kept['case_id']}"), 503, "store_full")
        assert app.services.store.get_case(kept["case_id"]).ticket.shown == kept["ticket"]
    assert [p["id"] for p in desk.case(kept["case_id"])["plan"]] == [p["id"] for p in before["plan"]]
    opened = app.visit().to_plan().open_case()
    tickets = {c["ticket"] for c in good(desk.get("/cases"))["cases"]}
    assert {kept["ticket"], opened["ticket"]} <= tickets
    assert type(app.services.store.audit.verify()).__name__ == "AuditIntact"


# ---------------------------------------------------------------------- restarts


def test_a_restart_in_the_middle_of_a_visit_loses_nothing(start_app: StartApp) -> None:
    app = start_app()
    visit = app.visit()

    def after_restart() -> dict[str, Any]:
        nonlocal app
        before = good(visit.get())
        app.stop()
        app = start_app()
        visit.client = app.client
        assert good(visit.get()) == before
        return before

    visit.turn(text=FIRST_SENTENCE, turn_id="t1")
    read_back = after_restart()
    assert visit.turn(text=FIRST_SENTENCE, turn_id="t1")["step"] == read_back["step"], "counted once"
    visit.turn(answer={"question": "confirm", "value": True})
    after_restart()
    visit.to_plan(FAMILY)
    after_restart()
    consent = visit.consent()
    after_restart()
    good(visit.read_card(consent))
    visit.turn(details={"new_address": "架空県星見野市天の川町1-1"})
    after_restart()
    case = visit.open_case()
    after_restart()
    assert visit.open_case()["ticket"] == case["ticket"]
    desk = app.desk()
    good(desk.act(case["case_id"], "call"))
    app.stop()
    app = start_app()
    again = app.desk()
    assert again.case(case["case_id"])["state"] == "called"
    assert good(again.act(case["case_id"], "accept"))["state"] == "accepted"


def test_a_signed_in_clerk_stays_so_over_a_restart(start_app: StartApp) -> None:
    app = start_app()
    desk = app.desk()
    app.stop()
    desk.client = start_app().client
    good(desk.get("/cases"))


def test_killed_between_two_steps_the_visit_goes_on_where_it_was(serve: Serve) -> None:
    process, client = serve()
    opened = client.post("/api/v1/visits", json={"on": DAY}).json()
    base, headers = f"/api/v1/visits/{opened['visit_id']}", {"Authorization": f"Bearer {opened['token']}"}

    def turn(**body: Any) -> dict[str, Any]:
        answer = client.post(f"{base}/turns", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def killed() -> None:
        nonlocal process, client
        before = client.get(base, headers=headers).json()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process, client = serve()
        assert client.get(base, headers=headers).json() == before

    turn(answer={"question": "reasons", "value": "moving_in"}, turn_id="t1")
    killed()
    state = turn(answer={"question": "reasons", "value": "moving_in"}, turn_id="t1")
    while state["step"]["kind"] == "ask":
        question = state["step"]["question"]
        default = ["none"] if question["multiple"] else (question["options"] or [{"value": None}])[0]["value"]
        state = turn(answer={"question": question["id"], "value": ALONE.get(question["id"], default)})
    assert state["step"]["kind"] == "plan"
    case = client.post(f"{base}/case", headers=headers).json()
    killed()
    assert client.post(f"{base}/case", headers=headers).json()["ticket"] == case["ticket"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, "asked to end, it ends cleanly"
