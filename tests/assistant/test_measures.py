"""What a visit costs is counted from its first touch to the end of its case, without anything of a person."""

import re

from assistant.metrics import REGISTRY
from tests.assistant.conftest import DAY, FIRST_SENTENCE, App, Clock, Desk, good


class Counted:
    """How much the numbers have grown since the test began; they belong to the process, not to one app."""

    def __init__(self) -> None:
        self._before = self._now()

    @staticmethod
    def _now() -> dict[str, float]:
        return {
            f"{sample.name}{sorted(sample.labels.items())}": sample.value
            for metric in REGISTRY.collect()
            for sample in metric.samples
        }

    def grown(self, name: str, **labels: str) -> float:
        key = f"{name}{sorted(labels.items())}"
        return self._now().get(key, 0) - self._before.get(key, 0)


def test_minutes_are_counted_from_the_first_touch_to_the_end_of_the_case(
    app: App, desk: Desk, clock: Clock
) -> None:
    counted = Counted()
    visit = app.visit().to_plan()
    clock.forward(minutes=7)
    case = visit.open_case()["case_id"]
    clock.forward(minutes=10)
    desk.accept(case)
    clock.forward(minutes=13)
    good(desk.act(case, "finish", desk.results(case)))
    assert counted.grown("arrival_to_ticket_minutes_sum", way="kiosk") == 7
    assert counted.grown("ticket_to_call_minutes_sum") == 10
    assert counted.grown("arrival_to_leaving_minutes_sum", end="finished") == 30
    assert counted.grown("arrival_to_leaving_minutes_count", end="finished") == 1
    assert counted.grown("tickets_total", way="kiosk") == 1
    assert counted.grown("visit_effort_count", kind="taps") == 1


def test_a_visit_given_up_is_counted_where_it_stood(app: App) -> None:
    counted = Counted()
    visit = app.visit()
    visit.turn(text=FIRST_SENTENCE)
    visit.delete()
    served = app.visit()
    served.open_case(ticket_only=True)
    served.delete()
    assert counted.grown("abandoned_visits_total", mode="kiosk", step="confirm") == 1
    assert counted.grown("tickets_total", way="kiosk_number_only") == 1


def test_a_visit_that_nobody_ended_is_counted_when_its_term_is_over(app: App, clock: Clock) -> None:
    counted = Counted()
    app.visit().turn(text=FIRST_SENTENCE)
    app.visit().open_case(ticket_only=True)
    clock.forward(minutes=14)
    assert app.services.sweep().visits == 0
    clock.forward(minutes=2)
    assert app.services.sweep().visits == 2
    assert counted.grown("abandoned_visits_total", mode="kiosk", step="confirm") == 1
    assert (
        sum(counted.grown("abandoned_visits_total", mode="kiosk", step=s) for s in ("reasons", "confirm"))
        == 1
    )


def test_who_comes_again_and_what_staff_type_again_are_counted(app: App, desk: Desk) -> None:
    counted = Counted()
    case = app.visit().to_plan().open_case()["case_id"]
    good(desk.act(case, "call"))
    good(desk.act(case, "correct", {"facts": {"people.p1.age": 31, "phone": "000-0000-0000"}}))
    good(desk.act(case, "official", {"facts": {"moved_on": "2026-03-30"}}))
    good(desk.act(case, "return", {"reason": "印鑑を取りに"}))
    assert counted.grown("staff_facts_total", way="staff") == 2
    assert counted.grown("staff_facts_total", way="official") == 1
    assert counted.grown("case_acts_total", act="return") == 1


def test_an_attendants_number_and_the_talk_behind_it_are_one_visit(
    app: App, desk: Desk, clock: Clock
) -> None:
    counted = Counted()
    body = {"reasons": ["moving_in"], "on": DAY}
    given = good(app.desk("attendant").post("/tickets", body), 201)["case_id"]
    clock.forward(minutes=20)
    opened = good(desk.post("/visits", {"mode": "interview", "case": given, "on": DAY}), 201)
    token = {"Authorization": f"Bearer {opened['token']}"}
    good(desk.post(f"/visits/{opened['visit_id']}/case", {}, **token))
    assert counted.grown("tickets_total", way="attendant") == 1
    assert counted.grown("tickets_total", way="interview") == 0


def test_no_number_names_anybody(app: App) -> None:
    visit = app.visit()
    visit.turn(text=FIRST_SENTENCE)
    ticket = visit.open_case(ticket_only=True)
    shown = app.client.get("/metrics").text
    for secret in (visit.id, ticket["case_id"], ticket["ticket"], "横浜", "39"):
        assert not re.search(rf'="[^"]*{secret}', shown)
