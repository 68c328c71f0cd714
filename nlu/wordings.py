"""One meaning from the several wordings an ear is unsure between.

Speech recognition gives what it may have heard, the best first. Sound alone cannot tell 転居届 from 電気届; what makes
sense at this counter can. So the wording is chosen by understanding, and where two plausible wordings tell different
facts (1日 or 8日) the fact is doubtful and is asked back, never guessed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.errors import KnowledgeError
from kb.facts import DOUBT_BELOW, Alternative, Value, Vocabulary, split_key
from kb.household import Doubt, PersonMention
from kb.model import AskedQuestion
from nlu.household_ja import RELATION_LABELS
from nlu.interpretation import Interpretation, NotUnderstood, SaidFact
from nlu.moves_ja import day_label
from nlu.municipalities import municipality_label

PLAUSIBLE = 0.5
"""Share of the best wording's confidence from which another is a rival; below it is noise of the decoder."""
CLEARLY = 0.7
"""Clearness from which another wording takes the place of a first that was not understood."""
MOST_WORDINGS = 5
"""Wordings looked at: each costs a turn's understanding."""
_DOUBTFUL = DOUBT_BELOW / 2

Meaning = Interpretation | NotUnderstood


@dataclass(frozen=True)
class Reading:
    """One wording and what it would mean."""

    meaning: Meaning
    heard: float
    """Confidence of the ear, 0 to 1."""


def plausible(wordings: Sequence[tuple[str, float]]) -> Sequence[tuple[str, float]]:
    """Of wordings with the ear's confidence, the best first: those that may be what was said.

    >>> plausible([("転居届", 0.8), ("電気届", 0.5), ("天気", 0.1)])
    [('転居届', 0.8), ('電気届', 0.5)]
    """
    return [one for one in wordings if one[1] >= PLAUSIBLE * wordings[0][1]]


def one_meaning(
    readings: Sequence[Reading], asked: AskedQuestion | None, vocabulary: Vocabulary, least: float
) -> Meaning:
    """What the plausible readings, the best heard first, mean together; `least` is where a reason counts as named.

    Danger in any plausible wording is danger: a needless quiet page costs less than a missed one.
    """
    for reading in readings:
        if isinstance(reading.meaning, Interpretation) and reading.meaning.kind == "sensitive":
            return reading.meaning
    chosen = readings[0]
    if _clearness(chosen.meaning) < least:
        best = max(readings, key=lambda r: (_clearness(r.meaning), r.heard))
        if _clearness(best.meaning) >= CLEARLY:
            chosen = best
    if isinstance(chosen.meaning, NotUnderstood):
        return chosen.meaning
    others = [
        r.meaning
        for r in readings
        if r is not chosen and isinstance(r.meaning, Interpretation) and _clearness(r.meaning) >= least
    ]
    return _doubted(chosen.meaning, others, asked, vocabulary)


def _clearness(meaning: Meaning) -> float:
    """How much sense a wording makes here, 0 to 1."""
    if isinstance(meaning, NotUnderstood):
        return 0.0
    if meaning.distressed or meaning.command is not None or meaning.answer is not None or meaning.declined:
        return 1.0
    if meaning.kind not in ("request", "question"):
        return 0.0
    named = max((c.confidence for c in (*meaning.life_events, *meaning.procedures)), default=0.0)
    return max(named, 0.9 if meaning.facts or meaning.people else 0.0)


def _doubted(
    meaning: Interpretation,
    others: Sequence[Interpretation],
    asked: AskedQuestion | None,
    vocabulary: Vocabulary,
) -> Meaning:
    facts = {f.key: f for f in meaning.facts}
    for other in others:
        for rival in other.facts:
            said = facts.get(rival.key)
            if said is not None and said.value != rival.value:
                facts[said.key] = _either(said, [rival.value], vocabulary)
    meaning = replace(
        meaning,
        facts=tuple(facts.values()),
        people=_people(meaning, others),
        household_complete=meaning.household_complete
        and all(_relations(o) == _relations(meaning) for o in others if o.people),
    )
    answers = [o.answer for o in others if o.answer is not None and o.answer != meaning.answer]
    if meaning.answer is None or not answers:
        return meaning
    doubtful = _unsettled(meaning.answer, answers, asked, vocabulary)
    if doubtful is None:
        return NotUnderstood(meaning.text, "unsure")
    return replace(meaning, answer=None, facts=(*meaning.facts, doubtful))


def _unsettled(
    answer: object, rivals: Sequence[object], asked: AskedQuestion | None, vocabulary: Vocabulary
) -> SaidFact | None:
    """The fact of the question with each answer that was heard; None where the answer is no single value."""
    if asked is None or len(asked.keys) != 1 or asked.input in ("yes_no", "people") or asked.multiple:
        return None
    key = asked.keys[0]
    try:
        first, *rest = (vocabulary.checked(key, value) for value in (answer, *rivals))
    except KnowledgeError:
        return None
    return _either(SaidFact(key, first), rest, vocabulary)


def _either(said: SaidFact, rivals: Sequence[Value], vocabulary: Vocabulary) -> SaidFact:
    values = dict.fromkeys((said.value, *(a.value for a in said.alternatives), *rivals))
    alternatives = tuple(Alternative(value, _label(said.key, value, vocabulary)) for value in values)
    return replace(said, confidence=min(said.confidence, _DOUBTFUL), alternatives=alternatives)


def _label(key: str, value: Value, vocabulary: Vocabulary) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, dt.date):
        return day_label(value)
    kind = vocabulary.kind(key)
    if kind.type == "municipality":
        return municipality_label(str(value)) or str(value)
    return f"{value}歳" if split_key(key)[1] == "age" else kind.option_label(str(value))


def _relations(meaning: Interpretation) -> tuple[str, ...]:
    return tuple(person.relation for person in meaning.people)


def _people(meaning: Interpretation, others: Sequence[Interpretation]) -> tuple[PersonMention, ...]:
    """The people of `meaning`; where another wording names as many, what differs is doubtful."""
    people = meaning.people
    for other in others:
        if len(other.people) == len(people):
            people = tuple(_either_person(a, b) for a, b in zip(people, other.people, strict=True))
    return people


def _either_person(said: PersonMention, rival: PersonMention) -> PersonMention:
    if said.relation != rival.relation:
        known = dict.fromkeys((said.relation, *(str(a.value) for a in said.alternatives), rival.relation))
        alternatives = tuple(Alternative(r, RELATION_LABELS[r]) for r in known if r in RELATION_LABELS)
        said = replace(said, confidence=min(said.confidence, _DOUBTFUL), alternatives=alternatives)
    doubts = {**dict(said.doubts), **dict(_doubts(said.facts, dict(rival.facts)))}
    return replace(said, doubts=tuple(doubts.items()))


def _doubts(facts: Sequence[tuple[str, Value]], others: Mapping[str, Value]) -> Iterator[tuple[str, Doubt]]:
    for name, value in facts:
        other = others.get(name, value)
        if other != value and name in ("age", "birth_date"):
            shown = (f"{v}歳" if name == "age" else str(v) for v in (value, other))
            alternatives = tuple(Alternative(v, s) for v, s in zip((value, other), shown, strict=True))
            yield name, Doubt(_DOUBTFUL, alternatives)
