"""Holds a spoken answer against the words its question lives by, before anything is made of it.

People name what does not apply as often as what does (全員会社の保険です to 国民健康保険の方は?). The words stand in the
question records; what they leave unclear is asked back with the buttons, never guessed.
"""

import re
import unicodedata
from dataclasses import dataclass

from dialogue.questions import NONE_VALUE
from kb.model import AskedQuestion, KnowledgeBase, Question

NEGATED = r"[^、。]{0,12}?(?:ない|なく|ませ|いらん|おらん|とらん|てへん)"


@dataclass(frozen=True)
class Unclear:
    """The words speak for more than one answer."""


def weighed(kb: KnowledgeBase, asked: AskedQuestion, text: str, answer: object) -> object | Unclear:
    """The answer the words of the question allow; None when there is none."""
    record = kb.questions.get(asked.record)
    if record is None:
        return answer
    plain = unicodedata.normalize("NFKC", text)
    if any(word in plain for word in record.against_ja):
        about = any(word in plain for word in record.about_ja)
        return Unclear() if about or not asked.multiple else [NONE_VALUE]
    if record.options and record.multiple:
        return _checklist(record, asked, plain, answer)
    chosen = next((o for o in record.options if o.value == answer), None)
    if chosen is not None and any(word in plain for word in chosen.not_with_ja):
        return Unclear()
    return answer


def _checklist(record: Question, asked: AskedQuestion, text: str, answer: object) -> object:
    """Options with words of their own are ticked by them alone, the others as they were understood."""
    understood = set(answer) if isinstance(answer, list | tuple) else set()
    words = {option.value: option.words_ja for option in record.options}
    ticked = []
    for offered in asked.options:
        own = words.get(offered.value.partition(":")[0], ())
        if (own and _is_said(own, text)) or (not own and offered.value in understood - {NONE_VALUE}):
            ticked.append(offered.value)
    if ticked:
        return ticked
    return [NONE_VALUE] if NONE_VALUE in understood else None


def _is_said(words: tuple[str, ...], text: str) -> bool:
    return any(word in text and not re.search(re.escape(word) + NEGATED, text) for word in words)
