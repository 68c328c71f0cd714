"""The sound of the house as a part that is loaded: what it says word for word is made before anybody waits for it."""

import threading
from pathlib import Path

import pytest

from assistant.sound import Ears, LoadedSound
from speech.fake_ear import FakeEars
from speech.fake_speaker import FakeVoice
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Manner, Spoken
from speech.spoken_cache import SpokenCache

GREETING = "こんにちは。今日はどうされましたか? そのままお話しください。"
OFFER = "職員を呼ぶこともできます。"


PIECES = 4


class Telling(FakeVoice):
    """Tells of each piece it utters."""

    def __init__(self) -> None:
        self.uttered = threading.Semaphore(0)

    def utter(self, sentence: str, manner: Manner) -> Spoken:
        self.uttered.release()
        return super().utter(sentence, manner)


@pytest.fixture
def sound(tmp_path: Path) -> LoadedSound:
    """A house that has made its own words ahead, and was stopped."""
    voice = Telling()
    loaded = LoadedSound(
        lambda: Ears(FakeEars()),
        lambda: SentenceSpeaker(voice, SpokenCache(tmp_path)),
        frozenset({GREETING, OFFER}),
    )
    loaded.start()
    assert all(voice.uttered.acquire(timeout=10) for _ in range(PIECES))
    loaded.stop()
    return loaded


def kept(directory: Path) -> int:
    return len(list(directory.glob("*.spoken")))


def test_own_words_are_made_before_anybody_waits_for_them(sound: LoadedSound, tmp_path: Path) -> None:
    assert kept(tmp_path) == PIECES


def test_a_sentence_of_the_house_inside_another_text_is_kept_and_the_rest_is_not(
    sound: LoadedSound, tmp_path: Path
) -> None:
    speaker = sound.speaker()
    assert speaker is not None
    ahead = kept(tmp_path)
    list(speaker.say(f"{OFFER} 見本太郎さんの届出です。", Manner(), keep=sound.is_ours))
    assert kept(tmp_path) == ahead
    assert sound.is_ours(f" {OFFER}")
    assert not sound.is_ours("見本太郎さんの届出です。")
