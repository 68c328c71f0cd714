"""A driver for pyttsx3 whose voice reads Japanese: pyttsx3's own drivers read no kanji.

Nothing is played: the sound of a sentence goes out as pyttsx3's event `sound-made` (with `spoken`), or into a WAV
file. Beside it come pyttsx3's usual events, `started-word` with place and length in the text.
"""

import sys
import wave
from pathlib import Path
from types import ModuleType
from typing import Any

from pyttsx3.voice import Voice as Pyttsx3VoiceEntry

from speech.mei_voice import NAME, MeiVoice
from speech.phoneme_times import PhonemeTimes
from speech.pronunciation import Pronouncer
from speech.speaker import Manner, Spoken

USUAL_RATE = 200
"""pyttsx3 counts words a minute and calls this usual; it is the voice's own speed."""


def register(pronouncer: Pronouncer, times: PhonemeTimes) -> str:
    """Makes the driver known to pyttsx3 and gives the name to ask an `Engine` for."""
    name = f"one_counter_{NAME}_{pronouncer.key}"
    module = ModuleType(f"pyttsx3.drivers.{name}")
    module.buildDriver = lambda proxy: Pyttsx3Driver(proxy, MeiVoice(pronouncer, times))  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return name


class Pyttsx3Driver:
    """What an engine of pyttsx3 calls, by pyttsx3's names; one engine and so one driver a thread."""

    def __init__(self, proxy: Any, voice: MeiVoice):
        self._proxy = proxy
        self._voice = voice
        self._rate: float = USUAL_RATE
        self._volume = 1.0

    def destroy(self) -> None:
        """Nothing to give back."""

    def say(self, text: str) -> None:
        """Makes `text` and tells it."""
        spoken = self._made(text)
        self._proxy.notify("started-utterance")
        place = 0
        for word in spoken.captions:
            self._proxy.notify("started-word", location=place, length=len(word.text))
            place += len(word.text)
        self._proxy.notify("sound-made", spoken=spoken)
        self._proxy.notify("finished-utterance", completed=True)

    def save_to_file(self, text: str, filename: str) -> None:
        """Makes `text` into a WAV file."""
        write_wav(Path(filename), [self._made(text)])
        self._proxy.notify("finished-utterance", completed=True)

    def stop(self) -> None:
        """Nothing sounds here; a sentence being made is over in a moment."""

    def getProperty(self, name: str) -> object:  # noqa: N802
        """`rate`, `volume`, `voice`, `voices`."""
        known: dict[str, object] = {
            "rate": self._rate,
            "volume": self._volume,
            "voice": NAME,
            "voices": [Pyttsx3VoiceEntry(id=NAME, name="Mei", languages=["ja"], gender="female")],
            "pitch": 0,
        }
        return known[name]

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802
        """`rate` in words a minute, `volume` from 0 to 2; there is one voice."""
        if name == "rate":
            self._rate = float(value)
        elif name == "volume":
            self._volume = float(value)
        elif (name, value) != ("voice", NAME):
            raise KeyError(name)

    def startLoop(self) -> None:  # noqa: N802
        """Works through what is queued, on the caller's thread."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802
        """Nothing runs on."""

    def iterate(self) -> Any:
        """One round of an outside loop."""
        self._proxy.setBusy(False)
        yield

    def _made(self, text: str) -> Spoken:
        return self._voice.utter(text, Manner(self._rate / USUAL_RATE, self._volume))


def write_wav(path: Path, sentences: list[Spoken]) -> None:
    """`sentences` one after another as a WAV file, mono s16le."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sentences[0].rate_hz)
        for spoken in sentences:
            file.writeframes(spoken.pcm16)
