"""What every voice and the speaker over it keep to; the fake passes the same tests."""

import threading
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from pathlib import Path

import pytest
from pyttsx3.engine import Engine

from speech.errors import SpeakingFailed
from speech.fake_speaker import FakeVoice
from speech.kokoro_voice import KokoroVoice
from speech.mei_voice import VOICE_FILE
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import Pronouncer
from speech.pyttsx3_driver import register
from speech.pyttsx3_speaker import Pyttsx3Voice
from speech.readings import Reading
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Manner, Spoken, keep_all
from speech.spoken_cache import SpokenCache
from speech.voice import Voice

TEXT = "こんにちは。転入届ですね。住所は?"


@pytest.fixture(scope="module")
def mei(readings: tuple[Reading, ...], tmp_path_factory: pytest.TempPathFactory) -> Pyttsx3Voice:
    return Pyttsx3Voice(readings, tmp_path_factory.mktemp("mei"))


@pytest.fixture(scope="module")
def kokoro(pronouncer: Pronouncer) -> KokoroVoice:
    return KokoroVoice(pronouncer)


# The package of Kokoro reads its data in a way Python calls old.
KOKORO = pytest.param("kokoro", marks=pytest.mark.filterwarnings("ignore:open_text:DeprecationWarning"))


@pytest.fixture(params=["fake", "mei", KOKORO])
def voice(request: pytest.FixtureRequest) -> Voice:
    found: Voice = FakeVoice() if request.param == "fake" else request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["fake", "mei"])
def quick_voice(request: pytest.FixtureRequest) -> Voice:
    found: Voice = FakeVoice() if request.param == "fake" else request.getfixturevalue(request.param)
    return found


class Counting:
    """A real voice that counts."""

    def __init__(self, inner: Voice) -> None:
        self.inner = inner
        self.key = inner.key
        self.uttered: list[str] = []

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        self.uttered.append(sentence)
        return self.inner.utter(sentence, manner)


def test_sentences_come_in_order_with_sound_mouth_and_captions(voice: Voice) -> None:
    spoken = list(SentenceSpeaker(voice).say(TEXT, Manner()))
    assert "".join(sentence.text for sentence in spoken) == TEXT
    for sentence in spoken:
        assert sentence.rate_hz == 24_000
        assert len(sentence.pcm16) % 2 == 0
        assert 0.3 < sentence.length_s < 6
        assert "".join(word.text for word in sentence.captions) == sentence.text
        assert all(a.until_s <= b.at_s + 1e-6 for a, b in pairwise(sentence.captions))
        assert 0 <= sentence.captions[0].at_s < sentence.captions[-1].until_s <= sentence.length_s + 1e-6
        assert all(a.at_s < b.at_s for a, b in pairwise(sentence.mouth))
        assert {shape.shape for shape in sentence.mouth} <= {"a", "i", "u", "e", "o", "n", "closed"}
        assert sentence.mouth[-1].shape == "closed"
        assert sentence.mouth[-1].at_s <= sentence.length_s


def test_slower_is_longer_and_faster_is_shorter(quick_voice: Voice) -> None:
    slow, usual, fast = (
        sum(s.length_s for s in SentenceSpeaker(quick_voice).say("番号札をお取りください。", Manner(speed)))
        for speed in (0.7, 1.0, 1.5)
    )
    assert slow > 1.15 * usual
    assert fast < 0.85 * usual


def test_a_manner_beyond_its_bounds_is_brought_to_the_nearest(quick_voice: Voice) -> None:
    def length_s(speed: float) -> float:
        return sum(s.length_s for s in SentenceSpeaker(quick_voice).say("はい。", Manner(speed, 9)))

    assert length_s(50) == length_s(2.0)
    assert length_s(0.0) == length_s(0.5)


@pytest.mark.parametrize("text", ["", "…", "★", "\n"])
def test_nothing_to_say_is_no_sentence(voice: Voice, text: str) -> None:
    assert list(SentenceSpeaker(voice).say(text, Manner())) == []


@pytest.mark.parametrize(
    "text",
    [
        "😀です。",
        "\u0000はい\u0007。",
        "𠮷野家葛󠄂",
        "ａｂｃ",
        "ｶﾀｶﾅ",
        "ー",
        "っ",
        "あ" * 250,
        "株㈱①",
        "👨‍👩‍👧はい",
    ],
)
def test_strange_signs_do_no_harm(quick_voice: Voice, text: str) -> None:
    for sentence in SentenceSpeaker(quick_voice).say(text, Manner()):
        assert "".join(word.text for word in sentence.captions) == sentence.text


def test_whoever_stops_asking_stops_the_work() -> None:
    counting = Counting(FakeVoice())
    sentences = SentenceSpeaker(counting).say(TEXT, Manner())
    assert isinstance(sentences, Iterator)
    assert next(sentences).text == "こんにちは。"
    sentences.close()  # type: ignore[attr-defined]
    assert counting.uttered == ["こんにちは。"]


def test_the_first_sentence_is_handed_out_before_the_second_is_made() -> None:
    counting = Counting(FakeVoice())
    assert len(list(islice(SentenceSpeaker(counting).say(TEXT, Manner()), 2))) == 2
    assert len(counting.uttered) == 2


def test_several_threads_get_what_one_thread_gets(quick_voice: Voice) -> None:
    texts = [f"{number}番窓口へお越しください。" for number in range(1, 9)]

    def said(text: str) -> list[Spoken]:
        return list(SentenceSpeaker(quick_voice).say(text, Manner()))

    alone = [said(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(said, texts)) == alone


def test_what_may_be_kept_is_made_once_and_is_the_same_again(quick_voice: Voice, tmp_path: Path) -> None:
    counting = Counting(quick_voice)
    speaker = SentenceSpeaker(counting, SpokenCache(tmp_path))
    first = list(speaker.say(TEXT, Manner(), keep=keep_all))
    assert list(speaker.say(TEXT, Manner(), keep=keep_all)) == first
    assert len(counting.uttered) == len(first)
    list(speaker.say(TEXT, Manner(0.8), keep=keep_all))
    assert len(counting.uttered) == 2 * len(first)


def test_nothing_is_kept_unless_the_caller_says_so(tmp_path: Path) -> None:
    speaker = SentenceSpeaker(FakeVoice(), SpokenCache(tmp_path))
    list(speaker.say("見本太郎さん、こんにちは。", Manner()))
    assert list(tmp_path.iterdir()) == []


def test_captions_carry_readings_of_words_with_kanji_only(mei: Pyttsx3Voice) -> None:
    words = mei.utter("これは続柄を、8:30〜17:00に1番窓口で。", Manner()).captions
    assert [(word.text, word.reading) for word in words] == [
        ("これ", ""),
        ("は", ""),
        ("続柄", "つづきがら"),
        ("を、", ""),
        ("8:30", ""),
        ("〜", ""),
        ("17:00", ""),
        ("に", ""),
        ("1番", "いちばん"),
        ("窓口", "まどぐち"),
        ("で。", ""),
    ]


def test_ruby_in_a_text_is_read_and_not_shown(mei: Pyttsx3Voice) -> None:
    spoken = mei.utter("｜今日《きょう》は生憎《あいにく》です。", Manner())
    assert spoken.text == "今日は生憎です。"
    assert next(word.reading for word in spoken.captions) == "きょう"


@pytest.mark.parametrize("volume", [0.0, 0.5, 1.0, 2.0])
def test_louder_never_clips_and_zero_is_silent(mei: Pyttsx3Voice, volume: float) -> None:
    samples = memoryview(mei.utter("お手続きの窓口です。", Manner(volume=volume)).pcm16).cast("h")
    loudest = max(abs(sample) for sample in samples)
    assert loudest == 0 if volume == 0 else 2000 * volume < loudest < 32_767


def test_pyttsx3_itself_can_use_the_driver(pronouncer: Pronouncer, tmp_path: Path) -> None:
    engine = Engine(register(pronouncer, PhonemeTimes(VOICE_FILE)))
    events: list[tuple[str, object]] = []
    engine.connect("started-word", lambda name, location, length: events.append((name, (location, length))))
    engine.connect("finished-utterance", lambda name, completed: events.append((name, completed)))
    assert [voice.id for voice in engine.getProperty("voices")] == ["mei"]
    engine.setProperty("voice", "mei")
    engine.setProperty("rate", 240)
    assert engine.getProperty("rate") == 200
    engine.say("続柄です。", "first")
    for name in ("a.wav", "b.wav"):
        engine.save_to_file("本籍です。", str(tmp_path / name), name)
    engine.runAndWait()
    assert engine.getProperty("rate") == 240
    assert events == [("first", (0, 5)), ("first", True), ("a.wav", True), ("b.wav", True)]
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (24_000, 1, 2)
        assert sound.getnframes() > 12_000
    assert (tmp_path / "b.wav").read_bytes() == (tmp_path / "a.wav").read_bytes()


def test_an_engine_that_raises_is_an_error_of_ours_without_the_text(mei: Pyttsx3Voice) -> None:
    with pytest.raises(SpeakingFailed) as raised:
        mei.utter("見本太郎", Manner(speed=float("nan")))
    assert "見本" not in str(raised.value)
    assert mei.utter("はい。", Manner()).length_s > 0.3


def test_each_worker_thread_holds_its_own_engine(mei: Pyttsx3Voice) -> None:
    before = {thread.name for thread in threading.enumerate()}
    with ThreadPoolExecutor(6) as threads:
        call: Callable[[str], Spoken] = lambda text: mei.utter(text, Manner())  # noqa: E731
        list(threads.map(call, ["はい。"] * 12))
    speaking = [thread for thread in threading.enumerate() if thread.name.startswith("speaking")]
    assert 1 <= len(speaking) <= 2 + len([name for name in before if name.startswith("speaking")])
