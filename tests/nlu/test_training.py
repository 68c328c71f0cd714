"""From wordings to a model: what is trained on, when it is trained again, and what happens when it fails."""

import fcntl
import os
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from kb.model import KnowledgeBase
from nlu.errors import TrainingFailed
from nlu.normalise import normalise
from nlu.parser import TALK_INTENTS
from nlu.rasa_model import PROJECT, model_hash, written_sentences
from nlu.topics import Topic, topics_of
from nlu.training import FIRST_ESTIMATE_S, planned_model, train, training_sentences
from nlu.training_sentences import unseen
from tests.nlu.held_out import held_out

DOG = Topic("dog_registration", "犬の登録", ("犬を飼い始めた", "鑑札がほしい"), False, "犬の届け")
MOVE = Topic("moving_in", "転入", ("引っ越してきた",), True)
NOTICE = Topic("moving_in_notification", "転入届", ("引っ越してきた", "転入届を出したい"), False)
TOPICS = (MOVE, NOTICE, DOG)

TRAINER = """#!/bin/sh
echo "INFO rasa - Starting to train component 'TfidfFeaturizer'."
echo "INFO rasa - Starting to train component 'CalibratedClassifier'."
mkdir made
cp nlu.yml made/model.tar.gz
"""


def stand_in(folder: Path, script: str) -> Path:
    """An interpreter that does as `script` says instead of running Rasa."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(script)
    python.chmod(0o755)
    return python


def test_every_wording_and_the_name_are_trained_on() -> None:
    lines = training_sentences((DOG,))["dog_registration"]
    assert {"犬の登録", "犬を飼い始めた", "鑑札がほしい", "犬の届け"} <= set(lines)


def test_wordings_are_wrapped_as_people_wrap_them() -> None:
    lines = set(training_sentences((DOG,))["dog_registration"])
    assert {"犬の登録の手続きをしたいです", "犬を飼い始めたんですが", "鑑札がほしいです"} <= lines


def test_a_name_typed_in_kana_is_trained_on() -> None:
    assert "てんにゅうとどけ" in training_sentences((NOTICE,))["moving_in_notification"]


def test_nothing_is_wrapped_twice() -> None:
    polite = Topic("moving_out", "転出", ("県外に引っ越すことになりました", "転出の手続き"), True)
    lines = training_sentences((polite,))["moving_out"]
    assert not [
        line for line in lines if "ましまし" in line or "手続きの手続き" in line or "ましたの" in line
    ]


def test_a_wording_written_by_hand_for_a_life_event_is_not_also_the_procedure() -> None:
    sentences = training_sentences(TOPICS)
    assert "引っ越してきました" in sentences["moving_in"]
    assert "引っ越してきました" not in sentences["moving_in_notification"]
    assert "転入届を出したい" in sentences["moving_in_notification"]


def test_training_data_is_the_same_every_time(kb: KnowledgeBase) -> None:
    topics = topics_of(kb)
    assert training_sentences(topics) == training_sentences(tuple(reversed(topics)))


def test_every_topic_of_the_knowledge_base_is_trained_on(kb: KnowledgeBase) -> None:
    sentences = training_sentences(topics_of(kb))
    assert {*kb.life_events, *kb.procedures, *TALK_INTENTS} == set(sentences)
    assert min(len(lines) for lines in sentences.values()) >= 8


def test_talk_has_enough_sentences_written_by_hand() -> None:
    written = written_sentences()
    assert {intent: len(written[intent]) for intent in TALK_INTENTS if len(written[intent]) < 20} == {}


def test_no_sentence_is_written_for_two_intents() -> None:
    owners: dict[str, list[str]] = {}
    for intent, lines in written_sentences().items():
        for line in lines:
            owners.setdefault(normalise(line) or line, []).append(intent)
    assert {line: intents for line, intents in owners.items() if len(set(intents)) > 1} == {}


def test_enough_held_out_sentences_are_trained_on_by_nobody(kb: KnowledgeBase) -> None:
    """The knowledge base may come to hold one of them; it then measures nothing and is left out."""
    trained = training_sentences(topics_of(kb))
    fresh = set(unseen((case.text for case in held_out()), trained))
    kinds = Counter(
        "nothing" if case.kind == "out_of_scope" else "wanted" for case in held_out() if case.text in fresh
    )
    assert kinds["wanted"] >= 150
    assert kinds["nothing"] >= 40
    assert not fresh & {line for lines in trained.values() for line in lines}


def test_the_model_is_named_by_all_that_decides_it(tmp_path: Path) -> None:
    project = tmp_path / "rasa_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    python = stand_in(tmp_path / "environment", "")
    sentences = training_sentences(TOPICS)
    names = {model_hash(sentences, python, project)}
    assert names == {model_hash(dict(sentences), python, project)}

    names.add(model_hash({**sentences, "moving_in": ("越しました",)}, python, project))
    (project / "config.yml").write_text("pipeline: []", encoding="utf-8")
    names.add(model_hash(sentences, python, project))
    (project / "calibrated_classifier.py").write_text("", encoding="utf-8")
    names.add(model_hash(sentences, python, project))
    (tmp_path / "environment/lib/python3.11/site-packages/rasa-3.6.22.dist-info").mkdir(parents=True)
    names.add(model_hash(sentences, python, project))
    assert len(names) == 5


def test_a_model_in_the_cache_is_used_without_starting_rasa(tmp_path: Path) -> None:
    nowhere = tmp_path / "bin" / "python"
    planned = planned_model(TOPICS, rasa_python=nowhere, cache_dir=tmp_path)
    planned.path.parent.mkdir(parents=True)
    planned.path.write_bytes(b"trained before")
    assert train(TOPICS, rasa_python=nowhere, cache_dir=tmp_path) == planned
    assert planned.path.read_bytes() == b"trained before"


def test_training_reports_what_it_does_and_keeps_the_time_for_the_next_estimate(tmp_path: Path) -> None:
    python = stand_in(tmp_path, TRAINER)
    reports: list[tuple[str, float, float]] = []
    model = train(
        TOPICS, rasa_python=python, cache_dir=tmp_path, progress=lambda *report: reports.append(report)
    )
    assert "intent: dog_registration" in model.path.read_text(encoding="utf-8")
    assert reports[0] == ("starting Rasa", 0.0, FIRST_ESTIMATE_S)
    assert reports[-1][0] == "trained"
    assert "learning intents" in [what for what, _, _ in reports]
    assert {path.name for path in model.path.parent.iterdir()} == {
        model.path.name,
        model.path.with_suffix(".lock").name,
        "training-times.json",
    }

    model.path.unlink()
    reports.clear()
    train(TOPICS, rasa_python=python, cache_dir=tmp_path, progress=lambda *report: reports.append(report))
    assert reports[0][2] < 60.0


def test_models_nobody_used_for_a_month_are_removed_after_a_training(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for name, days in (("rasa-old.tar.gz", 31), ("vectors-old.npy", 40), ("rasa-recent.tar.gz", 29)):
        (folder / name).touch()
        then = time.time() - days * 86_400
        os.utime(folder / name, (then, then))
    model = train(TOPICS, rasa_python=stand_in(tmp_path, TRAINER), cache_dir=tmp_path)
    assert {path.name for path in folder.glob("*-*.tar.gz")} == {model.path.name, "rasa-recent.tar.gz"}
    assert not (folder / "vectors-old.npy").exists()


def test_a_failed_training_leaves_no_model_and_names_the_log(tmp_path: Path) -> None:
    python = stand_in(tmp_path, "#!/bin/sh\necho ModuleNotFoundError: rasa\nexit 1\n")
    with pytest.raises(TrainingFailed, match="code 1") as caught:
        train(TOPICS, rasa_python=python, cache_dir=tmp_path)
    (log,) = (tmp_path / "models").glob("training-*.log")
    assert str(log) in str(caught.value)
    assert "ModuleNotFoundError" in log.read_text(encoding="utf-8")
    assert not list((tmp_path / "models").glob("rasa-*.tar.gz"))
    assert not [path for path in (tmp_path / "models").iterdir() if path.is_dir()]


def test_two_processes_do_not_train_the_same_model_at_once(tmp_path: Path) -> None:
    nowhere = tmp_path / "bin" / "python"
    planned = planned_model(TOPICS, rasa_python=nowhere, cache_dir=tmp_path)
    planned.path.parent.mkdir(parents=True)
    waits = threading.Event()

    def told(what: str, elapsed_s: float, left_s: float) -> None:
        if what.startswith("waiting for another process"):
            waits.set()

    with planned.path.with_suffix(".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        options = {"rasa_python": nowhere, "cache_dir": tmp_path, "progress": told}
        second = threading.Thread(target=train, args=(TOPICS,), kwargs=options)
        second.start()
        assert waits.wait(30)
        planned.path.write_bytes(b"trained by the other")
    second.join(30)
    assert not second.is_alive()
    assert planned.path.read_bytes() == b"trained by the other"
