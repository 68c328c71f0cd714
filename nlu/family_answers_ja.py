"""Answers about the family: how old they are, born when.

People answer in lists and leave out names: 「妻は38、子どもは12と6と2」, 「12歳と6歳と2歳です」, 「二人とも38」. Values go to the
people of the question's cards only where they can fit in one way; an age of which the speaker is not sure (もうすぐ75,
88か89, 小6) is no answer but a doubt with its alternatives.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kb.age import age_on
from kb.facts import Option
from kb.model import PersonCard
from nlu.ages_ja import FoundAge, find_ages
from nlu.dates_ja import find_dates
from nlu.family_words_ja import SELF_LABEL, SPOUSE_LABEL, Reference, references
from nlu.household_ja import RELATION_LABELS
from nlu.normalise import bare_numbers

SURE_AGE = 0.8
"""Confidence below which an age is asked back."""


@dataclass(frozen=True)
class DoubtfulAge:
    """An age of a person that may be another one."""

    person: str
    age: int
    confidence: float
    alternatives: tuple[int, ...]


def told_of_people(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]] | None:
    """Birth dates or else ages, as the entries of a `people` answer; None when they cannot be given to anybody.

    >>> cards = [PersonCard(p, r, r, None, None, ("age",)) for p, r in (("p2", "wife"), ("p3", "child"))]
    >>> told_of_people("妻は38、娘は6歳です", dt.date(2026, 4, 7), cards)
    [{'person': 'p2', 'age': 38}, {'person': 'p3', 'age': 6}]
    """
    return _births_of(text, today, cards) or _ages_of(text, today, cards)


def doubtful_ages(text: str, today: dt.date, cards: Sequence[PersonCard]) -> tuple[DoubtfulAge, ...]:
    """Ages said with a doubt, of people who are clear.

    >>> one = [PersonCard("p1", "あなた", "self", None, None, ("age",))]
    >>> [(d.age, d.alternatives) for d in doubtful_ages("もうすぐ75です", dt.date(2026, 4, 7), one)]
    [(74, (74, 75))]
    """
    text = bare_numbers(text)
    ages = _ages_in(text, today)
    given = _given(text, cards, [(a.start, a) for a in ages], before=_before(text, ages))
    return tuple(
        DoubtfulAge(person, age.age, min(age.confidence, 0.65), age.alternatives)
        for person, age in given.items()
        if isinstance(age, FoundAge) and age.age is not None and age.alternatives
    )


def _births_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]]:
    dates = [(d.start, d.day) for d in find_dates(text, today) if d.day is not None and d.day <= today]
    given = _given(text, cards, [(start, day.isoformat()) for start, day in dates])
    return [{"person": person, "birth_date": value} for person, value in given.items()]


def _ages_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]] | None:
    text = bare_numbers(text)
    ages = _ages_in(text, today)
    given = _given(text, cards, [(a.start, a) for a in ages], before=_before(text, ages))
    sure = {p: a for p, a in given.items() if isinstance(a, FoundAge) and a.confidence > SURE_AGE}
    return [{"person": person, "age": age.age} for person, age in sure.items()] or None


def _ages_in(text: str, today: dt.date) -> list[FoundAge]:
    """Ages, and years of birth as the two ages they may mean."""
    ages = [a for a in find_ages(text, today) if a.age is not None]
    for year in find_dates(text, today):
        covered = any(a.start < year.end and year.start < a.end for a in ages)
        if year.day is None and (year.last - year.first).days in (364, 365) and not covered:
            low, high = age_on(year.last, today), age_on(year.first, today)
            if low >= 1:
                ages.append(FoundAge(year.start, year.end, high, 0.6, alternatives=(low, high)))
    return sorted(ages, key=lambda a: a.start)


def _before(text: str, ages: Sequence[FoundAge]) -> set[int]:
    """Starts of ages that describe the person behind them: 12歳の長男."""
    return {a.start for a in ages if text[a.end : a.end + 1] == "の"}


def _given(
    text: str,
    cards: Sequence[PersonCard],
    values: Sequence[tuple[int, object]],
    before: set[int] | None = None,
) -> dict[str, object]:
    """Values to people: those named first, the rest in the order of the cards; nothing when they cannot fit."""
    rows = references(text, [_option(c) for c in cards])
    of_row: dict[int, list[object]] = {}
    rest: list[object] = []
    for start, value in values:
        row = _row_of(start, rows, ahead=before is not None and start in before)
        (rest if row is None else of_row.setdefault(row, [])).append(value)
    given: dict[str, object] = {}
    for index in sorted(of_row):
        fitting = _fitting(rows[index], of_row[index], [c for c in cards if c.id not in given])
        if fitting is None:
            return {}
        given |= fitting
    if not rest:
        return given
    waiting = _in_order([c for c in cards if c.id not in given], len(rest))
    return {} if waiting is None else {**given, **{c.id: v for c, v in zip(waiting, rest, strict=True)}}


def _row_of(start: int, rows: Sequence[Sequence[Reference]], *, ahead: bool) -> int | None:
    """The people a value belongs to: those named before it, or those it describes."""
    if ahead:
        return next((n for n, row in enumerate(rows) if row[0].start > start), None)
    return next((n for n in reversed(range(len(rows))) if rows[n][-1].end <= start), None)


def _fitting(
    row: Sequence[Reference], values: Sequence[object], free: Sequence[PersonCard]
) -> dict[str, object] | None:
    """One value for each of the row, or one for all of them."""
    people: list[str] = []
    for reference in row:
        open_ = [m for m in reference.members if m in {c.id for c in free} and m not in people]
        people += open_[:1] if reference.one else open_
    if not people or any(r.rest for r in row):
        return None
    if len(values) == len(people):
        return dict(zip(people, values, strict=True))
    shared = len(row) > 1 or any(r.everybody for r in row)
    if len(values) == 1 and shared:
        return dict.fromkeys(people, values[0])
    if len(values) < len(people):
        return None
    return {**dict(zip(people, values, strict=False)), **_left(values[len(people) :], people, free)} or None


def _left(values: Sequence[object], people: Sequence[str], free: Sequence[PersonCard]) -> dict[str, object]:
    """Values behind a person's own, of people who were not named: 「妻は38、12と6と2」."""
    waiting = _in_order([c for c in free if c.id not in people], len(values))
    return {} if waiting is None else {c.id: v for c, v in zip(waiting, values, strict=True)}


def _option(card: PersonCard) -> Option:
    """The card as family_scope_ja reads it."""
    if card.relation in ("self", None):
        return Option(card.id, SELF_LABEL if card.id == "p1" or card.relation == "self" else card.label_ja)
    if card.label_ja.startswith(SPOUSE_LABEL):
        return Option(card.id, SPOUSE_LABEL)
    return Option(card.id, RELATION_LABELS.get(card.relation or "", card.label_ja))


def _in_order(free: Sequence[PersonCard], count: int) -> Sequence[PersonCard] | None:
    """The cards that `count` values without a name are for."""
    children = [c for c in free if c.relation == "child"]
    for group in (free, children, [c for c in free if c.relation not in ("self", None)]):
        if len(group) == count:
            return group
    return None
