"""A Chromium whose microphone plays a file, and the sound such files are made of."""

import math
import wave
from array import array
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM

RATE_HZ = 16_000
FAKE_DEVICE = ("--use-fake-device-for-media-stream", "--autoplay-policy=user-gesture-required")


def launch_with_microphone(playwright: Playwright, sound: Path, *, once: bool = False) -> Browser:
    """A browser whose microphone gives `sound` from the moment it is opened, again and again unless `once`."""
    played = f"--use-file-for-fake-audio-capture={sound}{'%noloop' if once else ''}"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *FAKE_DEVICE, played])


def launch_without_microphone(playwright: Playwright) -> Browser:
    """A browser on a machine that has no microphone."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def write_tone(path: Path, *, seconds: float = 2.0, hertz: float = 440.0, loud: float = 0.3) -> Path:
    """A tone as a WAV file: mono s16le at 16 000 Hz."""
    count = int(seconds * RATE_HZ)
    samples = array(
        "h", (round(32767 * loud * math.sin(2 * math.pi * hertz * n / RATE_HZ)) for n in range(count))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return path
