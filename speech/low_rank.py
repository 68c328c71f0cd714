"""A small difference to the recogniser's weights (LoRA): for each matrix two thin factors of whole numbers.

    taught = half(weights + step · (left @ right))     left: int8 (out, rank), right: int8 (rank, in)

Products of whole numbers are exact and one rounding follows, so every machine joins the same bytes, which a hash
can check. Format of model.bin: CTranslate2's, version 6 (github.com/OpenNMT/CTranslate2, python/ctranslate2/specs).
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from speech.errors import WeightsCorrupt

_REINSTALL = "install the locked requirements again (make setup)"
_HALF, _HALF_CODE = np.dtype("<f2"), 4
_DTYPES: dict[int, np.dtype[np.generic]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    _HALF_CODE: _HALF,
}
_MOST = 127


@dataclass(frozen=True)
class Factors:
    """What is added to one matrix."""

    left: npt.NDArray[np.int8]
    """(out, rank)"""
    right: npt.NDArray[np.int8]
    """(rank, in)"""
    step: np.float32

    @classmethod
    def of(cls, left: npt.NDArray[np.float32], right: npt.NDArray[np.float32]) -> "Factors":
        """Nearest whole-number factors of `left @ right`; each column of `left` shares its size with its row of `right`."""
        sizes = np.sqrt(
            np.maximum(np.abs(left).max(axis=0), 1e-12) / np.maximum(np.abs(right).max(axis=1), 1e-12)
        )
        left, right = left / sizes, right * sizes[:, np.newaxis]
        of_left, of_right = (max(float(np.abs(one).max()), 1e-12) / _MOST for one in (left, right))
        return cls(
            np.round(left / of_left).astype(np.int8),
            np.round(right / of_right).astype(np.int8),
            np.float32(of_left * of_right),
        )

    def lessened(self, share: float) -> "Factors":
        """The same difference, `share` of it."""
        return replace(self, step=np.float32(self.step * share))

    @classmethod
    def mean(cls, several: Sequence["Factors"]) -> "Factors":
        """Of differences to one matrix; its rank is the sum of theirs."""
        sizes = [np.sqrt(one.step / len(several)) for one in several]
        lefts = [one.left * size for one, size in zip(several, sizes, strict=True)]
        rights = [one.right * size for one, size in zip(several, sizes, strict=True)]
        return cls.of(np.concatenate(lefts, axis=1), np.concatenate(rights, axis=0))

    def added_to(self, weights: npt.NDArray[np.float16]) -> npt.NDArray[np.float16]:
        """The taught matrix."""
        whole = self.left.astype(np.int32) @ self.right.astype(np.int32)
        return (weights.astype(np.float32) + self.step * whole.astype(np.float32)).astype(np.float16)


def load(file: Path) -> dict[str, Factors]:
    """Factors by the name of their matrix; WeightsCorrupt when the file holds none."""
    try:
        with file.open("rb") as opened, np.load(opened) as saved:
            names = [name.removesuffix(":left") for name in saved.files if name.endswith(":left")]
            return {
                name: Factors(
                    saved[f"{name}:left"], saved[f"{name}:right"], np.float32(saved[f"{name}:step"])
                )
                for name in names
            }
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise WeightsCorrupt(str(file), "holds no difference of weights", _REINSTALL) from error


def save(file: Path, factors: Mapping[str, Factors]) -> None:
    """Writes what `load` reads."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name, one in factors.items():
        arrays |= {f"{name}:left": one.left, f"{name}:right": one.right, f"{name}:step": np.array(one.step)}
    np.savez_compressed(file, allow_pickle=False, **arrays)


def weights_of(model: Path) -> dict[str, npt.NDArray[np.generic]]:
    """All arrays of a model.bin by name; WeightsCorrupt when it has another form."""
    try:
        data = model.read_bytes()
        return {
            name: np.frombuffer(data, dtype, count, offset).reshape(shape)
            for name, dtype, count, offset, shape in _places(model)
        }
    except (struct.error, KeyError, UnicodeDecodeError, ValueError) as error:
        raise WeightsCorrupt(str(model), "is no CTranslate2 model of version 6", _REINSTALL) from error


def add(factors: Mapping[str, Factors], model: Path) -> None:
    """Teaches a model.bin in place; WeightsCorrupt when it has another form or no matrix of a name."""
    weights = weights_of(model)
    if missing := factors.keys() - weights.keys():
        raise WeightsCorrupt(str(model), f"has no {min(missing)}", _REINSTALL)
    with model.open("r+b") as file:
        for name, dtype, _, offset, _ in _places(model):
            if name in factors:
                if dtype != _HALF:
                    raise WeightsCorrupt(str(model), f"has no halves in {name}", _REINSTALL)
                file.seek(offset)
                file.write(factors[name].added_to(weights[name].astype(np.float16)).tobytes())


_Place = tuple[str, np.dtype[np.generic], int, int, tuple[int, ...]]


def _places(model: Path) -> Iterator[_Place]:
    """Name, kind, length, place in the file and shape of each array."""
    with model.open("rb") as file:
        _number(file, "<I")
        _text(file)
        _number(file, "<I")
        for _ in range(_number(file, "<I")):
            name = _text(file)
            shape = tuple(_number(file, "<I") for _ in range(_number(file, "<B")))
            dtype = _DTYPES[_number(file, "<B")]
            size = _number(file, "<I")
            yield name, dtype, size // dtype.itemsize, file.tell(), shape
            file.seek(size, 1)


def _number(file: BinaryIO, form: str) -> int:
    found: int = struct.unpack(form, file.read(struct.calcsize(form)))[0]
    return found


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "<H")).rstrip(b"\0").decode()
