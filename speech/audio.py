"""Sound as numbers: from and to s16le, from files, without offset, with its level."""

from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from speech.errors import UnreadableSound
from speech.transcriber import RATE_HZ, Samples

FULL_SCALE = 32_768
SILENCE_DBFS = -96.0
"""The quietest that 16 bits can tell."""

_CLIPPED = 0.985
_OFFSET_WINDOWS = 16
_RATE_OVER_S = 4.0
_TOO_FAST = 1.4
_TOO_FAST_TIMES = 2


def from_pcm16(frame: bytes) -> Samples:
    """Mono s16le with whole samples."""
    return np.frombuffer(frame, "<i2").astype(np.float32) / np.float32(FULL_SCALE)


def to_pcm16(samples: Samples) -> bytes:
    """Mono s16le; what is beyond full scale is cut."""
    return np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()


def level_dbfs(samples: Samples) -> float:
    """Mean level in dB below full scale."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    return max(SILENCE_DBFS, 10 * float(np.log10(power + 1e-12)))


def clipped_share(samples: Samples) -> float:
    """Share of samples that stand at full scale with a neighbour that does so too."""
    full = np.abs(samples) >= _CLIPPED
    return float(np.mean(full[1:] & full[:-1])) if len(full) > 1 else 0.0


def resampled(samples: Samples, rate_hz: int) -> Samples:
    """From `rate_hz` to `RATE_HZ`."""
    if rate_hz == RATE_HZ:
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate_hz
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    made = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([one.to_ndarray().reshape(-1) for one in made]).astype(np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without what is quieter than a hundredth of the loudest before and after; nothing of silence."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max(initial=0.0))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def read_sound(path: Path) -> Samples:
    """Any sound file FFmpeg reads, of any rate and any number of channels, as one channel at `RATE_HZ`."""
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    pieces = []
    try:
        with av.open(str(path)) as file:
            for frame in file.decode(audio=0):
                pieces += [one.to_ndarray().reshape(-1) for one in resampler.resample(frame)]
        pieces += [one.to_ndarray().reshape(-1) for one in resampler.resample(None)]
    except (FFmpegError, OSError, IndexError) as error:
        raise UnreadableSound(path, type(error).__name__) from error
    return np.concatenate(pieces).astype(np.float32) if pieces else np.zeros(0, np.float32)


class OffsetRemoval:
    """Takes a constant offset (a cheap microphone's) out of a stream, window by window."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def __call__(self, window: Samples) -> Samples:
        """The window without the offset known so far, which moves smoothly to that of this window."""
        mean = float(np.mean(window))
        before = mean if self._offset is None else self._offset
        self._offset = before + (mean - before) / _OFFSET_WINDOWS
        return window - np.linspace(before, self._offset, len(window), dtype=np.float32)


class RateWatch:
    """Notices a microphone that sends another rate than agreed: sound comes faster than time passes."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._samples = 0
        self._too_fast = 0

    def seems_wrong(self, samples: int, now_s: float) -> bool:
        """Takes what has just come. A network that stalls and catches up is too fast once, not again and again."""
        if self._since_s is None:
            self._since_s = now_s
        self._samples += samples
        passed_s = now_s - self._since_s
        if passed_s < _RATE_OVER_S:
            return False
        too_fast = self._samples > _TOO_FAST * RATE_HZ * passed_s
        self._too_fast = self._too_fast + 1 if too_fast else 0
        self._since_s, self._samples = now_s, 0
        return self._too_fast >= _TOO_FAST_TIMES
