"""The main job in the terminal: the same engine, the same API, from the first sentence to the ticket.

Against a running assistant when there is one, else in this process. The PIN is typed without echo and goes to the
card only.
"""

import getpass
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
from fastapi.testclient import TestClient

from assistant import run_file
from assistant.app import make_app
from assistant.services import build, now_in_tokyo
from assistant.settings import Settings
from counter_bridge.pcsc_reader import PcscReader

Ask = Callable[[str], str]
Say = Callable[[str], None]

HELP = "番号か言葉で答えてください。 b もどる / ? わからない / t 番号札だけ / q やめる"


def talk(settings: Settings, on: str | None, ask: Ask = input, *, as_json: bool = False) -> int:
    """One visit; 0 when it ended with a ticket or by wish.

    `as_json`: instead of talk, every answer of the API on a line of its own, without the token.
    """
    with ExitStack() as stack:
        alive = run_file.read(settings.home)
        if alive is not None:
            client: Any = stack.enter_context(httpx.Client(base_url=alive.address, timeout=30))
        else:
            print("(起動中のアシスタントがないため、この画面だけで動きます)", file=sys.stderr)
            card = PcscReader(virtual=settings.demo, clock=now_in_tokyo)
            running = stack.enter_context(build(settings, card=card))
            running.services.understanding.wait_until_up(60)
            client = stack.enter_context(TestClient(make_app(running.services)))
        if as_json:
            return _Talk(_Echoing(client), lambda _prompt: ask(""), lambda _text: None).run(on)
        return _Talk(client, ask, print).run(on)


class _Echoing:
    """The client of a talk that prints what it is answered."""

    def __init__(self, client: Any):
        self._client = client

    def get(self, *given: Any, **more: Any) -> Any:
        """Asks, and prints the answer."""
        return _echoed(self._client.get(*given, **more))

    def post(self, *given: Any, **more: Any) -> Any:
        """Sends, and prints the answer."""
        return _echoed(self._client.post(*given, **more))

    def delete(self, *given: Any, **more: Any) -> Any:
        """Deletes; there is nothing to print."""
        return self._client.delete(*given, **more)


def _echoed(answer: Any) -> Any:
    shown = {name: value for name, value in answer.json().items() if name != "token"}
    print(json.dumps(shown, ensure_ascii=False), flush=True)
    return answer


class _Leave(Exception):
    """The resident ends the talk."""


class _TicketOnly(Exception):
    """The resident wants a number and nothing else now."""


class _Talk:
    def __init__(self, client: Any, ask: Ask, say: Say = print):
        self._client = client
        self._ask = ask
        self._say = say
        self._visit = ""
        self._headers: dict[str, str] = {}

    def run(self, on: str | None) -> int:
        """From greeting to ticket."""
        opened = self._client.post("/api/v1/visits", json={} if on is None else {"on": on})
        if opened.status_code != 201:
            self._tell_problem(opened)
            return 1
        state = opened.json()
        self._visit = f"/api/v1/visits/{state['visit_id']}"
        self._headers = {"Authorization": f"Bearer {state['token']}"}
        self._say(HELP)
        try:
            while state["step"]["kind"] not in ("plan", "hand_over"):
                state = self._one_turn(state)
            if state["step"]["kind"] == "hand_over":
                self._say(f"● {state['step']['say']}")
                return self._ticket(ticket_only=True)
            self._show_plan(state)
            self._card()
            self._forms()
            return self._ticket(ticket_only=False)
        except _TicketOnly:
            return self._ticket(ticket_only=True)
        except (_Leave, EOFError, KeyboardInterrupt):
            self._client.delete(self._visit, headers=self._headers)
            self._say("\n内容を消して終わりました。")
            return 0

    def _one_turn(self, state: dict[str, Any]) -> dict[str, Any]:
        step = state["step"]
        self._say(f"\n● {step['say']}")
        for item in state["understood"]:
            if item.get("doubtful"):
                self._say(f"   (確かめます: {item['label']} {item['value_label']})")
        question = step.get("question") or {}
        options = step.get("options") or question.get("options") or []
        for number, option in enumerate(options, 1):
            self._say(f"   {number} {option['label']}")
        for person in question.get("people", ()):
            self._say(f"   ・{person['label']}")
        said = self._ask("> ").strip()
        body = self._body(said, question, options, candidates=bool(step.get("options")))
        if body is None:
            return self._get("")
        answered = self._client.post(f"{self._visit}/turns", json=body, headers=self._headers)
        if answered.status_code != 200:
            self._tell_problem(answered)
            return state
        found: dict[str, Any] = answered.json()
        return found

    def _body(
        self, said: str, question: dict[str, Any], options: list[dict[str, str]], *, candidates: bool
    ) -> dict[str, Any] | None:
        match said:
            case "q":
                raise _Leave
            case "b":
                return {"back": True}
            case "t":
                raise _TicketOnly
            case "?" | "?" if question:
                return {"answer": {"question": question["id"], "unknown": True}}
        numbers = said.replace(",", " ").replace("、", " ").split()
        if options and numbers and all(n.isdecimal() and 1 <= int(n) <= len(options) for n in numbers):
            values = [options[int(n) - 1]["value"] for n in numbers]
            if candidates:
                return {"text": options[int(numbers[0]) - 1]["label"]}
            value: Any = values if question.get("multiple") else values[0]
            if question["input"] == "yes_no":
                value = values[0] == "true"
            return {"answer": {"question": question["id"], "value": value}}
        return {"text": said}

    def _show_plan(self, state: dict[str, Any]) -> None:
        plan = state["plan"]
        self._say(f"\n● {state['step']['say']}\n")
        for number, step in enumerate(plan["procedures"], 1):
            whom = "・".join(p["label"] for p in step["for_whom"])
            until = f" 期限 {step['deadline']}" if step["deadline"] else ""
            self._say(f"{number:2}. {step['name_ja']}{f'({whom})' if whom else ''}{until}")
            self._say(f"     {step['why']} / {step['law']}")
            for paper in step["bring"]:
                mark = {"yes": "✓", "no": "要"}.get(paper["have"], "・")
                self._say(f"     {mark} {paper['name_ja']}")
            if step["because"]:
                self._say(f"     今日: {step['because']}")
        for title, key, why in (
            ("窓口で確認します", "undecided", "why"),
            ("今のお話では対象外の見込み(職員が確認します)", "not_needed", "why"),
            ("ほかの場所で", "elsewhere", "where"),
        ):
            if plan[key]:
                self._say(f"\n{title}")
                for entry in plan[key]:
                    self._say(f"   {entry['name_ja']} — {entry[why]}")

    def _card(self) -> None:
        if self._ask("\nマイナンバーカードから書類に写しますか? (y/N) ").strip().lower() != "y":
            return
        asked = self._get("/consents")["ask"]
        self._say(f"● {asked['text']}\n  {asked['basis']}\n  {asked['choice']}")
        fields = [
            f["id"]
            for f in asked["fields"]
            if self._ask(f"  {f['label']}を使ってよいですか? (Y/n) ").strip() != "n"
        ]
        if not fields:
            return
        given = self._post("/consents", {"person": "p1", "purpose": asked["purpose"], "fields": fields})
        if given is None:
            return
        status = self._get("/card")
        if not status["tries_left"]:
            self._say(f"● {status['detail']} {status['remedy']}")
            return
        self._say(f"● 暗証番号(数字4けた)を入れてください。あと{status['tries_left']}回入力できます。")
        pin = getpass.getpass("  暗証番号: ") if sys.stdin.isatty() else self._ask("")
        read = self._post("/card", {"consent_id": given["consent_id"], "pin": pin})
        if read is not None:
            self._say("● 読み取りました: " + "、".join(f["label"] for f in read["facts"]))

    def _forms(self) -> None:
        details = self._get("/details")
        self._say(
            f"\n● 書類の空欄があと{details['missing']}か所あります。空欄のまま窓口に任せることもできます。"
        )
        if self._ask("  入力しますか? (y/N) ").strip().lower() == "y":
            self._fill(details)
        else:
            self._post("/turns", {"details": "skip"})
        forms = self._post("/forms", {})
        for form in [] if forms is None else forms["forms"]:
            self._say(f"   {form['name_ja']} 空欄 {len(form['missing'])}")
        if forms is not None:
            self._say(f"   手で書くところ: {forms['writes']}か所(窓口で署名)")

    def _fill(self, details: dict[str, Any]) -> None:
        given = {}
        groups = [("", details["visit"]), *((p["label"], p["fields"]) for p in details["people"])]
        for who, fields in groups:
            for field in fields:
                if field["value"] is None:
                    for number, option in enumerate(field["options"], 1):
                        self._say(f"     {number} {option['label']}")
                    said = self._ask(f"  {who} {field['label']}: ").strip()
                    if said.isdecimal() and 1 <= int(said) <= len(field["options"]):
                        said = field["options"][int(said) - 1]["value"]
                    if said:
                        given[field["fact"]] = {"はい": True, "いいえ": False}.get(said, said)
        if given:
            self._post("/turns", {"details": given})

    def _ticket(self, *, ticket_only: bool) -> int:
        case = self._post("/case", {"ticket_only": ticket_only})
        if case is None:
            return 1
        self._say(f"\n  番号札  {case['ticket']}   {case['counter']}({case['floor']})")
        self._say(f"  お待ちの方 {case['people_ahead']}人、約{case['minutes']}分")
        self._say("  まだ届出は済んでいません。窓口で確認して署名します。")
        return 0

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get(f"{self._visit}{path}", headers=self._headers).json()
        return found

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        answer = self._client.post(f"{self._visit}{path}", json=body, headers=self._headers)
        if answer.status_code >= 400:
            self._tell_problem(answer)
            return None
        found: dict[str, Any] = answer.json()
        return found

    def _tell_problem(self, answer: Any) -> None:
        told = answer.json()
        self._say(f"● {told.get('detail', '')} {told.get('remedy', '')}")
        if "tries_left" in told:
            self._say(f"  暗証番号はあと{told['tries_left']}回入力できます。")
