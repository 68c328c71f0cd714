"""Errors of hearing and speaking.

    SpeechError
    ├── WeightsMissing      the recogniser's files are not where they should be
    ├── WeightsCorrupt      they are there and are not what they should be
    ├── UnreadableSound     a sound file cannot be read
    └── NoSoundSystem       the machine has no library for sound devices

Silence, noise and words that cannot be used are results (`NotHeard`, an empty `Transcript`), not errors.
Messages never carry what was said.
"""

from pathlib import Path


class SpeechError(Exception):
    """Root of all errors of this package."""

    code = "speech"


class WeightsMissing(SpeechError):
    """A file of the recogniser is missing."""

    code = "speech_weights_missing"

    def __init__(self, where: str, remedy: str):
        super().__init__(f"weights of the speech recogniser: {where} is missing; {remedy}")


class WeightsCorrupt(SpeechError):
    """A file of the recogniser has another content than the one that was checked."""

    code = "speech_weights_corrupt"

    def __init__(self, where: str, reason: str, remedy: str):
        super().__init__(f"weights of the speech recogniser: {where} {reason}; {remedy}")


class UnreadableSound(SpeechError):
    """A file holds no sound that can be read."""

    code = "speech_unreadable_sound"

    def __init__(self, path: Path, reason: str):
        super().__init__(
            f"{path}: no sound can be read from it ({reason}); give a WAV, FLAC, MP3 or WebM file"
        )


class NoSoundSystem(SpeechError):
    """The library that lists sound devices is not installed."""

    code = "speech_no_sound_system"

    def __init__(self, reason: str):
        super().__init__(
            f"sound devices cannot be listed: {reason}; install Debian's libportaudio2"
            " (screens use the browser's microphone and do not need it)"
        )
