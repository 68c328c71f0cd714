"""How often a spoken answer is understood rightly, asked back, or taken for something else, question by question.

Each line of `tests/nlu/data/spoken_answers.jsonl` is put through the interpreter and the acts of a visit, as a turn
does it, with the stand-in for Rasa. What counts is what the visit knows afterwards. A wrong answer that is read back
can still be mended by the resident; a silent one cannot. The half marked `test` was written before anybody saw how
the code does on it and is never tuned on.

Run from the repository: `python -m benchmarks.spoken_answers [--wrong] [--split tune|test]`.
"""

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from assistant.hearing import acts_of
from assistant.turn import CONFIRM_QUESTION, Hears
from dialogue.next_step import next_step
from dialogue.questions import NONE_VALUE, doubt_question, find_question
from dialogue.session import Act, Answered, Confirmed, Misunderstood, PersonWished, Said, Session
from dialogue.step import Ask, Confirm, Step
from kb.derive import scene_of
from kb.facts import PEOPLE, Alternative, Fact, Facts, Origin, Value, person_key, split_key
from kb.load import load
from kb.model import AskedQuestion, KnowledgeBase
from nlu.household_ja import RELATION_LABELS
from nlu.interpreter import Interpreter
from nlu.municipalities import municipality_label
from nlu.parser import FakeParser
from nlu.rasa_model import written_sentences
from nlu.relations_ja import ELDERS
from nlu.search import Search
from nlu.topics import topics_of

DATA = Path(__file__).parent.parent / "tests" / "nlu" / "data" / "spoken_answers.jsonl"
AT = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
"""The Tuesday on which everything is said."""

Outcome = Literal["right", "asked back", "wrong, read back", "wrong, silent"]
OUTCOMES: tuple[Outcome, ...] = ("right", "asked back", "wrong, read back", "wrong, silent")

REASONS: Mapping[str, str] = {"family": "child_rearing", "certificates_wanted": "certificates"}
DAYS = (dt.date(2026, 3, 29), dt.date(2026, 4, 5))
BESIDE = frozenset(
    {
        "school", "sex", "health_insurance", "pension_category", "public_servant", "left_job", "pregnant",
        "care_certified", "disability_certificate", "single_parent", "wants_my_number_card_application",
    }
)  # fmt: skip
"""Facts that may be understood beside any answer; only what the question is about is marked here."""

DOUBTED: Mapping[str, frozenset[str]] = {
    "spouse?": frozenset({"wife", "husband"}),
    "parent?": frozenset({"father", "mother"}),
    "sibling?": frozenset({"older_brother", "younger_brother", "older_sister", "younger_sister"}),
}


@dataclass(frozen=True)
class Case:
    """One line: who is known, what was asked, what was said, what may come of it."""

    question: str
    people: str
    said: str
    expected: tuple[Any, ...]
    split: str


@dataclass(frozen=True)
class Heard:
    """A visit after one utterance."""

    case: Case
    asked: AskedQuestion
    before: Facts
    facts: Facts
    acts: tuple[Act, ...]
    session: Session
    step: Step

    @property
    def changed(self) -> dict[str, Fact]:
        """Facts that are new or another value now."""
        return {f.key: f for f in self.facts if self.before.value(f.key) != f.value}

    def person(self, name: str) -> str:
        """Id of a person of the case."""
        return f"p{[word.partition(':')[0] for word in self.case.people.split()].index(name) + 1}"


def cases(split: str | None = None) -> tuple[Case, ...]:
    """All lines, or those of one half."""
    entries = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Case(e["question"], e["people"], e["said"], (e["expected"], *e.get("or", ())), e["split"])
        for e in entries
        if split in (None, e["split"])
    )


def known_facts(case: Case) -> Facts:
    """What the visit knows when the question is put."""
    given: dict[str, Value] = {"reasons": (REASONS.get(case.question, "moving_in"),)}
    names = case.people.split()
    if names:
        given[PEOPLE] = tuple(f"p{n + 1}" for n in range(len(names)))
    for n, word in enumerate(names):
        name, _, age = word.partition(":")
        person = f"p{n + 1}"
        if name != "self":
            given[person_key(person, "relation")] = name.partition("_")[0]
        if case.question != "movers":
            given[person_key(person, "moves")] = True
        if age:
            given[person_key(person, "age")] = int(age)
    if case.question == "confirm":
        given |= {"moved_on": dt.date(2026, 4, 1), "previous_municipality": "14100"}
    facts = Facts().with_facts(Fact(k, v, Origin.SAID, at=AT) for k, v in given.items())
    if case.question == "check:relation":
        others = tuple(Alternative(r, RELATION_LABELS[r]) for r in ELDERS)
        key = person_key(f"p{len(names)}", "relation")
        facts = facts.with_fact(Fact(key, ELDERS[-1], Origin.SAID, 0.5, at=AT, alternatives=others))
    if case.question == "check:moved_on":
        days = tuple(Alternative(d, f"{d.month}月{d.day}日") for d in DAYS)
        facts = facts.with_fact(Fact("moved_on", DAYS[0], Origin.SAID, 0.5, at=AT, alternatives=days))
    return facts


def question_of(kb: KnowledgeBase, case: Case, facts: Facts) -> AskedQuestion:
    """The question of a case as the visit would put it."""
    if case.question == "confirm":
        return CONFIRM_QUESTION
    asked: AskedQuestion | None
    if case.question.startswith("check:"):
        name = case.question.removeprefix("check:")
        key = name if name == "moved_on" else person_key(facts.people[-1], name)
        asked = doubt_question(kb, facts, key)
    else:
        asked = find_question(kb, facts, scene_of(kb, facts, AT.date()), case.question, _unknown(kb, facts))
    if asked is None:
        raise SystemExit(f"{case.question} cannot be asked of {case.people}")
    return asked


def _unknown(kb: KnowledgeBase, facts: Facts) -> frozenset[str]:
    """Everything that could still be asked."""
    visit = {kind.name for kind in kb.vocabulary if not kind.per_person}
    of_people = {
        person_key(person, kind.name)
        for kind in kb.vocabulary
        for person in facts.people
        if kind.per_person and not (kind.name == "birth_date" and facts.value(person_key(person, "age")))
    }
    return frozenset(key for key in visit | of_people if facts.get(key) is None)


def heard(kb: KnowledgeBase, hears: Hears, case: Case) -> Heard:
    """The visit after the sentence of `case`."""
    before = known_facts(case)
    asked = question_of(kb, case, before)
    reading_back = case.question == "confirm"
    step: Step = Confirm(tuple(f.key for f in before)) if reading_back else Ask(asked)
    meant = hears.interpret(case.said, asked, before, AT.date())
    acts = acts_of(kb, meant, before, step, asked, AT)
    session = Session((Said("", tuple(before), AT, read_back=reading_back), *acts))
    return Heard(case, asked, before, session.facts(), acts, session, next_step(kb, session, AT))


def judged(kb: KnowledgeBase, after: Heard) -> Outcome:
    """The best any of the expected answers makes of it."""
    found = [_judged(kb, after, expected) for expected in after.case.expected]
    return min(found, key=OUTCOMES.index)


def _judged(kb: KnowledgeBase, after: Heard, expected: Any) -> Outcome:
    declined = any(isinstance(a, Answered) and not a.facts for a in after.acts)
    given_up = any(isinstance(a, PersonWished) for a in after.acts)
    if expected == "declined":
        return "right" if declined and not after.changed else _open(after)
    if expected == "asked_back" and after.asked.keys == (PEOPLE,):
        return _wrong(after) if PEOPLE in after.changed else "right"
    if expected == "asked_back":
        return "wrong, silent" if declined or given_up else _open(after, right=True)
    if after.case.question == "confirm" and expected is True:
        confirmed = any(isinstance(a, Confirmed) for a in after.acts)
        return "right" if confirmed and not after.changed else _open(after)
    if after.asked.keys == (PEOPLE,):
        return _household(after, expected)
    wanted = _wanted(kb, after, expected)
    settled = {k: f.value for k, f in after.changed.items() if not f.is_doubtful and not _is_beside(after, k)}
    if _leaves_open(expected, wanted, settled) or settled == wanted:
        others = after.session.declined() & set(after.asked.keys)
        return "wrong, silent" if others - {_twin(key) for key in wanted} else "right"
    if any(wanted.get(key) != value for key, value in settled.items()):
        return _wrong(after)
    return (
        "wrong, silent"
        if declined or after.session.declined() - settled.keys() - {_twin(k) for k in settled}
        else "asked back"
    )


def _leaves_open(expected: Any, wanted: Mapping[str, Value], settled: Mapping[str, Value]) -> bool:
    """A checklist whose ticks are right; boxes nobody spoke of may stay open."""
    if not isinstance(expected, list) or not expected:
        return False
    ticked = {key for key, value in wanted.items() if value is not False}
    return ticked <= settled.keys() and all(wanted.get(key) == value for key, value in settled.items())


def _twin(key: str) -> str:
    return key.replace(".age", ".birth_date") if key.endswith(".age") else key.replace(".birth_date", ".age")


def _open(after: Heard, *, right: bool = False) -> Outcome:
    """Nothing was settled that must not be."""
    confirmed = after.case.question == "confirm" and any(isinstance(a, Confirmed) for a in after.acts)
    if confirmed:
        return "wrong, silent"
    if any(not f.is_doubtful and not _is_beside(after, key) for key, f in after.changed.items()):
        return _wrong(after)
    return "right" if right else "asked back"


def _wrong(after: Heard) -> Outcome:
    return "wrong, read back" if isinstance(after.step, Confirm) else "wrong, silent"


def _is_beside(after: Heard, key: str) -> bool:
    return key not in after.asked.keys and split_key(key)[1] in BESIDE


def _wanted(kb: KnowledgeBase, after: Heard, expected: Any) -> dict[str, Value]:
    """Facts an expected answer stands for."""
    case, asked = after.case, after.asked
    record = kb.questions.get(asked.record)
    if isinstance(expected, dict):
        return dict(_told(kb, after, name, value) for name, value in expected.items())
    if isinstance(expected, list):
        chosen = [o for o in (record.options if record else ()) if o.value in expected]
        return {
            **dict.fromkeys(asked.keys, False),
            **{k: v for o in chosen for k, v in o.sets.items() if isinstance(v, bool | str)},
        }
    if record is not None and record.per == "group":
        people = set() if expected == NONE_VALUE else {after.person(name) for name in expected.split()}
        return {key: split_key(key)[0] in people for key in asked.keys}
    key = asked.keys[0]
    value = _place_or_day(kb, key, expected)
    return {key: value} if after.before.value(key) != value or case.question.startswith("check") else {}


def _told(kb: KnowledgeBase, after: Heard, name: str, value: Any) -> tuple[str, Value]:
    """A fact of one person, or of the visit, by the short name the data give it."""
    if name == "moved_on":
        return name, dt.date.fromisoformat(value)
    if name == "previous_municipality":
        return name, _code(value)
    if kb.vocabulary.visit(name) is not None:
        return name, value
    who, _, fact = name.partition(".")
    if not fact:
        record = after.asked.record
        asked = split_key(after.asked.keys[0])[1] if after.asked.keys else "age"
        fact = {"birth_dates": "birth_date", "ages": "age"}.get(record, asked)
    key = person_key(after.person(who), fact)
    return key, dt.date.fromisoformat(value) if fact == "birth_date" else value


def _place_or_day(kb: KnowledgeBase, key: str, text: str) -> Value:
    kind = kb.vocabulary.kind(key).type
    return dt.date.fromisoformat(text) if kind == "date" else _code(text) if kind == "municipality" else text


def _code(name: str) -> str:
    labels = {f"{n:05d}": municipality_label(f"{n:05d}") for n in range(1000, 48000)}
    return next(code for code, label in labels.items() if label is not None and label.endswith(name))


def _household(after: Heard, expected: str) -> Outcome:
    """Relations of those said to have come along."""
    left = []
    for person in after.facts.people[1:]:
        relation = after.facts.get(person_key(person, "relation"))
        if relation is not None and after.facts.value(person_key(person, "moves")) is not False:
            left.append(relation)
    complete = PEOPLE in after.changed
    for word in expected.split():
        found = next((f for f in left if _is_relation(f, word)), None)
        if found is None:
            return _wrong(after) if complete else _open_household(left, after)
        left.remove(found)
    if left:
        return _wrong(after) if complete else _open_household(left, after)
    return "right" if complete else "asked back"


def _open_household(left: Sequence[Fact], after: Heard) -> Outcome:
    """Not everybody is known yet, but nobody is there who must not be."""
    words = " ".join(w for w in after.case.expected if isinstance(w, str)).split()
    return "asked back" if all(any(_is_relation(f, w) for w in words) for f in left) else _wrong(after)


def _is_relation(fact: Fact, word: str) -> bool:
    if word in DOUBTED:
        return fact.is_doubtful and {a.value for a in fact.alternatives} >= DOUBTED[word]
    return fact.value == word


def table(rows: Iterable[tuple[Case, Outcome]]) -> str:
    """How many of each outcome, by question and together."""
    counts: dict[str, Counter[Outcome]] = {}
    for case, outcome in rows:
        counts.setdefault(case.question, Counter())[outcome] += 1
    counts["together"] = sum(counts.values(), Counter())
    lines = [f"{'question':<24}" + "".join(f"{o:>18}" for o in OUTCOMES)]
    lines += [f"{name:<24}" + "".join(f"{count[o]:>18}" for o in OUTCOMES) for name, count in counts.items()]
    return "\n".join(lines)


def standing_in(kb: KnowledgeBase) -> Interpreter:
    """The interpreter with the real search and the stand-in for Rasa."""
    topics, written = topics_of(kb), written_sentences()
    search = Search(topics, written, cache_dir=None)
    search.warm_up()
    search.wait_until_up(120)
    return Interpreter(FakeParser(topics, written), search, kb)


def main() -> int:
    """Print the table of each half; with --wrong also every line that is not right."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wrong", action="store_true", help="show each line that is not right")
    options.add_argument("--split", choices=("tune", "test"))
    chosen = options.parse_args()
    kb = load()
    hears = standing_in(kb)
    for split in (chosen.split,) if chosen.split else ("tune", "test"):
        results = [(c, heard(kb, hears, c)) for c in cases(split)]
        rows = [(case, judged(kb, after)) for case, after in results]
        print(f"\n{split}: {len(rows)} answers\n{table(rows)}")
        for (case, after), (_, outcome) in zip(results, rows, strict=True):
            if chosen.wrong and outcome != "right":
                print(f"{outcome:<17}{case.question:<22}{case.said}  [{case.people}] → {_shown(after)}")
    return 0


def _shown(after: Heard) -> str:
    parts = [
        f"{k.removeprefix('people.')}={f.value}" + ("?" if f.is_doubtful else "")
        for k, f in after.changed.items()
    ]
    parts += [
        type(a).__name__ + (f"({a.reason})" if isinstance(a, Misunderstood) else "") for a in after.acts
    ]
    return " ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
