"""What every recogniser keeps to: the one with weights and the one that knows beforehand what is said."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from speech.fake_transcriber import FakeTranscriber
from speech.transcriber import RATE_HZ, Repair, Samples, Transcriber
from speech.whisper_transcriber import LONGEST_S, WhisperTranscriber, pieces
from speech.whisper_weights import packaged_weights
from tests.speech.terms import TERMS
from tests.speech.voices import babble, melody, said, silence, white_noise

SENTENCE = "児童手当の申請をしたいです"
WRITTEN_IN_MANY_WAYS = "再婚するので、母子手当を止めてください"
IN_DOUBT = "障害者手帳の申請をしたいです"
"""Whisper base, untaught, writes 手長 for 手帳."""


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
    heard = transcriber.transcribe(spoken(WRITTEN_IN_MANY_WAYS))
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


def test_what_was_put_right_is_told():
    untaught = WhisperTranscriber(packaged_weights(taught=False), TERMS)
    heard = untaught.transcribe(spoken(SENTENCE))
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


class Reminds:
    """What people come with, whatever it sounds like; counts how often it is asked."""

    def __init__(self, *sentences: str):
        self._sentences = sentences
        self.asked: list[Sequence[str]] = []

    def __call__(self, wordings: Sequence[str]) -> Sequence[str]:
        self.asked.append(wordings)
        return self._sentences


@pytest.mark.parametrize("voice", ["mei", "jf_alpha"])
def test_words_in_doubt_are_heard_again_with_what_people_come_with_in_mind(voice: str):
    reminds = Reminds("障害者手帳を申請したい", "印鑑登録をしたい")
    whisper = WhisperTranscriber(packaged_weights(taught=False), recall=reminds)
    before = whisper.transcribe(spoken(IN_DOUBT, voice))
    assert reminds.asked == []
    heard = whisper.transcribe(spoken(IN_DOUBT, voice), reason=True)
    assert "手帳" not in before.text
    assert heard.text == f"{IN_DOUBT}。"
    assert before.text in [one.text for one in heard.alternatives]
    assert reminds.asked[0][0] == before.text


@pytest.mark.parametrize("said_by", [("ふじこふじこ", "mei"), ("コピー機はありますか", "mei")])
def test_what_is_in_mind_is_not_recited_for_other_words(said_by: tuple[str, str]):
    whisper = WhisperTranscriber(recall=Reminds("1人で子どもを育てることになりました", "保育園に入れたい"))
    speech = spoken(*said_by)
    heard = whisper.transcribe(speech + np.resize(babble(6, -33), len(speech)), reason=True)
    everything = "".join([heard.text, *(one.text for one in heard.alternatives)])
    assert "保育" not in everything
    assert "子ども" not in everything


@pytest.mark.parametrize("crumb_s", [0.2, 0.3, 0.6])
def test_a_crumb_of_the_talk_of_a_lobby_is_no_answer(whisper: WhisperTranscriber, crumb_s: float):
    """Whisper makes it an answer out of the prompt: わかりません, いいえ、そうです."""
    talk = babble(12, -25)
    crumbs = [talk[begin : begin + int(crumb_s * RATE_HZ)] for begin in range(0, 11 * RATE_HZ, RATE_HZ // 2)]
    answers = [heard for crumb in crumbs if len(heard := whisper.transcribe(crumb).text.strip("。、")) >= 4]
    assert not [heard for heard in answers if "わかりません" in heard or "そうです" in heard]


@pytest.mark.parametrize("voice", ["mei", "jf_alpha", "jm_kumo"])
@pytest.mark.parametrize("answer", ["わかりません", "二人です"])
def test_an_answer_that_stands_in_the_prompt_is_heard_over_the_talk(
    whisper: WhisperTranscriber, answer: str, voice: str
):
    speech = spoken(answer, voice)
    for sound in (speech, speech + np.resize(babble(6, -33), len(speech))):
        assert whisper.transcribe(sound).text.strip("。").replace("2人", "二人") == answer


def test_words_that_are_sure_and_partials_are_heard_once():
    reminds = Reminds("児童手当がほしい")
    whisper = WhisperTranscriber(terms=TERMS, recall=reminds)
    assert whisper.transcribe(spoken("国民健康保険に入りたいです"), reason=True).confidence > 0.8
    whisper.transcribe(spoken(IN_DOUBT), partial=True, reason=True)
    assert reminds.asked == []


def test_with_nothing_to_recall_the_first_hearing_stands():
    without, with_nothing = WhisperTranscriber(), WhisperTranscriber(recall=Reminds())
    assert with_nothing.transcribe(spoken(IN_DOUBT), reason=True) == without.transcribe(spoken(IN_DOUBT))


def test_long_sound_is_cut_where_it_is_quiet():
    long = np.concatenate([white_noise(23, -20), silence(0.5), white_noise(20, -20)])
    first, second = pieces(long)
    assert 23.0 < len(first) / 16_000 < 23.6
    assert len(first) + len(second) == len(long)
    assert all(len(piece) <= LONGEST_S * 16_000 for piece in pieces(np.tile(long, 3)))
