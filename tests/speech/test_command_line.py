import json
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from speech.__main__ import app, main
from speech.audio import to_pcm16
from speech.errors import NoSoundSystem
from tests.speech.voices import said, silence


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(to_pcm16(said("わかりません")) + to_pcm16(silence(0.3)))
    return path


def test_a_file_is_transcribed(recording: Path):
    result = CliRunner().invoke(
        app, ["transcribe", str(recording), "--json", "--term", "転出届=てんしゅつとどけ"]
    )
    heard = json.loads(result.stdout)
    assert "わかりません" in heard["text"]
    assert heard["sound_s"] > 0.5


def test_a_file_that_is_not_there_is_one_line_of_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["speech", "transcribe", str(tmp_path / "none.wav")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}/none.wav: no sound can be read")


def test_devices_are_listed_or_it_is_said_what_to_install():
    result = CliRunner().invoke(app, ["devices", "--json"])
    if isinstance(result.exception, NoSoundSystem):
        assert "libportaudio2" in str(result.exception)
    else:
        assert isinstance(json.loads(result.stdout), list)
