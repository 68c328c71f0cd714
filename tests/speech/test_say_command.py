import json
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from speech.__main__ import app

RUN = CliRunner()


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_text_becomes_a_wav_file_and_its_words_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "out.wav"
    told = RUN.invoke(app, ["say", "転入届です。番号札をどうぞ。", "-o", str(file)])
    assert told.exit_code == 0, told.output
    assert "番号札  ばんごうふだ" in told.output
    with wave.open(str(file)) as sound:
        assert sound.getnframes() / sound.getframerate() > 2
    assert list((tmp_path / "cache").rglob("*.spoken")) == []


def test_json_tells_captions_and_mouth_and_a_town_brings_its_readings(tmp_path: Path) -> None:
    town = tmp_path / "readings.yaml"
    town.write_text("鬱金町: うこんちょう\n", encoding="utf-8")
    command = [
        "say",
        "-",
        "-o",
        str(tmp_path / "out.wav"),
        "--readings",
        str(town),
        "--json",
        "--speed",
        "0.8",
    ]
    told = RUN.invoke(app, command, input="鬱金町です。")
    (sentence,) = json.loads(told.output)
    assert sentence["captions"][0]["reading"] == "うこんちょうです。"
    assert {shape["shape"] for shape in sentence["mouth"]} >= {"closed", "u", "o"}


def test_nothing_to_say_is_an_error(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["say", "…", "-o", str(tmp_path / "out.wav")])
    assert told.exit_code == 1
    assert not (tmp_path / "out.wav").exists()
