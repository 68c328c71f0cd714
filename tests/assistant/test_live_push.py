"""What happens is seen on every screen that is open, and by nobody who may not see it."""

import asyncio
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from assistant.live import QUEUE_LENGTH, LiveHub
from assistant.routes import live
from counter_bridge.errors import StoreUnavailable
from tests.assistant.conftest import FIRST_SENTENCE, App, Desk, VisitScreen, good

NOT_SIGNED_IN = 4401


def until(socket: Any, kind: str) -> dict[str, Any]:
    """The next message of this kind."""
    for _ in range(20):
        message: dict[str, Any] = socket.receive_json()
        if message["type"] == kind:
            return message
    raise AssertionError(f"no {kind}")


def kiosk(visit: VisitScreen) -> Any:
    return visit.client.websocket_connect(f"{visit.base}/live")


def staff(desk: Desk, **headers: str) -> Any:
    return desk.client.websocket_connect("/api/v1/live", headers={**desk.headers, **headers})


def closed_with(socket: Any) -> int:
    with pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    return closed.value.code


def test_a_visits_other_screen_follows_it(visit: VisitScreen) -> None:
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        assert until(socket, "step")["step"]["question"]["id"] == "reasons", "where it stands, at once"
        visit.turn(text=FIRST_SENTENCE)
        pushed = until(socket, "step")
        assert pushed["step"] == visit.step
        assert pushed["plan"] == visit.plan


@pytest.mark.parametrize(
    "first",
    [
        {"token": "wrong"},
        {"token": None},
        {"token": ["x"]},
        {},
        [],
        "token",
        5,
    ],
)
def test_without_the_token_a_kiosks_socket_is_closed(visit: VisitScreen, first: Any) -> None:
    with kiosk(visit) as socket:
        socket.send_json(first)
        assert closed_with(socket) == NOT_SIGNED_IN


@pytest.mark.parametrize("first", ["no json", "", "[" * 100_000, "\x00"])
def test_nonsense_instead_of_the_token_closes_it(visit: VisitScreen, first: str) -> None:
    with kiosk(visit) as socket:
        socket.send_text(first)
        assert closed_with(socket) == NOT_SIGNED_IN


def test_bytes_instead_of_the_token_close_it(visit: VisitScreen) -> None:
    with kiosk(visit) as socket:
        socket.send_bytes(b"\x00" * 640)
        assert closed_with(socket) == NOT_SIGNED_IN


def test_another_visits_token_opens_nothing(app: App, visit: VisitScreen) -> None:
    with kiosk(visit) as socket:
        socket.send_json({"token": app.visit().token})
        assert closed_with(socket) == NOT_SIGNED_IN


def test_the_socket_of_an_interview_ends_with_its_clerks_session(app: App, desk: Desk) -> None:
    opened = good(desk.post("/visits", {"mode": "interview"}), 201)
    with app.client.websocket_connect(f"/api/v1/visits/{opened['visit_id']}/live") as socket:
        socket.send_json({"token": opened["token"]})
        until(socket, "step")
        good(desk.post("/logout"), 204)
        assert closed_with(socket) == NOT_SIGNED_IN


def test_a_store_that_is_away_asks_the_screen_to_come_again(
    app: App, visit: VisitScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StoreUnavailable("store_locked")

    monkeypatch.setattr(app.services.store, "visit_with_token", away)
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        assert closed_with(socket) == live.TRY_AGAIN_LATER


def test_who_says_nothing_in_time_is_closed(visit: VisitScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert live.TOKEN_WAIT_S == 5
    monkeypatch.setattr(live, "TOKEN_WAIT_S", 0.01)
    with kiosk(visit) as socket:
        assert closed_with(socket) == NOT_SIGNED_IN


def test_calling_a_person_shows_on_the_visits_other_screen(visit: VisitScreen) -> None:
    with kiosk(visit) as socket:
        socket.send_json({"token": visit.token})
        until(socket, "step")
        good(visit.post("/call_operator"))
        assert until(socket, "step")["step"]["kind"] == "hand_over"


def test_a_case_appears_at_the_desk_without_reloading(app: App, desk: Desk) -> None:
    with staff(desk) as socket:
        assert until(socket, "calls")["waiting"] == []
        opened = app.visit().to_plan().open_case()
        pushed = until(socket, "case")
        assert pushed["case"] == opened["case_id"]
        assert pushed.keys() <= {"type", "case", "version"}, "nothing personal is pushed, screens fetch it"


def test_a_call_reaches_the_visit_and_the_hall(app: App, desk: Desk, visit: VisitScreen) -> None:
    opened = visit.to_plan().open_case()
    with kiosk(visit) as kiosk_socket, app.client.websocket_connect("/api/v1/live") as hall:
        kiosk_socket.send_json({"token": visit.token})
        until(kiosk_socket, "step")
        until(hall, "calls")
        good(desk.act(opened["case_id"], "call"))
        called = until(kiosk_socket, "called")
        assert (called["ticket"], called["counter"]) == (opened["ticket"], opened["counter"])
        shown = until(hall, "calls")
        assert [c["ticket"] for c in shown["now"]] == [opened["ticket"]]


def test_the_hall_never_hears_of_cases(app: App, desk: Desk) -> None:
    with app.client.websocket_connect("/api/v1/live") as hall, staff(desk) as socket:
        until(hall, "calls")
        until(socket, "calls")
        opened = app.visit().to_plan().open_case()
        until(socket, "case")
        good(desk.act(opened["case_id"], "call"))
        heard = [hall.receive_json(), hall.receive_json()]
        assert {m["type"] for m in heard} == {"calls"}
        assert opened["case_id"] not in str(heard)


def test_a_forged_cookie_hears_numbers_only(app: App) -> None:
    forged = Desk(app.client, "forged")
    with staff(forged) as socket:
        until(socket, "calls")
        good(app.visit().post("/call_operator"))
        app.visit().to_plan().open_case()
        assert socket.receive_json()["type"] == "calls"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_sites_socket_is_refused(desk: Desk, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, staff(desk, Origin=origin):
        pass
    assert closed.value.code == NOT_SIGNED_IN


def test_a_wish_for_a_person_is_seen_at_the_desk_with_nothing_that_was_said(
    desk: Desk, visit: VisitScreen
) -> None:
    visit.turn(text=FIRST_SENTENCE)
    with staff(desk) as socket:
        until(socket, "calls")
        good(visit.post("/call_operator"))
        wanted = until(socket, "person_wanted")
        assert wanted == {"type": "person_wanted", "visit": visit.id, "reason": "wish", "place": ""}


def test_danger_is_told_to_the_desk_alone_and_leaves_no_words(
    app: App, desk: Desk, visit: VisitScreen
) -> None:
    with staff(desk) as socket:
        until(socket, "calls")
        visit.turn(text="夫に暴力を振るわれて逃げてきました。目印です")
        wanted = until(socket, "person_wanted")
        assert wanted == {"type": "person_wanted", "visit": visit.id, "reason": "sensitive", "place": ""}
    assert visit.step["kind"] == "hand_over"
    assert visit.facts() == {}
    stored = app.services.store.get_visit(visit.id)
    assert stored is not None
    assert "目印" not in str(stored.body)
    assert "暴力" not in str(stored.body)


@pytest.mark.parametrize(
    ("role", "hears"),
    [("counter_staff", True), ("town_operator", False), ("attendant", False), ("contract_operator", False)],
)
def test_danger_names_its_kiosk_and_is_told_to_counter_staff_only(app: App, role: str, hears: bool) -> None:
    administrator = app.desk("administrator")
    code = good(administrator.post("/kiosks", {"name_ja": "キオスク2"}), 201)["pairing_code"]
    good(app.client.post("/api/v1/kiosks/pair", json={"code": code}))
    visit = app.visit()
    app.client.cookies.clear()
    with staff(app.desk(role)) as socket:
        until(socket, "calls")
        visit.turn(text="夫に暴力を振るわれて逃げてきました")
        app.services.live.publish("calls", {"type": "calls", "last": True})
        heard = [socket.receive_json()]
        while "last" not in heard[-1]:
            heard.append(socket.receive_json())
    told = [message for message in heard if message["type"] == "person_wanted"]
    assert [message["place"] for message in told] == (["キオスク2"] if hears else [])


def test_a_screen_that_falls_behind_is_told_to_read_again() -> None:

    async def slow() -> list[str]:
        hub = LiveHub()
        hub.bind(asyncio.get_running_loop())
        async with hub.listen("staff") as queue:
            assert hub.listeners("staff") == 1
            for number in range(QUEUE_LENGTH + 1):
                hub.publish("staff", {"type": "case", "number": number})
            hub.publish("calls", {"type": "calls"})
            await asyncio.sleep(0)
            heard = [queue.get_nowait()["type"] for _ in range(queue.qsize())]
        assert hub.listeners("staff") == 0
        return heard

    assert asyncio.run(slow()) == ["read_again"]


def test_nothing_is_pushed_before_there_is_anybody_to_push_to() -> None:
    LiveHub().publish("staff", {"type": "case"})
