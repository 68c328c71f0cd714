"""`python -m assistant`: settings from the environment, exit codes, a second start, backups."""

import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant import maintenance, run_file, serving
from assistant.__main__ import app as command
from assistant.settings import Settings, from_environment, table
from tests.assistant.conftest import CHECKOUT, App, Serve, StartApp, good


def test_without_anything_set_it_is_no_demo() -> None:
    settings = from_environment({})
    assert settings == Settings()
    assert settings.demo is False
    assert settings.allow_date_override is False
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("DEMO", "yes", True),
        ("DEMO", "0", False),
        ("DEMO", "", False),
        ("PORT", "8080", 8080),
        ("HOME", "/srv/state", Path("/srv/state")),
        ("TOWN", "99301", "99301"),
    ],
)
def test_a_setting_comes_from_the_environment(name: str, raw: str, value: object) -> None:
    settings = from_environment({f"ASSISTANT_{name}": raw, "UNRELATED": "x"})
    assert getattr(settings, name.lower()) == value


def test_what_the_command_line_says_stands_above() -> None:
    assert from_environment({"ASSISTANT_PORT": "1"}, port=2).port == 2
    assert from_environment({"ASSISTANT_PORT": "1"}, port=None).port == 1


@pytest.mark.parametrize(
    ("name", "raw"), [("PORT", "many"), ("PORT", "-1"), ("PORT", "8e3"), ("DEMO", "perhaps")]
)
def test_a_bad_setting_is_named_with_what_it_takes(name: str, raw: str) -> None:
    with pytest.raises(ValueError, match=f"ASSISTANT_{name} takes"):
        from_environment({f"ASSISTANT_{name}": raw})


def test_every_setting_has_unit_and_help() -> None:
    assert len(table()) == len(fields(Settings))
    assert all(unit and explained for _, _, unit, explained in table())


def test_a_bad_setting_is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    result = CliRunner().invoke(command, ["serve"])
    assert result.exit_code == 2
    assert "ASSISTANT_PORT" in result.stderr


def test_the_table_of_settings_is_printed() -> None:
    result = CliRunner().invoke(command, ["doctor", "--settings"])
    assert result.exit_code == 0
    assert "ASSISTANT_VISIT_IDLE_S" in result.stdout


def test_journeys_are_played_and_counted(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "name: x\non: 2026-04-07\nsay: [{text: こんにちは}]\nanswers: {reasons: [talk_to_person]}\nexpect: {}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(command, ["journeys", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "✓ one.yaml" in result.stdout
    (tmp_path / "two.yaml").write_text(
        "name: y\non: 2026-04-07\nsay: []\nexpect: {contains: [moving_in_notification]}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(command, ["journeys", str(tmp_path), "--json"])
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == ["one.yaml", "two.yaml"]
    assert lines[1]["wrong"]
    assert CliRunner().invoke(command, ["journeys", str(tmp_path / "none")]).exit_code == 2
    none = CliRunner().invoke(command, ["journeys", str(tmp_path), "--only", "three"])
    assert none.exit_code == 2, "that nothing was played is no success"


def test_every_command_speaks_json() -> None:
    for name in [one.name or one.callback.__name__ for one in command.registered_commands if one.callback]:
        assert "--json" in CliRunner().invoke(command, [name, "--help"], env={"COLUMNS": "120"}).stdout, name
    for group in command.registered_groups:
        assert group.name is not None
        assert group.typer_instance is not None
        for one in group.typer_instance.registered_commands:
            told = CliRunner().invoke(command, [group.name, str(one.name), "--help"], env={"COLUMNS": "120"})
            assert "--json" in told.stdout, (group.name, one.name)
    rows = json.loads(CliRunner().invoke(command, ["doctor", "--settings", "--json"]).stdout)
    assert {"name", "default", "unit", "help"} == rows[0].keys()


# ---------------------------------------------------------------------- the run file


def test_a_run_file_of_a_dead_process_is_none(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    run_file.write(tmp_path, run_file.RunFile(gone.pid, "127.0.0.1", 1, demo=False))
    assert run_file.read(tmp_path) is None


def test_a_run_file_of_a_process_that_is_not_ours_is_none(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_file.write(tmp_path, run_file.RunFile(os.getpid(), "127.0.0.1", port, demo=False))
    assert run_file.read(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1, "wings": 2}'])
def test_a_run_file_that_is_none_is_ignored(tmp_path: Path, content: str) -> None:
    (tmp_path / run_file.NAME).write_text(content, encoding="utf-8")
    assert run_file.read(tmp_path) is None
    run_file.remove(tmp_path)
    assert (tmp_path / run_file.NAME).exists(), "another's note stays"


def test_a_second_start_finds_the_first_and_ends_well(serve: Serve, tmp_path: Path) -> None:
    process, client = serve()
    assert run_file.read(tmp_path / "var") is not None
    again = subprocess.run(
        [sys.executable, "-m", "assistant", "serve"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ASSISTANT_HOME": str(tmp_path / "var")},
    )
    assert again.returncode == 0, again.stderr
    assert "running already" in again.stdout
    assert str(client.base_url).rstrip("/") in again.stdout
    assert stat.S_IMODE((tmp_path / "var" / run_file.NAME).stat().st_mode) == 0o600
    other = subprocess.run(
        [sys.executable, "-m", "assistant", "demo", "--json"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ASSISTANT_HOME": str(tmp_path / "var")},
    )
    assert other.returncode == 1, "what runs is not the demo"
    assert "stop it" in other.stderr
    process.terminate()
    assert process.wait(30) == 0
    assert not (tmp_path / "var" / run_file.NAME).exists()


def test_a_second_process_on_the_same_folder_is_refused_before_the_first_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run file is written when the first is up; the lock is held from its first step."""
    settings = Settings(home=tmp_path)
    with run_file.alone(tmp_path):
        assert serving.serve(settings) == 1
        assert "one process serves a folder" in capsys.readouterr().err
    with run_file.alone(tmp_path):
        pass


def test_a_broken_town_is_refused_at_start(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "assistant", "serve"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ASSISTANT_HOME": str(tmp_path / "var"), "ASSISTANT_TOWN": "99777"},
    )
    assert refused.returncode == 1
    assert "99777/municipality.yaml" in refused.stderr


# ---------------------------------------------------------------------- backup and restore


def test_a_backup_is_whole_private_and_without_its_key(app: App, tmp_path: Path) -> None:
    app.visit().to_plan().open_case()
    copy = maintenance.backup(app.services.settings, tmp_path / "copy.db", with_key=False)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("copy.db.key"))
    with pytest.raises(maintenance.MaintenanceRefused, match="exists already"):
        maintenance.backup(app.services.settings, copy, with_key=False)


def test_a_backup_put_back_brings_every_case_back(start_app: StartApp, tmp_path: Path) -> None:
    app = start_app()
    before = app.visit().to_plan().open_case()
    copy = maintenance.backup(app.services.settings, tmp_path / "copy.db", with_key=True)
    after = app.visit().to_plan().open_case()
    app.stop()
    maintenance.restore(app.services.settings, copy)
    again = start_app()
    shown = {c["ticket"] for c in good(again.desk().get("/cases"))["cases"]}
    assert before["ticket"] in shown
    assert after["ticket"] not in shown
    assert list((tmp_path / "var").glob("*.before-restore")), "the database of before is kept"


def test_the_database_of_before_is_never_lost_to_a_second_restore(
    start_app: StartApp, tmp_path: Path
) -> None:
    app = start_app()
    copy = maintenance.backup(app.services.settings, tmp_path / "copy.db", with_key=False)
    app.stop()
    maintenance.restore(app.services.settings, copy)
    with pytest.raises(maintenance.MaintenanceRefused, match="earlier restore"):
        maintenance.restore(app.services.settings, copy)


def test_a_backup_that_cannot_be_written_is_told(app: App, tmp_path: Path) -> None:
    with pytest.raises(maintenance.MaintenanceRefused, match="cannot be written"):
        maintenance.backup(app.services.settings, tmp_path / "none" / "copy.db", with_key=False)


def test_what_is_no_database_is_not_put_back(app: App, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_bytes(b"x" * 5_000)
    empty = tmp_path / "empty.db"
    empty.touch()
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as made:
        made.execute("CREATE TABLE wings (id INTEGER)")
    for source in (nonsense, empty, foreign, tmp_path / "none.db"):
        with pytest.raises(maintenance.MaintenanceRefused):
            maintenance.restore(app.services.settings, source)
    assert good(app.client.get("/readyz"), 200)["ready"] is True


def test_a_running_assistant_is_not_restored_under_its_feet(serve: Serve, tmp_path: Path) -> None:
    serve()
    home = tmp_path / "var"
    settings: Any = Settings(home=home)
    copy = maintenance.backup(settings, tmp_path / "copy.db", with_key=False)
    with pytest.raises(maintenance.MaintenanceRefused, match="stop it first"):
        maintenance.restore(settings, copy)
