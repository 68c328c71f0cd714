"""The server process is killed (SIGKILL) at each step of a visit and of a talk; after a start everything is there."""

import itertools
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.maintenance import DATABASE, KEY
from assistant.services import now_in_tokyo
from counter_bridge.audit import AuditIntact
from counter_bridge.sql_store import SqlStore, open_store
from counter_bridge.staff import Role
from tests.assistant.conftest import ALONE, DAY, FIRST_SENTENCE, Serve, good


class Town:
    """One installation whose server is killed and started again; whoever talks to it just goes on."""

    def __init__(self, serve: Serve, home: Path):
        self._serve = serve
        self._home = home
        self._process: subprocess.Popen[bytes]
        self._client: httpx.Client
        self._staff: dict[str, str] = {}
        self._start()

    def _start(self) -> None:
        self._process, self._client = self._serve()

    def killed(self) -> None:
        """Killed, and started on what lies on the disk."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        self._start()

    def store(self) -> SqlStore:
        return open_store(f"sqlite:///{self._home / DATABASE}", self._home / KEY, clock=now_in_tokyo)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, f"/api/v1{path}", json=body, headers=named)

    def staff(self, role: Role) -> dict[str, str]:
        """The headers of somebody of this role, signed in once."""
        if role not in self._staff:
            store = self.store()
            user = store.add_user(f"of-{role.value}", "見本 職員", [role], "a long password of the tests")
            self._staff[role] = store.open_session(user).token
            store.close()
        return {"Cookie": f"session={self._staff[role]}"}

    def end(self) -> None:
        """Killed a last time; the chain of the audit must be whole."""
        self._process.kill()
        self._process.wait(10)
        store = self.store()
        assert isinstance(store.audit.verify(), AuditIntact)
        store.close()


class KilledVisit:
    """A visit of a kiosk that does not notice."""

    def __init__(self, town: Town):
        self.town = town
        opened = good(town.call("POST", "/visits", {"on": DAY}))
        self.id = opened["visit_id"]
        self._key = {"Authorization": f"Bearer {opened['token']}"}

    def call(self, method: str, path: str = "", body: Any = None) -> Any:
        return good(self.town.call(method, f"/visits/{self.id}{path}", body, **self._key))

    def turn(self, **body: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.call("POST", "/turns", body)
        return found

    def answer_until_plan(self, state: dict[str, Any]) -> None:
        while state["step"]["kind"] != "plan":
            question = state["step"]["question"]
            options = question["options"] or [{"value": None}]
            default = ["none"] if question["multiple"] else options[0]["value"]
            value = True if question["id"] == "confirm" else ALONE.get(question["id"], default)
            if question["multiple"]:
                value = [v for v in value if v in [o["value"] for o in options]] or ["none"]
            state = self.turn(answer={"question": question["id"], "value": value})


@pytest.fixture
def town(serve: Serve, tmp_path: Path) -> Town:
    return Town(serve, tmp_path / "var")


def test_killed_at_each_step_of_a_visit_everything_is_there(town: Town) -> None:
    clerk = town.staff(Role.COUNTER_STAFF)
    visit = KilledVisit(town)
    opened = visit.call("GET")
    town.killed()
    assert visit.call("GET") == opened

    first = visit.turn(answer={"question": "reasons", "value": "moving_in"}, turn_id="t1")
    town.killed()
    again = visit.turn(answer={"question": "reasons", "value": "moving_in"}, turn_id="t1")
    assert again == first, "sent again because its answer was lost, it counts once"
    visit.answer_until_plan(again)
    facts = visit.call("GET", "/log")["facts"]

    consent = visit.call("POST", "/consents", {"fields": ["name", "address"]})["consent_id"]
    town.killed()
    assert [c["consent_id"] for c in visit.call("GET", "/consents")["consents"]] == [consent]
    assert visit.call("GET", "/log")["facts"] == facts

    forms = visit.call("POST", "/forms")
    town.killed()
    assert visit.call("POST", "/forms") == forms

    case = visit.call("POST", "/case")
    town.killed()
    assert visit.call("POST", "/case")["ticket"] == case["ticket"], "no second number"
    (line,) = good(town.call("GET", "/cases", **clerk))["cases"]
    assert (line["case_id"], line["ticket"]) == (case["case_id"], case["ticket"])
    assert visit.call("GET", "/log")["facts"] == facts
    town.end()


def test_killed_in_the_middle_of_a_clerks_acts_no_act_that_was_answered_is_lost(town: Town) -> None:
    clerk = town.staff(Role.COUNTER_STAFF)
    case = KilledVisit(town).call("POST", "/case", {"ticket_only": True})
    path = f"/cases/{case['case_id']}"
    version = good(town.call("POST", f"{path}/call", If_Match='"1"', **clerk))["version"]
    answered: list[tuple[int, str]] = []
    enough = threading.Event()

    def writes_notes() -> None:
        for number in itertools.count():
            tag, note = f'"{answered[-1][0] if answered else version}"', f"{number}行目"
            try:
                told = town.call("POST", f"{path}/note", {"note": note}, If_Match=tag, **clerk)
            except httpx.TransportError:
                return
            answered.append((good(told)["version"], note))
            if len(answered) == 5:
                enough.set()

    writing = threading.Thread(target=writes_notes)
    writing.start()
    assert enough.wait(60)
    town.killed()
    writing.join(30)
    kept = good(town.call("GET", path, **clerk))
    last_version, last_note = answered[-1]
    assert kept["version"] in (last_version, last_version + 1), "at most the act that was under way is more"
    assert kept["version"] > last_version or kept["note"] == last_note
    assert good(
        town.call(
            "POST",
            f"{path}/accept",
            {"checks": ["support_measures"]},
            If_Match=f'"{kept["version"]}"',
            **clerk,
        )
    )
    town.end()


def test_killed_while_somebody_waits_and_while_a_person_talks_the_talk_is_there(town: Town) -> None:
    operator = town.staff(Role.TOWN_OPERATOR)
    visit = KilledVisit(town)
    path = f"/conversations/{visit.id}"
    visit.turn(text=FIRST_SENTENCE)
    visit.call("POST", "/call_operator")
    waiting = good(town.call("GET", path, **operator))
    assert waiting["state"] == "waiting"
    town.killed()
    after = good(town.call("GET", path, **operator))
    assert (after["state"], after["reason"], after["messages"]) == ("waiting", "wish", waiting["messages"])

    good(town.call("POST", f"{path}/take", {"message_id": "take"}, **operator))
    good(town.call("POST", f"{path}/say", {"text": "お待たせしました", "message_id": "say"}, **operator))
    visit.turn(text="転出証明書を忘れました", turn_id="said")
    held = good(town.call("GET", path, **operator))
    town.killed()
    visit.turn(text="転出証明書を忘れました", turn_id="said")
    good(town.call("POST", f"{path}/say", {"text": "お待たせしました", "message_id": "say"}, **operator))
    kept = good(town.call("GET", path, **operator))
    assert (kept["state"], kept["held_by_me"]) == ("held", True)
    assert kept["messages"] == held["messages"], "what is sent again after the fall is not doubled"
    assert [m["seq"] for m in kept["messages"]] == list(range(1, len(kept["messages"]) + 1))

    given = {"note": "", "agreed": "明日お持ちになります", "message_id": "back"}
    good(town.call("POST", f"{path}/give_back", given, **operator))
    town.killed()
    back = good(town.call("GET", path, **operator))
    again = good(town.call("POST", f"{path}/give_back", given, **operator))
    assert again == back, "sent again because its answer was lost, it is given back once"
    back = good(town.call("GET", path, **operator))
    assert (back["state"], back["settled"]) == ("assistant", ["wish"])
    assert visit.call("GET")["step"]["kind"] == "confirm", "and the machine goes on with what is known"
    visit.turn(answer={"question": "confirm", "value": True})
    assert good(town.call("GET", path, **operator))["state"] == "assistant", (
        "nobody is called for what is settled"
    )
    town.end()
