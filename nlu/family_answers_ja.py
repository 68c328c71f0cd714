"""Answers about the family: who of them, how old, born when.

People answer in lists and leave out names: 「妻は38、子どもは12と6と2」, 「12歳と6歳と2歳です」, 「妻以外」. Values go to the
people of the question's cards only where they can fit in one way.
"""

import datetime as dt
import re
from collections.abc import Sequence

from kb.facts import Option
from kb.model import PersonCard
from nlu.ages_ja import FoundAge, find_ages
from nlu.clauses_ja import clauses
from nlu.dates_ja import find_dates
from nlu.household_ja import RELATION_LABELS
from nlu.relations_ja import KinHit, find_kin
from nlu.tokens import words

_DENIES = re.compile(
    r"(?:持って|入って|受けて|引っ越して|来て|して|作って)(?:い)?(?:な|ませ|おりませ)|(?:い|あり)ませ|(?:入ら|引っ越さ|持た|来)(?:な|ませ)"
    r"|入りませ|引っ越しませ|ではな|じゃな|(?:は|が)(?:な|無)い|違い|まだ"
)


def family_meant(text: str, options: Sequence[Option]) -> tuple[list[str], tuple[str, ...]]:
    """Values of the people who are meant, and of those denied when nothing is said of the others.

    Options are people (あなた, 妻, 子(12歳)). Of two people the one who is not denied is meant.

    >>> family_meant("妻以外です", [Option("p1", "あなた"), Option("p2", "妻")])
    (['p1'], ())
    """
    meant: list[str] = []
    denied: list[str] = []
    for clause in clauses(text, words(text, units="short")):
        statement = text[clause.start : clause.end]
        (denied if _DENIES.search(statement) else meant).extend(_by_person(statement, options))
    if meant and re.search(r"以外|を除|のほかは", text):
        return [o.value for o in options if o.value not in meant], ()
    if meant:
        return [o.value for o in options if o.value in meant], ()
    if denied and len(options) == 2:
        return [o.value for o in options if o.value not in denied], tuple(denied)
    return [], tuple(denied)


def _by_person(text: str, options: Sequence[Option]) -> list[str]:
    """「妻と私です」, 「子どもだけ」 among options that are people (あなた, 妻, 子(12歳))."""
    cut = words(text, units="short")
    hits = find_kin(text, cut)
    ages = {a.age for a in find_ages(text, dt.date.min) if a.age is not None}
    found: list[str] = []
    for hit in hits:
        labels = {"self": ("あなた",)}.get(hit.kin[0].relation) or tuple(
            RELATION_LABELS[k.relation] for k in hit.kin
        )
        matching = [o for o in options if o.label_ja.partition("(")[0] in labels]
        of_age = [o for o in matching if any(f"({age}歳)" in o.label_ja for age in ages)]
        found += [o.value for o in (of_age or matching)]
    return [o.value for o in options if o.value in found]


def told_of_people(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]] | None:
    """Birth dates or else ages, as the entries of a `people` answer; None when they cannot be given to anybody.

    >>> cards = [PersonCard(p, r, r, None, None, ("age",)) for p, r in (("p2", "wife"), ("p3", "child"))]
    >>> told_of_people("妻は38、娘は6歳です", dt.date(2026, 4, 7), cards)
    [{'person': 'p2', 'age': 38}, {'person': 'p3', 'age': 6}]
    """
    return _births_of(text, today, cards) or _ages_of(text, today, cards)


def _births_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]]:
    dates = [(d.start, d.day) for d in find_dates(text, today) if d.day is not None and d.day <= today]
    given = _given(text, cards, [(start, day.isoformat()) for start, day in dates])
    return [{"person": person, "birth_date": value} for person, value in given.items()]


def _ages_of(text: str, today: dt.date, cards: Sequence[PersonCard]) -> list[dict[str, object]] | None:
    ages = [a for a in find_ages(text, today) if a.age is not None and a.confidence > 0.8]
    given = _given(text, cards, [(a.start, a.age) for a in ages], before=_before(text, ages))
    return [{"person": person, "age": value} for person, value in given.items()] or None


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
    hits = find_kin(text, words(text, units="short"))
    free = list(cards)
    given: dict[str, object] = {}
    rest: list[object] = []
    served: set[KinHit] = set()
    for start, value in values:
        hit = _named(start, hits, ahead=before is not None and start in before)
        if hit is None or (hit in served and not hit.generic):
            rest.append(value)
            continue
        card = _card_of(hit, free)
        if card is None:
            return {}
        served.add(hit)
        free.remove(card)
        given[card.id] = value
    if not rest:
        return given
    waiting = _in_order(free, len(rest))
    return {} if waiting is None else {**given, **{c.id: v for c, v in zip(waiting, rest, strict=True)}}


def _named(start: int, hits: Sequence[KinHit], *, ahead: bool) -> KinHit | None:
    """The word for people a value belongs to: the one before it, or the one it describes."""
    if ahead:
        return next((h for h in hits if h.start > start), None)
    return next((h for h in reversed(hits) if h.end <= start), None)


def _card_of(hit: KinHit, free: Sequence[PersonCard]) -> PersonCard | None:
    relation = hit.kin[0].relation
    card = next((c for c in free if _is(c, relation)), None)
    if card is None and relation in ("grandfather", "grandmother", "father", "mother"):
        card = next((c for c in free if _is_elder(c, relation)), None)
    return card


def _is(card: PersonCard, relation: str | None) -> bool:
    return card.relation == relation or (card.relation is None and relation == "self" and card.id == "p1")


def _is_elder(card: PersonCard, said: str | None) -> bool:
    men = said in ("grandfather", "father")
    return card.relation in (
        ("father", "father_in_law", "grandfather") if men else ("mother", "mother_in_law", "grandmother")
    )


def _in_order(free: Sequence[PersonCard], count: int) -> Sequence[PersonCard] | None:
    """The cards that `count` values without a name are for."""
    children = [c for c in free if c.relation == "child"]
    for group in (free, children, [c for c in free if c.relation not in ("self", None)]):
        if len(group) == count:
            return group
    return None
