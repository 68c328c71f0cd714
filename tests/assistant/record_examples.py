"""Records `assistant/openapi_examples.json` from one visit of the demo family.

Run by hand when the surface grows: `python -m tests.assistant.record_examples`. Everything in it is 見本.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pyotp
from fastapi.testclient import TestClient

from assistant.app import make_app
from assistant.openapi import EXAMPLES
from assistant.services import build, now_in_tokyo
from assistant.settings import Settings
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_persons import load_demo_persons
from counter_bridge.fake_card_reader import FakeCardReader

FIRST = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました"
AGES = (41, 39, 12, 6, 2, 78)
IDENTIFICATION = {
    "method": "one_paper",
    "papers": ["my_number_card"],
    "authority": "not_needed",
    "originals_seen": True,
    "address_checked": True,
    "existing_household_checked": True,
    "notice_by_post_needed": False,
}


def shortened(value: Any) -> Any:
    """Lists cut to one entry, secrets replaced."""
    if isinstance(value, list):
        return [shortened(v) for v in value[:1]]
    if isinstance(value, dict):
        return {k: "…" if k in ("token", "pin", "password") else shortened(v) for k, v in value.items()}
    return value


class Recorder:
    """Sends requests and keeps the first good answer of each route."""

    def __init__(self, client: TestClient):
        self.client = client
        self.kept: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.client.request(method, path, json=body, headers={**self.headers, **headers})
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        route = re.sub(r"/visits/visit-\w+", "/visits/{visit_id}", path)
        route = re.sub(r"/consents/consent-\w+", "/consents/{consent_id}", route)
        route = re.sub(r"/cases/case-\w+", "/cases/{case_id}", route)
        route = re.sub(r"/conversations/visit-\w+", "/conversations/{visit_id}", route)
        route = re.sub(r"/kiosks/kiosk-\w+", "/kiosks/{kiosk_id}", route)
        route = re.sub(r"/users/\w+/", "/users/{user}/", route).partition("?")[0]
        is_json = "json" in answer.headers.get("content-type", "")
        example: dict[str, Any] = {} if body is None else {"request": shortened(body)}
        if is_json:
            example["response"] = shortened(answer.json())
        self.kept.setdefault(f"{method} {route}", example)
        self.etag = answer.headers.get("etag", "")
        return answer.json() if is_json else answer.content


def main() -> None:
    """Plays the visit and writes the file."""
    home = Path(tempfile.mkdtemp())
    persons = load_demo_persons(DEMO_PERSONS)
    card = FakeCardReader(persons, clock=now_in_tokyo, inserted="father")
    settings = Settings(home=home, demo=True, allow_date_override=True, understanding=False)
    with (
        build(settings, card=card, demo_persons=persons) as running,
        TestClient(make_app(running.services), client=("127.0.0.1", 50_000)) as client,
    ):
        running.services.understanding.wait_until_up(60)
        send = Recorder(client)
        visit(send)
        desk(send)
        interviewed(send)
        operating(send)
        administration(send)
        auditing(send)
    EXAMPLES.write_text(
        json.dumps(send.kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def visit(send: Recorder) -> None:
    """The resident's side."""
    for path in ("/healthz", "/readyz", "/api/v1/about", "/api/v1/characters"):
        send("GET", path)
    opened = send("POST", "/api/v1/visits", {"language": "ja", "on": "2026-04-07"})
    send.headers = {"Authorization": f"Bearer {opened['token']}"}
    base = f"/api/v1/visits/{opened['visit_id']}"
    state = send("POST", f"{base}/turns", {"text": FIRST, "turn_id": "turn-1"})
    while state["step"]["kind"] != "plan":
        question = state["step"]["question"]
        value: Any = True
        if question["input"] == "people":
            value = [{"person": p["id"], "age": a} for p, a in zip(question["people"], AGES, strict=True)]
        elif question["input"] == "choice":
            value = ["none"] if question["multiple"] else question["options"][0]["value"]
        state = send("POST", f"{base}/turns", {"answer": {"question": question["id"], "value": value}})
    for path in ("", "/plan", "/log", "/consents"):
        send("GET", base + path)
    code = send("POST", f"{base}/phone")["url"].partition("#")[2]
    send("POST", "/api/v1/phone", {"code": code})
    for route, side in (
        ("POST /api/v1/visits/{visit_id}/phone", "response"),
        ("POST /api/v1/phone", "request"),
    ):
        send.kept[route][side] |= dict.fromkeys(
            {"url", "qr_svg", "code"} & send.kept[route][side].keys(), "…"
        )
    fields = ["name", "address", "birth_date", "sex"]
    consent = send("POST", f"{base}/consents", {"person": "p1", "purpose": "fill_forms", "fields": fields})
    send("GET", f"{base}/card")
    send("POST", f"{base}/card", {"consent_id": consent["consent_id"], "pin": "1234"})
    send("GET", f"{base}/details")
    send("POST", f"{base}/forms")
    send("POST", f"{base}/case", {"ticket_only": False})
    second = send("POST", f"{base}/consents", {"person": "p2", "purpose": "fill_forms", "fields": ["name"]})
    send("DELETE", f"{base}/consents/{second['consent_id']}")
    code = send.client.app.state.services.store.list_cases()[0].ticket.status_token  # type: ignore[attr-defined]
    send("POST", "/api/v1/status", {"code": code})
    send.kept["POST /api/v1/status"]["request"] = {"code": "…"}
    send("POST", f"{base}/call_operator")
    send.headers = {}


def desk(send: Recorder) -> None:
    """The clerk's side."""
    send("GET", "/api/v1/calls")
    send("POST", "/api/v1/login", {"user": "counter_staff", "password": "demo"})
    send("GET", "/api/v1/me")
    case_id = send("GET", "/api/v1/cases")["cases"][0]["case_id"]
    base = f"/api/v1/cases/{case_id}"
    send("GET", base)

    def act(name: str, body: Any = None) -> Any:
        return send("POST", f"{base}/{name}", body, **{"If-Match": send.etag})

    act("call")
    act("recall")
    act("skip")
    act("undo")
    act("transfer", {"counter": "child"})
    act("call")
    act("accept", {"checks": ["support_measures"]})
    act("tick", {"checks": ["card_seen.p1"]})
    paper = send("GET", base)["papers"][0]["id"]
    act("papers", {"paper": paper})
    act("note", {"note": "転出証明書は特例転入のため不要"})
    act("official", {"facts": {"moved_on": "2026-04-01"}})
    act("correct", {"facts": {"phone": "000-0000-0000"}})
    act("identify", {"identification": IDENTIFICATION})
    send("GET", f"{base}/export")
    shown = send("GET", base)
    first, *others = shown["plan"]
    hold = {"procedure": first["id"], "waiting_for": "転出証明書", "until": "2026-04-14"}
    act("hold", hold)
    filed = "2026-04-07T10:30:00+09:00"
    results = [{"procedure": p["id"], "result": "受理", "filed_at": filed} for p in others]
    act("finish", {"results": results, "identification": IDENTIFICATION})
    act("reopen", {"identification": IDENTIFICATION})
    send.kept["POST /api/v1/cases/{case_id}/return"] = {
        "request": {"reason": "印鑑登録の本人確認書類を取りに戻られます"},
        "response": send.kept["POST /api/v1/cases/{case_id}/call"]["response"],
    }


def operating(send: Recorder) -> None:
    """A remote operator's side, on the visit that called for a person."""
    send("POST", "/api/v1/login", {"user": "town_operator", "password": "demo"})
    visit_id = send("GET", "/api/v1/conversations")["conversations"][0]["id"]
    base = f"/api/v1/conversations/{visit_id}"
    send("GET", base)
    send("GET", f"{base}/procedures?name=転入")
    send("POST", f"{base}/take", {"message_id": "take-1"})
    send("POST", f"{base}/say", {"text": "お待たせしました。", "message_id": "say-1"})
    draft = send("POST", f"{base}/suggest", {"message_id": "suggest-1"})["draft"]
    edited = {"draft": draft["id"], "text": "窓口で一緒に確かめましょう。", "message_id": "approve-1"}
    send("POST", f"{base}/approve", edited)
    send("POST", f"{base}/start", {"procedure": "seal_registration_certificate", "message_id": "start-1"})
    shared = {"page": "procedure", "procedure": "seal_registration_certificate", "message_id": "share-1"}
    send("POST", f"{base}/share", shared)
    send("POST", f"{base}/signal", {"kind": "offer", "body": {"type": "offer", "sdp": "v=0…"}})
    handed = {"to": "town_operator", "note": "国保のことを聞きたいそうです", "message_id": "transfer-1"}
    send("POST", f"{base}/transfer", handed)
    send("POST", f"{base}/take", {"message_id": "take-2"})
    agreed = "転出証明書は明日お持ちになります"
    send("POST", f"{base}/give_back", {"note": "窓口は1番", "agreed": agreed, "message_id": "back-1"})


def interviewed(send: Recorder) -> None:
    """Official data in a visit a clerk opened, and the number an attendant gives."""
    send("POST", "/api/v1/tickets", {"reasons": ["moving_in"], "help_wished": ["wheelchair"]})
    send.kept["POST /api/v1/tickets"]["response"]["status_qr_svg"] = "…"
    opened = send("POST", "/api/v1/visits", {"mode": "interview", "on": "2026-04-07"})
    record = "続柄,氏名,生年月日,性別\n本人,見本　太郎,昭和59年5月14日,男"
    token = {"Authorization": f"Bearer {opened['token']}"}
    path = f"/api/v1/visits/{opened['visit_id']}/official"
    send(
        "POST", path, {"kind": "certificate", "facts": {"moved_on": "2026-04-01"}, "record": record}, **token
    )


def administration(send: Recorder) -> None:
    """Accounts, kiosks, sessions, and one's own account."""
    send("POST", "/api/v1/me/keep")
    send("POST", "/api/v1/login", {"user": "administrator", "password": "demo"})
    made = send(
        "POST", "/api/v1/users", {"user": "suzuki", "name_ja": "鈴木", "roles": ["counter_staff", "auditor"]}
    )
    for path in ("/api/v1/users", "/api/v1/sessions", "/api/v1/kiosks/own", "/api/v1/me/sessions"):
        send("GET", path)
    send("POST", "/api/v1/users/suzuki/roles", {"roles": ["counter_staff"]})
    send("POST", "/api/v1/users/suzuki/disable")
    send("POST", "/api/v1/users/suzuki/enable")
    send("POST", "/api/v1/users/suzuki/totp/stop")
    made = send("POST", "/api/v1/users/suzuki/password")
    added = send("POST", "/api/v1/kiosks", {"name_ja": "1階 正面入口"})
    send("GET", "/api/v1/kiosks")
    send("POST", "/api/v1/kiosks/pair", {"code": added["pairing_code"]})
    send("POST", f"/api/v1/kiosks/{added['kiosk_id']}/code")
    send("POST", f"/api/v1/kiosks/{added['kiosk_id']}/revoke")
    old, new = made["initial_password"], "朝は庭の水やりから始まる"
    send("POST", "/api/v1/login", {"user": "suzuki", "password": old})
    send("POST", "/api/v1/me/password", {"old": old, "new": new})
    begun = send("POST", "/api/v1/me/totp", {"password": new})
    send("POST", "/api/v1/me/totp/confirm", {"code": pyotp.TOTP(begun["secret"]).now()})
    hidden = {
        "POST /api/v1/users": ("initial_password",),
        "POST /api/v1/users/{user}/password": ("initial_password",),
        "POST /api/v1/kiosks": ("pairing_code",),
        "POST /api/v1/kiosks/{kiosk_id}/code": ("pairing_code",),
        "POST /api/v1/me/totp": ("secret", "qr_svg"),
    }
    for route, names in hidden.items():
        send.kept[route]["response"] |= dict.fromkeys(names, "…")
    for route in ("pair", "password", "totp", "confirm"):
        for name, example in send.kept.items():
            if name.endswith(f"/{route}") and "request" in example:
                example["request"] = dict.fromkeys(example["request"], "…")
    send.kept["POST /api/v1/me/totp/confirm"]["response"] = {"recovery_codes": ["…"]}


def auditing(send: Recorder) -> None:
    """The audit and 保全."""
    send("POST", "/api/v1/login", {"user": "auditor", "password": "demo"})
    case_id = send.client.app.state.services.store.list_cases()[0].case_id  # type: ignore[attr-defined]
    send("GET", f"/api/v1/audit?case={case_id}&limit=5")
    for path in ("/api/v1/audit/kinds", "/api/v1/audit/verify"):
        send("GET", path)
    send("POST", f"/api/v1/cases/{case_id}/preservation", {"reason": "情報公開請求の対象のため(総務課)"})
    found = send("GET", "/api/v1/preservations")["preservations"][0]["case"]
    send("GET", f"/api/v1/preservations/find?day={found['day']}&ticket={found['ticket']}")
    send("POST", f"/api/v1/cases/{case_id}/preservation/lift", {"reason": "請求への対応が終わったため"})


if __name__ == "__main__":
    main()
