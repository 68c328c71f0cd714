"""An environment counts only when it was built to the end."""

import io
import os
import threading
from pathlib import Path

import pytest

from deploy import environments, setup
from deploy.environments import Environment
from deploy.errors import SetupError, StepFailed


def build(environment: Environment, log: Path) -> None:
    with log.open("a") as held:
        environments.build(environment, log, held.fileno(), lambda _, __: None, lambda _: None)


def test_an_environment_that_fails_its_proof_does_not_count_and_is_built_anew(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    broken = Environment("rasa", tmp_path / "env", (), "import no_such_module")
    with pytest.raises(StepFailed, match="no_such_module"):
        build(broken, log)
    assert not broken.is_complete()
    good = Environment("rasa", tmp_path / "env", (), "import json")
    build(good, log)
    assert good.is_complete()


def test_a_vanished_interpreter_makes_an_environment_incomplete(tmp_path: Path) -> None:
    environment = Environment("app", tmp_path, (), "")
    (tmp_path / "complete").touch()
    (tmp_path / "bin").mkdir()
    environment.python.symlink_to(tmp_path / "gone")
    assert not environment.is_complete()


def test_another_lock_is_another_environment(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1\n", encoding="utf-8")
    first = environments.content_key(lock)
    lock.write_text("a==2\n", encoding="utf-8")
    assert environments.content_key(lock) != first


def test_the_cache_ignores_a_relative_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert environments.cache_directory() == tmp_path / ".cache" / "one-counter"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    assert environments.cache_directory() == tmp_path / "elsewhere" / "one-counter"


def test_somebody_elses_environment_in_the_checkout_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    environment = Environment("app", tmp_path / "env", (), "")
    with pytest.raises(SetupError, match="not a link of ours"):
        environments.link_checkout(tmp_path, environment, environment, tmp_path)


def test_the_checkout_gets_a_link_and_a_note(tmp_path: Path) -> None:
    app, rasa = (Environment(name, tmp_path / name, (), "") for name in ("app", "rasa"))
    app.path.mkdir()
    environments.link_checkout(tmp_path, app, rasa, tmp_path)
    environments.link_checkout(tmp_path, app, rasa, tmp_path)
    assert (tmp_path / ".venv").readlink() == app.path
    assert str(rasa.python) in (tmp_path / ".venv" / "one-counter.json").read_text(encoding="utf-8")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".venv", "app"]


class Announced(io.StringIO):
    """Text that lets a test wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_a_second_set_up_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    out = Announced()
    order: list[str] = []

    def second() -> None:
        with setup.only_set_up(tmp_path, out):
            order.append("second")

    with setup.only_set_up(tmp_path, io.StringIO()) as held:
        os.fstat(held)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert out.written.wait(timeout=10)
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]
    assert "Another set-up is at work" in out.getvalue()
