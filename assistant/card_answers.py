"""What a reading of a card comes to: facts that rest on a consent, or a problem with the way on."""

from typing import Any

from assistant.problems import Problem
from assistant.visit_state import Visit
from counter_bridge import consent as consents
from counter_bridge.card import CardRead, FourAttributes, LastTry, ReadResult, WrongPin
from counter_bridge.card_advice import ADVICE
from kb.facts import Fact, Origin, person_key
from kb.model import KnowledgeBase

CARD_STATUS = {
    "pin_wrong": 422,
    "pin_malformed": 422,
    "pin_last_try": 409,
    "pin_locked": 409,
    "card_absent": 409,
    "card_removed": 409,
    "not_my_number_card": 409,
    "card_unreadable": 502,
    "reader_absent": 503,
    "virtual_reader_refused": 503,
}
"""HTTP status by the code of a card result."""


def facts_of_card(
    kb: KnowledgeBase, visit: Visit, person: str, consent: consents.Consent, read: CardRead
) -> tuple[Fact, ...]:
    """The consented fields of a card as facts that rest on the consent."""
    attributes: FourAttributes = read.attributes
    found: dict[str, object] = {}
    if "name" in consent.fields:
        found["name"] = attributes.name
    if "birth_date" in consent.fields and attributes.birth_date is not None:
        found["birth_date"] = attributes.birth_date
    if "sex" in consent.fields and attributes.sex in ("male", "female"):
        found["sex"] = attributes.sex
    keyed: dict[str, object] = {person_key(person, name): value for name, value in found.items()}
    if "address" in consent.fields:
        keyed[person_key(person, "card_address")] = attributes.address
        if visit.session.facts().value(person_key(person, "moves")) is True:
            keyed["previous_address"] = attributes.address
    return tuple(
        Fact(key, kb.vocabulary.checked(key, value), Origin.CARD, at=visit.at, source=consent.consent_id)
        for key, value in keyed.items()
    )


def card_problem(read: ReadResult) -> Problem:
    """A reading that did not succeed, with what to do."""
    advice = ADVICE[read.code]
    extra: dict[str, Any] = {}
    if isinstance(read, WrongPin | LastTry):
        extra["tries_left"] = read.tries_left
    return Problem(CARD_STATUS[read.code], read.code, advice.detail_ja, advice.remedy_ja, **extra)
