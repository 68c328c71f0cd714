import re
from collections.abc import Iterator
from itertools import islice, repeat
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from typer.testing import CliRunner

from speech import low_rank
from speech.__main__ import app
from speech.kokoro_voice import as_read
from speech.learning import command
from speech.learning.lesson_sounds import TEACHERS, LessonSounds
from speech.learning.lessons import BATCH, Course, Lesson, learn_from, tokenizer_of
from speech.learning.lives import lives
from speech.learning.numbers import answers
from speech.learning.student import Student
from speech.pronunciation import Pronouncer
from speech.readings import PACKAGED, load_readings
from speech.transcriber import RATE_HZ
from speech.whisper_weights import UNTAUGHT_SHA256, join, packaged_weights
from tests.speech.voices import VOICES, said

SENTENCES = (
    "引っ越してきました",
    "児童手当の申請をしたいです",
    "住民票を一通ください",
    "子どもが生まれました",
)


@pytest.fixture(scope="module")
def weights() -> Path:
    return packaged_weights(taught=False)


@pytest.fixture(scope="module")
def tokenizer(weights: Path) -> Tokenizer:
    return tokenizer_of(weights)


@pytest.fixture(scope="module")
def sounds() -> LessonSounds:
    return LessonSounds(SENTENCES, tuple(said(text) for text in SENTENCES))


class TheSame(Course):
    """Two lessons again and again, so that what is learnt shows at once."""

    def batches(self) -> Iterator[list[Lesson]]:
        return repeat([self.lesson(0), self.lesson(2)])


def told(output: str) -> str:
    """Without the frame around an error."""
    return " ".join(re.sub("[│─╭╮╰╯]", " ", output).split())


def student(weights: Path) -> Student:
    return Student(low_rank.weights_of(weights / "model.bin"), rank=4)


def test_no_teacher_is_a_voice_that_judges():
    assert TEACHERS
    assert not set(TEACHERS) & set(VOICES)


@pytest.mark.parametrize(
    ("written", "read"),
    [("9日です", "ココノカです"), ("5人です", "ゴニンです"), ("続柄です", "ツズキガラです")],
)
def test_teachers_read_kanji_and_figures_as_the_house_does(written: str, read: str, tmp_path: Path):
    pronouncer = Pronouncer(load_readings(PACKAGED), tmp_path)
    assert as_read(pronouncer.pronounce(written)) == read


def test_answers_with_figures_differ_and_are_the_same_for_a_seed():
    made = answers(300)
    assert len(set(made)) == 300
    assert made == answers(300)
    assert made != answers(300, seed=1)
    assert all(any(letter.isdigit() for letter in one) for one in made)


def test_sentences_of_people_and_places_differ_and_are_the_same_for_a_seed():
    made = lives(300)
    assert len(set(made)) == 300
    assert made == lives(300)
    assert made != lives(300, seed=1)


def test_sounds_are_kept_in_a_file(sounds: LessonSounds, tmp_path: Path):
    sounds.save(tmp_path / "sounds.npz")
    again = LessonSounds.load(tmp_path / "sounds.npz")
    assert again.texts == sounds.texts
    for one, other in zip(again.sounds, sounds.sounds, strict=True):
        assert np.abs(one - other).max() < 1e-4


def test_teaching_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ordinary, few, more = (tmp_path / name for name in ("ordinary.txt", "few.txt", "sounds.npz"))
    ordinary.write_text("お世話になります\n", encoding="utf-8")
    few.write_text("はい\n引っ越してきました\n", encoding="utf-8")
    monkeypatch.setattr(command, "ORDINARY", ordinary)
    monkeypatch.setattr(command, "_FIGURES", 1)
    monkeypatch.setattr(command, "_LIVES", 1)
    done = CliRunner().invoke(app, ["learn-sounds", str(few), "--to", str(more)])
    assert done.exit_code == 0, done.output
    whole = LessonSounds.load(more)
    assert len(whole.texts) == 5
    LessonSounds(whole.texts[:2], whole.sounds[:2]).save(more)
    CliRunner().invoke(app, ["learn-sounds", str(few), "--to", str(more)])
    again = LessonSounds.load(more)
    assert again.texts == whole.texts
    assert all(0.1 < len(sound) / RATE_HZ < 6 for sound in again.sounds)


@pytest.mark.parametrize("command_line", [["learn"], ["learn-sounds"]])
def test_files_that_are_missing_or_something_else_are_told(command_line: list[str], tmp_path: Path):
    to = tmp_path / "to.npz"
    done = CliRunner().invoke(app, [*command_line, str(tmp_path / "none"), "--to", str(to)])
    assert done.exit_code == 2
    assert "does not exist" in told(done.output)
    other = tmp_path / "other"
    other.write_text("はい", encoding="utf-8")
    to.write_bytes(b"no sounds")
    done = CliRunner().invoke(app, [*command_line, str(other), "--to", str(to)])
    assert done.exit_code == 2
    assert "holds no sounds" in told(done.output)


def test_sounds_of_other_sentences_are_not_gone_on_with(sounds: LessonSounds, tmp_path: Path):
    to, other = tmp_path / "to.npz", tmp_path / "other.txt"
    sounds.save(to)
    other.write_text("はい\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["learn-sounds", str(other), "--to", str(to)])
    assert done.exit_code == 2
    assert "other sentences" in told(done.output)
    assert LessonSounds.load(to).texts == sounds.texts


def test_a_course_is_the_same_for_a_seed_and_mixes_what_a_kiosk_meets(
    sounds: LessonSounds, tokenizer: Tokenizer
):
    def lessons(seed: int) -> list[tuple[bytes, tuple[int, ...], tuple[int, ...]]]:
        course = Course(sounds, tokenizer, "はい。", seed)
        batches = islice(course.batches(), 12)
        return [(one.sound.tobytes(), one.prompt, one.answer) for batch in batches for one in batch]

    drawn = lessons(0)
    assert drawn == lessons(0)
    assert drawn != lessons(1)
    assert len(drawn) == 12 * BATCH
    answered = {tokenizer.decode(list(answer)) for _, _, answer in drawn}
    assert answered == {*SENTENCES, ""}
    minds = [tokenizer.decode(list(prompt)) for _, prompt, _ in drawn]
    assert any("はい。" in mind for mind in minds)
    assert any("、" in mind for mind in minds)


def test_a_student_that_learnt_nothing_hears_as_the_recogniser_does(weights: Path, tokenizer: Tokenizer):
    mel = FeatureExtractor()(np.pad(said(SENTENCES[0]), (0, 2 * RATE_HZ)), padding=0)
    mel = np.ascontiguousarray(mel[np.newaxis, :, : mel.shape[1] // 2 * 2])
    start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    recogniser = ctranslate2.models.Whisper(str(weights), compute_type="float32")
    features = ctranslate2.StorageView.from_array(mel)
    heard = recogniser.generate(features, [start], beam_size=1)[0].sequences_ids[0]
    tokens = torch.tensor([[*start, *heard]])
    asked = torch.zeros(tokens.shape, dtype=torch.bool)
    asked[0, len(start) - 1 :] = True
    with torch.no_grad():
        said_next = student(weights)(torch.from_numpy(mel), tokens, asked).argmax(dim=-1)
    assert said_next.tolist() == [*heard, tokenizer.eot]


def test_what_was_learnt_is_joined_to_the_recogniser(
    weights: Path, tokenizer: Tokenizer, sounds: LessonSounds, tmp_path: Path
):
    learns = student(weights)
    off = list(
        learn_from(learns, TheSame(sounds, tokenizer, "はい。"), batches=4, end=tokenizer.eot, rate=1e-3)
    )
    assert off[-1] < off[0]
    low_rank.save(tmp_path / "learnt.npz", learns.factors())
    joined = tmp_path / "joined"
    joined.mkdir()
    assert join(joined, tmp_path / "learnt.npz") != UNTAUGHT_SHA256
    ctranslate2.models.Whisper(str(joined))


def test_the_mean_of_teachings_is_joined_too(weights: Path, sounds: LessonSounds, tmp_path: Path):
    one, to, joined = tmp_path / "one.npz", tmp_path / "mean.npz", tmp_path / "joined"
    learns = student(weights)
    low_rank.save(one, learns.factors())
    command_line = ["average", str(one), str(one), "--to", str(to), "--weights", str(joined)]
    done = CliRunner().invoke(app, command_line)
    assert done.exit_code == 0, done.output
    assert low_rank.load(to).keys() == low_rank.load(one).keys()
    assert (joined / "model.bin").is_file()


def test_there_is_no_mean_of_something_else(tmp_path: Path):
    other, to = tmp_path / "other.npz", tmp_path / "to.npz"
    other.write_bytes(b"nothing learnt")
    done = CliRunner().invoke(app, ["average", str(other), str(other), "--to", str(to)])
    assert done.exit_code == 2
    assert "holds nothing that `learn` made" in told(done.output)
    assert not to.exists()
