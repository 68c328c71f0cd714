"""Reads a knowledge base from its folders and cross-checks everything; refuses a broken one with all problems.

The national records are shared by every municipality; an overlay adds the town and may add local records of the
same kinds. The result is immutable and carries a content hash as its version.
"""

import hashlib
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml

from kb import schema
from kb.cross_check import cross_check, order
from kb.dated import Dated
from kb.errors import BrokenKnowledge, Problem
from kb.facts import FactKind, Option, Privacy, Vocabulary, type_name
from kb.form import Form
from kb.model import (
    Definition,
    Derivation,
    KnowledgeBase,
    LifeEvent,
    Municipality,
    Paper,
    Procedure,
    ProxyWay,
    Question,
    QuestionOption,
)
from kb.population import Population

DATA = Path(__file__).parent / "data"
DEMO_TOWN = "99201"

T = TypeVar("T")

BESIDE_THE_TOWN = {
    "floor_map_svg": "floor_map.svg",
    "character_svg": "character/character.svg",
    "character_json": "character/character.json",
}
"""Files of an overlay that are carried as text."""

_UNREADABLE = object()
"""Stands for the content of a file that could not be read; the problem is noted already."""

RECORDS = ("procedures", "life_events", "questions", "papers", "forms", "proxy_ways")
"""Folders of one record one file: a broken one leaves the others to be checked against one another."""

_FACT_KEYS = {"type", "label_ja", "privacy", "options", "open_labels", "detail", "low", "high"}


class _StrictLoader(yaml.CSafeLoader):
    """YAML that refuses a key written twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        wrong = "stands twice" if isinstance(key, Hashable) and key in seen else "cannot be a key"
        if not isinstance(key, Hashable) or key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} {wrong}", key_node.start_mark
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
        """Content of one file; `_UNREADABLE` after noting why."""
        try:
            text = path.read_bytes()
        except OSError as error:
            reason = (
                "is missing" if isinstance(error, FileNotFoundError) else error.strerror or "cannot be read"
            )
            self.note(self.name(path), "(file)", reason, "restore the file")
            return _UNREADABLE
        self.digest.update(self.name(path).encode() + b"\0" + text)
        try:
            return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = f"line {mark.line + 1}" if mark else "(file)"
            self.note(self.name(path), line, str(error.problem), "mend the YAML")
        except (yaml.YAMLError, UnicodeDecodeError):
            self.note(self.name(path), "(file)", "is not readable UTF-8 YAML", "save it as UTF-8 text")
        return _UNREADABLE

    def mapping(self, path: Path) -> dict[str, Any]:
        """Content of a file that must hold a mapping; {} after noting why it does not."""
        data = self.yaml(path)
        if isinstance(data, dict):
            return data
        if data is not _UNREADABLE:
            self.note(self.name(path), "(file)", "holds no mapping", "write key: value lines")
        return {}

    def note(self, file: str, key: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(file, key, reason, remedy))

    def records(self, folder: str, record: type[T]) -> dict[str, T]:
        """All records of a folder, by id, which is also the file name."""
        found: dict[str, T] = {}
        for root in self.roots:
            for path in sorted((root / folder).glob("*.yaml")):
                data = self.mapping(path)
                if not data:
                    continue
                file = self.name(path)
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

    def parts(self, stem: str, root: Path) -> list[Path]:
        """The file of this name and those of the folder of this name: one area a file."""
        whole = root / f"{stem}.yaml"
        return [*([whole] if whole.exists() else ()), *sorted((root / stem).glob("*.yaml"))]

    def listed(self, stem: str, record: type[T]) -> dict[str, T]:
        """All records of the files that hold a list of them, by id, from every root that has some."""
        found: dict[str, T] = {}
        for path in (path for root in self.roots for path in self.parts(stem, root)):
            name, data = self.name(path), self.yaml(path)
            if data is not _UNREADABLE and not isinstance(data, list):
                self.note(name, "(file)", "holds no list", "write one entry for each, beginning with -")
            for number, entry in enumerate(data if isinstance(data, list) else (), 1):
                if not isinstance(entry, dict):
                    self.note(name, f"entry {number}", "is no mapping", "write {id: …, …}")
                    continue
                record_id = str(entry.get("id"))
                built, problems = schema.build(record, entry, name)
                self.problems += [replace(p, key=f"{record_id}.{p.key}") for p in problems]
                if record_id in found:
                    self.note(name, record_id, "stands twice", "give each entry an id of its own")
                elif built is not None:
                    found[record_id] = built
                    self.files[f"{stem}/{record_id}"] = name
        return found


def overlay_folder(town: str, towns: Path | None = None, data: Path = DATA) -> Path:
    """Where everything of a municipality lies: in `towns` where it keeps its own outside, else beside the national data."""
    return (towns or data / "municipality") / town


def load(town: str = DEMO_TOWN, data: Path = DATA, *, towns: Path | None = None) -> KnowledgeBase:
    """The knowledge base of a municipality; `BrokenKnowledge` lists every problem in it.

    `towns` is the folder of overlays when it is not beside the national data (a town keeps its own outside).
    """
    if not re.fullmatch(r"\d{5}", town):
        raise BrokenKnowledge([Problem(town, "(folder)", "is no municipality code", "give its five digits")])
    overlay = overlay_folder(town, towns, data)
    reader = _Reader((data / "national", overlay))
    if not (overlay / "municipality.yaml").is_file():
        reader.note(f"{town}/municipality.yaml", "(file)", "is missing", "python -m assistant new-town CODE")
        raise BrokenKnowledge(reader.problems)
    procedures = reader.records("procedures", Procedure)
    life_events = reader.records("life_events", LifeEvent)
    questions = reader.records("questions", Question)
    questions = _with_options_of_town(reader, questions)
    papers = reader.records("papers", Paper)
    forms = reader.records("forms", Form)
    proxy_ways = reader.records("proxy_ways", ProxyWay)
    definitions = reader.listed("definitions", Definition)
    derivations = reader.listed("derivations", Derivation)
    vocabulary = _vocabulary(reader, procedures, life_events)
    constants = _constants(reader)
    municipality = _municipality(reader, overlay)
    population = _population(reader)
    if municipality is None:
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
        derivations=tuple(derivations.values()),
        proxy_ways=proxy_ways,
        constants=constants,
        population=population,
    )
    problems = [*reader.problems, *_between(base, reader)]
    if problems:
        raise BrokenKnowledge(problems)
    return replace(base, order=order(base))


def _between(base: KnowledgeBase, reader: _Reader) -> list[Problem]:
    """What is wrong between records; beside broken files only what is surely not their doing."""
    broken = {p.file for p in reader.problems}
    if not broken:
        return cross_check(base, reader.files)
    if not all(Path(file).parent.name in RECORDS for file in broken):
        return []
    missing = {Path(file).stem for file in broken}
    found = cross_check(base, reader.files)
    return [p for p in found if p.file not in broken and not any(m in f"{p.key} {p.reason}" for m in missing)]


def _with_options_of_town(reader: _Reader, questions: dict[str, Question]) -> dict[str, Question]:
    """`options/<question>.yaml` of an overlay: what only this town offers, behind the options of the land."""
    widened = dict(questions)
    for path in sorted((reader.roots[-1] / "options").glob("*.yaml")):
        name, question, entries = reader.name(path), questions.get(path.stem), reader.yaml(path)
        if question is None or not isinstance(entries, list):
            reader.note(
                name, "(file)", f"is no list of options of a question {path.stem!r}", "name the file so"
            )
            continue
        added = []
        for entry in entries:
            option, problems = schema.build(QuestionOption, entry if isinstance(entry, dict) else {}, name)
            reader.problems += problems
            added += [option] if option is not None else []
        widened[path.stem] = replace(question, options=(*question.options, *added))
    return widened


def _municipality(reader: _Reader, overlay: Path) -> Municipality | None:
    path = overlay / "municipality.yaml"
    data = reader.mapping(path)
    if not data:
        return None
    for key, place in BESIDE_THE_TOWN.items():
        file = overlay / place
        try:
            data[key] = file.read_text(encoding="utf-8") if file.is_file() else ""
        except UnicodeDecodeError:
            reader.note(reader.name(file), "(file)", "is no UTF-8 text", "save it as UTF-8 again")
            return None
        reader.digest.update(data[key].encode())
    if data.get("code") != overlay.name:
        reader.note(
            reader.name(path), "code", f"is {data.get('code')!r}", f'write "{overlay.name}", like the folder'
        )
    _add_services(reader, overlay, data)
    municipality, problems = schema.build(Municipality, data, reader.name(path))
    reader.problems += problems
    return municipality


def _add_services(reader: _Reader, overlay: Path, town: dict[str, Any]) -> None:
    """Puts `services/<area>.yaml` (procedure id → counter, minutes, fee) beside the town's `procedures`."""
    procedures = town.get("procedures")
    if not isinstance(procedures, dict):
        return
    town["procedures"] = procedures = dict(procedures)
    for path in reader.parts("services", overlay):
        for procedure, service in reader.mapping(path).items():
            if procedure in procedures:
                reader.note(reader.name(path), str(procedure), "stands twice", "say it in one file only")
            procedures[procedure] = service


def _population(reader: _Reader) -> Population:
    """The town's own population where it has one, else the national one; drawn evenly without either."""
    for path in (root / "population.yaml" for root in reversed(reader.roots)):
        if path.exists():
            found, problems = schema.build(Population, reader.mapping(path), reader.name(path))
            reader.problems += problems
            return found or Population("")
    return Population("drawn evenly")


def _constants(reader: _Reader) -> Mapping[str, Dated]:
    found: dict[str, Dated] = {}
    for path in reader.parts("constants", reader.roots[0]):
        for name, periods in reader.mapping(path).items():
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
    paths = [path for root in reader.roots for path in reader.parts("facts", root)]
    for path in paths or [reader.roots[0] / "facts.yaml"]:
        file = reader.name(path)
        for scope, entries in reader.mapping(path).items():
            if scope not in ("visit", "person") or not isinstance(entries, dict):
                reader.note(file, str(scope), "is no group of facts", "write visit: and person:")
                continue
            for name, entry in entries.items():
                kind = _kind(reader, file, scope, str(name), entry, life_events)
                if any(k.name == name and k.per_person == (scope == "person") for k in kinds):
                    reader.note(file, f"{scope}.{name}", "stands twice", "give each fact one place")
                elif kind is not None:
                    kinds.append(kind)
    kinds += [
        FactKind(f"wants_{p.id}", "bool", per_person=False, label_ja=p.name_ja, privacy=Privacy.OPEN)
        for p in procedures.values()
    ]
    return Vocabulary(kinds)


def _kind(
    reader: _Reader, file: str, scope: str, name: str, entry: Any, life_events: Mapping[str, LifeEvent]
) -> FactKind | None:
    if not isinstance(entry, dict) or not {"type", "label_ja", "privacy"} <= entry.keys() <= _FACT_KEYS:
        reader.note(file, f"{scope}.{name}", "needs type, label_ja, privacy", "see the other facts")
        return None
    if entry["type"] not in get_args(type_name):
        reader.note(
            file, f"{scope}.{name}.type", f"is {entry['type']!r}", "use " + ", ".join(get_args(type_name))
        )
        return None
    options = tuple(Option(str(v), str(label)) for v, label in (entry.get("options") or {}).items())
    if name == "reasons":
        options = tuple(Option(e.id, e.name_ja) for e in life_events.values())
    open_labels = tuple((str(k), frozenset(v)) for k, v in (entry.get("open_labels") or {}).items())
    for label, values in open_labels:
        if len(values) < 2 or not values <= {o.value for o in options}:
            reader.note(
                file, f"{scope}.{name}.open_labels.{label}", "names no two options", "name values of options"
            )
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
        open_labels=open_labels,
    )
