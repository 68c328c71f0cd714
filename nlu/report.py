"""The meaning of one utterance as the JSON object that `nlu parse` prints (API.md), and how right it was.

An evaluation line has the same shape with what is expected: only what it names is compared, so that a clerk can
write down just the part that matters.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kb.facts import Value
from kb.household import PersonMention
from kb.model import KnowledgeBase
from nlu.errors import BadEvaluationLine
from nlu.interpretation import Candidate, Interpretation, NotUnderstood

COMPARED = (
    "understood",
    "reason",
    "kind",
    "life_events",
    "procedures",
    "any_of",
    "facts",
    "people",
    "household_complete",
    "command",
)
"""What an evaluation line may expect."""
Outcome = Literal["right", "offered", "wrong", "not_understood"]
OUTCOMES: Mapping[Outcome, str] = {
    "right": "right_at_once",
    "offered": "right_among_the_offered",
    "wrong": "wrong_in_silence",
    "not_understood": "not_understood",
}
"""What a sentence may come to, and what the report calls it."""
_NOTHING_TO_NAME = frozenset(
    {"affirm", "deny", "dont_know", "greeting", "thanks", "question", "out_of_scope"}
)
_NOTES = frozenset({"text", "on", "split", "note"})


def parse_line(text: str, heard: Interpretation | NotUnderstood, kb: KnowledgeBase) -> dict[str, Any]:
    """One line of `nlu parse`."""
    if isinstance(heard, NotUnderstood):
        named = _split(heard.candidates, kb)
        return {
            "text": text,
            "understood": False,
            "reason": heard.reason,
            **named,
            "facts": {},
            "kind": heard.kind,
        }
    named = _split((*heard.life_events, *heard.procedures), kb)
    facts: dict[str, Any] = {f.key: _plain(f.value) for f in heard.facts}
    if heard.people:
        facts["people"] = [_person(p) for p in heard.people]
    line = {"text": text, "understood": True, **named, "facts": facts, "kind": heard.kind}
    if heard.people:
        line["household_complete"] = heard.household_complete
    if heard.command is not None:
        line["command"] = heard.command
    return line | {"understanding": heard.understanding}


def _split(candidates: Iterable[Candidate], kb: KnowledgeBase) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"procedures": [], "life_events": []}
    for c in candidates:
        entry = {"id": c.id, "name_ja": c.name_ja, "confidence": round(c.confidence, 3)}
        found["life_events" if c.id in kb.life_events else "procedures"].append(entry)
    return found


def _person(mention: PersonMention) -> dict[str, Any]:
    told: dict[str, Any] = {"relation": mention.relation, "confidence": mention.confidence}
    if mention.alternatives:
        told["alternatives"] = [a.value for a in mention.alternatives]
    return told | {name: _plain(value) for name, value in mention.facts}


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


@dataclass(frozen=True)
class Expected:
    """One line of an evaluation file."""

    text: str
    on: dt.date | None
    wanted: Mapping[str, Any]
    split: str = ""
    """Which part of the file it is in (tune, final), where the file says so."""


def read_expected(file: Path) -> tuple[Expected, ...]:
    """Lines of an evaluation file: `text`, optionally `on`, and any of what `nlu parse` prints.

    Of `life_events` and `procedures` the ids; `any_of` ids of which one must come first (empty: nothing is named).
    Raises BadEvaluationLine.
    """
    found: list[Expected] = []
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadEvaluationLine(
            str(file), 0, f"cannot be read ({type(error).__name__})", "give a file in UTF-8"
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found.append(_expected(file, number, line))
    return tuple(found)


def _expected(file: Path, number: int, line: str) -> Expected:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadEvaluationLine(str(file), number, "is no JSON", "write one JSON object a line") from error
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise BadEvaluationLine(str(file), number, "has no text", 'write {"text": "…", …}')
    unknown = sorted(data.keys() - _NOTES - set(COMPARED))
    if unknown:
        raise BadEvaluationLine(
            str(file), number, f"unknown key {unknown[0]!r}", f"use {', '.join(COMPARED)}"
        )
    try:
        on = None if data.get("on") is None else dt.date.fromisoformat(data["on"])
    except (TypeError, ValueError) as error:
        raise BadEvaluationLine(str(file), number, "`on` is no date", "write YYYY-MM-DD") from error
    wanted = {k: data[k] for k in COMPARED if k in data}
    return Expected(data["text"], on, wanted, str(data.get("split", "")))


def wrong_parts(wanted: Mapping[str, Any], line: Mapping[str, Any], least: float) -> Iterator[str]:
    """Names of what is not as expected; a reason counts as named from confidence `least` on."""
    named = {
        part: [c["id"] for c in line[part] if c["confidence"] >= least]
        for part in ("life_events", "procedures")
    }
    for part, value in wanted.items():
        if part in named:
            right = set(value) == set(named[part])
        elif part == "any_of":
            right = _is_any(value, named)
        elif part == "facts":
            right = all(line["facts"].get(key) == expected for key, expected in value.items())
        elif part == "people":
            right = _same_people(value, line["facts"].get("people", []))
        else:
            right = line.get(part) == value
        if not right:
            yield part


def outcome(wanted: Mapping[str, Any], line: Mapping[str, Any], least: float) -> Outcome:
    """What the resident gets of `line`, where `wanted` was meant: of several reasons one that is right is enough.

    Talk that asks for nothing (はい、ありがとう) and what is no business of a town hall is right when nothing is named.
    """
    if not wanted.keys() & {"any_of", "life_events", "procedures"}:
        if not list(wrong_parts(wanted, line, least)):
            return "right"
        return "wrong" if line["understood"] else "not_understood"
    meant = expected_reasons(wanted)
    offered = {c["id"] for part in ("life_events", "procedures") for c in line[part]}
    named = set(named_in(line, least))
    if named:
        return "right" if named & meant else "wrong"
    done = line.get("command") or ("sensitive" if line["kind"] == "sensitive" else None)
    if done is not None:
        return "right" if done in meant else "wrong"
    if meant <= _NOTHING_TO_NAME:
        return "right"
    return "offered" if offered & meant else "not_understood"


def expected_reasons(wanted: Mapping[str, Any]) -> frozenset[str]:
    """Ids of which each would be right."""
    return frozenset(i for part in ("any_of", "life_events", "procedures") for i in wanted.get(part, ()))


def named_in(line: Mapping[str, Any], least: float) -> list[str]:
    """Ids of the reasons that count as named, the surest first."""
    if not line["understood"]:
        return []
    found = [c for part in ("life_events", "procedures") for c in line[part] if c["confidence"] >= least]
    return [c["id"] for c in sorted(found, key=lambda c: -c["confidence"])]


@dataclass(frozen=True)
class Result:
    """How one sentence came out."""

    one: Expected
    line: Mapping[str, Any]
    outcome: Outcome
    wrong: tuple[str, ...]
    """Parts that are not exactly as written."""
    named: tuple[str, ...]
    """Reasons that count as named, the surest first."""

    @property
    def names_more(self) -> bool:
        """Right, but a reason that was not expected is named too."""
        return self.outcome == "right" and not set(self.named) <= expected_reasons(self.one.wanted)

    def as_json(self) -> dict[str, Any]:
        """A line of `nlu evaluate --json`."""
        told = {"outcome": self.outcome, "wrong": list(self.wrong)}
        return told | {"expected": self.one.wanted, "got": self.line}

    def as_text(self) -> str:
        """The same for a reader."""
        named = ", ".join(self.named) or "—"
        return f"{OUTCOMES[self.outcome].replace('_', ' ')}: {self.one.text} → {named}"


def result_of(one: Expected, line: Mapping[str, Any], least: float) -> Result:
    """`line` held against what was expected; a reason counts as named from confidence `least` on."""
    wrong = tuple(wrong_parts(one.wanted, line, least))
    return Result(one, line, outcome(one.wanted, line, least), wrong, tuple(named_in(line, least)))


def share(results: Sequence[Result]) -> float:
    """Share of those exactly as written."""
    return sum(not r.wrong for r in results) / len(results) if results else 1.0


def tally(results: Sequence[Result]) -> dict[str, Any]:
    """How many sentences came out how, the last line of `nlu evaluate --json`."""
    counts = Counter(r.outcome for r in results)
    told: dict[str, Any] = {"sentences": len(results), **{name: counts[o] for o, name in OUTCOMES.items()}}
    told["right_but_more_named"] = sum(r.names_more for r in results)
    return told | {"strictly_right": sum(not r.wrong for r in results), "share": round(share(results), 4)}


def by_split(results: Sequence[Result]) -> dict[str, dict[str, Any]]:
    """The tally of each part of the file, where it has parts."""
    splits = sorted({r.one.split for r in results} - {""})
    return {split: tally([r for r in results if r.one.split == split]) for split in splits}


def tally_table(results: Sequence[Result]) -> str:
    """The same for a reader: a column for each part of the file and one for all."""
    columns = {**by_split(results), "all": tally(results)}
    lines = [f"{'':<24}" + "".join(f"{name:>16}" for name in columns)]
    for key in ("sentences", *OUTCOMES.values(), "right_but_more_named", "strictly_right"):
        cells = (f"{c[key]} ({c[key] / max(1, c['sentences']):.1%})" for c in columns.values())
        lines.append(f"{key.replace('_', ' '):<24}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


def _is_any(wanted: list[str], named: Mapping[str, list[str]]) -> bool:
    if not wanted:
        return not any(named.values())
    best = {id_ for part in ("life_events", "procedures") for id_ in named[part][:1]}
    return bool(best & set(wanted))


def _same_people(wanted: list[Mapping[str, Any]], found: list[Mapping[str, Any]]) -> bool:
    return len(wanted) == len(found) and all(
        all(is_.get(key) == value for key, value in should.items())
        for should, is_ in zip(wanted, found, strict=True)
    )
