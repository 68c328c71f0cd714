"""Hearing: errors, time by stage, cut-offs and waits, memory; two synthetic voices, clean and with babble at 10 dB.

The baselines run beside what they are compared with: the full window of 30 s, no terms, a fixed silence. Cut-offs
and waits are taken in simulated time with a decoding of `TAKES_S`, so that a busy machine does not change them; the
stages are taken in real time, one kiosk and two at once.

`words` also measures what is understood of spoken sentences, against the same ones typed (`spoken_reasons`).

Run from the repository: `python -m benchmarks.voice_in [words] [ends] [stages] [memory]`.
"""

import queue
import statistics
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import yaml

from assistant.settings import from_environment
from assistant.sound_parts import weights_of
from benchmarks import spoken_reasons
from speech.audio import to_pcm16
from speech.ear import Expected, Heard, NotHeard, TurnHeard
from speech.endpoint import USUAL, Silences
from speech.listening import Listening
from speech.recogniser import Recogniser
from speech.transcriber import RATE_HZ, Samples, Transcriber, Transcript
from speech.turn_taking import Manner, TurnTaking
from speech.whisper_transcriber import WhisperTranscriber
from speech.whisper_weights import packaged_weights
from tests.speech.simulated import hear
from tests.speech.terms import TERMS
from tests.speech.voices import babble, mixed, said, silence, with_pauses

DATA = yaml.safe_load((Path(__file__).parent / "voice_in.yaml").read_text(encoding="utf-8"))
VOICES = ("mei", "jf_alpha")
BABBLE_DBFS = -33.0
"""10 dB under the speech, which is at -23."""
TAKES_S = 0.25
BEFORE_S = 4.0
"""The room has been heard for so long before somebody speaks, as at a kiosk that greets."""
AFTER_S = 3.6
BUDGET_MS, BUDGET_CUT, BUDGET_MB = 350, 5.0, 1000
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


class Remembering:
    """A recogniser that does not decode the same sound twice, so that endpoints can be compared quickly."""

    def __init__(self, transcriber: Transcriber):
        self._transcriber = transcriber
        self._known: dict[tuple[int, bool, bool], Transcript] = {}

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        key = hash(samples.tobytes()), partial, reason
        if key not in self._known:
            self._known[key] = self._transcriber.transcribe(samples, partial=partial, reason=reason)
        return self._known[key]


def letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS).replace("子供", "子ども")
    return "".join(letter for letter in plain if letter.isalnum())


def edits(heard: str, meant: str) -> int:
    row = list(range(len(meant) + 1))
    for number, one in enumerate(heard, start=1):
        last, row = row, [number]
        for at, other in enumerate(meant, start=1):
            row.append(min(last[at] + 1, row[-1] + 1, last[at - 1] + (one != other)))
    return row[-1]


def words() -> int:
    print("| recogniser | noise | CER % | terms heard | in the n-best | ms a sentence | of the full window |")
    print("|---|---|---|---|---|---|---|")
    weights = weights_of(from_environment())
    kinds: dict[str, Callable[[], WhisperTranscriber]] = {
        "full 30 s, terms": lambda: WhisperTranscriber(weights, terms=TERMS, context_s=None),
        "+ 4 s, no terms": lambda: WhisperTranscriber(weights),
        "+ 4 s, terms": lambda: WhisperTranscriber(weights, terms=TERMS),
        "+ 4 s, terms, as published": lambda: WhisperTranscriber(packaged_weights(taught=False), TERMS),
        "+ 2.5 s, terms": lambda: WhisperTranscriber(weights, terms=TERMS, context_s=2.5),
        "+ 4 s, terms, 1 wording": lambda: WhisperTranscriber(weights, terms=TERMS, hypotheses=1),
    }
    full: dict[str, float] = {}
    for name, make in kinds.items():
        transcriber = make()
        transcriber.transcribe(said("はい", "mei"))
        for noise in ("clean", "babble 10 dB"):
            wrong = total = found = nearly = terms = 0
            times: list[float] = []
            for sentence in DATA["sentences"]:
                for voice in VOICES:
                    sound = np.concatenate([silence(0.3), said(sentence["text"], voice), silence(0.12)])
                    if noise != "clean":
                        sound = sound + np.resize(babble(6, BABBLE_DBFS), len(sound))
                    begun = time.perf_counter()
                    heard = transcriber.transcribe(sound.astype(np.float32))
                    times.append((time.perf_counter() - begun) * 1000)
                    wrong += edits(letters(heard.text), letters(sentence["text"]))
                    total += len(letters(sentence["text"]))
                    everything = heard.text + "".join(one.text for one in heard.alternatives)
                    terms += len(sentence["terms"])
                    found += sum(term in heard.text for term in sentence["terms"])
                    nearly += sum(term in everything for term in sentence["terms"])
            took = statistics.median(times)
            full.setdefault(noise, took)
            print(
                f"| {name} | {noise} | {100 * wrong / total:.1f} | {found}/{terms} | {nearly}/{terms} |"
                f" {took:.0f} | {took / full[noise]:.2f} |",
                flush=True,
            )
    return spoken_reasons.measure()


def fixed(silence_s: float) -> Silences:
    return Silences(*([silence_s] * 9))


def whole(speech: Samples, noise: str) -> Samples:
    sound = mixed(speech, silence(1), lead_s=BEFORE_S, tail_s=AFTER_S)
    if noise == "clean":
        return sound
    return (sound + np.resize(babble(12, BABBLE_DBFS), len(sound))).astype(np.float32)


def ends() -> int:
    transcriber = Remembering(WhisperTranscriber(terms=TERMS))
    cases: list[tuple[Samples, float, Expected]] = []
    for voice in VOICES:
        for one in DATA["pauses"]:
            speech = with_pauses(one["parts"], one["pauses_s"], voice)
            last_part_s = (len(speech) - len(said(one["parts"][-1], voice))) / RATE_HZ
            cases.append((speech, last_part_s, "open"))
        cases += [(said(one["text"], voice), 0.0, "open") for one in DATA["sentences"]]
        cases += [(said(one["text"], voice), 0.0, one["asked"]) for one in DATA["answers"]]
    kinds = {
        name: Manner(silences=silences, partial_every_s=99)
        for name, silences in (
            ("by words and question", USUAL),
            ("fixed 0.5 s", fixed(0.5)),
            ("fixed 0.8 s", fixed(0.8)),
            ("fixed 1.6 s", fixed(1.6)),
        )
    }
    print(
        f"{len(cases)} turns, {sum(last > 0 for _, last, _ in cases)} of them with pauses inside;"
        f" decoding taken as {TAKES_S} s\n\n"
        "| end of turn | noise | cut off % | of those with pauses % | no turn | wait p50 ms | p95 | over 1 s % |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    failed = False
    for noise in ("clean", "babble 10 dB"):
        for name, manner in kinds.items():
            cut, lost, waits = 0, 0, []
            for speech, last_part_s, asked in cases:
                turns = TurnTaking(manner)
                turns.expect(asked, slow=False)
                told = hear(whole(speech, noise), transcriber, turns, takes_s=TAKES_S)
                over = [at.at_s - BEFORE_S for at in told if isinstance(at.heard, TurnHeard)]
                end_s = len(speech) / RATE_HZ
                after = [at_s for at_s in over if at_s >= end_s - 0.2]
                cut += any((at_s < end_s - 0.2 and last_part_s > 0) or at_s < end_s - 0.2 for at_s in over)
                if after:
                    waits.append((after[0] - end_s) * 1000)
                else:
                    lost += 1
            with_pause = sum(last > 0 for _, last, _ in cases)
            share = 100 * cut / len(cases)
            print(
                f"| {name} | {noise} | {share:.1f} | {100 * cut / with_pause:.1f} | {lost} |"
                f" {statistics.median(waits):.0f} |"
                f" {statistics.quantiles(waits, n=20)[-1]:.0f} |"
                f" {100 * sum(wait > 1000 for wait in waits) / len(waits):.0f} |",
                flush=True,
            )
            if name == "by words and question" and noise == "clean":
                failed = share > BUDGET_CUT or statistics.median(waits) > BUDGET_MS + 50
    return int(failed)


def one_kiosk(recogniser: Recogniser, texts: Sequence[str], voice: str, into: list[dict[str, float]]) -> None:
    """Speaks the sentences in real time; notes what passed between the true end of sound and the turn."""
    told: queue.Queue[tuple[float, Heard]] = queue.Queue()
    ear = Listening(recogniser, lambda heard: told.put((time.monotonic(), heard)))
    ear.start()
    for text in texts:
        speech = said(text, voice)
        sound = np.concatenate([silence(0.8), speech, silence(3.0)])
        begun = time.monotonic()
        ends_at = begun + 0.8 + len(speech) / RATE_HZ
        frame = RATE_HZ // 50
        for number in range(len(sound) // frame):
            ear.feed(to_pcm16(sound[number * frame : (number + 1) * frame]))
            time.sleep(max(0.0, begun + (number + 1) * 0.02 - time.monotonic()))
        while not told.empty():
            at, heard = told.get()
            if isinstance(heard, TurnHeard) and at < ends_at - 0.2:
                print("  cut off before the end of the sentence")
            elif isinstance(heard, TurnHeard):
                stages = heard.stages
                into.append(
                    {
                        "end → turn": (at - ends_at) * 1000,
                        "decided": stages.decided_ms,
                        "words there": stages.decoded_ms,
                        "decoding": stages.decoding_ms,
                    }
                )
            elif isinstance(heard, NotHeard):
                print(f"  not heard: {heard.trouble}")
    ear.close()


def stages() -> int:
    recogniser = Recogniser(WhisperTranscriber(terms=TERMS))
    recogniser.start()
    texts = [sentence["text"] for sentence in DATA["sentences"][:10]]
    print("| kiosks | stage, ms after the last voiced sound | p50 | p95 | turns |\n|---|---|---|---|---|")
    p50 = 0.0
    for kiosks in (1, 2):
        noted: list[dict[str, float]] = []
        threads = [
            threading.Thread(target=one_kiosk, args=(recogniser, texts[shift:] + texts[:shift], voice, noted))
            for shift, voice in ((0, "mei"), (3, "jf_alpha"))[:kiosks]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for stage in noted[0]:
            times = [one[stage] for one in noted]
            print(
                f"| {kiosks} | {stage} | {statistics.median(times):.0f} |"
                f" {statistics.quantiles(times, n=20)[-1]:.0f} | {len(times)} |",
                flush=True,
            )
            if kiosks == 1 and stage == "end → turn":
                p50 = statistics.median(times)
    recogniser.close()
    print(f"\nmust reach: end of speech → turn p50 ≤ {BUDGET_MS} ms; it is {p50:.0f} ms")
    return int(p50 > BUDGET_MS)


def memory() -> int:
    """Of a process that only hears: weights, detector, dictionary, two ears, a turn of 20 s decoded."""
    code = (
        "import numpy as np, psutil\n"
        "from speech.whisper_transcriber import WhisperTranscriber\n"
        "from speech.recogniser import Recogniser\n"
        "from speech.listening import Listening\n"
        "from tests.speech.terms import TERMS\n"
        "w = WhisperTranscriber(terms=TERMS)\n"
        "ears = [Listening(Recogniser(w), print) for _ in range(2)]\n"
        "noise = np.random.default_rng(0).standard_normal(16000 * 24).astype(np.float32) * 0.05\n"
        "w.transcribe(noise)\n"
        "w.transcribe(noise, partial=True)\n"
        "print(psutil.Process().memory_info().rss // 1_000_000)\n"
    )
    made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    used = int(made.stdout.split()[-1])
    print(f"| memory of the hearing process | {used} MB |\n\nmust reach: ≤ {BUDGET_MB} MB")
    return int(used > BUDGET_MB)


PARTS: dict[str, Callable[[], int]] = {"words": words, "ends": ends, "stages": stages, "memory": memory}


def main() -> int:
    wanted: Any = sys.argv[1:] or list(PARTS)
    print(f"load of the machine before: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores")
    failed = 0
    for name in wanted:
        print(f"\n-- {name}", flush=True)
        failed += PARTS[name]()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
