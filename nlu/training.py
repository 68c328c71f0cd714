"""Trains Rasa from the knowledge base and keeps the result by content hash.

What residents may say is data (`asked_as` of every record, hand-written sentences), so understanding a new
procedure needs no programmer: the hash changes, the next start trains, and every checkout with the same
knowledge shares the model.
"""

import fcntl
import json
import os
import selectors
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import IO

import yaml

from nlu import rasa_process
from nlu.errors import TrainingFailed
from nlu.normalise import hiragana, normalise
from nlu.rasa_model import PROJECT, Proof, RasaModel, model_file, model_hash, proofs_for, written_sentences
from nlu.tokens import words
from nlu.topics import Topic
from nlu.training_sentences import training_set

FIRST_ESTIMATE_S = 110.0
"""Measured on two cores with 276 intents; replaced by the machine's own time after the first training."""
TICK_S = 1.0
UNUSED_DAYS = 30
STAGES = {
    "TfidfFeaturizer": "learning words",
    "CalibratedClassifier": "learning intents",
    "CountVectorsFeaturizer": "learning words",
    "DIETClassifier": "learning intents",
    "LogisticRegressionClassifier": "learning intents",
}

Progress = Callable[[str, float, float], None]
"""Told what is being done, seconds since the start, and the estimate of seconds left."""


def training_sentences(topics: Iterable[Topic], project: Path = PROJECT) -> dict[str, tuple[str, ...]]:
    """Everything the model is trained on, by intent, as the parser will see it: normalised."""
    raw = training_set(topics, written_sentences(project), reading=reading)
    cleaned = {
        intent: tuple(dict.fromkeys(text for line in lines if (text := _plain(line))))
        for intent, lines in raw.items()
    }
    return {intent: lines for intent, lines in cleaned.items() if lines}


def reading(text: str) -> str:
    """Hiragana of `text`, as a child or someone in a hurry types it.

    >>> reading("転入届")
    'てんにゅうとどけ'
    """
    return hiragana("".join(word.reading or word.surface for word in words(text)))


def planned_model(
    topics: Iterable[Topic], *, rasa_python: Path, cache_dir: Path, project: Path = PROJECT
) -> RasaModel:
    """The model of this knowledge: its name and place, trained or not (`path.exists()` tells)."""
    sentences = training_sentences(topics, project)
    return _planned(sentences, rasa_python, cache_dir, project)


def train(
    topics: Iterable[Topic],
    *,
    rasa_python: Path,
    cache_dir: Path,
    project: Path = PROJECT,
    progress: Progress | None = None,
) -> RasaModel:
    """The model of this knowledge, trained if it is not in the cache.

    Several processes may ask at once: one trains, the others wait for it. Raises TrainingFailed.
    """
    sentences = training_sentences(topics, project)
    model = _planned(sentences, rasa_python, cache_dir, project)
    if model.path.exists():
        model.path.touch()
        return model
    report: Progress = progress or (lambda _what, _elapsed_s, _left_s: None)
    model.path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(model.path.with_suffix(".lock"), report):
        if not model.path.exists():
            _train(model, sentences, rasa_python, project, report)
    return model


def _planned(
    sentences: Mapping[str, Sequence[str]], rasa_python: Path, cache_dir: Path, project: Path
) -> RasaModel:
    name = model_hash(sentences, rasa_python, project)
    proofs = tuple(
        Proof(normalise(proof.text), proof.intent)
        for proof in proofs_for(written_sentences(project), sentences)
    )
    return RasaModel(name, model_file(cache_dir, name), proofs)


def _train(
    model: RasaModel,
    sentences: Mapping[str, Sequence[str]],
    rasa_python: Path,
    project: Path,
    report: Progress,
) -> None:
    folder = model.path.parent
    times = folder / "training-times.json"
    expected_s = _measured(times)
    work = folder / f"training-{model.hash}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    started = time.monotonic()
    report("starting Rasa", 0.0, expected_s)
    try:
        shutil.copy(project / "config.yml", work / "config.yml")
        (work / "nlu.yml").write_text(_rasa_yaml(sentences), encoding="utf-8")
        arguments = ["train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml"]
        arguments += ["--out", "made", "--fixed-model-name", "model"]
        process = rasa_process.start(rasa_python, arguments, home=work, output=PIPE, project=project)
        log = folder / f"training-{model.hash}.log"
        try:
            if process.stdout is not None:
                _watch(process.stdout, log, report, started, expected_s)
            code = process.wait()
        finally:
            rasa_process.end(process)
        made = work / "made" / "model.tar.gz"
        if code != 0 or not made.exists():
            raise TrainingFailed(f"it ended with code {code}", str(log))
        made.replace(model.path)
        log.unlink()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _forget_unused(folder)
    took_s = time.monotonic() - started
    times.write_text(json.dumps({"rasa_s": round(took_s, 1)}), encoding="utf-8")
    report("trained", took_s, 0.0)


def _watch(output: IO[bytes], log: Path, report: Progress, started: float, expected_s: float) -> None:
    """Copy the output to `log` and report every second, until the output ends."""
    stage = "starting Rasa"
    with output, selectors.DefaultSelector() as ready, log.open("wb") as copy:
        ready.register(output, selectors.EVENT_READ)
        while True:
            if ready.select(TICK_S):
                chunk = os.read(output.fileno(), 65_536)
                if not chunk:
                    return
                copy.write(chunk)
                stage = _latest_stage(chunk) or stage
            elapsed_s = time.monotonic() - started
            report(stage, elapsed_s, max(expected_s - elapsed_s, elapsed_s * 0.1))


def _latest_stage(chunk: bytes) -> str | None:
    found = {chunk.rfind(f"'{name}'".encode()): text for name, text in STAGES.items()}
    place = max(found)
    return found[place] if place >= 0 else None


def _forget_unused(folder: Path) -> None:
    """Remove models and vectors no start has used for a month: every edit of a wording leaves some."""
    oldest = time.time() - UNUSED_DAYS * 86_400
    for file in (*folder.glob("rasa-*"), *folder.glob("vectors-*.npy")):
        if file.stat().st_mtime < oldest:
            file.unlink()


@contextmanager
def _only_one(lock: Path, report: Progress) -> Iterator[None]:
    """Hold `lock`; tells that it waits when another process trains the same model."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another process that trains the same model", 0.0, FIRST_ESTIMATE_S)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _measured(times: Path) -> float:
    if not times.exists():
        return FIRST_ESTIMATE_S
    return float(json.loads(times.read_text(encoding="utf-8"))["rasa_s"])


def _rasa_yaml(sentences: Mapping[str, Sequence[str]]) -> str:
    entries = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
        for intent, lines in sentences.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True, width=1_000)


def _plain(line: str) -> str:
    """Normalised, without the brackets that mark entities in Rasa's format."""
    return normalise(line.translate({ord(sign): None for sign in "[]{}"}))
