"""How well, how fast and how heavy: the ways to classify a sentence, on sentences nobody trained on.

One table: Rasa's own LogisticRegressionClassifier on word counts as baseline, DIET on the same, DIET with the
sentence encoder, ours, and the knowledge search alone. Each row trains, starts a real server and asks it every
sentence of `tests/nlu/data/held_out*.jsonl`. Temperatures are fitted on the tuning half for every row alike, so
that over-confidence is not counted twice. DIET gets 12 epochs: after that it gains nothing here, and 60 take half an
hour on two cores. Below the table: what the settings should be, those of the classifier and the search together too.

Run from the repository: `python -m benchmarks.understanding [ROW ...]` (rows: counts, diet, diet_encoder, ours).
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
from sklearn.linear_model import LogisticRegression

from kb.load import load
from nlu.normalise import normalise
from nlu.opinions import Weights, combined
from nlu.parser import Parsed
from nlu.rasa_model import PROJECT, written_sentences
from nlu.rasa_parser import RasaParser
from nlu.rasa_server import RasaServer
from nlu.search import Search
from nlu.topics import Topic, topics_of
from nlu.training import train, training_sentences
from nlu.training_sentences import unseen

HELD_OUT = sorted((Path(__file__).parent.parent / "tests" / "nlu" / "data").glob("held_out*.jsonl"))
NOTHING = "out_of_scope"
COUNTS = """
- name: sudachi_tokenizer.SudachiTokenizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
"""
ENCODER = "- name: sentence_encoder_featurizer.SentenceEncoderFeaturizer\n"
DIET = "- name: DIETClassifier\n  epochs: 12\n  entity_recognition: false\n  random_seed: 1\n  ranking_length: 0\n"
PIPELINES = {
    "counts": COUNTS + "- name: LogisticRegressionClassifier\n  ranking_length: 0\n",
    "diet": COUNTS + DIET,
    "diet_encoder": COUNTS + ENCODER + DIET,
}
HEAD = "recipe: default.v1\nassistant_id: one-counter\nlanguage: ja\npipeline:"
SAID_GRID = (0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)
ALIKE_GRID = (0.0, 10.0, 15.0, 18.0, 21.0, 24.0, 28.0)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class Case:
    text: str
    any_of: frozenset[str]
    is_final: bool


@dataclass(frozen=True)
class Answer:
    scores: dict[str, float]
    took_ms: float


@dataclass(frozen=True)
class Row:
    name: str
    train_s: float
    start_s: float
    memory_mb: float
    answers: tuple[Answer, ...]


def cases(sentences: dict[str, tuple[str, ...]]) -> tuple[Case, ...]:
    """The held-out sentences that nobody trained on.

    One about something the knowledge base does not hold must count as nothing.
    """
    found = []
    known = frozenset(sentences)
    lines = [line for file in HELD_OUT for line in file.read_text(encoding="utf-8").splitlines()]
    for entry in map(json.loads, lines):
        right = frozenset(entry["any_of"]) & known or frozenset({NOTHING})
        found.append(Case(normalise(entry["text"]), right, entry["split"] == "final"))
    fresh = set(unseen((case.text for case in found), sentences))
    return tuple(case for case in found if case.text in fresh)


def measure(name: str, topics: Sequence[Topic], held_out: Sequence[Case], note: dict[str, str]) -> Row:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        project = PROJECT
        if name in PIPELINES:
            project = folder / "rasa_project"
            shutil.copytree(PROJECT, project)
            (project / "config.yml").write_text(HEAD + PIPELINES[name], encoding="utf-8")
            launch = project / "launch.py"
            origin = f"Path({str(PROJECT / 'launch.py')!r})"
            launch.write_text(launch.read_text(encoding="utf-8").replace("Path(__file__)", origin))
        python = Path(note["rasa_python"])
        begun = time.perf_counter()
        model = train(topics, rasa_python=python, cache_dir=folder, project=project)
        train_s = time.perf_counter() - begun
        begun = time.perf_counter()
        with RasaServer(model, rasa_python=python, state_dir=folder, project=project) as server:
            state = server.wait_until_up(300)
            if state.kind != "up" or server.process_id is None:
                raise SystemExit(f"{name}: {state.reason}")
            start_s = time.perf_counter() - begun
            parser = RasaParser(server.endpoint, timeout_s=5)
            answers = tuple(asked(parser, case.text) for case in held_out)
            memory = psutil.Process(server.process_id).memory_info().rss / 1e6
            parser.close()
    print(f"{name}: trained in {train_s:.0f} s, started in {start_s:.0f} s", file=sys.stderr, flush=True)
    return Row(name, train_s, start_s, memory, answers)


def asked(parser: RasaParser, text: str) -> Answer:
    begun = time.perf_counter()
    parsed = parser.parse(text)
    took_ms = (time.perf_counter() - begun) * 1000
    if not isinstance(parsed, Parsed):
        raise SystemExit(parsed.reason)
    return Answer({score.id: score.confidence for score in parsed.intents}, took_ms)


def searched(topics: Sequence[Topic], held_out: Sequence[Case]) -> tuple[Row, Search]:
    begun = time.perf_counter()
    search = Search(topics, written_sentences(), cache_dir=None)
    search.warm_up()
    search.wait_until_up(60)
    start_s = time.perf_counter() - begun
    answers = []
    for case in held_out:
        begun = time.perf_counter()
        found = {candidate.id: candidate.confidence for candidate in search.search(case.text)}
        answers.append(Answer(found, (time.perf_counter() - begun) * 1000))
    memory = psutil.Process().memory_info().rss / 1e6
    return Row("search", 0.0, start_s, memory, tuple(answers)), search


def tempered(answer: Answer, temperature: float) -> dict[str, float]:
    if not answer.scores:
        return {NOTHING: 1.0}
    logs = np.log(np.maximum(np.array(list(answer.scores.values())), 1e-12)) / temperature
    shares = np.exp(logs - logs.max())
    return dict(zip(answer.scores, shares / shares.sum(), strict=True))


def best_temperature(row: Row, held_out: Sequence[Case]) -> float:
    def loss(temperature: float) -> float:
        total = 0.0
        for case, answer in zip(held_out, row.answers, strict=True):
            if not case.is_final:
                scores = tempered(answer, temperature)
                total -= float(np.log(max(1e-6, sum(scores.get(right, 0.0) for right in case.any_of))))
        return total

    return min((round(float(t), 2) for t in np.geomspace(0.2, 20, 60)), key=loss)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins."""
    confidence = np.array([pair[0] for pair in pairs])
    right = np.array([pair[1] for pair in pairs], dtype=float)
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(
        sum(
            abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
            for b in range(10)
            if (bins == b).any()
        )
    )


def line(
    row: Row, held_out: Sequence[Case], select: Callable[[Case], bool], temperature: float | None
) -> str:
    chosen = [(c, a) for c, a in zip(held_out, row.answers, strict=True) if select(c)]
    tops, wanted_top3, pairs, raw = [], [], [], []
    for case, answer in chosen:
        scores = answer.scores if temperature is None else tempered(answer, temperature)
        scores = scores or {NOTHING: 0.0}
        best = max(scores, key=lambda i: scores[i])
        first3 = sorted(scores, key=lambda i: -scores[i])[:3]
        tops.append((case, best, scores[best]))
        wanted_top3.append(bool(case.any_of & set(first3)))
        pairs.append((scores[best], best in case.any_of))
        raw.append((max(answer.scores.values(), default=0.0), best in case.any_of))
    wanted = [i for i, (case, _, _) in enumerate(tops) if NOTHING not in case.any_of]
    nothing = [i for i, (case, _, _) in enumerate(tops) if NOTHING in case.any_of]
    right = np.mean([tops[i][1] in tops[i][0].any_of for i in wanted])
    top3 = np.mean([wanted_top3[i] for i in wanted])
    alarm = np.mean([tops[i][1] != NOTHING and tops[i][2] >= 0.5 for i in nothing])
    said = [i for i in wanted if tops[i][2] >= 0.5]
    wrong = np.mean([tops[i][1] not in tops[i][0].any_of for i in said])
    times = sorted(answer.took_ms for answer in row.answers)
    return (
        f"| {row.name:<12} | {row.train_s:7.0f} | {row.start_s:7.1f} | {row.memory_mb:6.0f} "
        f"| {times[len(times) // 2]:6.1f} | {times[int(len(times) * 0.95)]:6.1f} | {right:6.3f} | {top3:6.3f} "
        f"| {calibration_error(raw):7.3f} | {calibration_error(pairs):7.3f} | {len(said) / len(wanted):7.2f} "
        f"| {wrong:7.3f} | {alarm:7.3f} | {temperature or 0:5.2f} |"
    )


def threshold_table(row: Row, held_out: Sequence[Case], temperature: float | None) -> None:
    """What each threshold would do, to choose the setting by."""
    print("\n| asks back below | answered | of these wrong | nonsense taken for a request |")
    print("|---|---|---|---|")
    for threshold in THRESHOLDS:
        said = wrong = alarms = wanted = nothing = 0
        for case, answer in zip(held_out, row.answers, strict=True):
            scores = answer.scores if temperature is None else tempered(answer, temperature)
            best = max(scores, key=lambda i: scores[i], default=NOTHING)
            sure = scores.get(best, 0.0) >= threshold
            if NOTHING in case.any_of:
                nothing += 1
                alarms += sure and best != NOTHING
            else:
                wanted += 1
                said += sure
                wrong += sure and best not in case.any_of
        print(f"| {threshold} | {said / wanted:.2f} | {wrong / max(said, 1):.3f} | {alarms / nothing:.3f} |")


def combination_fit(row: Row, search: Search, held_out: Sequence[Case]) -> None:
    """The two weights `nlu.opinions.combined` should have, and what its thresholds would do in either half."""
    near = [search.near(case.text) for case in held_out]

    def together(said: float, alike: float) -> Row:
        answers = tuple(
            replace(answer, scores=combined(answer.scores, likeness, {}, Weights(said, alike)))
            for answer, likeness in zip(row.answers, near, strict=True)
        )
        return replace(row, name="together", answers=answers)

    def loss(weights: tuple[float, float]) -> float:
        total = 0.0
        for case, answer in zip(held_out, together(*weights).answers, strict=True):
            if not case.is_final:
                total -= float(np.log(max(1e-6, sum(answer.scores.get(i, 0.0) for i in case.any_of))))
        return total

    said, alike = min(((s, a) for s in SAID_GRID for a in ALIKE_GRID), key=loss)
    print(f"\ncombined fitted: said={said} alike={alike}")
    for title, is_final in (("tuning", False), ("final", True)):
        chosen = [i for i, case in enumerate(held_out) if case.is_final == is_final]
        answers = together(said, alike).answers
        print(f"\n{title}, together")
        half = replace(row, answers=tuple(answers[i] for i in chosen))
        threshold_table(half, [held_out[i] for i in chosen], None)


def topics_only(held_out: Sequence[Case], topics: Sequence[Topic]) -> tuple[Case, ...]:
    """The same for the search, which knows no talk: there, nothing is the right answer."""
    ids = frozenset(topic.id for topic in topics)
    return tuple(replace(case, any_of=case.any_of & ids or frozenset({NOTHING})) for case in held_out)


def search_fit(search: Search, held_out: Sequence[Case]) -> None:
    """The numbers `nlu.search.SearchConfidence` should have."""
    rows, right = [], []
    for case in held_out:
        if case.is_final:
            continue
        for found in search.likenesses(case.text, 5):
            rows.append((found.likeness, found.lead, found.over_talk))
            right.append(found.id in case.any_of)
    fit = LogisticRegression(C=100, max_iter=1000).fit(rows, right)
    numbers = dict(zip(("likeness", "lead", "over_talk"), fit.coef_[0].round(1), strict=True))
    print(f"\nSearchConfidence fitted: bias={fit.intercept_[0]:.1f}", numbers)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("rows", nargs="*", default=[*PIPELINES, "ours"], metavar="ROW")
    options.add_argument("--note", type=Path, default=Path(sys.prefix) / "one-counter.json")
    options.add_argument("--topics", type=Path, help="JSON list of topics instead of the knowledge base")
    chosen = options.parse_args()
    note = json.loads(chosen.note.read_text(encoding="utf-8"))
    if chosen.topics:
        topics = tuple(
            Topic(t["id"], t["name_ja"], tuple(t["asked_as"]), t.get("event", False))
            for t in json.loads(chosen.topics.read_text(encoding="utf-8"))
            if t.get("sel", True)
        )
    else:
        topics = topics_of(load())
    sentences = training_sentences(topics)
    held_out = cases(sentences)
    finals = sum(case.is_final for case in held_out)
    print(
        f"{len(sentences)} intents, {sum(map(len, sentences.values()))} training sentences, "
        f"{len(held_out) - finals} held-out sentences to tune on and {finals} final ones\n"
    )
    head = ("pipeline", "train s", "start s", "MB", "p50 ms", "p95 ms", "right", "top 3")
    head += ("ECE raw", "ECE", "≥ .5", "wrong", "nonsense", "T")
    search_row, search = searched(topics, held_out)
    rows = [(measure(name, topics, held_out, note), True) for name in chosen.rows] + [(search_row, False)]
    for title, select in (("tuning", lambda c: not c.is_final), ("final", lambda c: c.is_final)):
        print(f"\n{title}\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
        for row, is_classifier in rows:
            asked_for = held_out if is_classifier else topics_only(held_out, topics)
            temperature = best_temperature(row, held_out) if is_classifier else None
            print(line(row, asked_for, select, temperature))
    if "ours" in chosen.rows:
        ours = next(row for row, _ in rows if row.name == "ours")
        threshold_table(ours, held_out, None)
        combination_fit(ours, search, held_out)
        for case, answer in zip(held_out, ours.answers, strict=True):
            best = max(answer.scores, key=lambda i: answer.scores[i], default=NOTHING)
            if best not in case.any_of:
                print(f"  {case.text} → {best} {answer.scores.get(best, 0):.2f}")
    search_fit(search, held_out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
