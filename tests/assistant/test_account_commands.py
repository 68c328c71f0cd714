"""`python -m assistant users | kiosks | audit`: the first administrator, pairing codes, and the proof of the audit."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.__main__ import app as command
from assistant.doctor import diagnose
from assistant.maintenance import DATABASE
from assistant.settings import Settings

PASSWORD = "朝は庭の水やりから始まる"
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    return lambda *words, typed="": CliRunner().invoke(command, list(words), input=typed)


@pytest.fixture
def administrator(run: Run) -> dict[str, Any]:
    made = run(
        "users", "add", "tanaka", "--role", "administrator", "--name-ja", "田中", "--password-stdin", "--json",
        typed=f"{PASSWORD}\n",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def test_the_first_administrator_is_made_by_command(run: Run, administrator: dict[str, Any]) -> None:
    assert administrator["roles"] == ["administrator"]
    assert administrator["temporary_password"] is False
    listed = json.loads(run("users", "--json").stdout)["users"]
    assert [user["user"] for user in listed] == ["tanaka"]
    assert "tanaka" in run("users", "list").stdout


def test_before_that_there_is_nobody(run: Run) -> None:
    assert json.loads(run("users", "--json").stdout)["users"] == []
    assert "users add" in run("users").stdout


def test_a_made_password_is_printed_and_must_be_changed(run: Run) -> None:
    told = json.loads(run("users", "add", "suzuki", "--role", "auditor", "--generate", "--json").stdout)
    assert len(told["initial_password"]) > 20
    assert told["temporary_password"] is True
    again = json.loads(run("users", "password", "suzuki", "--generate", "--json").stdout)
    assert again["initial_password"] != told["initial_password"]


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("users", "add", "suzuki", "--role", "auditor", "--password-stdin"), "short"),
        (("users", "add", "tanaka", "--role", "auditor", "--password-stdin"), PASSWORD),
        (("users", "disable", "tanaka"), ""),
        (("users", "roles", "tanaka", "--role", "auditor"), ""),
        (("users", "disable", "nobody"), ""),
        (("users", "reset-totp", "nobody"), ""),
        (("kiosks", "add", " "), ""),
        (("kiosks", "code", "kiosk-none"), ""),
        (("kiosks", "revoke", "kiosk-none"), ""),
    ],
)
def test_what_is_refused_says_why_and_ends_with_one(
    run: Run, administrator: dict[str, Any], words: tuple[str, ...], typed: str
) -> None:
    refused = run(*words, typed=f"{typed}\n")
    assert refused.exit_code == 1
    assert refused.stderr
    as_json = run(*words, "--json", typed=f"{typed}\n")
    assert as_json.exit_code == 1
    told = json.loads(as_json.stdout)
    assert told["ok"] is False
    assert told["reason"]


def test_misuse_ends_with_two(run: Run) -> None:
    assert run("users", "add", "suzuki").exit_code == 2
    assert run("users", "add", "suzuki", "--role", "mayor").exit_code == 2
    assert run("audit").exit_code == 2


def test_accounts_are_locked_and_let_in(run: Run, administrator: dict[str, Any]) -> None:
    run("users", "add", "suzuki", "--role", "auditor", "--generate")
    assert json.loads(run("users", "disable", "suzuki", "--json").stdout)["disabled"] is True
    assert json.loads(run("users", "enable", "suzuki", "--json").stdout)["disabled"] is False
    roles = ("--role", "attendant", "--role", "counter_staff")
    assert json.loads(run("users", "roles", "suzuki", *roles, "--json").stdout)["roles"] == [
        "attendant", "counter_staff",
    ]  # fmt: skip


def test_a_kiosk_gets_a_code_and_is_revoked(run: Run) -> None:
    added = json.loads(run("kiosks", "add", "1階 正面入口", "--json").stdout)
    assert len(added["pairing_code"]) == 9
    again = json.loads(run("kiosks", "code", added["kiosk_id"], "--json").stdout)
    assert again["pairing_code"] != added["pairing_code"]
    assert run("kiosks", "revoke", added["kiosk_id"]).exit_code == 0
    (listed,) = json.loads(run("kiosks", "--json").stdout)["kiosks"]
    assert listed["state"] == "revoked"


def test_a_whole_audit_is_proved_and_a_broken_one_found(
    run: Run, administrator: dict[str, Any], home: Path
) -> None:
    whole = run("audit", "verify", "--json")
    assert whole.exit_code == 0
    told = json.loads(whole.stdout)
    assert told["entries"] == 1
    assert run("audit", "verify", "--head", told["head"]).exit_code == 0
    gone = run("audit", "verify", "--head", "7:abc", "--json")
    assert (gone.exit_code, json.loads(gone.stdout)["reason"]) == (1, "head_not_found")
    run("users", "add", "suzuki", "--role", "auditor", "--generate")
    with closing(sqlite3.connect(home / DATABASE)) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET actor = 'somebody' WHERE number = 1")
        database.commit()
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert "entry 1" in broken.stderr
    as_json = json.loads(run("audit", "verify", "--json").stdout)
    assert as_json == {"ok": False, "number": 1, "reason": "entry_altered"}


# ---------------------------------------------------------------------- doctor


def found(home: Path, **settings: Any) -> list[tuple[str, str, str]]:
    findings = diagnose(Settings(home=home, **settings), serving=True)
    return [(f.severity, f.what, f.remedy) for f in findings if f.part == "accounts"]


def test_the_doctor_sees_that_nobody_can_administer(run: Run, home: Path) -> None:
    assert found(home) == [], "nothing was served from there yet"
    run("users", "add", "suzuki", "--role", "auditor", "--generate")
    ((severity, what, remedy),) = found(home)
    assert (severity, what) == ("warning", "nobody can administer")
    assert "users add" in remedy
    run("users", "add", "tanaka", "--role", "administrator", "--generate")
    assert found(home) == []


def test_the_doctor_finds_a_password_everybody_knows_outside_the_demo(
    run: Run, administrator: dict[str, Any], home: Path
) -> None:
    from counter_bridge.staff import Passwords

    with closing(sqlite3.connect(home / DATABASE)) as database:
        database.execute("UPDATE users SET password_hash = ?", (Passwords().hashed("demo"),))
        database.commit()
    ((severity, what, _),) = found(home)
    assert (severity, what) == ("fault", "tanaka has a password everybody knows")
    assert found(home, demo=True) == []


def test_the_doctor_finds_cookies_without_tls_and_a_provider_half_set_up(home: Path) -> None:
    assert found(home, host="0.0.0.0")[0][0] == "fault"  # noqa: S104
    assert found(home, host="0.0.0.0", tls=True) == []  # noqa: S104
    ((severity, what, _),) = found(home, oidc_issuer="https://id.example")
    assert (severity, what) == ("fault", "ASSISTANT_OIDC_CLIENT_ID is missing")
