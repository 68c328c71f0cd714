"""What a case on hold waits for, where others may read it.

The clerk chooses a paper or writes what is wanted; the record keeps either. The slip is lost and found by anybody
(COUNTER_RULES 15): only names of papers stand on it, whatever was written. Nothing of it is on the status page.
"""

from collections.abc import Iterable

from assistant.personal_words import is_personal
from assistant.problems import Problem
from counter_bridge.case import Case
from kb.model import KnowledgeBase

EXPLAINED_JA = "窓口でご説明したもの"
"""On the slip, for what is no paper's name."""


def known_papers(kb: KnowledgeBase, case: Case) -> tuple[str, ...]:
    """Papers that may be named on the slip: those of the case first, then every one the town knows."""
    own = [name for p in case.content.papers for name in (p.name_ja, *p.instead_ja)]
    of_town = [name for p in kb.papers.values() for name in (p.name_ja, *p.alternatives_ja)]
    return tuple(dict.fromkeys((*own, *of_town)))


def printed_ja(kb: KnowledgeBase, case: Case, waiting_for_ja: str) -> str:
    """What the slip says of it."""
    return waiting_for_ja if waiting_for_ja in known_papers(kb, case) else EXPLAINED_JA


def check_waiting_for(kb: KnowledgeBase, case: Case, texts: Iterable[str]) -> None:
    """Refuses what holds a name, an address or another personal value of this case, or a long number."""
    papers = known_papers(kb, case)
    for text in texts:
        if text.strip() not in papers and is_personal(kb, case.content.facts, text):
            raise Problem(
                422,
                "waiting_for_personal",
                "「待つもの」に、お名前・ご住所・番号などが入っています。",
                "書類の名前だけを入れてください。ほかのことはメモに書いてください。",
            )
