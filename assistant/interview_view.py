"""What the clerk's screen of a 聞き取り受付 has beside the step, derived from the visit like everything else."""

from collections.abc import Iterable
from typing import Any

from assistant.mismatches import mismatch_json, mismatches
from assistant.presenting import question_json
from assistant.turn import TurnResult
from dialogue.next_step import askable_missing, ranked_questions
from dialogue.questions import find_question
from dialogue.session import Answered
from dialogue.wording import PlaceName
from kb.derive import scene_of, with_derived
from kb.model import AskedQuestion, KnowledgeBase

MOST_OPEN = 12
"""Questions still open that the desk lists; the rest follow as these are answered."""


def interview_json(kb: KnowledgeBase, result: TurnResult, place: PlaceName) -> dict[str, Any]:
    """What the clerk's screen has beside the step: what was left for later, what comes, what does not fit."""
    today = result.visit.at.date()
    ranked = ranked_questions(kb, result.visit.session, result.facts, result.plan, result.visit.at)
    return {
        "skipped": _questions(skipped(kb, result)),
        "open": _questions(ranked[:MOST_OPEN]),
        "mismatches": [
            mismatch_json(kb, result.facts, ruling, other, place)
            for ruling, other in mismatches(result.facts, today, place)
        ],
    }


def _questions(asked: Iterable[AskedQuestion]) -> list[dict[str, Any]]:
    return [question_json(one) for one in asked]


def skipped(kb: KnowledgeBase, result: TurnResult) -> list[AskedQuestion]:
    """Questions passed over whose answer would still settle something, in the order they were passed."""
    session = result.visit.session
    declined = session.declined()
    passed = dict.fromkeys(
        act.question
        for act in session.acts
        if isinstance(act, Answered) and not act.facts and not declined.isdisjoint(act.keys)
    )
    known = with_derived(kb, result.facts, result.visit.at.date())
    scene = scene_of(kb, known, result.visit.at.date())
    missing = askable_missing(result.plan)
    found = (find_question(kb, result.facts, scene, question, missing) for question in passed)
    return [one for one in found if one is not None and not declined.isdisjoint(one.keys)]
