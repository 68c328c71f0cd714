"""Official data in a 聞き取り受付, typed or pasted by its clerk, before the talk or later (COUNTER_RULES 12, 13)."""

import datetime as dt
from dataclasses import replace
from typing import Any

from assistant import metrics
from assistant.official_record import OfficialRecord, UnusableRecord, read_record
from assistant.problems import Problem
from assistant.requests import OfficialBody
from assistant.turn import TurnResult, look
from assistant.visit_state import Visit
from assistant.visits import Holder, Visits
from dialogue.answers import check_household
from dialogue.session import Recorded
from kb.age import age_on
from kb.errors import BadValue, UnknownFact
from kb.facts import Fact, Facts, Origin, Value, person_key, split_key
from kb.household import PersonMention, merged
from kb.model import KnowledgeBase
from nlu.municipalities import municipalities

ROUNDING_YEARS = 1
"""People round their own and others' ages."""
SOURCE = "official"
MOVED_OUT = {"certificate": "certificate", "reservation": "online"}
"""Kind of record → how the move out of the previous town was told there."""


class Interviews:
    """Official data in a clerk's own visit."""

    def __init__(self, kb: KnowledgeBase, visits: Visits):
        self._kb = kb
        self._visits = visits

    def add_official(self, holder: Holder, body: OfficialBody) -> dict[str, Any]:
        """Puts typed or pasted facts of an official record into the visit; they stand above card and talk."""
        if holder.opened_by is None:
            raise Problem(
                403,
                "not_an_interview",
                "役所の記録は、聞き取り受付の画面だけで入れられます。",
                "職員画面の「聞き取り受付」から始めてください。",
            )
        record = self._read(holder, body)

        def recorded(visit: Visit) -> TurnResult:
            given = self._facts(visit, body, record)
            check_household(visit.session.facts().with_facts(given), visit.at.date())
            act = Recorded(given, visit.at)
            return look(self._kb, replace(visit, session=visit.session.with_act(act)))

        try:
            result = self._visits.change(holder, recorded)
        except (BadValue, UnknownFact) as error:
            raise Problem(
                422, "fact_invalid", "項目か値が正しくありません。", "項目名と値の形を確かめてください。"
            ) from error
        metrics.STAFF_FACTS.labels("official").inc(len(body.facts or {}))
        metrics.STAFF_FACTS.labels("pasted").inc(len(record.visit) + sum(len(p.facts) for p in record.people))
        self._visits.note(holder, "official_add", "visit", holder.visit_id)
        return {**self._visits.json(result), "left_out": list(record.left_out)}

    def _read(self, holder: Holder, body: OfficialBody) -> OfficialRecord:
        if body.record is None:
            return OfficialRecord({}, (), ())
        record = read_record(body.record, self._kb.vocabulary, self._visits.load(holder).at.date())
        if isinstance(record, UnusableRecord):
            raise Problem(422, record.code, record.detail_ja, record.remedy_ja)
        return record

    def _facts(self, visit: Visit, body: OfficialBody, record: OfficialRecord) -> tuple[Fact, ...]:
        known = visit.session.facts()
        today = visit.at.date()
        moved_out = MOVED_OUT.get(body.kind)
        whole: dict[str, Value] = dict(record.visit)
        town = town_of(str(whole.get("previous_address", "")))
        if town is not None:
            whole["previous_municipality"] = town
        if moved_out is not None:
            whole["moving_out_procedure"] = moved_out
        mentions = [_as_known(one, known, today, moves=moved_out is not None) for one in record.people]
        people = merged(known, mentions, complete=False, origin=Origin.OFFICIAL, at=visit.at, source=SOURCE)
        met = known.with_facts(people)
        typed = {key: self._typed(met, key, value) for key, value in (body.facts or {}).items()}
        given = [
            *(replace(fact, authenticity="verified") for fact in people if split_key(fact.key)[1] != "age"),
            *(
                Fact(key, value, Origin.OFFICIAL, authenticity="verified", at=visit.at, source=SOURCE)
                for key, value in {**whole, **typed}.items()
            ),
        ]
        if moved_out is not None and "moving_in" not in known.choices("reasons"):
            reasons = (*known.choices("reasons"), "moving_in")
            given.append(Fact("reasons", reasons, Origin.CHOSEN, at=visit.at, source=SOURCE))
        return tuple(given)

    def _typed(self, known: Facts, key: str, value: object) -> Value:
        person, _ = split_key(key)
        if person is not None and person not in known.people:
            raise Problem(
                422, "person_unknown", "その人はこの件にいません。", "一覧にいる人から選んでください。"
            )
        return self._kb.vocabulary.checked(key, value)


def _as_known(mention: PersonMention, known: Facts, today: dt.date, *, moves: bool) -> PersonMention:
    """The mention with the age by which it is found among the people already spoken of."""
    facts = dict(mention.facts)
    birth = facts.get("birth_date")
    if isinstance(birth, dt.date):
        age = age_on(birth, today)
        told = (
            known.value(person_key(p, "age"))
            for p in known.people
            if known.value(person_key(p, "relation")) == mention.relation
        )
        near = [one for one in told if isinstance(one, int) and abs(one - age) <= ROUNDING_YEARS]
        facts["age"] = min(near, key=lambda one: abs(one - age), default=age)
    if moves:
        facts["moves"] = True
    return replace(mention, facts=tuple(facts.items()))


def town_of(address: str) -> str | None:
    """Code of the municipality a whole address begins with.

    >>> town_of("神奈川県横浜市中区見本町1-2"), town_of("見本町1-2")
    ('14100', None)
    """
    found = [m for m in municipalities() if address.startswith(m.label)]
    return max(found, key=lambda m: len(m.label)).code if found else None
