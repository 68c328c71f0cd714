from itertools import pairwise

import numpy as np
import pytest

from speech.mei_voice import VOICE_FILE, MeiVoice
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import Pronouncer
from speech.speaker import Manner
from speech.visemes import LEAD_S, PhonemeAt, mouth_shapes

WORST_S = 0.04


def phonemes(*lengths: tuple[str, float]) -> list[PhonemeAt]:
    made: list[PhonemeAt] = []
    at_s = 0.0
    for name, length_s in lengths:
        made.append(PhonemeAt(at_s, at_s + length_s, name))
        at_s += length_s
    return made


def shapes(*lengths: tuple[str, float]) -> list[tuple[float, str]]:
    return [(round(shape.at_s, 3), shape.shape) for shape in mouth_shapes(phonemes(*lengths))]


def test_lips_meet_for_a_bilabial_and_open_with_its_vowel() -> None:
    told = shapes(("sil", 0.1), ("a", 0.1), ("m", 0.05), ("a", 0.1), ("sil", 0.1))
    assert told == [(0.0, "closed"), (0.13, "a"), (0.2, "closed"), (0.25, "a"), (0.32, "closed")]


def test_a_long_vowel_is_one_shape() -> None:
    told = shapes(("sil", 0.1), ("o", 0.1), ("o", 0.1), ("sil", 0.1))
    assert told == [(0.0, "closed"), (0.13, "o"), (0.27, "closed")]


def test_unvoiced_vowels_move_the_mouth_and_n_nearly_shuts_it() -> None:
    told = shapes(("d", 0.02), ("e", 0.1), ("s", 0.1), ("U", 0.05), ("N", 0.1), ("sil", 0.1))
    assert [shape for _, shape in told] == ["closed", "e", "u", "n", "closed"]


def test_the_mouth_opens_for_a_vowel_no_earlier_than_forty_milliseconds() -> None:
    told = shapes(("sil", 0.1), ("a", 0.1), ("sh", 0.12), ("i", 0.1), ("sil", 0.1))
    assert told[2] == (pytest.approx(0.32 - LEAD_S), "i")


def test_a_mouth_opens_behind_a_pause_only_when_something_is_heard() -> None:
    told = shapes(("sil", 0.1), ("k", 0.06), ("a", 0.1), ("sil", 0.1))
    assert told[1] == (0.12, "a")
    told = shapes(("sil", 0.1), ("s", 0.1), ("a", 0.1), ("sil", 0.1))
    assert told[1:3] == [(0.13, "n"), (0.16, "a")]


def test_an_unvoiced_vowel_at_the_end_shuts_the_mouth_early() -> None:
    assert shapes(("m", 0.05), ("a", 0.1), ("s", 0.1), ("U", 0.08), ("sil", 0.2))[-1] == (0.27, "closed")


def test_a_pause_inside_shuts_the_mouth() -> None:
    assert (0.17, "closed") in shapes(("a", 0.2), ("pau", 0.3), ("a", 0.2))


SENTENCES = (
    "こんにちは。",
    "お引っ越しは、2026年4月7日ですね。",
    "国民健康保険と、児童手当の手続きがあります。",
    "番号札A-101の方は、1番窓口へお越しください。",
    "まだ届出は済んでいません。",
    "あ",
)


@pytest.fixture(scope="module")
def times() -> PhonemeTimes:
    return PhonemeTimes(VOICE_FILE)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.0, 1.3, 2.0])
def test_lengths_from_the_duration_model_sum_to_the_length_of_the_sound(
    pronouncer: Pronouncer, times: PhonemeTimes, speed: float
) -> None:
    voice = MeiVoice(pronouncer, times)
    for sentence in SENTENCES:
        labels = pronouncer.pronounce(sentence).labels
        sound = voice.raw(labels, speed)
        assert sum(times.of(labels, speed)) == pytest.approx(len(sound) / times.rate_hz, abs=1e-6)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_words_are_as_much_faster_as_asked(pronouncer: Pronouncer, times: PhonemeTimes, speed: float) -> None:
    for sentence in SENTENCES[1:5]:
        said = pronouncer.pronounce(sentence)
        voiced = [name not in ("sil", "pau") for name in said.names]

        def heard_s(
            engine_speed: float, labels: tuple[str, ...] = said.labels, heard: list[bool] = voiced
        ) -> float:
            return sum(
                s for s, is_heard in zip(times.of(labels, engine_speed), heard, strict=True) if is_heard
            )

        slowed = heard_s(times.engine_speed(said.labels, voiced, speed))
        assert heard_s(1.0) / slowed == pytest.approx(speed, rel=0.05)


def test_the_mouth_is_shut_where_the_sound_is_silent_and_open_where_it_is_loud(
    pronouncer: Pronouncer, times: PhonemeTimes
) -> None:
    voice = MeiVoice(pronouncer, times)
    for sentence in SENTENCES[:5]:
        spoken = voice.utter(sentence, Manner())
        sound = np.frombuffer(spoken.pcm16, "<i2").astype(float)
        ends = [*(shape.at_s for shape in spoken.mouth[1:]), spoken.length_s]
        for shape, until_s in zip(spoken.mouth, ends, strict=True):
            if until_s - shape.at_s < 2 * WORST_S + 0.01:
                continue
            inner = sound[
                int((shape.at_s + WORST_S) * spoken.rate_hz) : int((until_s - WORST_S) * spoken.rate_hz)
            ]
            loudness = float(np.sqrt(np.mean(inner**2)))
            if shape.shape == "closed":
                assert loudness < 700, (sentence, shape)
            if shape.shape in ("a", "e", "o"):
                assert np.abs(inner).max() > 700, (sentence, shape)


def test_mouth_and_captions_stay_within_the_sound_and_in_order(
    pronouncer: Pronouncer, times: PhonemeTimes
) -> None:
    voice = MeiVoice(pronouncer, times)
    for sentence in SENTENCES:
        for speed in (0.7, 1.5):
            spoken = voice.utter(sentence, Manner(speed))
            assert all(a.at_s < b.at_s and a.shape != b.shape for a, b in pairwise(spoken.mouth))
            assert spoken.mouth[0].at_s == 0.0
            assert spoken.mouth[-1].shape == "closed"
            assert spoken.mouth[-1].at_s < spoken.length_s
            assert all(a.until_s <= b.at_s + 1e-9 for a, b in pairwise(spoken.captions))
            assert spoken.captions[-1].until_s <= spoken.length_s
