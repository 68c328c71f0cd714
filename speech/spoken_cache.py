"""Sentences already spoken, on disk: the greeting of the day is made once.

Only for texts of the house: whoever speaks decides by `keep`, and nothing is kept by default.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from speech.speaker import CaptionAt, Manner, MouthAt, Spoken

_FORM = 1
"""Rises when the form of a file changes."""
USUAL_BYTES = 200_000_000
"""About an hour of sound."""


def cache_directory() -> Path:
    """`$XDG_CACHE_HOME/one-counter/spoken`, where sounds and built dictionaries are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "one-counter" / "spoken"


class SpokenCache:
    """Sounds by content in one directory; safe to share among threads and processes."""

    def __init__(self, directory: Path, limit_bytes: int = USUAL_BYTES):
        self._directory = directory
        self._limit_bytes = limit_bytes

    def find(self, voice: str, sentence: str, manner: Manner) -> Spoken | None:
        """What was kept, or None; a damaged file counts as not kept and is removed."""
        path = self._path(voice, sentence, manner)
        try:
            found = _unpacked(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def keep(self, voice: str, sentence: str, manner: Manner, spoken: Spoken) -> None:
        """Writes a sound so that nobody reads half of it; a full or read-only disk keeps nothing."""
        content = _packed(spoken)
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as unfinished:
                unfinished.write(content)
            os.replace(unfinished.name, self._path(voice, sentence, manner))  # noqa: PTH105  (atomic)
            self._make_room()

    def _path(self, voice: str, sentence: str, manner: Manner) -> Path:
        said = json.dumps([_FORM, voice, sentence, manner.speed, manner.volume], ensure_ascii=False)
        return self._directory / f"{hashlib.sha256(said.encode()).hexdigest()}.spoken"

    def _make_room(self) -> None:
        """Removes what was not used for longest until everything fits."""
        kept = [
            (path.stat().st_mtime_ns, path.stat().st_size, path) for path in self._directory.glob("*.spoken")
        ]
        over = sum(size for _, size, _ in kept) - self._limit_bytes
        for _, size, path in sorted(kept):
            if over <= 0:
                break
            path.unlink(missing_ok=True)
            over -= size


def _packed(spoken: Spoken) -> bytes:
    about = {
        "text": spoken.text,
        "rate_hz": spoken.rate_hz,
        "sha256": hashlib.sha256(spoken.pcm16).hexdigest(),
        "mouth": [asdict(shape) for shape in spoken.mouth],
        "captions": [asdict(word) for word in spoken.captions],
    }
    return json.dumps(about, ensure_ascii=False).encode() + b"\n" + spoken.pcm16


def _unpacked(content: bytes) -> Spoken:
    """`ValueError`, `KeyError` or `TypeError` for what is not whole."""
    head, _, pcm16 = content.partition(b"\n")
    about = json.loads(head)
    if about["sha256"] != hashlib.sha256(pcm16).hexdigest():
        raise ValueError("sha256")
    return Spoken(
        about["text"],
        about["rate_hz"],
        pcm16,
        tuple(MouthAt(**shape) for shape in about["mouth"]),
        tuple(CaptionAt(**word) for word in about["captions"]),
    )
