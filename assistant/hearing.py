"""From what was understood to acts of the visit: who was spoken of, why they came, what they want now."""

import datetime as dt
import re

from assistant.weighing import Unclear, of_what_was_said, weighed
from dialogue.answers import check_household, facts_of_answer
from dialogue.errors import BadAnswer, Contradiction
from dialogue.session import (
    Act,
    Answered,
    Confirmed,
    Enquired,
    Misunderstood,
    PersonWished,
    Said,
)
from dialogue.step import Confirm, Step, underlying
from kb.facts import DOUBT_BELOW, PEOPLE, Alternative, Fact, Facts, Origin, split_key
from kb.household import merged
from kb.model import AskedQuestion, KnowledgeBase
from nlu.interpretation import Candidate, Interpretation, NotUnderstood
from nlu.moves_ja import MOVE_EVENTS
from nlu.reasons import Thresholds

CLEAR_REASON = Thresholds().understood
"""Calibrated confidence from which a life event or procedure counts as named."""

SURE_OTHER_WAY = 0.8
"""Confidence from which another way of moving than the one known is a correction, not a loose word."""

READ_BACK_KEYS = ("people", "moved_on", "previous_municipality", "reasons")
"""Visit facts that change the plan at large; new ones are read back even inside an answer."""


_EXCEPTS = re.compile("以外|除い|だけ|けど|でも")
"""Words of an answer with an exception in it: worth reading back."""

_ASKS_FOR_MORE = re.compile(
    "ついで|あと[はも、]|それと|それから|ほかに|他に|たい|ください|下さい|ほしい|欲しい|お願い|届|手続|申請|証明"
)
"""Words without which a sentence said to an open question names no further reason (母です is no bereavement)."""


def acts_of(
    kb: KnowledgeBase,
    heard: Interpretation | NotUnderstood,
    facts: Facts,
    step: Step,
    asked: AskedQuestion | None,
    at: dt.datetime,
) -> tuple[Act, ...]:
    """Acts that one utterance adds to the visit; never none."""
    if not isinstance(heard, Interpretation) or not heard.distressed:
        return _acts(kb, heard, facts, step, asked, at)
    told = () if heard.kind == "nothing" else _acts(kb, heard, facts, step, asked, at)
    kept = (act for act in told if not isinstance(act, Misunderstood | PersonWished))
    return (*kept, PersonWished("distress", at))


def _acts(
    kb: KnowledgeBase,
    heard: Interpretation | NotUnderstood,
    facts: Facts,
    step: Step,
    asked: AskedQuestion | None,
    at: dt.datetime,
) -> tuple[Act, ...]:
    if isinstance(heard, NotUnderstood) and asked is not None:
        heard = _by_its_words(kb, asked, heard)
    if isinstance(heard, NotUnderstood):
        return (Misunderstood(heard.reason, at, tuple(c.id for c in heard.candidates)),)
    if heard.kind == "sensitive" or heard.command == "call_human":
        return (PersonWished("sensitive" if heard.kind == "sensitive" else "wish", at),)
    acts: list[Act] = []
    reading_back = isinstance(underlying(step), Confirm)
    if reading_back and heard.answer is True:
        acts.append(Confirmed(at))
    elif asked is not None and heard.declined:
        acts.append(Answered(asked.id, (), at, asked.keys))
    elif asked is not None and not reading_back and (answer := _answer(kb, asked, heard)) is not None:
        if isinstance(answer, Unclear):
            return (Misunderstood("unclear_answer", at),)
        try:
            given = of_what_was_said(kb, asked, heard.text, facts_of_answer(kb, facts, asked, answer, at))
        except (BadAnswer, Contradiction) as error:
            return (Misunderstood(f"bad_answer:{error.detail_ja}", at),)
        acts.append(Answered(asked.id, given, at, _settled(asked, given, facts)))
        facts = facts.with_facts(given)
        if asked.multiple and _is_winding(heard.text) and any(f.value is True for f in given):
            acts.append(Said(heard.text, tuple(f for f in given if f.value is True), at))
    open_question = asked is not None and not reading_back
    said = _said(
        kb, heard, facts, at, with_reasons=not open_question or bool(_ASKS_FOR_MORE.search(heard.text))
    )
    try:
        check_household(facts.with_facts(said), at.date())
    except Contradiction as error:
        return (Misunderstood(f"bad_answer:{error.detail_ja}", at),)
    new = tuple(f for f in said if facts.value(f.key) != f.value or facts.get(f.key) is None)
    if new:
        large = any(f.key in READ_BACK_KEYS or f.key.endswith(".relation") for f in new)
        acts.append(Said(heard.text, new, at, read_back=large or not acts or _is_winding(heard.text)))
    return tuple(acts) or (_nothing_new(heard, at, reading_back=reading_back),)


def _settled(asked: AskedQuestion, given: tuple[Fact, ...], before: Facts) -> tuple[str, ...]:
    """Keys an answer has dealt with, so that what it left open is asked again.

    Of a list of people only those spoken of; of a checklist those spoken of, the first time: what a second answer
    leaves open too is left to the counter.
    """
    if asked.input == "people" and PEOPLE not in asked.keys:
        spoken_of = {split_key(f.key)[0] for f in given}
        return tuple(key for key in asked.keys if split_key(key)[0] in spoken_of)
    if asked.multiple and not any(fact.source == asked.id for fact in before):
        settled = {f.key for f in given}
        return tuple(key for key in asked.keys if key in settled)
    return asked.keys


def _nothing_new(heard: Interpretation, at: dt.datetime, *, reading_back: bool) -> Act:
    if heard.kind == "question" and heard.procedures:
        return Enquired(heard.procedures[0].id, at)
    if reading_back and heard.answer is False:
        return Misunderstood("confirm_no", at)
    candidates = (*heard.life_events, *heard.procedures)
    return Misunderstood("nothing_known", at, tuple(c.id for c in candidates))


def _answer(kb: KnowledgeBase, asked: AskedQuestion, heard: Interpretation) -> object:
    return weighed(kb, asked, heard.text, heard.answer)


def _by_its_words(
    kb: KnowledgeBase, asked: AskedQuestion, heard: NotUnderstood
) -> Interpretation | NotUnderstood:
    """An utterance that only the words of the question's record make an answer."""
    answer = weighed(kb, asked, heard.text, None)
    if answer is None or isinstance(answer, Unclear):
        return heard
    return Interpretation(heard.text, "request", answer=answer, understanding="extractors")


def _is_winding(text: str) -> bool:
    """An answer with an exception in it."""
    return bool(_EXCEPTS.search(text))


def _said(
    kb: KnowledgeBase, heard: Interpretation, facts: Facts, at: dt.datetime, *, with_reasons: bool
) -> tuple[Fact, ...]:
    found = [
        Fact(f.key, f.value, Origin.SAID, confidence=f.confidence, at=at, alternatives=f.alternatives)
        for f in heard.facts
        if split_key(f.key)[0] in facts.people or kb.vocabulary.visit(f.key) is not None
    ]
    if with_reasons and heard.kind in ("request", "question"):
        found += _reasons(kb, heard, facts, at)
    people = merged(
        facts, heard.people, complete=heard.household_complete, origin=Origin.SAID, at=at, source="said"
    )
    return (*found, *people)


def _reasons(kb: KnowledgeBase, heard: Interpretation, facts: Facts, at: dt.datetime) -> list[Fact]:
    events = [c for c in heard.life_events if c.id in kb.life_events]
    clear = [c for c in events if c.confidence >= CLEAR_REASON]
    wanted = [c for c in heard.procedures if c.id in kb.procedures and c.confidence >= CLEAR_REASON]
    found: list[Fact] = []
    if heard.kind == "request":
        found += [Fact(f"wants_{c.id}", True, Origin.SAID, confidence=c.confidence, at=at) for c in wanted]
    reasons = [c.id for c in clear]
    for candidate in wanted if heard.kind == "request" else ():
        procedure = kb.procedures[candidate.id]
        if len(procedure.life_events) == 1 and not procedure.on_request:
            reasons.append(procedure.life_events[0])
    before, reasons = _one_way_of_moving(facts.choices("reasons"), reasons, events)
    if reasons and heard.kind == "request":
        confidence = min((c.confidence for c in clear), default=1.0)
        found.append(
            Fact(
                "reasons",
                tuple(dict.fromkeys((*before, *reasons))),
                Origin.SAID,
                confidence=confidence,
                at=at,
                alternatives=_other_reasons(kb, events, clear) if confidence < DOUBT_BELOW else (),
            )
        )
    return found


def _one_way_of_moving(
    before: tuple[str, ...], reasons: list[str], events: list[Candidate]
) -> tuple[tuple[str, ...], list[str]]:
    """Reasons known and heard; a second way of moving takes the place of the first when surely meant, or is none."""
    others = [r for r in reasons if r in MOVE_EVENTS and r not in before]
    if not others or not set(before).intersection(MOVE_EVENTS):
        return before, reasons
    sure = {c.id for c in events if c.confidence >= SURE_OTHER_WAY}
    if sure.intersection(others):
        return tuple(r for r in before if r not in MOVE_EVENTS), reasons
    return before, [r for r in reasons if r not in others]


def _other_reasons(
    kb: KnowledgeBase, events: list[Candidate], clear: list[Candidate]
) -> tuple[Alternative, ...]:
    return tuple(
        Alternative((c.id,), kb.life_events[c.id].plain_ja) for c in (*clear, *events[len(clear) :])[:4]
    )
