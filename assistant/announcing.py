"""What the hall hears when a number is called: the number and the counter, nothing about anybody.

The sentence is made of a number alone, so its sound may be kept: a number called again, or on another day, is not
made anew. Without a voice the display chimes only.
"""

import io
import re
import wave

from speech.speaker import Manner, Speaker, keep_all

LETTERS_JA = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "エー",
            "ビー",
            "シー",
            "ディー",
            "イー",
            "エフ",
            "ジー",
            "エイチ",
            "アイ",
            "ジェー",
            "ケー",
            "エル",
            "エム",
            "エヌ",
            "オー",
            "ピー",
            "キュー",
            "アール",
            "エス",
            "ティー",
            "ユー",
            "ブイ",
            "ダブリュー",
            "エックス",
            "ワイ",
            "ゼット",
        ],
        strict=True,
    )
)
DIGITS_JA = "〇一二三四五六七八九"
MANNER = Manner(speed=0.9)
"""A hall echoes."""

_TICKET = re.compile(r"(?:([A-Z])-?)?(\d{1,4})")


def announcement_ja(ticket: str, counter_number: str) -> str:
    """The call of a ticket to a counter, as it is spoken.

    >>> announcement_ja("A-110", "1")
    'エーの百十番の方、一番の窓口へお越しください。'
    >>> announcement_ja("15", "12")
    '十五番の方、十二番の窓口へお越しください。'
    """
    found = _TICKET.fullmatch(ticket)
    number = f"{ticket}番"
    if found is not None:
        series = f"{LETTERS_JA[found[1]]}の" if found[1] else ""
        number = f"{series}{in_kanji(int(found[2]))}番"
    counter = in_kanji(int(counter_number)) if counter_number.isdecimal() else counter_number
    return f"{number}の方、{counter}番の窓口へお越しください。"


def in_kanji(number: int) -> str:
    """A number below ten thousand as it is written to be read aloud: voices take 110番 for the police.

    >>> in_kanji(1301)
    '千三百一'
    """
    written = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十")):
        times, number = divmod(number, unit)
        written += ("" if times == 1 else DIGITS_JA[times]) + sign if times else ""
    return written + (DIGITS_JA[number] if number or not written else "")


def as_wav(speaker: Speaker, text: str) -> bytes:
    """The text spoken, as a WAV file; kept for the next time."""
    spoken = list(speaker.say(text, MANNER, keep=keep_all))
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(spoken[0].rate_hz)
        for sentence in spoken:
            file.writeframes(sentence.pcm16)
    return written.getvalue()
