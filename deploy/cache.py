"""Shows and empties the cache, which holds gigabytes that a checkout does not show."""

import shutil
from pathlib import Path
from typing import TextIO

from deploy.environments import app_environment, cache_directory, rasa_environment

ENVIRONMENT_NAMES = ("app-*", "rasa-*")


def size_text(byte_count: int) -> str:
    """Say a size as a person would.

    >>> size_text(2_650_000_000), size_text(31_000_000), size_text(10)
    ('2.6 GB', '31 MB', '1 MB')
    """
    return f"{byte_count / 1e9:.1f} GB" if byte_count >= 1e9 else f"{max(1, round(byte_count / 1e6))} MB"


def remove(everything: bool, out: TextIO) -> None:
    """Remove environments this checkout does not use or, with `everything`, the whole cache.

    Other checkouts build theirs again at their next set-up.
    """
    cache = cache_directory()
    for path in _removable(cache, everything):
        size = _size(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        out.write(f"removed {path} ({size_text(size)})\n")
    kept = sorted(cache.iterdir()) if cache.is_dir() else []
    for path in kept:
        out.write(f"kept    {path} ({size_text(_size(path))})\n")


def _removable(cache: Path, everything: bool) -> list[Path]:
    if not cache.is_dir():
        return []
    if everything:
        return sorted(cache.iterdir())
    in_use = {app_environment(cache).path, rasa_environment(cache).path}
    found = [path for pattern in ENVIRONMENT_NAMES for path in cache.glob(pattern)]
    return sorted(path for path in found if path not in in_use)


def _size(path: Path) -> int:
    if path.is_symlink() or path.is_file():
        return path.lstat().st_size
    return sum(entry.lstat().st_size for entry in path.rglob("*") if not entry.is_dir())
