"""Reads a knowledge base from its folders and cross-checks everything; refuses a broken one with all problems.

The national records are shared by every municipality; an overlay adds the town and may add local records of the
same kinds. The result is immutable and carries a content hash as its version.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kb import schema
from kb.cross_check import cross_check, order
from kb.dated import Dated
from kb.errors import BrokenKnowledge, Problem
from kb.facts import FactKind, Option, Privacy, Vocabulary
from kb.form import Form
from kb.model import (
    Definition,
    Derivation,
    KnowledgeBase,
    LifeEvent,
    Municipality,
    Paper,
    Procedure,
    Question,
)

DATA = Path(__file__).parent / "data"
DEMO_TOWN = "99201"

T = TypeVar("T")


class _StrictLoader(yaml.CSafeLoader):
    """YAML that refuses a key written twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _Reader:
    """Collects records and problems of the folders of one knowledge base."""

    def __init__(self, roots: Iterable[Path]):
        self.roots = tuple(roots)
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()
        self.files: dict[str, str] = {}

    def name(self, path: Path) -> str:
        root = next(r for r in self.roots if path.is_relative_to(r))
        return f"{root.name}/{path.relative_to(root)}"

    def yaml(self, path: Path) -> Any:
        """Content of one file; None after noting a problem."""
        try:
            text = path.read_bytes()
        except OSError as error:
            self.note(self.name(path), "(file)", error.strerror or "cannot be read", "restore the file")
            return None
        self.digest.update(self.name(path).encode() + b"\0" + text)
        try:
            return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = f"line {mark.line + 1}" if mark else "(file)"
            self.note(self.name(path), line, str(error.problem), "mend the YAML")
        except (yaml.YAMLError, UnicodeDecodeError):
            self.note(self.name(path), "(file)", "is not readable UTF-8 YAML", "save it as UTF-8 text")
        return None

    def note(self, file: str, key: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(file, key, reason, remedy))

    def records(self, folder: str, record: type[T]) -> dict[str, T]:
        """All records of a folder, by id, which is also the file name."""
        found: dict[str, T] = {}
        for root in self.roots:
            for path in sorted((root / folder).glob("*.yaml")):
                data = self.yaml(path)
                if data is None:
                    continue
                file = self.name(path)
                if not isinstance(data, dict):
                    self.note(file, "(file)", "holds no mapping", "write key: value lines")
                    continue
                built, problems = schema.build(record, data, file)
                self.problems += problems
                if data.get("id") != path.stem:
                    self.note(file, "id", f"is {data.get('id')!r}", f"name it {path.stem}, like the file")
                elif path.stem in found:
                    self.note(file, "id", "stands twice", f"see {self.files[f'{folder}/{path.stem}']}")
                elif built is not None:
                    found[path.stem] = built
                    self.files[f"{folder}/{path.stem}"] = file
        return found

    def listed(self, file: str, record: type[T]) -> list[T]:
        """All records of one file that holds a list, from every root that has it."""
        found = []
        for root in self.roots:
            path = root / file
            if not path.exists():
                continue
            for entry in self.yaml(path) or ():
                built, problems = schema.build(record, entry, f"{self.name(path)}[{entry.get('id')}]")
                self.problems += problems
                if built is not None:
                    found.append(built)
        return found


def load(town: str = DEMO_TOWN, data: Path = DATA, *, towns: Path | None = None) -> KnowledgeBase:
    """The knowledge base of a municipality; `BrokenKnowledge` lists every problem in it.

    `towns` is the folder of overlays when it is not beside the national data (a town keeps its own outside).
    """
    overlay = (towns or data / "municipality") / town
    reader = _Reader((data / "national", overlay))
    if not (overlay / "municipality.yaml").is_file():
        reader.note(f"{town}/municipality.yaml", "(file)", "is missing", "python -m assistant new-town CODE")
        raise BrokenKnowledge(reader.problems)
    procedures = reader.records("procedures", Procedure)
    life_events = reader.records("life_events", LifeEvent)
    questions = reader.records("questions", Question)
    papers = reader.records("papers", Paper)
    forms = reader.records("forms", Form)
    definitions = {d.id: d for d in reader.listed("definitions.yaml", Definition)}
    derivations = reader.listed("derivations.yaml", Derivation)
    vocabulary = _vocabulary(reader, procedures, life_events)
    constants = _constants(reader)
    municipality = _municipality(reader, overlay)
    if reader.problems or municipality is None:
        raise BrokenKnowledge(reader.problems)
    base = KnowledgeBase(
        version=reader.digest.hexdigest()[:16],
        vocabulary=vocabulary,
        municipality=municipality,
        procedures=procedures,
        life_events=life_events,
        questions=questions,
        papers=papers,
        forms=forms,
        definitions=definitions,
        derivations=tuple(derivations),
        constants=constants,
    )
    problems = cross_check(base, reader.files)
    if problems:
        raise BrokenKnowledge(problems)
    return replace(base, order=order(base))


def _municipality(reader: _Reader, overlay: Path) -> Municipality | None:
    path = overlay / "municipality.yaml"
    data = reader.yaml(path)
    if not isinstance(data, dict):
        reader.note(reader.name(path), "(file)", "holds no mapping", "write key: value lines")
        return None
    drawing = overlay / "floor_map.svg"
    if drawing.is_file():
        data["floor_map_svg"] = drawing.read_text(encoding="utf-8")
        reader.digest.update(data["floor_map_svg"].encode())
    municipality, problems = schema.build(Municipality, data, reader.name(path))
    reader.problems += problems
    return municipality


def _constants(reader: _Reader) -> Mapping[str, Dated]:
    path = reader.roots[0] / "constants.yaml"
    found: dict[str, Dated] = {}
    for name, periods in (reader.yaml(path) or {}).items() if path.exists() else ():
        try:
            found[name] = schema.dated(periods, name)
        except ValueError as error:
            reader.note(reader.name(path), name, str(error), "write a list of {from, until, value, law}")
    return found


def _vocabulary(
    reader: _Reader, procedures: Mapping[str, Procedure], life_events: Mapping[str, LifeEvent]
) -> Vocabulary:
    kinds: list[FactKind] = [
        FactKind("people", "people", per_person=False, label_ja="家族", privacy=Privacy.PERSONAL)
    ]
    for root in reader.roots:
        path = root / "facts.yaml"
        data = reader.yaml(path) if path.exists() else {}
        for scope in ("visit", "person"):
            for name, entry in ((data or {}).get(scope) or {}).items():
                kind = _kind(reader, reader.name(path), scope, name, entry, life_events)
                if kind is not None:
                    kinds.append(kind)
    kinds += [
        FactKind(f"wants_{p.id}", "bool", per_person=False, label_ja=p.name_ja, privacy=Privacy.OPEN)
        for p in procedures.values()
    ]
    return Vocabulary(kinds)


def _kind(
    reader: _Reader, file: str, scope: str, name: str, entry: Any, life_events: Mapping[str, LifeEvent]
) -> FactKind | None:
    known = {"type", "label_ja", "privacy", "options", "detail", "low", "high"}
    if not isinstance(entry, dict) or not {"type", "label_ja", "privacy"} <= entry.keys() <= known:
        reader.note(file, f"{scope}.{name}", "needs type, label_ja, privacy", "see the other facts")
        return None
    options = tuple(Option(str(v), str(label)) for v, label in (entry.get("options") or {}).items())
    if name == "reasons":
        options = tuple(Option(e.id, e.name_ja) for e in life_events.values())
    try:
        privacy = Privacy(entry["privacy"])
    except ValueError:
        reader.note(
            file, f"{scope}.{name}.privacy", "is no class", "open, personal, identifying or sensitive"
        )
        return None
    return FactKind(
        name=name,
        type=entry["type"],
        per_person=scope == "person",
        label_ja=entry["label_ja"],
        privacy=privacy,
        options=options,
        detail=bool(entry.get("detail")),
        low=entry.get("low"),
        high=entry.get("high"),
    )
