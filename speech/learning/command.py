"""`python -m speech learn-sounds`, `learn` and `average`: from a list of sentences to a small difference of weights."""

import random
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from zipfile import BadZipFile

import typer
from rich.progress import Progress, track

from speech import low_rank
from speech.errors import WeightsCorrupt
from speech.learning.lesson_sounds import LessonSounds, spoken
from speech.learning.lives import lives
from speech.learning.numbers import answers
from speech.transcriber import RATE_HZ, Samples
from speech.whisper_transcriber import EVERYDAY
from speech.whisper_weights import join, packaged_weights

ORDINARY = Path(__file__).parent / "ordinary.txt"
"""What is said in a lobby and is no reason to come."""
_FIGURES, _LIVES = 360, 480
_KEPT_EVERY = 128
_SAVED_EVERY = 100

Share = Annotated[
    float, typer.Option(min=0.1, max=1, help="of what was learnt; less keeps more of what was known")
]
Weights = Annotated[
    Path | None, typer.Option(help="a directory for the taught weights (ASSISTANT_SPEECH_WEIGHTS)")
]
To = Annotated[Path, typer.Option("--to", metavar="FILE.npz", help="where the result goes")]


def learn_sounds(
    sentences: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="a sentence a line, as `python -m nlu sentences` prints them"
        ),
    ],
    to: To,
) -> None:
    """Let teachers speak SENTENCES, and with them ordinary talk, figures, people and places.

    About one second a sentence on two cores; begun again, it goes on where it stopped.
    """
    texts = [
        *sentences.read_text(encoding="utf-8").split("\n"),
        *ORDINARY.read_text(encoding="utf-8").split("\n"),
    ]
    texts += [*answers(_FIGURES), *lives(_LIVES)]
    order = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    random.Random(0).shuffle(order)  # noqa: S311  (so that a part of the work is a part of everything)
    done: list[tuple[str, Samples]] = []
    if to.is_file():
        known = _loaded(to)
        done = list(zip(known.texts, known.sounds, strict=True))
        if known.texts[-1] not in order:
            raise typer.BadParameter(
                f"{to} was made of other sentences; name another file", param_hint="--to"
            )
    first = order.index(done[-1][0]) + 1 if done else 0
    more = spoken(order, first=first)
    for _ in track(range(first, len(order), _KEPT_EVERY), "speaking"):
        done += islice(more, _KEPT_EVERY)
        making = to.with_suffix(".making.npz")
        LessonSounds(tuple(text for text, _ in done), tuple(sound for _, sound in done)).save(making)
        making.replace(to)
    typer.echo(f"{len(done)} sentences, {sum(len(sound) for _, sound in done) / RATE_HZ / 3600:.1f} h")


def learn(
    sounds: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="what `learn-sounds` made")],
    to: To,
    lessons: Annotated[int, typer.Option(min=8, help="how many; about 0.27 s each on two cores")] = 8000,
    rank: Annotated[int, typer.Option(min=1, max=64, help="columns of each factor")] = 8,
    share: Share = 0.7,
    rate: Annotated[float, typer.Option(min=1e-5, max=1e-2, help="of learning, at its highest")] = 4e-4,
    seed: Annotated[int, typer.Option(help="another gives other lessons from the same sounds")] = 0,
    weights: Weights = None,
) -> None:
    """Teach the packaged recogniser with SOUNDS; FILE.npz takes the place of speech/data/whisper_base_learnt.npz.

    It is saved on the way too. `SHA256` in speech/whisper_weights.py becomes the hash printed at the end.
    """
    from speech.learning.lessons import BATCH, Course, learn_from, tokenizer_of  # with PyTorch, two seconds
    from speech.learning.student import Student

    known = _loaded(sounds)
    _make(weights)
    untaught = packaged_weights(taught=False)
    student = Student(low_rank.weights_of(untaught / "model.bin"), rank=rank)
    tokenizer = tokenizer_of(untaught)
    course = Course(known, tokenizer, EVERYDAY, seed)
    batches = lessons // BATCH
    with Progress() as shown:
        bar = shown.add_task("learning", total=batches)
        steps = learn_from(student, course, batches=batches, end=tokenizer.eot, rate=rate)
        for number, off in enumerate(steps, start=1):
            shown.update(bar, advance=1, description=f"learning ({off:.2f} nats a token)")
            if number % _SAVED_EVERY == 0 or number == batches:
                low_rank.save(to, {name: one.lessened(share) for name, one in student.factors().items()})
                shown.console.print(f"{number} of {batches} batches, {off:.2f} nats a token; saved")
    _tell_hash(weights, to)


def average(
    learnt: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="what `learn` made, two or more")
    ],
    to: To,
    share: Share = 0.8,
    weights: Weights = None,
) -> None:
    """Take the mean of several teachings: what each learnt too well weighs less, what all learnt stays."""
    _make(weights)
    every = [_learnt(file) for file in learnt]
    if any(one.keys() != every[0].keys() for one in every):
        raise typer.BadParameter("they are differences to other matrices", param_hint="LEARNT")
    mean = {name: low_rank.Factors.mean([one[name] for one in every]) for name in every[0]}
    low_rank.save(to, {name: one.lessened(share) for name, one in mean.items()})
    _tell_hash(weights, to)


def _make(weights: Path | None) -> None:
    """Before the work, so that a place that cannot be written is told at once."""
    if weights is not None:
        weights.mkdir(parents=True, exist_ok=True)


def _tell_hash(weights: Path | None, learnt: Path) -> None:
    with TemporaryDirectory() as scratch:
        typer.echo(f"sha256 {join(weights or Path(scratch), learnt)}")


def _loaded(file: Path) -> LessonSounds:
    try:
        return LessonSounds.load(file)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise typer.BadParameter(f"{file} holds no sounds of `learn-sounds`") from error


def _learnt(file: Path) -> dict[str, low_rank.Factors]:
    try:
        return low_rank.load(file)
    except WeightsCorrupt as error:
        raise typer.BadParameter(f"{file} holds nothing that `learn` made") from error
