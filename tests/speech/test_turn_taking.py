"""An ear in simulated time with a recogniser that knows what is said: what counts here is when, not which words."""

import tracemalloc

import numpy as np
import pytest

from speech.ear import Expected, Heard, NotHeard, Partial, TurnHeard, VoiceBegan, VoiceOver
from speech.fake_transcriber import FakeTranscriber
from speech.transcriber import Samples, Transcript
from speech.turn_taking import Decode, Manner, TurnTaking, Withdraw
from speech.voice_activity import WINDOW, WINDOW_S, VoiceActivity
from tests.speech.simulated import At, hear
from tests.speech.voices import at_level, babble, melody, mixed, said, silence, white_noise, with_pauses

SENTENCE = "先週横浜から引っ越してきました"


def turns_of(told: list[At]) -> list[At]:
    return [one for one in told if isinstance(one.heard, TurnHeard)]


def kinds(told: list[At]) -> list[type[Heard]]:
    return [type(one.heard) for one in told]


def around(speech: Samples, before_s: float = 1.0, after_s: float = 2.8) -> Samples:
    return mixed(speech, silence(0.1), lead_s=before_s, tail_s=after_s)


@pytest.mark.parametrize("voice", ["mei", "jf_alpha"])
def test_a_sentence_is_one_turn_soon_after_its_end(voice: str):
    speech = said(SENTENCE, voice)
    told = hear(around(speech), FakeTranscriber([SENTENCE]), takes_s=0.2)
    assert kinds(told)[0] is VoiceBegan
    (turn,) = turns_of(told)
    assert told[-1] is turn
    assert 0.2 < turn.at_s - (1.0 + len(speech) / 16_000) < 0.55
    assert isinstance(turn.heard, TurnHeard)
    assert turn.heard.transcript.text == SENTENCE
    assert 0 < turn.heard.stages.decoding_ms <= turn.heard.stages.decided_ms


def test_the_words_so_far_are_shown_while_somebody_speaks():
    told = hear(around(said(SENTENCE)), FakeTranscriber([SENTENCE]), takes_s=0.2)
    partials = [one for one in told if isinstance(one.heard, Partial)]
    assert partials
    assert partials[0].at_s < 1.0 + len(said(SENTENCE)) / 16_000


class Follows:
    """Hears as much of a sentence as has been spoken: its parts, by the length of the sound."""

    def __init__(self, parts: list[str], pauses_s: list[float]):
        self._ends: list[tuple[float, str]] = []
        at, text = 0.0, ""
        for part, pause in zip(parts, [*pauses_s, 0.0], strict=True):
            at += len(said(part)) / 16_000
            text += part
            self._ends.append((at, text))
            at += pause

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        spoken_s = len(samples) / 16_000 - 0.8
        return Transcript(next((text for end, text in self._ends if end >= spoken_s), self._ends[-1][1]), 0.9)


def test_pauses_inside_a_sentence_do_not_end_the_turn():
    parts, pauses_s = ["先週、横浜から", "引っ越してきたので", "転入届を出したいです"], [0.8, 1.4]
    speech = with_pauses(parts, pauses_s)
    told = hear(around(speech), Follows(parts, pauses_s), takes_s=0.2)
    (turn,) = turns_of(told)
    assert turn.at_s - (1.0 + len(speech) / 16_000) < 0.6
    assert kinds(told).count(VoiceBegan) == 1


@pytest.mark.parametrize(("asked", "reason"), [("reason", True), ("open", False), ("yes_no", False)])
def test_only_what_may_be_a_reason_is_heard_as_one(asked: Expected, reason: bool):
    told: list[bool] = []

    class Notes(FakeTranscriber):
        def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
            told.append(reason)
            return super().transcribe(samples, partial=partial)

    turns = TurnTaking(Manner(partial_every_s=99))
    turns.expect(asked, slow=False)
    assert turns_of(hear(around(said(SENTENCE)), Notes([SENTENCE]), turns, takes_s=0.1))
    assert set(told) == {reason}


def test_a_yes_is_over_sooner_when_a_yes_was_asked_for():
    times = []
    for asked in ("yes_no", "open"):
        turns = TurnTaking()
        turns.expect("yes_no" if asked == "yes_no" else "open", slow=False)
        (turn,) = turns_of(hear(around(said("そうです")), FakeTranscriber(["そうです"]), turns, takes_s=0.1))
        times.append(turn.at_s)
    assert times[0] < times[1]


def test_who_asked_for_time_is_given_time():
    times = []
    for slow in (False, True):
        turns = TurnTaking()
        turns.expect("open", slow=slow)
        (turn,) = turns_of(hear(around(said(SENTENCE)), FakeTranscriber([SENTENCE]), turns, takes_s=0.1))
        times.append(turn.at_s)
    assert times[1] > times[0] + 0.15


@pytest.mark.parametrize(
    "sound",
    [silence(4), white_noise(4, -20), melody(4, -20), white_noise(4, -50), at_level(babble(4, -30), -60)],
    ids=["silence", "loud noise", "music", "soft noise", "people far away"],
)
def test_what_is_no_voice_near_by_begins_nothing(sound: Samples):
    assert hear(sound, FakeTranscriber(["何か"]), takes_s=0.1) == []


def test_the_chatter_of_a_lobby_begins_no_turn_once_the_room_is_known():
    chatter = babble(9, -33)
    told = [one for one in hear(chatter, FakeTranscriber([""]), takes_s=0.1) if one.at_s > 4]
    assert VoiceBegan not in kinds(told)


def test_a_sentence_over_chatter_is_heard_to_its_end():
    speech = said(SENTENCE)
    sound = mixed(speech, babble(10, -33), lead_s=4.0, tail_s=3.0)
    told = [one for one in hear(sound, FakeTranscriber([SENTENCE]), takes_s=0.2) if one.at_s > 4]
    (turn,) = turns_of(told)
    assert turn.at_s - (4.0 + len(speech) / 16_000) < 1.0


def test_sound_without_words_is_told_as_such():
    told = hear(around(said("うーん")), FakeTranscriber([""]), takes_s=0.1)
    assert told[-1].heard == NotHeard("no_words")


def test_clipped_sound_without_words_asks_for_less_noise():
    shout = np.clip(around(said(SENTENCE)) * 60, -1, 1).astype(np.float32)
    told = hear(shout, FakeTranscriber([""]), takes_s=0.1)
    assert told[-1].heard == NotHeard("clipped")


def test_a_constant_offset_changes_nothing():
    sound = around(said(SENTENCE)) + np.float32(0.2)
    (turn,) = turns_of(hear(sound, FakeTranscriber([SENTENCE]), takes_s=0.2))
    assert turn.at_s - (1.0 + len(said(SENTENCE)) / 16_000) < 0.6


def test_who_speaks_without_a_pause_is_cut_and_told_once():
    endless = np.tile(said(SENTENCE), 8)
    manner = Manner(longest_s=6.0)
    sound = np.concatenate([silence(1), endless, silence(1), said(SENTENCE), silence(2)])
    told = hear(sound, FakeTranscriber(["長い話です"]), TurnTaking(manner), takes_s=0.2)
    results = [one.heard for one in told if isinstance(one.heard, TurnHeard | NotHeard)]
    assert isinstance(results[0], TurnHeard)
    assert results[1] == NotHeard("too_long")
    assert isinstance(results[2], TurnHeard)
    assert len(results) == 3


def test_endless_sound_without_words_is_too_long():
    endless = np.tile(said(SENTENCE), 4)
    told = hear(around(endless), FakeTranscriber([""]), TurnTaking(Manner(longest_s=5.0)), takes_s=0.2)
    assert NotHeard("too_long") in [one.heard for one in told]


def echo_of(text: str) -> Samples:
    return at_level(said(text, "jf_alpha"), -34)


def test_our_own_voice_begins_no_turn():
    turns = TurnTaking(Manner(half_duplex=True))
    turns.own_voice(playing=True)
    assert (
        hear(around(echo_of("転入届ですね。こちらへどうぞ")), FakeTranscriber(["x"]), turns, takes_s=0.1)
        == []
    )


def test_a_clear_voice_over_our_own_begins_a_turn_but_a_click_does_not():
    ours = np.tile(echo_of("転入届ですね。こちらの画面をごらんください"), 2)
    for speech, begins in ((said("すみません、ちょっと待ってください"), True), (said("あ")[:1600], False)):
        turns = TurnTaking()
        turns.own_voice(playing=True)
        hear(ours, FakeTranscriber([""]), turns, takes_s=0.1)
        there = np.concatenate([silence(0.5), speech, silence(0.5)])
        told = hear(there + np.resize(ours, len(there)), FakeTranscriber(["待って"]), turns, takes_s=0.1)
        assert (VoiceBegan in kinds(told)) is begins


def test_a_recogniser_without_time_is_told():
    turns = TurnTaking()
    told = []
    for decode in _decodes(turns, around(said(SENTENCE))):
        told += list(turns.refused(decode))
    assert told == [NotHeard("busy")]


def _decodes(turns: TurnTaking, sound: Samples) -> list[int]:
    """Numbers of what the ear wants decoded, which nobody does."""
    activity = VoiceActivity()
    windows = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)
    told = [
        one
        for number, window in enumerate(windows)
        for one in turns.sound(window, activity.likelihood(window), number * WINDOW_S)
    ]
    return [one.number for one in told if isinstance(one, Decode)]


def test_touch_ends_the_turn_at_once():
    turns = TurnTaking()
    numbers = _decodes(turns, np.concatenate([silence(1), said(SENTENCE)]))
    (decode,) = turns.end_turn(9.0)
    assert getattr(decode, "number", 0) > max(numbers)
    (turn,) = [
        one
        for one in turns.decoded(getattr(decode, "number", 0), Transcript("先週", 0.9), 100.0, 9.2)
        if isinstance(one, TurnHeard)
    ]
    assert turn.transcript.text == "先週"


def test_touch_without_a_word_says_that_nothing_was_heard():
    assert list(TurnTaking().end_turn(1.0)) == [NotHeard("no_words")]


def test_words_of_the_turn_before_are_not_shown_in_the_next():
    turns = TurnTaking()
    *_, late, asked = _decodes(turns, np.concatenate([silence(1), said(SENTENCE), silence(0.3)]))
    assert list(turns.refused(asked)) == [NotHeard("busy")]
    _decodes(turns, np.concatenate([silence(0.5), said(SENTENCE)]))
    assert turns.in_turn
    assert list(turns.decoded(late, Transcript("前の言葉", 0.9), 100.0, 9.0)) == []


def test_a_voice_over_our_own_is_given_way_within_a_moment_and_a_click_only_holds_the_breath():
    ours = np.tile(at_level(said("転入届ですね。こちらの画面をごらんください", "jf_alpha"), -44), 2)
    for speech, begins in ((said("すみません、ちょっと待ってください"), True), (said("あ")[:2400], False)):
        turns = TurnTaking()
        turns.own_voice(playing=True)
        there = np.concatenate([silence(2.0), speech, silence(2.0)])
        told = hear(there + np.resize(ours, len(there)), FakeTranscriber(["待って"]), turns, takes_s=0.1)
        over = [one for one in told if isinstance(one.heard, VoiceOver | VoiceBegan)]
        assert over[0].heard == VoiceOver(True)
        assert over[0].at_s - 2.0 < 0.2
        assert isinstance(over[1].heard, VoiceBegan) is begins
        assert begins or over[1].heard == VoiceOver(False)


def higher(speech: Samples, times: float) -> Samples:
    """The same, spoken by somebody smaller and faster."""
    return np.interp(np.arange(0, len(speech), times), np.arange(len(speech)), speech).astype(np.float32)


def test_a_child_is_heard_and_its_shrieks_are_nobodys_turn():
    child = hear(around(higher(said(SENTENCE), 1.3)), FakeTranscriber([SENTENCE]), takes_s=0.2)
    assert len(turns_of(child)) == 1
    shriek = np.clip(around(higher(said(SENTENCE), 1.7)) * 30, -1, 1).astype(np.float32)
    assert hear(shriek, FakeTranscriber([SENTENCE]), takes_s=0.2) == []


def test_ten_minutes_without_a_pause_keep_no_more_than_one_turn():
    turns, told, longest = TurnTaking(), [], 0
    windows = np.resize(said(SENTENCE), int(600 / WINDOW_S) * WINDOW).reshape(-1, WINDOW)
    tracemalloc.start()
    for number, window in enumerate(windows):
        for one in turns.sound(window, 0.99, number * WINDOW_S):
            if isinstance(one, Decode):
                longest = max(longest, len(one.samples))
                words = turns.decoded(one.number, Transcript("話です", 0.9), 200.0, number * WINDOW_S)
                told += [type(heard) for heard in words if isinstance(heard, TurnHeard)]
            elif isinstance(one, NotHeard):
                told.append(one)
    kept = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept < 20_000_000
    assert longest <= 26 * 16_000
    assert told[:2] == [TurnHeard, NotHeard("too_long")]


def test_what_was_to_be_decoded_is_withdrawn_when_the_speaker_goes_on():
    turns, activity = TurnTaking(), VoiceActivity()
    sound = around(with_pauses(["先週、横浜から", "引っ越してきました"], [0.4], "mei"))
    wanted = [
        type(one)
        for number, window in enumerate(sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW))
        for one in turns.sound(window, activity.likelihood(window), number * WINDOW_S)
        if isinstance(one, Withdraw) or (isinstance(one, Decode) and not one.partial)
    ]
    assert wanted[:2] == [Decode, Withdraw]
    assert wanted[-1] is Decode
