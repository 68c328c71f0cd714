"""`python -m counter_bridge card …`, against the real demo reader."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counter_bridge import card_commands
from counter_bridge.card_commands import card_app
from counter_bridge.demo_control import DemoControl
from counter_bridge.demo_reader import DemoReader

pytestmark = pytest.mark.card


@pytest.fixture
def home(desk: DemoControl, demo_reader: DemoReader, monkeypatch: pytest.MonkeyPatch) -> Path:
    state = Path(demo_reader.environment["PCSCLITE_CSOCK_NAME"]).parent.parent
    monkeypatch.setenv("ASSISTANT_HOME", str(state))
    return state


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(card_app, list(arguments))
    return result.exit_code, result.output


def test_status_shows_the_cards_with_their_pins_and_tries(home: Path) -> None:
    code, output = call("status")
    assert code == 0
    assert "card: father" in output
    assert "* father" in output
    assert "PIN 1234  tries 3  見本　太郎" in output


def test_a_card_is_put_on_and_taken_away(home: Path) -> None:
    code, output = call("insert", "mother", "--json")
    assert (code, json.loads(output)["inserted"]) == (0, "mother")
    code, output = call("remove", "--json")
    assert (code, json.loads(output)["inserted"]) == (0, None)
    code, output = call("reset", "--json")
    assert (code, json.loads(output)["inserted"]) == (0, "father")


def test_a_fault_is_set_and_ended(home: Path) -> None:
    code, output = call("fault", "slow", "--after", "2", "--json")
    assert (code, json.loads(output)["fault"]) == (0, "slow")
    code, output = call("fault", "none", "--json")
    assert (code, json.loads(output)["fault"]) == (0, "none")


def test_an_unknown_person_is_a_failure_and_an_unknown_fault_is_misuse(home: Path) -> None:
    code, output = call("insert", "nobody_here", "--json")
    assert (code, json.loads(output)["code"]) == (1, "no_such_person")
    assert call("fault", "earthquake")[0] == 2
    assert call("fault", "mute", "--after", "-1")[0] == 2
    assert call()[0] == 2


def test_without_a_demo_commands_fail_and_status_tells_of_the_real_reader(
    demo_reader: DemoReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    code, output = call("insert", "mother", "--json")
    assert (code, json.loads(output)["code"]) == (1, "demo_reader_not_running")
    # The only readers this process knows are virtual ones.
    code, output = call("status", "--json")
    assert (code, json.loads(output)["code"]) == (1, "virtual_reader_refused")
    assert "PIN" not in call("status")[1]


def test_run_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    program = "from counter_bridge.card_commands import card_app; card_app()"
    root = Path(card_commands.__file__).resolve().parent.parent
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", program, "run", "--inserted", "mother", "--json"],
        env={**os.environ, "PYTHONPATH": str(root), "ASSISTANT_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "environment" in json.loads(process.stdout.readline())
        assert DemoControl(tmp_path).status().inserted == "mother"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
