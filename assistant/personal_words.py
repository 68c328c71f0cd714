"""Words of free text that are surely personal: values of the facts that are masked, and long numbers.

A name nobody recorded cannot be recognised; where that matters free text is not shown at all.
"""

import re

from kb.facts import Facts, Privacy
from kb.model import KnowledgeBase

CLOSED = frozenset({Privacy.IDENTIFYING, Privacy.SENSITIVE})
"""Name, address, birth date, illness, income and the like."""
LONG_NUMBER = re.compile(r"\d(?:[-‐－ー ]?\d){6,}")
"""A telephone, account or other number of seven digits or more, in any width."""


def personal_words(kb: KnowledgeBase, facts: Facts) -> list[str]:
    """Names, addresses and the like as known, whole and in their parts, the longest first."""
    found: set[str] = set()
    for fact in facts:
        kind = kb.vocabulary.kind(fact.key)
        if kind.privacy in CLOSED and not kind.options and isinstance(fact.value, str):
            found |= {fact.value, *fact.value.split()}
    return sorted((words for words in found if len(words) > 1), key=len, reverse=True)


def is_personal(kb: KnowledgeBase, facts: Facts, text: str) -> bool:
    """Whether free text holds a value that is known to be personal, or a long number."""
    return LONG_NUMBER.search(text) is not None or any(w in text for w in personal_words(kb, facts))


def without_personal(kb: KnowledgeBase, facts: Facts, text: str, instead: str) -> str:
    """Free text with `instead` in place of what is known to be personal."""
    for words in personal_words(kb, facts):
        text = text.replace(words, instead)
    return LONG_NUMBER.sub(instead, text)
