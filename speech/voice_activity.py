"""How likely each 32 ms of sound is a voice: Silero's network, which comes with faster-whisper."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime

from speech.errors import WeightsMissing
from speech.transcriber import RATE_HZ, Samples

WINDOW = 512
"""Samples the network looks at in a step."""

WINDOW_S = WINDOW / RATE_HZ

_BEFORE = 64
_STATE = (1, 1, 128)


class VoiceActivity:
    """The state of one stream; one ear has one, and one thread at a time calls it."""

    def __init__(self) -> None:
        self._session = _network()
        self.forget()

    def forget(self) -> None:
        """Begins a new stream."""
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._before = np.zeros(_BEFORE, np.float32)

    def likelihood(self, window: Samples) -> float:
        """Of the next `WINDOW` samples, 0 to 1."""
        looked_at = np.concatenate([self._before, window]).astype(np.float32)[np.newaxis]
        output, self._h, self._c = self._session.run(None, {"input": looked_at, "h": self._h, "c": self._c})
        self._before = window[-_BEFORE:]
        return float(output.reshape(-1)[0])


@lru_cache(maxsize=1)
def _network() -> onnxruntime.InferenceSession:
    """One network for all ears (their states are apart), one thread an inference: 0.2 ms of a core."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(_weights()), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _weights() -> Path:
    spec = find_spec("faster_whisper")
    for place in () if spec is None else spec.submodule_search_locations or ():
        for path in sorted((Path(place) / "assets").glob("silero_vad*.onnx")):
            return path
    raise WeightsMissing(
        "silero_vad of the package faster-whisper", "install the locked requirements again (make setup)"
    )
