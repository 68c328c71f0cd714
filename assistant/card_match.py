"""Whether a card belongs to the person whose consent it is read under.

The chip says only name, address, birth date and sex, so this compares with what was said of ages: a card that
contradicts its person and fits another of the household is somebody else's (COUNTER_RULES 4), and so is a card that
contradicts the one already read for its person. What merely looks odd is told at once and stays a mismatch for the
clerk.
"""

import datetime as dt

from counter_bridge.card import FourAttributes
from kb.age import age_on
from kb.facts import Facts, Origin, person_key

TOLERANCE_YEARS = 1
"""People round their own and others' ages."""


def is_of_another(facts: Facts, person: str, attributes: FourAttributes, today: dt.date) -> bool:
    """True when the card contradicts `person` and fits another, or another card was read for one of them."""
    born = attributes.birth_date
    if _contradicts_card_read(facts, person, attributes):
        return True
    for other in facts.people:
        name = facts.get(person_key(other, "name"))
        birth = facts.get(person_key(other, "birth_date"))
        if (
            other != person
            and name is not None
            and name.origin is Origin.CARD
            and name.value == attributes.name
            and (birth is None or birth.value == born)
        ):
            return True
    if born is None:
        return False
    age = age_on(born, today)
    own = _age(facts, person, today)
    if own is not None and abs(own - age) <= TOLERANCE_YEARS:
        return False
    others = [_age(facts, other, today) for other in facts.people if other != person]
    return any(o is not None and abs(o - age) <= TOLERANCE_YEARS for o in others)


def _contradicts_card_read(facts: Facts, person: str, attributes: FourAttributes) -> bool:
    """Two cards that differ in what no move changes are not of one person, however near their ages lie."""
    on_chip = {"name": attributes.name, "birth_date": attributes.birth_date, "sex": attributes.sex}
    read = {name: facts.get(person_key(person, name)) for name in on_chip}
    return any(
        fact is not None and fact.origin is Origin.CARD and on_chip[name] not in (None, fact.value)
        for name, fact in read.items()
    )


def _age(facts: Facts, person: str, today: dt.date) -> int | None:
    birth = facts.value(person_key(person, "birth_date"))
    if isinstance(birth, dt.date):
        return age_on(birth, today)
    age = facts.value(person_key(person, "age"))
    return age if isinstance(age, int) else None
