"""The doctor sees each thing that is missing, and all of them at once."""

import json
import os
import shutil
import socket
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from assistant.doctor import Finding, diagnose, render
from assistant.settings import Settings
from kb.load import DATA, DEMO_TOWN


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "var", demo=True, port=0)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    locks = tmp_path / "checkout" / "deploy" / "locks"
    locks.mkdir(parents=True)
    (locks / "app.txt").write_text("a==1\n", encoding="utf-8")
    return tmp_path / "checkout"


def environment(tmp_path: Path, rasa_python: Path, lock: str = "a==1\n") -> Path:
    prefix = tmp_path / "environment"
    prefix.mkdir()
    note = {"rasa_python": str(rasa_python), "locks": {"app.txt": sha256(lock.encode()).hexdigest()}}
    (prefix / "one-counter.json").write_text(json.dumps(note), encoding="utf-8")
    return prefix


def of(part: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.part == part]


def test_an_environment_nobody_set_up_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    (finding,) = of("environments", diagnose(settings, prefix=tmp_path))
    assert finding.severity == "fault"
    assert finding.remedy == "make setup"


def test_an_environment_of_another_lock_is_a_fault(
    settings: Settings, checkout: Path, tmp_path: Path
) -> None:
    fresh = environment(tmp_path, Path("/bin/sh"))
    assert not of("environments", diagnose(settings, root=checkout, prefix=fresh))
    (checkout / "deploy" / "locks" / "app.txt").write_text("a==2\n", encoding="utf-8")
    (finding,) = of("environments", diagnose(settings, root=checkout, prefix=fresh))
    assert "app.txt" in finding.what


def test_a_missing_rasa_environment_is_a_fault(settings: Settings, checkout: Path, tmp_path: Path) -> None:
    prefix = environment(tmp_path, tmp_path / "gone")
    (finding,) = of("understanding", diagnose(settings, root=checkout, prefix=prefix))
    assert finding.severity == "fault"


def test_an_untrained_model_is_only_a_warning(settings: Settings, tmp_path: Path) -> None:
    prefix = environment(tmp_path, Path("/bin/sh"))
    findings = diagnose(settings, prefix=prefix, rasa_model=tmp_path / "none.tar.gz")
    assert [finding.severity for finding in of("understanding", findings)] == ["warning"]


def test_every_problem_of_the_knowledge_base_is_listed(settings: Settings, tmp_path: Path) -> None:
    unknown_town = Settings(home=settings.home, town="00000", demo=True, port=0)
    (finding,) = of("knowledge", diagnose(unknown_town, prefix=tmp_path))
    assert finding.severity == "fault"
    assert "00000" in finding.what


def test_a_character_that_does_not_come_along_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(DATA / "municipality" / DEMO_TOWN, tmp_path / DEMO_TOWN)
    town = tmp_path / DEMO_TOWN / "municipality.yaml"
    town.write_text(town.read_text(encoding="utf-8") + "\ncharacter: nobody\n", encoding="utf-8")
    kept_outside = Settings(home=settings.home, towns=tmp_path, demo=True, port=0)
    (finding,) = of("character", diagnose(kept_outside, prefix=tmp_path))
    assert finding.severity == "warning"
    assert "nobody" in finding.what


def test_a_missing_recogniser_and_an_unknown_voice_are_warnings(settings: Settings, tmp_path: Path) -> None:
    odd = replace(settings, speech_weights=tmp_path, voice="nobody")
    found = {f.part: f for f in diagnose(odd) if f.part.startswith("speech")}
    assert {part: f.severity for part, f in found.items()} == {
        "speech_in": "warning",
        "speech_out": "warning",
    }
    assert "model.bin" in found["speech_in"].what
    assert "nobody" in found["speech_out"].what
    assert not [f for f in diagnose(replace(odd, speech=False)) if f.part.startswith("speech")]


def test_a_taken_port_is_a_fault_unless_we_took_it(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = Settings(home=settings.home, demo=True, port=taken.getsockname()[1])
        (finding,) = of("port", diagnose(busy))
        assert "PORT=" in finding.remedy
        assert not of("port", diagnose(busy, serving=True))


def test_a_key_others_can_read_is_a_fault(settings: Settings) -> None:
    settings.home.mkdir()
    key = settings.home / "key"
    key.write_bytes(b"x" * 32)
    key.chmod(0o640)
    (finding,) = of("store", diagnose(settings))
    assert finding.remedy == f"chmod 600 {key}"
    key.chmod(0o600)
    assert not of("store", diagnose(settings))


def test_a_state_folder_that_is_a_file_is_a_fault(settings: Settings) -> None:
    settings.home.write_text("not a folder", encoding="utf-8")
    (finding,) = of("store", diagnose(settings))
    assert "cannot be written" in finding.what


def test_the_doctor_changes_nothing(settings: Settings) -> None:
    diagnose(settings)
    assert not os.path.lexists(settings.home)


def test_faults_come_first_and_json_says_whether_all_is_well(settings: Settings, tmp_path: Path) -> None:
    findings = diagnose(settings, prefix=tmp_path, rasa_model=tmp_path / "none")
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities)
    told = json.loads(render(findings, as_json=True))
    assert told["ok"] is False
    assert len(told["findings"]) == len(findings)
    assert render([]) == "Everything is there."
