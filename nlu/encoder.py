"""Sentences as vectors whose nearness is nearness of meaning; which model does it is a setting.

The import of sentence-transformers takes five seconds and half a gigabyte, so it happens inside `load_encoder`
and never when a module is imported: `kb` commands and tests without search do not pay for it.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

PACKAGED = "packaged"
"""The encoder inside the package; any other name is a folder or a name at a model hub."""

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns sentences into vectors."""

    @property
    def name(self) -> str:
        """Names the model: vectors of different names cannot be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length one per text."""
        ...


class SentenceTransformerEncoder:
    """Any model of sentence-transformers."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        from nlu.packaged_encoder import PackagedEncoder

        self._name = name
        if name == PACKAGED:
            self._model = SentenceTransformer(modules=[PackagedEncoder()], device="cpu")
        else:
            self._model = SentenceTransformer(name)
        self.encode(["準備"])

    @property
    def name(self) -> str:
        """The name it was loaded by."""
        return self._name

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length one per text; the first call of a model is slow and was made when it was loaded."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def load_encoder(name: str = PACKAGED) -> Encoder:
    """Load a model; takes seconds, so call it in the background."""
    return SentenceTransformerEncoder(name)


def encoded(encoder: Encoder, texts: Sequence[str], cache_dir: Path | None) -> Vectors:
    """Vectors of `texts`, kept in `cache_dir` by content so that the next start does not encode again."""
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    if cache_dir is None:
        return encoder.encode(texts)
    key = hashlib.sha256("\0".join((encoder.name, *texts)).encode()).hexdigest()[:16]
    file = cache_dir / "models" / f"vectors-{key}.npy"
    if file.exists():
        file.touch()
        saved: Vectors = np.load(file)
        return saved
    vectors = encoder.encode(texts)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.stem}.{os.getpid()}.npy")
    np.save(fresh, vectors)
    fresh.replace(file)
    return vectors
