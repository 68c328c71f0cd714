"""What the ear takes for the room: levels a window, as they come from a kiosk's microphone."""

from collections.abc import Iterable

from speech.background import Background
from speech.voice_activity import WINDOW_S


def hear(background: Background, levels: Iterable[float], *, in_turn: bool = False) -> None:
    for level in levels:
        background.hear(level, in_turn=in_turn, own_voice=False)


def lasting(seconds: float, *levels: float) -> list[float]:
    windows = round(seconds / WINDOW_S)
    return [levels[number * len(levels) // windows] for number in range(windows)]


def test_a_silent_room_is_known_soon():
    background = Background()
    hear(background, lasting(1.0, -70.0))
    hear(background, lasting(0.2, -45.0))
    assert background.lets_begin(own_voice=False)


def test_a_breath_between_words_of_the_chatter_is_not_the_room():
    background = Background()
    hear(background, lasting(0.3, -36.0))
    hear(background, lasting(0.7, -46.0))
    hear(background, lasting(0.2, -34.0))
    assert not background.lets_begin(own_voice=False)


def test_a_fluent_sentence_is_not_taken_for_the_room():
    background = Background()
    hear(background, lasting(2.0, -34.0))
    hear(background, lasting(3.2, -24.0, -26.0), in_turn=True)
    hear(background, lasting(0.2, -28.0), in_turn=True)
    assert background.lets_go_on()


def test_a_room_that_grew_loud_is_known_after_a_while_of_the_turn():
    background = Background()
    hear(background, lasting(2.0, -50.0))
    hear(background, lasting(1.0, -24.0), in_turn=True)
    hear(background, lasting(5.0, -34.0), in_turn=True)
    assert not background.lets_go_on()
