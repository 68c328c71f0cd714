"""When each phoneme of an HTS voice sounds, worked out from the voice's own duration model.

The engine gives sound without times. It takes its durations from a tree of questions over the same labels,
so asking the tree again gives them to the frame (5 ms), and their sum is the length of the sound.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from speech.errors import VoiceBroken

_QUESTION = re.compile(r"^QS\s+(\S+)\s+\{(.*)\}\s*$", re.MULTILINE)
_NODE = re.compile(r"^\s*(-?\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$", re.MULTILINE)
_HALVINGS = 24
_LEAF = re.compile(r'"[^"]*_(\d+)"')


@dataclass(frozen=True)
class _Node:
    question: re.Pattern[str]
    no: "int | _Leaf"
    yes: "int | _Leaf"


@dataclass(frozen=True)
class _Leaf:
    number: int


class PhonemeTimes:
    """The duration model of one voice file; safe to call from several threads."""

    def __init__(self, voice: Path) -> None:
        """Reads `voice`; `VoiceBroken` when it is no HTS voice with one duration tree."""
        data = voice.read_bytes()
        head, _, body = data.partition(b"[DATA]\n")
        said = dict(
            line.split(":", 1) for line in head.decode("ascii", "replace").splitlines() if ":" in line
        )
        try:
            self._states = int(said["NUM_STATES"])
            self.frame_samples = int(said["FRAME_PERIOD"])
            self.rate_hz = int(said["SAMPLING_FREQUENCY"])
            pdf, tree = (_part(body, said[key]) for key in ("DURATION_PDF", "DURATION_TREE"))
            (leaves,) = struct.unpack_from("<I", pdf)
            width = 2 * self._states
            numbers = struct.unpack_from(f"<{leaves * width}f", pdf, 4)
            self._nodes = _nodes(tree.decode("ascii"))
        except (KeyError, ValueError, struct.error) as broken:
            raise VoiceBroken(voice) from broken
        self._leaves = [numbers[at : at + width] for at in range(0, len(numbers), width)]
        self._found = lru_cache(maxsize=4096)(self._leaf)

    def of(self, labels: Sequence[str], speed: float) -> list[float]:
        """Seconds each label sounds at `speed` (1 is the voice's own), in order."""
        means: list[float] = []
        variances: list[float] = []
        for label in labels:
            leaf = self._found(label)
            means += leaf[: self._states]
            variances += leaf[self._states :]
        frames = [max(1, int(mean + 0.5)) for mean in means]
        if speed != 1.0 and labels:
            frames = _stretched(means, variances, max(1, int(sum(means) / speed + 0.5)))
        seconds = self.frame_samples / self.rate_hz
        return [sum(frames[at : at + self._states]) * seconds for at in range(0, len(frames), self._states)]

    def engine_speed(self, labels: Sequence[str], voiced: Sequence[bool], speed: float) -> float:
        """What to set in the engine so that the `voiced` labels together sound `speed` times as fast.

        The engine stretches pauses far more than words: at its 0.8 words are only a tenth slower.
        """
        if speed == 1.0 or not any(voiced):
            return speed
        leaves = np.array([self._found(label) for label in labels])
        means, variances = leaves[:, : self._states], leaves[:, self._states :]
        wanted = means[list(voiced)].sum() / speed
        lowest, highest = -5.0, 5.0
        for _ in range(_HALVINGS):
            rho = (lowest + highest) / 2
            frames = np.maximum(1.0, means + rho * variances)
            if frames[list(voiced)].sum() < wanted:
                lowest = rho
            else:
                highest = rho
        return float(means.sum() / frames.sum())

    def _leaf(self, label: str) -> tuple[float, ...]:
        at: int | _Leaf = 0
        while not isinstance(at, _Leaf):
            node = self._nodes[at]
            at = node.yes if node.question.fullmatch(label) else node.no
        return self._leaves[at.number - 1]


def _part(body: bytes, span: str) -> bytes:
    first, last = span.split("-")
    return body[int(first) : int(last) + 1]


def _nodes(tree: str) -> dict[int, _Node]:
    questions = {name: _pattern(globs) for name, globs in _QUESTION.findall(tree)}
    return {
        int(number): _Node(questions[name], _child(no), _child(yes))
        for number, name, no, yes in _NODE.findall(tree)
    }


def _pattern(globs: str) -> re.Pattern[str]:
    wanted = re.findall(r'"([^"]*)"', globs)
    return re.compile("|".join(re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".") for glob in wanted))


def _child(written: str) -> int | _Leaf:
    leaf = _LEAF.fullmatch(written)
    return _Leaf(int(leaf[1])) if leaf else int(written)


def _stretched(means: list[float], variances: list[float], wanted: int) -> list[int]:
    """Frames of each state so that they sum to `wanted`, states of wide variance giving way most."""
    if wanted <= len(means):
        return [1] * len(means)
    mean, wide = np.array(means), np.array(variances)
    rho = (wanted - mean.sum()) / wide.sum()
    frames = np.maximum(1, (mean + rho * wide + 0.5).astype(int))
    step = 1 if wanted > frames.sum() else -1
    for _ in range(abs(wanted - int(frames.sum()))):
        strain = np.abs(rho - (frames + step - mean) / wide)
        strain[frames + step < 1] = np.inf
        frames[int(strain.argmin())] += step
    return [int(count) for count in frames]
