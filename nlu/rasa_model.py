"""A trained Rasa model on disk: which one belongs to which knowledge, and how to tell that it is trained.

The name is the hash of all that decides how the model answers, so that asking for the same knowledge again costs
nothing, a changed wording trains anew, and a server can be reused exactly when it serves the same model.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).parent / "rasa_project"
SOURCES = (Path(__file__).parent / "tokens.py",)
"""Modules of `nlu` that the components import; what the normaliser does shows in the sentences themselves."""
HASH_LENGTH = 16
PROOF_COUNT = 6


@dataclass(frozen=True)
class Proof:
    """A sentence the model was trained on and the intent it must give it."""

    text: str
    intent: str


@dataclass(frozen=True)
class RasaModel:
    """A trained model."""

    hash: str
    path: Path
    proofs: tuple[Proof, ...]
    """An untrained classifier fails these; a trained one does not."""


def written_sentences(project: Path = PROJECT) -> dict[str, tuple[str, ...]]:
    """The hand-written sentences of the project by intent."""
    lines: dict[str, tuple[str, ...]] = {}
    for file in sorted((project / "data").glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines[entry["intent"]] = tuple(line.removeprefix("- ") for line in entry["examples"].splitlines())
    return lines


def model_hash(sentences: Mapping[str, Sequence[str]], rasa_python: Path, project: Path = PROJECT) -> str:
    """Hash of sentences, configuration, components, tokenizer, normaliser and the libraries of Rasa's environment."""
    digest = hashlib.sha256()
    files = sorted((*project.glob("*.yml"), *project.glob("*.py")))
    for file in (*files, *SOURCES):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    digest.update(json.dumps({k: list(v) for k, v in sentences.items()}, sort_keys=True).encode())
    digest.update("\n".join(installed_libraries(rasa_python)).encode())
    return digest.hexdigest()[:HASH_LENGTH]


def installed_libraries(python: Path) -> tuple[str, ...]:
    """Names and versions of what is installed beside the interpreter `python` (its effective lock)."""
    packages = python.parent.parent.glob("lib/python3*/site-packages/*.dist-info")
    return tuple(sorted(package.name.removesuffix(".dist-info") for package in packages))


def model_file(cache_dir: Path, name: str) -> Path:
    """Where the model of hash `name` is or would be."""
    return cache_dir / "models" / f"rasa-{name}.tar.gz"


def proofs_for(written: Mapping[str, Sequence[str]], trained: Iterable[str]) -> tuple[Proof, ...]:
    """A few hand-written sentences of different intents, the first of each file: its plainest one."""
    intents = [intent for intent in sorted(written) if intent in set(trained) and written[intent]]
    step = max(1, len(intents) // PROOF_COUNT)
    return tuple(Proof(written[intent][0], intent) for intent in intents[::step][:PROOF_COUNT])
