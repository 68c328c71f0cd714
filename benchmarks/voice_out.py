"""Speaking: how soon the first sentence is ready, how much faster than real time, how exact the mouth is.

The baseline is the whole text made at once, as pyttsx3 would.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from speech.mei_voice import VOICE_FILE, MeiVoice
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import Pronouncer
from speech.pyttsx3_speaker import Pyttsx3Voice
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Manner, Spoken, keep_all
from speech.spoken_cache import SpokenCache

REPLIES = Path(__file__).parents[1] / "dialogue" / "replies" / "ja.yaml"
LONGER = (
    "窓口は3か所、45分くらいです。今日終わる見込みです。窓口の職員が確認します。",
    "新しい住所に住み始めた日から14日以内に、転入届を出してください。番号札をお取りになって、1番窓口でお待ちください。",
    "国民健康保険に入る届けは、4番窓口です。手数料はかかりません。マイナンバーカードか、本人確認書類をお持ちください。",
)
WORST_LIP_MS = 40
FRAME_S = 0.005
HEARD = 0.005
"""Of the loudest frame; 46 dB below it."""


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif "{" not in data:
        yield data


def first_and_all_s(sentences: Iterator[Spoken]) -> tuple[float, float, float, float]:
    """Seconds to the first sentence, of processor for it, to the last, and of sound."""
    begun, worked = time.perf_counter(), time.process_time()
    first = next(sentences)
    first_s, first_cpu_s = time.perf_counter() - begun, time.process_time() - worked
    sound_s = first.length_s + sum(sentence.length_s for sentence in sentences)
    return first_s, first_cpu_s, time.perf_counter() - begun, sound_s


def row(name: str, seconds: list[float]) -> float:
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    print(f"| {name:<40} | {len(seconds):5} | {statistics.median(seconds) * 1000:8.1f} | {p95:8.1f} |")
    return p95


def lip_errors_ms(spoken: Spoken) -> list[float]:
    """Between where the mouth opens after or shuts for a pause and where the sound does."""
    sound = np.frombuffer(spoken.pcm16, "<i2").astype(float)
    width = int(FRAME_S * spoken.rate_hz)
    frames = np.sqrt((sound[: len(sound) // width * width].reshape(-1, width) ** 2).mean(axis=1))
    loud = frames > frames.max() * HEARD
    edges = np.flatnonzero(np.diff(loud.astype(int)) != 0) + 1
    errors = []
    for before, shape in zip(spoken.mouth, spoken.mouth[1:], strict=False):
        is_pause_edge = (before.shape == "closed" and before.at_s == 0.0) or shape == spoken.mouth[-1]
        if is_pause_edge and len(edges):
            errors.append(float(np.abs(edges * FRAME_S - shape.at_s).min()) * 1000)
    return errors


def main() -> int:
    replies = [*texts(yaml.safe_load(REPLIES.read_text(encoding="utf-8"))), *LONGER]
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch)
        readings = load_readings(MUNICIPALITIES, PACKAGED)
        begun = time.perf_counter()
        voice = Pyttsx3Voice(readings, cache)
        built_s = time.perf_counter() - begun
        begun = time.perf_counter()
        voice.utter("はい。", Manner())
        print(
            f"dictionary built once {built_s:.2f} s, first word of a new process {time.perf_counter() - begun:.2f} s\n"
        )
        speaker = SentenceSpeaker(voice, SpokenCache(cache))
        made = [first_and_all_s(speaker.say(text, Manner())) for text in replies]
        for text in replies:
            list(speaker.say(text, Manner(), keep=keep_all))
        again = [first_and_all_s(speaker.say(text, Manner(), keep=keep_all)) for text in replies]
        whole, whole_cpu = [], []
        for text in replies:
            begun, worked = time.perf_counter(), time.process_time()
            voice.utter(text, Manner())
            whole.append(time.perf_counter() - begun)
            whole_cpu.append(time.process_time() - worked)
        print(f"| {'':<40} | {'texts':>5} | {'p50 ms':>8} | {'p95 ms':>8} |")
        print(f"|{'-' * 42}|{'-' * 7}|{'-' * 10}|{'-' * 10}|")
        row("first sentence ready", [first for first, _, _, _ in made])
        row("first sentence, processor time", [worked for _, worked, _, _ in made])
        row("first sentence ready, kept before", [first for first, _, _, _ in again])
        row("all sentences ready", [every for _, _, every, _ in made])
        row("baseline: the whole text at once", whole)
        row("baseline, processor time", whole_cpu)
        factor = sum(every for _, _, every, _ in made) / sum(sound for _, _, _, sound in made)
        print(f"\n{factor:.3f} s of waiting a second of sound")
        return exactness(Pronouncer(readings, cache), replies)


def exactness(pronouncer: Pronouncer, replies: list[str]) -> int:
    times = PhonemeTimes(VOICE_FILE)
    voice = MeiVoice(pronouncer, times)
    apart, errors, cpu_s, sound_s = [], [], 0.0, 0.0
    for text in replies:
        begun = time.process_time()
        spoken = voice.utter(text, Manner())
        cpu_s += time.process_time() - begun
        sound_s += spoken.length_s
        errors += lip_errors_ms(spoken)
        labels = pronouncer.pronounce(text).labels
        apart.append(abs(sum(times.of(labels, 1.0)) - len(voice.raw(labels, 1.0)) / times.rate_hz))
    p95 = statistics.quantiles(errors, n=20)[-1]
    print(f"{cpu_s / sound_s:.3f} s of processor a second of sound")
    print(f"durations against length of sound: at most {max(apart) * 1000:.3f} ms apart")
    print(
        f"mouth against sound at {len(errors)} edges of silence: p50 {statistics.median(errors):.0f} ms, p95 {p95:.0f} ms"
        f" (must reach: ≤ {WORST_LIP_MS} ms)"
    )
    return int(p95 > WORST_LIP_MS or max(apart) > 0.001)


if __name__ == "__main__":
    sys.exit(main())
