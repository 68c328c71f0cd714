import struct
from pathlib import Path

import numpy as np
import pytest

from speech import low_rank
from speech.errors import WeightsCorrupt
from speech.low_rank import Factors

CHANCE = np.random.default_rng(3)


def text(word: str) -> bytes:
    return struct.pack("<H", len(word) + 1) + word.encode() + b"\0"


def model(file: Path, arrays: dict[str, np.ndarray]) -> Path:
    codes = {"float32": 0, "int8": 1, "float16": 4}
    written = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(arrays))
    for name, array in arrays.items():
        written += text(name) + struct.pack("<B", array.ndim)
        written += b"".join(struct.pack("<I", size) for size in array.shape)
        written += struct.pack("<BI", codes[array.dtype.name], array.nbytes) + array.tobytes()
    file.write_bytes(written + struct.pack("<I", 0))
    return file


def factors(out: int = 6, into: int = 4, rank: int = 2) -> Factors:
    left, right = CHANCE.standard_normal((out, rank)), CHANCE.standard_normal((rank, into))
    return Factors.of(left.astype(np.float32), right.astype(np.float32))


def test_whole_numbers_are_near_what_they_stand_for():
    left = CHANCE.standard_normal((40, 8)).astype(np.float32)
    right = CHANCE.standard_normal((8, 30)).astype(np.float32) * 100
    near = Factors.of(left, right)
    meant, kept = left @ right, near.step * (near.left.astype(np.int32) @ near.right.astype(np.int32))
    assert np.abs(kept - meant).max() < 0.03 * np.abs(meant).max()


def test_of_what_learnt_nothing_nothing_is_added():
    nothing = Factors.of(np.zeros((6, 2), np.float32), np.ones((2, 4), np.float32))
    weights = CHANCE.standard_normal((6, 4)).astype(np.float16)
    assert (nothing.added_to(weights) == weights).all()


def test_a_mean_is_half_way_between_two_differences():
    one, other, none = factors(40, 30), factors(40, 30, rank=3), np.zeros((40, 30), np.float16)
    meant = (one.added_to(none).astype(np.float32) + other.added_to(none).astype(np.float32)) / 2
    mean = Factors.mean([one, other])
    assert mean.left.shape == (40, 5)
    assert np.abs(mean.added_to(none) - meant).max() < 0.03 * np.abs(meant).max()


def test_half_of_a_difference_is_half_way():
    whole, weights = factors(), np.zeros((6, 4), np.float16)
    half = whole.lessened(0.5).added_to(weights)
    assert np.abs(2 * half - whole.added_to(weights)).max() < 0.01


def test_only_the_named_matrices_of_a_model_change(tmp_path: Path):
    arrays = {
        "one/weight": CHANCE.standard_normal((6, 4)).astype(np.float16),
        "pre_norm": np.array(1, np.int8),
        "two/weight": CHANCE.standard_normal((6, 4)).astype(np.float16),
    }
    file, learnt = model(tmp_path / "model.bin", arrays), factors()
    low_rank.add({"two/weight": learnt}, file)
    after = low_rank.weights_of(file)
    assert (after["one/weight"] == arrays["one/weight"]).all()
    assert after["pre_norm"] == 1
    assert (after["two/weight"] == learnt.added_to(arrays["two/weight"])).all()
    assert (after["two/weight"] != arrays["two/weight"]).any()


def test_what_is_saved_is_loaded(tmp_path: Path):
    learnt = {"a/weight": factors(), "b/weight": factors(3, 5)}
    low_rank.save(tmp_path / "learnt.npz", learnt)
    again = low_rank.load(tmp_path / "learnt.npz")
    assert again.keys() == learnt.keys()
    for name, one in learnt.items():
        assert (again[name].left == one.left).all()
        assert (again[name].right == one.right).all()
        assert again[name].step == one.step


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 half an archive"])
def test_a_broken_difference_is_told(tmp_path: Path, content: bytes):
    file = tmp_path / "learnt.npz"
    file.write_bytes(content)
    with pytest.raises(WeightsCorrupt, match="holds no difference of weights"):
        low_rank.load(file)


@pytest.mark.parametrize("content", [b"", b"something else entirely", struct.pack("<I", 6)])
def test_another_file_is_no_model(tmp_path: Path, content: bytes):
    file = tmp_path / "model.bin"
    file.write_bytes(content)
    with pytest.raises(WeightsCorrupt, match="is no CTranslate2 model"):
        low_rank.weights_of(file)


def test_a_matrix_that_is_missing_or_no_half_is_told(tmp_path: Path):
    file = model(tmp_path / "model.bin", {"one/weight": np.zeros((6, 4), np.float32)})
    with pytest.raises(WeightsCorrupt, match="has no two/weight"):
        low_rank.add({"two/weight": factors()}, file)
    with pytest.raises(WeightsCorrupt, match="has no halves in one/weight"):
        low_rank.add({"one/weight": factors()}, file)
