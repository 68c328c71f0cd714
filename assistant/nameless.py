"""A talk without whatever identifies anybody, as a resident's phone may hold it (COUNTER_RULES 9)."""

import datetime as dt
from dataclasses import replace

from dialogue.session import Act, Answered, Corrected, Detailed, Recorded, Said, Session, Withdrawn
from kb.age import age_today
from kb.facts import Fact, Facts, Privacy, person_key, split_key
from kb.model import KnowledgeBase


def without_names(kb: KnowledgeBase, session: Session, day: dt.date) -> Session:
    """The same talk without whatever identifies anybody: a birth date becomes an age, the rest is left out.

    What rests on a consent goes whole, for the consent was given to the kiosk, and so do the words themselves.
    """
    acts: list[Act] = []
    for act in session.acts:
        match act:
            case Withdrawn() | Detailed():
                continue
            case Recorded() if act.consent:
                continue
            case Corrected() if _identifies(kb, act.key):
                facts = _open_facts(kb, act.facts, day)
                acts += [replace(act, key=fact.key, facts=(fact,)) for fact in facts]
            case Said():
                acts.append(replace(act, text="", facts=_open_facts(kb, act.facts, day)))
            case Answered() | Corrected() | Recorded():
                acts.append(replace(act, facts=_open_facts(kb, act.facts, day)))
            case _:
                acts.append(act)
    return Session(tuple(acts))


def _open_facts(kb: KnowledgeBase, facts: tuple[Fact, ...], day: dt.date) -> tuple[Fact, ...]:
    known = Facts().with_facts(facts)
    kept = []
    for fact in facts:
        if not _identifies(kb, fact.key):
            kept.append(fact)
        elif (age := _age(known, fact.key, day)) is not None:
            kept.append(replace(fact, key=age[0], value=age[1], alternatives=()))
    return tuple(kept)


def _age(known: Facts, key: str, day: dt.date) -> tuple[str, int] | None:
    """What a birth date says of the age, where nothing else does."""
    person, name = split_key(key)
    if person is None or name != "birth_date":
        return None
    age_key, age = person_key(person, "age"), age_today(known, person, day)
    if age is None or age.low != age.high or known.get(age_key) is not None:
        return None
    return age_key, age.low


def _identifies(kb: KnowledgeBase, key: str) -> bool:
    return kb.vocabulary.kind(key).privacy is Privacy.IDENTIFYING
