import wave
from pathlib import Path

import numpy as np
import pytest

from speech.audio import (
    OffsetRemoval,
    RateWatch,
    clipped_share,
    from_pcm16,
    level_dbfs,
    read_sound,
    resampled,
    to_pcm16,
    trimmed,
)
from speech.errors import UnreadableSound
from tests.speech.voices import at_level, melody, silence, white_noise


def test_pcm16_goes_there_and_back():
    frame = b"\x00\x00\xff\x7f\x00\x80\x01\x00"
    assert to_pcm16(from_pcm16(frame)) == frame


def test_level_of_silence_is_the_quietest_that_16_bits_tell():
    assert level_dbfs(silence(0.1)) == -96.0
    assert level_dbfs(silence(0)) == -96.0
    assert level_dbfs(white_noise(1, -20)) == pytest.approx(-20, abs=0.1)


def test_what_is_nearly_silent_before_and_after_is_cut_off():
    noise = white_noise(0.5, -20)
    around = np.concatenate([silence(0.3), noise, white_noise(0.2, -90)])
    assert len(noise) - 20 < len(trimmed(around)) <= len(noise)
    assert len(trimmed(silence(0.3))) == 0
    assert len(trimmed(silence(0))) == 0


def test_clipping_is_a_flat_top_not_one_loud_sample():
    loud = silence(0.1)
    loud[10] = 1.0
    assert clipped_share(loud) == 0.0
    loud[20:40] = 1.0
    assert clipped_share(loud) > 0.01


def test_a_constant_offset_is_taken_out_without_a_step():
    sound = at_level(melody(2, -30), -30) + 0.2
    removal = OffsetRemoval()
    clean = np.concatenate([removal(window) for window in sound[:31744].reshape(-1, 512)])
    assert abs(float(np.mean(clean[-8000:]))) < 0.005
    assert np.max(np.abs(np.diff(clean))) < np.max(np.abs(np.diff(sound))) + 0.01


@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (44_100, 2), (48_000, 1), (16_000, 1)])
def test_a_file_of_any_rate_becomes_one_channel_at_16_khz(tmp_path: Path, rate_hz: int, channels: int):
    path = tmp_path / "sound.wav"
    tone = np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz) * 0.3
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(to_pcm16(np.repeat(tone, channels).astype(np.float32)))
    sound = read_sound(path)
    assert len(sound) == pytest.approx(16_000, abs=200)
    crossings = np.count_nonzero(np.diff(np.signbit(sound)))
    assert crossings == pytest.approx(880, abs=8)


def test_resampling_keeps_the_length_in_time():
    assert len(resampled(silence(0.5), 8_000)) == pytest.approx(16_000, abs=200)


def test_a_file_without_sound_is_told_by_name(tmp_path: Path):
    path = tmp_path / "letter.wav"
    path.write_text("not a sound", encoding="utf-8")
    with pytest.raises(UnreadableSound, match=r"letter\.wav"):
        read_sound(path)


@pytest.mark.parametrize(
    ("rate_hz", "wrong"), [(16_000, False), (16_400, False), (44_100, True), (48_000, True)]
)
def test_a_microphone_of_another_rate_is_noticed_and_a_drifting_clock_is_not(rate_hz: int, wrong: bool):
    watch = RateWatch()
    assert any(watch.seems_wrong(rate_hz // 50, number / 50) for number in range(12 * 50)) is wrong


def test_a_network_that_catches_up_after_a_stall_is_no_wrong_rate():
    watch = RateWatch()
    times = [*(n / 50 for n in range(200)), *(14.0 for _ in range(500)), *(14 + n / 50 for n in range(500))]
    assert not any(watch.seems_wrong(320, at_s) for at_s in times)
