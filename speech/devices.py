"""The sound devices of this machine, for whoever installs it."""

from dataclasses import dataclass

from speech.errors import NoSoundSystem


@dataclass(frozen=True)
class SoundDevice:
    """A microphone, a loudspeaker, or both."""

    number: int
    name: str
    channels_in: int
    channels_out: int
    rate_hz: int


def sound_devices() -> list[SoundDevice]:
    """In the order of the sound system; raises NoSoundSystem where PortAudio is not installed."""
    try:
        # Looks for the shared library PortAudio when it is imported, which servers need not have.
        import sounddevice
    except OSError as error:
        raise NoSoundSystem(str(error)) from error
    try:
        found = sounddevice.query_devices()
    except sounddevice.PortAudioError as error:
        raise NoSoundSystem(str(error)) from error
    return [
        SoundDevice(
            number,
            str(one["name"]),
            int(one["max_input_channels"]),
            int(one["max_output_channels"]),
            int(one["default_samplerate"]),
        )
        for number, one in enumerate(found)
    ]
