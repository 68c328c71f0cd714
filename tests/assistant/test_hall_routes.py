"""What the hall sees of the line: numbers, counters, minutes, and nothing about anybody."""

from tests.assistant.conftest import FAMILY, App, Desk, good


def test_the_hall_sees_numbers_and_counters_only(app: App, desk: Desk) -> None:
    visit = app.visit().to_plan(FAMILY)
    visit.turn(details={"people.p1.name": "目印　太郎", "new_address": "目印県目印市1-1"})
    called = visit.open_case()
    good(desk.act(called["case_id"], "call"))
    waiting = app.visit().to_plan().open_case()
    answer = app.client.get("/api/v1/calls")
    shown = good(answer)
    assert [c["ticket"] for c in shown["now"]] == [called["ticket"]]
    assert [w["ticket"] for w in shown["waiting"]] == [waiting["ticket"]]
    assert {k for c in shown["now"] for k in c} == {"ticket", "counter", "counter_id", "called_at", "times"}
    assert {k for w in shown["waiting"] for k in w} == {"ticket", "counter", "counter_id", "minutes"}
    for personal in ("目印", "転入", visit.id, called["case_id"], visit.token):
        assert personal not in answer.text
