"""Login at a real OpenID provider: there and back, and whatever may be wrong with what comes back."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from assistant.settings import Settings
from assistant.single_sign_on import SettingsWrong, SingleSignOn, problem_of, role_map
from tests.assistant.conftest import App, StartApp, free_port, good, problem

ROLES = "desk=counter_staff,it=administrator,check=auditor"
PEOPLE = {
    "tanaka": {"groups": ["desk", "unknown"], "name": "田中 さくら", "preferred_username": "tanaka"},
    "sato": {"groups": "it", "name": "佐藤", "preferred_username": "administrator"},
    "nobody": {"groups": ["canteen"], "name": "食堂"},
}
ERRORS = {"oidc_state", "oidc_refused", "oidc_invalid", "oidc_no_role", "oidc_disabled", "oidc_unreachable"}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real OpenID provider in a process of its own; gives its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    users = [
        arg for sub, claims in PEOPLE.items() for arg in ("--user-claims", json.dumps({"sub": sub, **claims}))
    ]
    log = (tmp_path_factory.mktemp("provider") / "log").open("wb")
    process = subprocess.Popen(  # noqa: S603 - a provider on a port of its own
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *users],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    for _ in range(900):
        try:
            httpx.get(f"{address}/.well-known/openid-configuration", trust_env=False)
            break
        except httpx.TransportError:
            assert process.poll() is None, Path(log.name).read_text()
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    yield address
    process.kill()
    process.wait(10)
    log.close()


@pytest.fixture
def town(start_app: StartApp, provider: str, tmp_path: Path) -> App:
    """An assistant of a town that has a provider; no demo."""
    secret = tmp_path / "secret"
    secret.write_text("the secret of the client\n")
    secret.chmod(0o600)
    return start_app(
        demo=False,
        oidc_issuer=provider,
        oidc_client_id="one-counter",
        oidc_secret_file=secret,
        oidc_roles=ROLES,
    )


class Browser:
    """Somebody's browser between the assistant and the provider."""

    def __init__(self, app: App):
        self.app = app
        app.client.cookies.clear()

    def start(self, back_to: str = "/staff") -> dict[str, str]:
        """To the provider; gives what it is asked."""
        answer = self.app.client.get(f"/api/v1/oidc/start?back_to={back_to}", follow_redirects=False)
        assert answer.status_code == 303
        self.asked_at = answer.headers["location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(self.asked_at).query).items()}

    def sign_in(self, sub: str) -> str:
        """At the provider; gives the address it sends back to."""
        answer = httpx.post(self.asked_at, data={"sub": sub}, follow_redirects=False, trust_env=False)
        assert answer.status_code in (302, 303), answer.text[:500]
        return answer.headers["location"]

    def back(self, address: str) -> httpx.Response:
        """Back at the assistant."""
        parts = urlsplit(address)
        return self.app.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)

    def login(self, sub: str) -> httpx.Response:
        self.start()
        return self.back(self.sign_in(sub))


def changed(address: str, **query: str | None) -> str:
    """The same address with other parameters."""
    parts = urlsplit(address)
    values = {name: found[0] for name, found in parse_qs(parts.query).items()} | query
    return f"{parts.path}?{urlencode({n: v for n, v in values.items() if v is not None})}"


def refused(answer: httpx.Response, code: str) -> None:
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"#{code}"), answer.headers["location"]
    assert "session=" not in answer.headers.get("set-cookie", "")


def test_somebody_of_the_town_comes_in_with_the_roles_of_the_provider(town: App) -> None:
    browser = Browser(town)
    asked = browser.start("/audit")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["scope"] == "openid profile"
    assert asked["redirect_uri"] == "http://testserver/api/v1/oidc/callback"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 43
    answer = browser.back(browser.sign_in("tanaka"))
    assert answer.headers["location"] == "/audit"
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    me = good(town.client.get("/api/v1/me"))
    assert (me["user"], me["name_ja"], me["roles"]) == ("tanaka", "田中 さくら", ["counter_staff"])
    assert me["elsewhere"] is True
    good(town.client.get("/api/v1/cases"))
    problem(town.client.post("/api/v1/me/totp", json={"password": "x"}), 422, "password_wrong")


def test_the_verifier_goes_to_the_provider_alone_and_fits_the_challenge(
    town: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    really = SingleSignOn._client

    def watched(self: SingleSignOn, base_url: str) -> Any:
        client = really(self, base_url)
        client.event_hooks = {"request": [lambda request: sent.append(request.read())]}
        return client

    browser = Browser(town)
    asked = browser.start()
    back = browser.sign_in("tanaka")
    monkeypatch.setattr(SingleSignOn, "_client", watched)
    assert browser.back(back).headers["location"] == "/staff"
    (verifier,) = re.findall(rb"code_verifier=([\w.~-]+)", b" ".join(sent))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
    assert challenge == asked["code_challenge"]
    assert verifier.decode() not in browser.asked_at + back


def test_somebody_without_a_role_does_not_come_in(town: App) -> None:
    refused(Browser(town).login("nobody"), "oidc_no_role")
    assert "nobody" not in {user.name for user in town.services.store.list_users()}


def test_the_provider_takes_over_no_account_of_ours(town: App) -> None:
    answer = Browser(town).login("sato")
    assert answer.headers["location"] == "/staff"
    me = good(town.client.get("/api/v1/me"))
    assert me["user"] != "administrator"
    assert me["roles"] == ["administrator"]


def test_somebody_locked_here_does_not_come_in(town: App) -> None:
    Browser(town).login("tanaka")
    town.services.store.disable_user(
        "tanaka",
        town.services.store.list_users()[0].acting_as(min(town.services.store.list_users()[0].roles)),
    )
    problem(town.client.get("/api/v1/me"), 401)
    refused(Browser(town).login("tanaka"), "oidc_disabled")


def test_an_answer_for_another_browser_is_refused(town: App) -> None:
    """Somebody sends a victim the end of their own login, so that the victim works in their name."""
    browser = Browser(town)
    browser.start()
    back = browser.sign_in("tanaka")
    victim = Browser(town)
    refused(victim.back(back), "oidc_state")
    refused(browser.back(back), "oidc_state")


@pytest.mark.parametrize("state", ["", "forged", None])
def test_a_forged_state_is_refused(town: App, state: str | None) -> None:
    browser = Browser(town)
    browser.start()
    refused(browser.back(changed(browser.sign_in("tanaka"), state=state)), "oidc_state")


def test_an_answer_counts_once_and_for_ten_minutes(town: App) -> None:
    browser = Browser(town)
    browser.start()
    back = browser.sign_in("tanaka")
    assert browser.back(back).headers["location"] == "/staff"
    refused(browser.back(back), "oidc_state")
    browser.start()
    late = browser.sign_in("tanaka")
    town.clock.forward(minutes=11)
    refused(browser.back(late), "oidc_state")


def test_a_forged_code_and_a_refusal_are_told(town: App) -> None:
    browser = Browser(town)
    browser.start()
    refused(browser.back(changed(browser.sign_in("tanaka"), code="forged")), "oidc_invalid")
    asked = browser.start()
    refused(browser.back(f"/api/v1/oidc/callback?state={asked['state']}&error=access_denied"), "oidc_refused")


def test_a_token_for_another_login_is_refused(town: App) -> None:
    """The nonce of the login that was begun must stand in the signed token."""
    browser = Browser(town)
    asked = browser.start()
    other = browser.asked_at.replace(asked["nonce"], "of-another-login")
    browser.asked_at = other
    refused(browser.back(browser.sign_in("tanaka")), "oidc_invalid")


def test_a_token_for_another_client_is_refused(town: App) -> None:
    browser = Browser(town)
    asked = browser.start()
    browser.asked_at = browser.asked_at.replace(f"client_id={asked['client_id']}", "client_id=another")
    refused(browser.back(browser.sign_in("tanaka")), "oidc_invalid")


def test_nothing_but_our_screens_is_led_back_to(town: App) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/api/v1/users", "javascript:alert(1)"):
        browser = Browser(town)
        browser.start(elsewhere)
        assert browser.back(browser.sign_in("tanaka")).headers["location"] == "/staff"


def test_a_provider_that_is_away_leaves_the_other_way_open(start_app: StartApp) -> None:
    app = start_app(
        oidc_issuer=f"http://localhost:{free_port()}", oidc_client_id="one-counter", oidc_roles=ROLES
    )
    answer = app.client.get("/api/v1/oidc/start", follow_redirects=False)
    assert answer.headers["location"] == "/staff#oidc_unreachable"
    good(app.client.post("/api/v1/login", json={"user": "auditor", "password": "demo"}))


def test_without_a_provider_there_is_no_such_login(app: App) -> None:
    answer = app.client.get("/api/v1/oidc/start", follow_redirects=False)
    assert answer.headers["location"] == "/staff#oidc_off"
    assert good(app.client.get("/api/v1/about"))["single_sign_on"] is False


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    def told(**settings: Any) -> str:
        values = {"oidc_issuer": "https://id.example", "oidc_client_id": "x", "oidc_roles": ROLES, **settings}
        return problem_of(Settings(**values)) or ""

    assert told() == ""
    assert problem_of(Settings()) is None
    assert "ISSUER" in told(oidc_issuer="http://id.example")
    assert "CLIENT_ID" in told(oidc_client_id="")
    assert "ROLES" in told(oidc_roles="")
    assert "no role of ours" in told(oidc_roles="desk=mayor")
    assert "SECRET_FILE" in told(oidc_secret_file=tmp_path / "none")
    (tmp_path / "open").write_text("secret")
    (tmp_path / "open").chmod(0o644)
    assert "read by others" in told(oidc_secret_file=tmp_path / "open")
    with pytest.raises(SettingsWrong):
        role_map("system=system")
