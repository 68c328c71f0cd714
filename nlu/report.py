"""The meaning of one utterance as the JSON object that `nlu parse` prints (API.md), and how right it was.

An evaluation line has the same shape with what is expected: only what it names is compared, so that a clerk can
write down just the part that matters.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    return Expected(data["text"], on, {k: data[k] for k in COMPARED if k in data})


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
