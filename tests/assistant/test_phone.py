"""A visit goes on at the resident's own phone: once, without names, and nothing of the hall there (COUNTER_RULES 9)."""

import datetime as dt
from typing import Any

import pytest

from assistant.nameless import without_names
from assistant.visits import Holder
from dialogue.session import Answered, Corrected, Detailed, Recorded, Said, Session
from kb.facts import Fact, Origin
from kb.model import KnowledgeBase
from tests.assistant.conftest import (
    DAY,
    FIRST_SENTENCE,
    App,
    Clock,
    Desk,
    StartApp,
    VisitScreen,
    good,
    problem,
)
from tests.assistant.test_live_push import kiosk, until
from tests.assistant.test_measures import Counted

AT = dt.datetime(2026, 4, 7, 10, 15, tzinfo=dt.timezone(dt.timedelta(hours=9)))


class Phone(VisitScreen):
    """What the phone that read a code has."""

    def __init__(self, client: Any, opened: dict[str, Any]):
        self.client = client
        self.state = opened
        self.id, self.token = opened["visit_id"], opened["token"]
        self.base = f"/api/v1/visits/{self.id}"
        self.headers = {"Authorization": f"Bearer {self.token}"}


def code_of(visit: VisitScreen) -> str:
    return str(good(visit.post("/phone"), 201)["url"]).partition("#")[2]


def exchanged(app: App, code: str) -> Any:
    return app.client.post("/api/v1/phone", json={"code": code})


def moved(app: App, visit: VisitScreen) -> Phone:
    return Phone(app.client, good(exchanged(app, code_of(visit)), 201))


def test_what_was_said_goes_on_there_with_a_token_of_its_own(app: App, visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)
    phone = moved(app, visit)
    assert phone.id != visit.id
    assert phone.token != visit.token
    assert phone.step == visit.step
    assert phone.facts() == visit.facts()
    problem(app.client.get(phone.base, headers=visit.headers), 401, "token_invalid")
    problem(app.client.get(visit.base, headers=phone.headers), 401, "token_invalid")


def test_it_ends_with_a_number_and_the_code_of_its_state(app: App, visit: VisitScreen, desk: Desk) -> None:
    visit.turn(text=FIRST_SENTENCE)
    phone = moved(app, visit).to_plan()
    assert phone.state["next"] == ["case"]
    given = phone.open_case()
    status = good(app.client.post("/api/v1/status", json={"code": given["status_code"]}))
    assert status["ticket"] == given["ticket"]
    assert desk.case(given["case_id"])["plan"]
    assert "status_code" not in app.visit().to_plan().open_case(), "a kiosk shows it as a picture only"


def test_the_address_holds_the_code_in_its_fragment_only(visit: VisitScreen) -> None:
    invited = good(visit.post("/phone"), 201)
    address, _, code = invited["url"].partition("#")
    assert address.endswith("/phone")
    assert len(code) > 20
    assert visit.token not in str(invited)
    assert visit.id not in str(invited)
    assert invited["qr_svg"].startswith("<svg")
    assert invited["lasts_s"] == 300


def test_a_code_counts_once(app: App, visit: VisitScreen) -> None:
    code = code_of(visit)
    good(exchanged(app, code), 201)
    problem(exchanged(app, code), 404, "phone_code_unknown")


def test_a_code_counts_for_five_minutes(app: App, visit: VisitScreen, clock: Clock) -> None:
    code = code_of(visit)
    clock.forward(minutes=5)
    problem(exchanged(app, code), 404, "phone_code_unknown")
    late = code_of(visit)
    clock.forward(minutes=4, seconds=59)
    good(exchanged(app, late), 201)


def test_a_new_code_takes_the_place_of_the_one_before(app: App, visit: VisitScreen) -> None:
    before, after = code_of(visit), code_of(visit)
    problem(exchanged(app, before), 404, "phone_code_unknown")
    good(exchanged(app, after), 201)


@pytest.mark.parametrize("code", ["x", "visit-1", "0" * 43])
def test_a_guess_opens_nothing(app: App, visit: VisitScreen, code: str) -> None:
    code_of(visit)
    problem(exchanged(app, code), 404, "phone_code_unknown")
    problem(exchanged(app, visit.token), 404, "phone_code_unknown")


def test_a_visit_that_ended_meanwhile_does_not_go_on(app: App, visit: VisitScreen) -> None:
    code = code_of(visit)
    visit.delete()
    problem(exchanged(app, code), 404, "visit_gone")


def test_the_kiosk_is_told_and_loses_nothing_by_itself(app: App, visit: VisitScreen) -> None:
    visit.turn(text=FIRST_SENTENCE)
    code = code_of(visit)
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        good(exchanged(app, code), 201)
        assert until(socket, "moved") == {"type": "moved"}
    assert visit.facts(), "the answer to the phone may be lost; the screen wipes when somebody says so"


def test_a_visit_that_went_on_at_a_phone_is_not_counted_as_given_up(app: App, visit: VisitScreen) -> None:
    counted = Counted()
    visit.turn(text=FIRST_SENTENCE)
    phone = moved(app, visit)
    assert visit.delete().status_code == 204
    assert counted.grown("abandoned_visits_total", mode="kiosk", step="confirm") == 0
    assert counted.grown("visits_total", state="moved") == 1
    phone.delete()
    assert counted.grown("abandoned_visits_total", mode="phone", step="confirm") == 1


def test_nothing_of_the_hall_is_done_there(app: App, visit: VisitScreen) -> None:
    phone = moved(app, visit.to_plan())
    consent = {"person": "p1", "purpose": "fill_forms", "fields": ["name"]}
    refused = [
        phone.get("/consents"),
        phone.post("/consents", consent),
        phone.delete("/consents/consent-1"),
        phone.get("/card"),
        phone.post("/card", {"consent_id": "consent-1", "pin": "1234"}),
        phone.get("/details"),
        phone.try_turn(details={"people.p1.name": "見本太郎"}),
        phone.try_turn(details="skip"),
        phone.post("/forms"),
        phone.get("/forms.pdf"),
        phone.get("/forms/resident_change_notification.pdf"),
        phone.get("/forms/resident_change_notification.png"),
        phone.get("/plan.pdf"),
    ]
    for answer in refused:
        problem(answer, 403, "not_on_a_phone")


def test_nothing_that_identifies_goes_along(app: App, visit: VisitScreen) -> None:
    visit.to_plan()
    visit.turn(details={"people.p1.name": "見本太郎", "new_address": "見本町1番地"})
    good(visit.read_card(visit.consent()))
    phone = moved(app, visit)
    assert good(phone.get())["step"]["kind"] == "plan"
    shown = phone.get("/log").text + phone.get().text
    for secret in ("見本太郎", "見本町", "people.p1.name", "new_address", "birth_date"):
        assert secret not in shown
    stored = str(app.services.visits.load(Holder(phone.id)))
    assert "見本" not in stored


def test_a_birth_date_typed_there_is_kept_as_an_age(app: App, visit: VisitScreen) -> None:
    visit.turn(answer={"question": "reasons", "value": ["moving_in"]})
    phone = moved(app, visit)
    phone.turn(text="妻と二人です。妻は1990年5月1日生まれです")
    facts = phone.facts()
    assert facts["people.p2.age"] == 35
    assert not any(fact.endswith(("birth_date", "name")) for fact in facts)


def test_with_a_number_in_hand_there_is_nothing_to_go_on_with(visit: VisitScreen) -> None:
    visit.open_case(ticket_only=True)
    problem(visit.post("/phone"), 409, "ticket_given")


def test_a_quiet_visit_and_a_code_of_one_go_nowhere(app: App, visit: VisitScreen) -> None:
    code = code_of(visit)
    visit.turn(text="夫に殴られています。助けてください")
    problem(visit.post("/phone"), 409, "not_at_a_kiosk")
    problem(exchanged(app, code), 409, "not_at_a_kiosk")


def test_a_phone_gives_no_code_and_a_clerk_neither(app: App, visit: VisitScreen, desk: Desk) -> None:
    problem(moved(app, visit).post("/phone"), 409, "not_at_a_kiosk")
    opened = good(desk.post("/visits", {"mode": "interview", "on": DAY}), 201)
    token = {"Authorization": f"Bearer {opened['token']}"}
    answer = desk.post(f"/visits/{opened['visit_id']}/phone", **token)
    problem(answer, 409, "not_at_a_kiosk")


def test_a_person_in_the_talk_ends_it_first(app: App, visit: VisitScreen) -> None:
    code = code_of(visit)
    good(visit.post("/call_operator"))
    talk = app.services.talks.of(visit.id)
    assert talk is not None
    if talk.state.value != "waiting":
        pytest.fail(f"nobody is waited for: {talk.state}")
    problem(visit.post("/phone"), 409, "person_here")
    problem(exchanged(app, code), 409, "person_here")


def test_a_phone_has_no_sound(app: App, visit: VisitScreen) -> None:
    phone = moved(app, visit)
    with kiosk(phone) as socket:
        socket.send_json({"token": phone.token})
        until(socket, "step")
        socket.send_bytes(b"\0" * 640)
        socket.send_json({"voice": {"on": True}})
        phone.turn(text=FIRST_SENTENCE)
        assert until(socket, "step")["step"] == phone.step


def test_a_town_that_does_not_offer_it_has_it_not(start_app: StartApp) -> None:
    app = start_app(demo=False)
    assert good(app.client.get("/api/v1/about"))["phone"] is False
    visit = VisitScreen(app.client)
    problem(visit.post("/phone"), 404, "phones_off")


class TestWithoutNames:
    def test_facts_that_identify_are_left_out_wherever_they_stand(self, kb: KnowledgeBase) -> None:
        name = Fact("people.p1.name", "見本太郎", Origin.SAID, at=AT)
        age = Fact("people.p1.age", 40, Origin.SAID, at=AT)
        card = Recorded((Fact("people.p1.name", "見本太郎", Origin.CARD, at=AT),), AT, consent="consent-1")
        session = Session(
            (
                Said("見本太郎です。40歳です", (name, age), AT),
                Answered("ages", (age, name), AT, keys=("people.p1.age",)),
                Corrected("people.p1.name", (name,), AT),
                card,
                Detailed((name,), AT),
            )
        )
        left = without_names(kb, session, AT.date())
        assert left == Session((Said("", (age,), AT), Answered("ages", (age,), AT, keys=("people.p1.age",))))
        assert without_names(kb, left, AT.date()) == left

    def test_an_age_that_is_known_stands_above_a_birth_date(self, kb: KnowledgeBase) -> None:
        age = Fact("people.p1.age", 40, Origin.SAID, at=AT)
        birth = Fact("people.p1.birth_date", dt.date(1990, 5, 1), Origin.SAID, at=AT)
        both = without_names(kb, Session((Answered("ages", (age, birth), AT),)), AT.date())
        assert both.facts().value("people.p1.age") == 40
        alone = without_names(kb, Session((Corrected(birth.key, (birth,), AT),)), AT.date())
        assert alone == Session(
            (Corrected("people.p1.age", (Fact("people.p1.age", 35, Origin.SAID, at=AT),), AT),)
        )
