"""Runs the journeys clerks write: what is said and chosen on a day, and what must come of it.

A journey goes through the same turn function as a kiosk, or through whatever else takes turns. The first wrong line is named with what was expected and
what came instead. Journeys hold no code and no ids but those of the knowledge base.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from assistant.turn import Hears, TurnRequest, TurnResult, asked_question, handle_turn, look
from assistant.visit_state import Visit
from dialogue.errors import DialogueError
from dialogue.step import Ask, Confirm, ShowPlan, underlying
from kb.facts import person_key, split_key
from kb.model import KnowledgeBase

TOKYO = ZoneInfo("Asia/Tokyo")
MOST_TURNS = 60

_EXPECTED = {
    "questions_at_most",
    "procedures",
    "contains",
    "not_needed",
    "undecided",
    "absent",
    "elsewhere",
    "deadlines",
    "today",
    "late",
    "counters_visited",
    "writes",
    "bring",
    "never_brought",
    "never_asked",
    "for_whom",
    "complete",
    "step",
    "reason",
}


@dataclass(frozen=True)
class Journey:
    """One journey file."""

    file: str
    name: str
    on: dt.datetime
    say: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass
class Outcome:
    """What came of a journey; no `wrong` lines: it passed."""

    journey: Journey
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    result: TurnResult | None = None


def read_journeys(folder: Path) -> list[Journey]:
    """All journeys of a folder, by file name; `ValueError` names a file that is no journey."""
    return [_read(path) for path in sorted(folder.glob("*.yaml"))]


def _read(path: Path) -> Journey:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if isinstance(data, dict) and True in data:
        data["on"] = data.pop(True)  # YAML 1.1 reads an unquoted `on` as true
    known = {"name", "on", "say", "answers", "facts", "expect"}
    if not isinstance(data, dict) or not {"name", "on", "say", "expect"} <= data.keys() <= known:
        raise ValueError(f"{path.name}: a journey has name, on, say, expect and perhaps answers, facts")
    if not data["expect"].keys() <= _EXPECTED:
        raise ValueError(f"{path.name}: unknown expectation {sorted(data['expect'].keys() - _EXPECTED)}")
    on = data["on"]
    at = on if isinstance(on, dt.datetime) else dt.datetime.combine(on, dt.time(10))
    say = [s for s in data["say"] if "answers" not in s]
    answers = {k: v for s in data["say"] for k, v in s.get("answers", {}).items()}
    return Journey(
        path.name,
        data["name"],
        at if at.tzinfo else at.replace(tzinfo=TOKYO),
        tuple(say),
        {**answers, **(data.get("answers") or {})},
        data.get("facts") or {},
        data["expect"],
    )


Take = Callable[[Visit, TurnRequest], TurnResult]
"""Takes one turn of the visit as it stands; `DialogueError` when it cannot be applied."""


def run(kb: KnowledgeBase, hears: Hears, journey: Journey) -> Outcome:
    """Plays one journey."""
    begun = look(kb, Visit(at=journey.on))
    return play(journey, begun, lambda visit, request: handle_turn(kb, hears, visit, request))


def play(journey: Journey, begun: TurnResult, take: Take) -> Outcome:
    """Plays one journey in a visit that has just begun, wherever its turns are taken."""
    outcome = Outcome(journey)
    result = begun
    try:
        for line, said in enumerate(journey.say, 1):
            result = _answer_all(take, journey, outcome, result, until=said)
            try:
                result = take(result.visit, _request(said))
            except DialogueError as error:
                outcome.wrong.append(f"say[{line}]: refused with {error.code}: {error.detail_ja}")
                return outcome
        result = _answer_all(take, journey, outcome, result, until=None)
    except _Stuck as stuck:
        outcome.wrong.append(str(stuck))
    outcome.result = result
    outcome.wrong += _compare(journey, outcome, result)
    return outcome


class _Stuck(Exception):
    """The journey does not say how to go on."""


def _request(said: Mapping[str, Any]) -> TurnRequest:
    match said:
        case {"text": str(text)}:
            return TurnRequest(text=text)
        case {"confirm": True}:
            return TurnRequest(answer={"question": "confirm", "value": True})
        case {"answer": dict(answer)}:
            return TurnRequest(answer=_plain(answer))
        case {"unknown": str(question)}:
            return TurnRequest(answer={"question": question, "unknown": True})
        case {"correct": dict(correct)}:
            return TurnRequest(correct=_plain(correct))
        case {"back": True}:
            return TurnRequest(back=True)
        case {"details": details}:
            return TurnRequest(details=_plain(details))
    raise _Stuck(f"no line of a journey: {sorted(said)}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _answer_all(
    take: Take,
    journey: Journey,
    outcome: Outcome,
    result: TurnResult,
    *,
    until: Mapping[str, Any] | None,
) -> TurnResult:
    """Answers questions from `answers`; before a spoken line only what that line waits for."""
    for _ in range(MOST_TURNS):
        step = underlying(result.step)
        if isinstance(step, ShowPlan) or (until is not None and not _waits(until, step)):
            return result
        if isinstance(step, Confirm):
            result = take(result.visit, _request({"confirm": True}))
            continue
        asked = asked_question(result.step)
        if asked is None or not isinstance(step, Ask):
            return result
        given = _lookup(journey.answers, asked.id)
        if given is None:
            if until is not None:
                return result
            raise _Stuck(f"{asked.id}: asked 「{asked.text_ja}」, but answers has no {asked.id}")
        outcome.asked.append(asked.id)
        answer = {
            "question": asked.id,
            **({"unknown": True} if given == "unknown" else {"value": _plain(given)}),
        }
        try:
            result = take(result.visit, TurnRequest(answer=answer))
        except DialogueError as error:
            raise _Stuck(f"{asked.id}: refused with {error.code}: {error.detail_ja}") from error
    raise _Stuck(f"no plan after {MOST_TURNS} turns; asked {outcome.asked[-5:]}")


def _waits(until: Mapping[str, Any], step: Any) -> bool:
    """A correction or a text said at the end waits for the plan when answers are given for the questions before."""
    return bool(until.get("after_plan")) and not isinstance(step, ShowPlan)


def _lookup(answers: Mapping[str, Any], question_id: str) -> Any:
    if question_id in answers:
        return answers[question_id]
    return answers.get(question_id.partition(":")[0])


def _compare(journey: Journey, outcome: Outcome, result: TurnResult) -> Iterator[str]:
    expect, plan = journey.expect, result.plan
    listed = [s.procedure.id for s in plan.steps]
    for key, value in journey.facts.items():
        found = _fact(result, key)
        if _plain(found) != _plain(value):
            yield f"facts.{key}: expected {_plain(value)!r}, is {_plain(found)!r}"
    lists = {
        "procedures": listed,
        "undecided": [u.procedure.id for u in plan.undecided],
        "elsewhere": [p.id for p in plan.elsewhere],
    }
    for name, found in lists.items():
        if name in expect and sorted(expect[name]) != sorted(found):
            missing, more = set(expect[name]) - set(found), set(found) - set(expect[name])
            yield f"expect.{name}: missing {sorted(missing)}, unexpected {sorted(more)}"
    everywhere = {*listed, *lists["undecided"], *lists["elsewhere"]}
    inside = {
        "contains": set(listed),
        "not_needed": {p.id for p in plan.not_needed},
        "bring": {b.paper for b in plan.bring},
    }
    for name, present in inside.items():
        lacking = set(expect.get(name, ())) - present
        if lacking:
            yield f"expect.{name}: missing {sorted(lacking)}"
    for name, present in (("absent", everywhere), ("never_brought", inside["bring"])):
        unwanted = set(expect.get(name, ())) & present
        if unwanted:
            yield f"expect.{name}: {sorted(unwanted)} came all the same"
    yield from _compare_steps(expect, result)
    yield from _compare_numbers(expect, outcome, result)


def _compare_steps(expect: Mapping[str, Any], result: TurnResult) -> Iterator[str]:
    for name, read in (
        ("deadlines", lambda s: s.deadline),
        ("today", lambda s: s.today),
        ("late", lambda s: s.late),
        ("for_whom", lambda s: list(s.people)),
    ):
        for procedure_id, wanted in expect.get(name, {}).items():
            step = result.plan.step(procedure_id)
            wanted = {True: "yes", False: "no"}.get(wanted, wanted) if name == "today" else wanted
            found = None if step is None else read(step)
            if found != wanted:
                yield f"expect.{name}.{procedure_id}: expected {wanted}, is {found}"


def _compare_numbers(expect: Mapping[str, Any], outcome: Outcome, result: TurnResult) -> Iterator[str]:
    most = expect.get("questions_at_most")
    if most is not None and len(outcome.asked) > most:
        yield f"expect.questions_at_most: {most}, asked {len(outcome.asked)}: {outcome.asked}"
    for question in expect.get("never_asked", ()):
        if any(re.fullmatch(f"{re.escape(question)}(:.*)?", a) for a in outcome.asked):
            yield f"expect.never_asked: {question} was asked"
    for name, found in (
        ("counters_visited", len(result.plan.counters)),
        ("writes", result.plan.writes),
        ("step", type(result.step).__name__),
        ("reason", getattr(result.step, "reason", None)),
        ("complete", isinstance(underlying(result.step), ShowPlan)),
    ):
        if name in expect and expect[name] != found:
            yield f"expect.{name}: expected {expect[name]}, is {found}"


def _fact(result: TurnResult, key: str) -> Any:
    """A fact by key, or by relation: `people.wife.age`, `people.child[2].age`."""
    parts = key.split(".")
    if len(parts) == 3 and not re.fullmatch(r"p\d+", parts[1]):
        found = re.fullmatch(r"(\w+?)(?:\[(\d+)\])?", parts[1])
        if found:
            people = [
                p for p in result.facts.people if result.facts.value(person_key(p, "relation")) == found[1]
            ]
            index = int(found[2] or 1) - 1
            key = person_key(people[index], parts[2]) if index < len(people) else "people.p0.none"
    person, _ = split_key(key)
    return None if person == "p0" else result.facts.value(key)
