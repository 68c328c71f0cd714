"""What every recogniser keeps to: the one with weights and the one that knows beforehand what is said."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from speech.fake_transcriber import FakeTranscriber
from speech.transcriber import Repair, Samples, Transcriber
from speech.whisper_transcriber import LONGEST_S, WhisperTranscriber, pieces
from tests.speech.terms import TERMS
from tests.speech.voices import babble, melody, said, silence, white_noise

SENTENCE = "児童手当の申請をしたいです"


def spoken(text: str, voice: str = "mei") -> Samples:
    return np.concatenate([silence(0.3), said(text, voice), silence(0.15)])


@pytest.fixture(scope="module")
def whisper() -> WhisperTranscriber:
    return WhisperTranscriber(terms=TERMS)


@pytest.fixture(params=["whisper", "fake"])
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    if request.param == "fake":
        return FakeTranscriber([SENTENCE], TERMS, alternatives=["児童手当の新政をしたいです"])
    found: Transcriber = request.getfixturevalue("whisper")
    return found


def test_a_sentence_is_heard(transcriber: Transcriber):
    heard = transcriber.transcribe(spoken(SENTENCE))
    assert "児童手当" in heard.text
    assert 0.2 < heard.confidence <= 1.0


def test_other_wordings_follow_and_none_is_the_text_again(transcriber: Transcriber):
    heard = transcriber.transcribe(spoken(SENTENCE))
    assert heard.alternatives
    assert heard.text not in [one.text for one in heard.alternatives]


def test_silence_and_nothing_at_all_have_no_words(transcriber: Transcriber):
    for sound in (silence(2), silence(0), white_noise(1, -80)):
        assert transcriber.transcribe(sound).text == ""


def test_a_partial_is_a_wording_too(transcriber: Transcriber):
    heard = transcriber.transcribe(spoken(SENTENCE), partial=True)
    assert heard.text
    assert heard.alternatives == () or heard.confidence


def test_several_threads_may_ask_at_once(transcriber: Transcriber):
    with ThreadPoolExecutor(3) as threads:
        heard = list(threads.map(transcriber.transcribe, [spoken(SENTENCE)] * 3))
    assert len({one.text for one in heard}) == 1


@pytest.mark.parametrize("voice", ["mei", "jf_alpha", "jm_kumo"])
def test_terms_are_heard_from_different_voices(whisper: WhisperTranscriber, voice: str):
    heard = whisper.transcribe(spoken("国民健康保険に入りたいです", voice))
    assert "国民健康保険" in heard.text


def test_what_was_put_right_is_told(whisper: WhisperTranscriber):
    heard = whisper.transcribe(spoken(SENTENCE))
    assert "児童手当" in heard.text
    assert any(isinstance(one, Repair) and one.term == "児童手当" for one in heard.repairs)


@pytest.mark.parametrize(
    "sound",
    [white_noise(3, -20), white_noise(1, -35), melody(3, -20)],
    ids=["loud noise", "soft noise", "music"],
)
def test_words_are_not_invented_where_nobody_speaks(whisper: WhisperTranscriber, sound: Samples):
    assert whisper.transcribe(sound).text == ""


def test_words_over_babble_at_10_db_are_heard(whisper: WhisperTranscriber):
    speech = spoken(SENTENCE)
    heard = whisper.transcribe((speech + np.resize(babble(6, -33), len(speech))).astype(np.float32))
    assert "児童手当" in heard.text


def test_long_sound_is_cut_where_it_is_quiet():
    long = np.concatenate([white_noise(23, -20), silence(0.5), white_noise(20, -20)])
    first, second = pieces(long)
    assert 23.0 < len(first) / 16_000 < 23.6
    assert len(first) + len(second) == len(long)
    assert all(len(piece) <= LONGEST_S * 16_000 for piece in pieces(np.tile(long, 3)))
