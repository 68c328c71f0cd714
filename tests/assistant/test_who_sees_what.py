"""No route answers one role's data to another: every route of the description, for every role, owner and forgery.

The table says who may; everything else must be refused, with nothing of the data in the answer. A route that is not in
the table fails the test, so that a new one cannot be forgotten.
"""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter_bridge.staff import ACCOUNT_ROLES, Role
from tests.assistant.conftest import App, StartApp, VisitScreen, good

OPEN, VISIT, SIGNED_IN = "open", "visit", "signed in"
"""For everybody; for who holds the visit's token; for whoever is signed in, and their own only."""
DESK = frozenset({Role.COUNTER_STAFF})
READERS = frozenset({Role.COUNTER_STAFF, Role.TOWN_OPERATOR})
TALKERS = frozenset({Role.TOWN_OPERATOR, Role.CONTRACT_OPERATOR, Role.COUNTER_STAFF})
ATTENDING = frozenset({Role.ATTENDANT, Role.COUNTER_STAFF})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
AUDITOR = frozenset({Role.AUDITOR})
KEEPERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

BY_EXACT_ROUTE: dict[str, Any] = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": OPEN,
    "GET /api/v1/about": OPEN,
    "GET /api/v1/floor-map.svg": OPEN,
    "GET /api/v1/calls": OPEN,
    "GET /api/v1/calls/{ticket}/announcement.wav": OPEN,
    "POST /api/v1/visits": OPEN,
    "POST /api/v1/status": OPEN,
    "POST /api/v1/phone": OPEN,
    "POST /api/v1/login": OPEN,
    "POST /api/v1/logout": OPEN,
    "GET /api/v1/oidc/start": OPEN,
    "GET /api/v1/oidc/callback": OPEN,
    "GET /api/v1/kiosks/own": OPEN,
    "POST /api/v1/kiosks/pair": OPEN,
    "POST /api/v1/tickets": ATTENDING,
    "GET /api/v1/cases": READERS,
    "GET /api/v1/cases/{case_id}": READERS,
    "POST /api/v1/cases/{case_id}/preservation": KEEPERS,
    "POST /api/v1/cases/{case_id}/preservation/lift": KEEPERS,
}
BY_BEGINNING: tuple[tuple[str, Any], ...] = (
    ("/api/v1/visits/{visit_id}", VISIT),
    ("/api/v1/characters", OPEN),
    ("/api/v1/me", SIGNED_IN),
    ("/api/v1/cases/{case_id}/", DESK),
    ("/api/v1/conversations", TALKERS),
    ("/api/v1/users", ADMINISTRATOR),
    ("/api/v1/sessions", ADMINISTRATOR),
    ("/api/v1/kiosks", ADMINISTRATOR),
    ("/api/v1/audit", AUDITOR),
    ("/api/v1/preservations", KEEPERS),
)
NOTHING_YET = {"GET /api/v1/cases/{case_id}/slip.pdf", "GET /api/v1/cases/{case_id}/forms.pdf"}
"""There is something to read only once a paper is waited for, or once the person was identified."""
MARKER = "目印漢字"
SECRETS_OF_OTHERS = (MARKER, "1996-01-23")
SAFE_TO_REPEAT = ("GET", "HEAD")


def allowed(name: str) -> Any:
    """Who may call a route; `KeyError` for one nobody thought of."""
    if name in BY_EXACT_ROUTE:
        return BY_EXACT_ROUTE[name]
    path = name.partition(" ")[2]
    return next(who for beginning, who in BY_BEGINNING if path.startswith(beginning))


@dataclass
class Hall:
    """An assistant with two residents, a case, and one account of each role; says little of itself in reports."""

    app: App
    first: VisitScreen
    second: VisitScreen
    case_id: str
    consent_id: str
    tokens: dict[Role, str]
    session_ids: dict[Role, str]
    kiosk_id: str
    routes: dict[str, dict[str, Any]]

    def __repr__(self) -> str:
        return "Hall()"

    def path(self, route: str, visit: VisitScreen | None = None) -> str:
        """A route's path with the first resident's ids in it."""
        return route.format(
            visit_id=(visit or self.first).id,
            case_id=self.case_id,
            consent_id=self.consent_id,
            form_id="resident_change_notification",
            user="counter_staff",
            session_id=self.session_ids[Role.COUNTER_STAFF],
            kiosk_id=self.kiosk_id,
            ticket="A-101",
        )

    def ask(self, name: str, **headers: str) -> httpx.Response:
        """A route with the body of its example."""
        method, _, route = name.partition(" ")
        body = self.routes[name].get("requestBody", {}).get("content", {}).get("application/json", {})
        self.app.client.cookies.clear()
        query = "?day=2026-04-07&ticket=A-101" if name.endswith("/preservations/find") else ""
        return self.app.client.request(
            method,
            self.path(route) + query,
            json=body.get("example"),
            headers={"If-Match": '"1"', **headers},
            follow_redirects=False,
        )

    def as_role(self, role: Role) -> dict[str, str]:
        return {"Cookie": f"session={self.tokens[role]}"}


@pytest.fixture
def hall(start_app: StartApp) -> Hall:
    app = start_app()
    first, second = app.visit().to_plan(), app.visit().to_plan()
    first.turn(details={"people.p1.name": f"{MARKER}太郎", "people.p1.birth_date": "1996-01-23"})
    consent = first.consent()
    case = first.open_case()["case_id"]
    store = app.services.store
    users = {user.name: user for user in store.list_users()}
    opened = {role: store.open_session(users[role.value]) for role in ACCOUNT_ROLES}
    kiosk = app.services.kiosks.add(users["administrator"].acting_as(Role.ADMINISTRATOR), "入口")
    schema = good(app.client.get("/api/v1/openapi.json"))
    routes = {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    return Hall(
        app,
        first,
        second,
        case,
        consent,
        {role: one.token for role, one in opened.items()},
        {role: one.session.session_id for role, one in opened.items()},
        kiosk["kiosk_id"],
        routes,
    )


def nothing_told(answer: httpx.Response, *statuses: int) -> None:
    """The answer is a refusal with nothing personal in it, in the body or beside it."""
    assert answer.status_code in (statuses or (401, 403)), (
        answer.request.url,
        answer.status_code,
        answer.text[:300],
    )
    assert answer.headers["content-type"] == "application/problem+json"
    for secret in SECRETS_OF_OTHERS:
        assert secret not in answer.text
        assert secret not in str(answer.headers)


def as_it_stands(hall: Hall) -> tuple[Any, ...]:
    """What no refused request may change."""
    store = hall.app.services.store
    case = store.get_case(hall.case_id)
    return (
        None if case is None else case.version,
        store.get_visit(hall.first.id),
        store.list_users(),
        store.list_kiosks(),
        store.list_preservations(),
        {session.session_id for session in store.list_sessions()},
    )


def guarded(hall: Hall) -> list[str]:
    return [name for name in hall.routes if allowed(name) is not OPEN]


def test_every_route_is_in_the_table(hall: Hall) -> None:
    for name in hall.routes:
        allowed(name)
    assert len(guarded(hall)) > 50
    assert MARKER in hall.ask("GET /api/v1/visits/{visit_id}/log", **hall.first.headers).text
    assert MARKER in hall.ask("GET /api/v1/cases/{case_id}", **hall.as_role(Role.COUNTER_STAFF)).text


def test_without_a_session_or_with_a_forged_one_every_guarded_route_is_closed(hall: Hall) -> None:
    before = as_it_stands(hall)
    real = hall.tokens[Role.ADMINISTRATOR]
    forged = (
        "",
        "forged",
        real[:-1],
        real.swapcase(),
        hall.session_ids[Role.ADMINISTRATOR],
        hall.second.token,
    )
    for name in guarded(hall):
        nothing_told(hall.ask(name))
        for token in forged:
            nothing_told(hall.ask(name, Cookie=f"session={token}"))
            nothing_told(hall.ask(name, Authorization=f"Bearer {token}"), 401, 403)
    assert as_it_stands(hall) == before


def test_a_role_gets_what_its_table_says_and_nothing_else(hall: Hall) -> None:
    before = as_it_stands(hall)
    for name in guarded(hall):
        who = allowed(name)
        for role in ACCOUNT_ROLES:
            if isinstance(who, frozenset) and role not in who:
                nothing_told(hall.ask(name, **hall.as_role(role)), 403)
            if who is VISIT:
                nothing_told(hall.ask(name, **hall.as_role(role)), 401)
    assert as_it_stands(hall) == before


def test_reading_is_answered_to_whom_the_table_names(hall: Hall) -> None:
    """The other half: the table is not only refusals."""
    for name in guarded(hall):
        who = allowed(name)
        if not name.startswith("GET ") or not isinstance(who, frozenset):
            continue
        for role in who:
            answer = hall.ask(name, **hall.as_role(role))
            assert answer.status_code == (409 if name in NOTHING_YET else 200), (name, role)


def test_one_residents_token_opens_nothing_of_anothers(hall: Hall) -> None:
    before = as_it_stands(hall)
    for name in guarded(hall):
        nothing_told(hall.ask(name, **hall.second.headers), 401, 403)
    other = f"/api/v1/visits/{hall.second.id}"
    swapped = hall.app.client.delete(f"{other}/consents/{hall.consent_id}", headers=hall.second.headers)
    nothing_told(swapped, 404)
    card = {"consent_id": hall.consent_id, "pin": "1234"}
    nothing_told(hall.app.client.post(f"{other}/card", json=card, headers=hall.second.headers), 403)
    assert as_it_stands(hall) == before


def test_an_ended_session_and_a_locked_account_are_nobody(hall: Hall) -> None:
    store = hall.app.services.store
    store.disable_user("counter_staff", store.list_users()[0].acting_as(Role.ADMINISTRATOR))
    hall.app.clock.forward(minutes=59)
    hall.ask("POST /api/v1/me/keep", **hall.as_role(Role.AUDITOR))
    hall.app.clock.forward(minutes=2)
    assert hall.ask("GET /api/v1/me", **hall.as_role(Role.AUDITOR)).status_code == 200
    before = as_it_stands(hall)
    for name in guarded(hall):
        nothing_told(hall.ask(name, **hall.as_role(Role.COUNTER_STAFF)), 401)
        nothing_told(hall.ask(name, **hall.as_role(Role.ADMINISTRATOR)), 401)
    assert as_it_stands(hall) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_another_site_changes_nothing_whoever_is_signed_in(hall: Hall, origin: str) -> None:
    before = as_it_stands(hall)
    for name in hall.routes:
        if name.startswith("GET "):
            continue
        headers = hall.first.headers if allowed(name) is VISIT else hall.as_role(Role.ADMINISTRATOR)
        for foreign in ({"Origin": origin}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}):
            answer = hall.ask(name, **headers, **foreign)
            nothing_told(answer, 403)
            assert answer.json()["code"] == "origin_foreign", name
    assert as_it_stands(hall) == before


def test_with_a_password_given_on_paper_nothing_but_its_change_is_possible(hall: Hall) -> None:
    store = hall.app.services.store
    user = store.add_user(
        "new", "新人", list(ACCOUNT_ROLES), "a long sentence nobody guesses", temporary=True
    )
    cookie = {"Cookie": f"session={store.open_session(user).token}"}  # type: ignore[arg-type]
    before = as_it_stands(hall)
    for name in guarded(hall):
        if allowed(name) not in (VISIT, SIGNED_IN):
            answer = hall.ask(name, **cookie)
            nothing_told(answer, 403)
            assert answer.json()["code"] == "password_change_needed"
    assert as_it_stands(hall) == before


def test_own_means_own(hall: Hall) -> None:
    """Somebody signed in ends no session of another by its name."""
    victim = hall.session_ids[Role.ADMINISTRATOR]
    for role in ACCOUNT_ROLES - {Role.ADMINISTRATOR}:
        answer = hall.app.client.delete(f"/api/v1/me/sessions/{victim}", headers=hall.as_role(role))
        nothing_told(answer, 404)
        listed = good(hall.ask("GET /api/v1/me/sessions", **hall.as_role(role)))["sessions"]
        assert {one["user"] for one in listed} == {role.value}
    assert victim in {session.session_id for session in hall.app.services.store.list_sessions()}


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_mixture_of_role_token_id_and_origin_leaks(hall: Hall, data: st.DataObject) -> None:
    """Whatever is combined: an answer that succeeds is one the table allows to the credentials that were sent."""
    name = data.draw(
        st.sampled_from(sorted(n for n in hall.routes if n.split()[0] in SAFE_TO_REPEAT)), label="route"
    )
    role = data.draw(st.none() | st.sampled_from(sorted(ACCOUNT_ROLES)), label="role")
    bearer = data.draw(st.sampled_from(["none", "first", "second", "forged", "session"]), label="bearer")
    origin = data.draw(st.sampled_from([None, "http://testserver", "https://evil.example"]), label="origin")
    headers: dict[str, str] = {}
    if role is not None:
        headers["Cookie"] = f"session={hall.tokens[Role(role)]}"
    tokens = {
        "first": hall.first.token,
        "second": hall.second.token,
        "forged": hall.first.token[:-1] + "_",
        "session": hall.tokens[Role.COUNTER_STAFF],
    }
    if bearer in tokens:
        headers["Authorization"] = f"Bearer {tokens[bearer]}"
    if origin is not None:
        headers["Origin"] = origin
    answer = hall.ask(name, **headers)
    who = allowed(name)
    may = (
        who is OPEN
        or (who is VISIT and bearer == "first")
        or (who is SIGNED_IN and role is not None and origin != "https://evil.example")
        or (
            isinstance(who, frozenset)
            and role is not None
            and Role(role) in who
            and origin != "https://evil.example"
        )
    )
    if not may:
        nothing_told(answer)
    elif who in (OPEN, SIGNED_IN) or (who in (AUDITOR, ADMINISTRATOR, KEEPERS)):
        assert MARKER not in answer.text, "nobody but the resident and the desk reads what is in a case"


def test_live_sockets_tell_cases_to_the_desk_only(hall: Hall) -> None:
    """The hall's socket is open to all and says numbers; cases are pushed to who may see them."""
    client = hall.app.client
    for role in (None, *sorted(ACCOUNT_ROLES)):
        headers = {} if role is None else hall.as_role(Role(role))
        client.cookies.clear()
        with client.websocket_connect("/api/v1/live", headers=headers) as socket:
            assert socket.receive_json()["type"] == "calls"
            hall.app.services.live.publish("staff", {"type": "case", "case": hall.case_id})
            hall.app.services.live.publish("calls", {"type": "calls", "last": True})
            heard = [socket.receive_json()]
            while "last" not in heard[-1]:
                heard.append(socket.receive_json())
        sees = role in (Role.COUNTER_STAFF, Role.TOWN_OPERATOR, Role.ATTENDANT)
        assert any(message["type"] == "case" for message in heard) == sees, role
        assert MARKER not in str(heard)


def test_a_socket_ends_with_the_session_behind_it(hall: Hall) -> None:
    client = hall.app.client
    client.cookies.clear()
    with client.websocket_connect("/api/v1/live", headers=hall.as_role(Role.COUNTER_STAFF)) as socket:
        socket.receive_json()
        hall.ask("POST /api/v1/users/{user}/disable", **hall.as_role(Role.ADMINISTRATOR))
        message = socket.receive()
        while message["type"] != "websocket.close":
            message = socket.receive()
        assert message["code"] == 4401
