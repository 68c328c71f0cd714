"""Holds a spoken answer against the words its question lives by, before anything is made of it.

People name what does not apply as often as what does (全員会社の保険です to 国民健康保険の方は?). The words stand in the
question records; what they leave unclear is asked back with the buttons, never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.questions import NONE_VALUE
from kb.facts import Fact, split_key
from kb.model import AskedQuestion, KnowledgeBase, Question, QuestionOption

NEGATED = r"[^、。]{0,12}?(?:ない|なく|なし|ませ|ません|ん(?=けん|[、。]|$)|いらん|おらん|とらん|てへん|違)"
"""Behind a word: it is denied."""

NO_LONGER = r"[^。]{0,16}?(?:でした|だった(?!ので)|死ん|亡くな|手放|売っ|もう(?:い|お|や)|昔|前は)"
"""Behind a word: it was so once; whether it still counts is asked back."""


_COMPLETE = re.compile(
    r"だけ|のみ|[ほ他]か?(?:に|は|には)?(?:もう|特に|何も)?、?(?:な[いしく]|あ(?:りません|らへん)|いません|大丈夫|結構)"
    r"|あとは(?:もう|特に|何も)?、?(?:な[いしく]|ありません|大丈夫|結構)|(?:以上|それで(?:全部|終わり))(?:です)?[。]?$|(?:く|ぐ)らい(?:です|かな|だ)"
)
"""An answer that says itself that there is nothing else."""


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
        if about and asked.input == "date" and answer is None:
            return None
        offered = any(o.value == NONE_VALUE for o in asked.options)
        return Unclear() if about or not offered else [NONE_VALUE]
    if record.options and record.multiple:
        return _checklist(record, asked, plain, answer)
    return _of_one(record, plain, answer)


def of_what_was_said(
    kb: KnowledgeBase, asked: AskedQuestion, text: str, given: tuple[Fact, ...]
) -> tuple[Fact, ...]:
    """Of the facts a spoken answer would settle those its words speak of.

    Who names a dog has not denied a motorcycle: boxes nobody spoke of stay open, except where the answer says that it
    is complete, or names papers that are wanted, which is complete by its nature.
    """
    record = kb.questions.get(asked.record)
    if record is None or not (record.options and record.multiple) or record.per == "group":
        return given
    ticked = any(fact.value is not False for fact in given)
    wishes = all(split_key(fact.key)[1].startswith("wants_") for fact in given)
    plain = unicodedata.normalize("NFKC", text)
    if not ticked or wishes or _COMPLETE.search(plain):
        return given
    parts = _apart({option.value: option for option in record.options}, plain)
    denied = {
        name
        for option in record.options
        if any(word in parts[option.value] for word in option.words_ja)
        and not _is_said(option.words_ja, parts[option.value])
        for name in option.sets
    }
    return tuple(f for f in given if f.value is not False or split_key(f.key)[1] in denied)


def _of_one(record: Question, text: str, answer: object) -> object | Unclear:
    """One option of several: that understood, or the only one whose words are said."""
    said = [o for o in record.options if _is_said(o.words_ja, text) and not _excluded(o, text)]
    if answer is None and len(said) == 1:
        return said[0].value
    chosen = next((o for o in record.options if o.value == answer), None)
    if chosen is not None and (_excluded(chosen, text) or (said and chosen not in said)):
        return Unclear()
    return answer


def _excluded(option: QuestionOption, text: str) -> bool:
    return any(word in text for word in option.not_with_ja)


def _checklist(record: Question, asked: AskedQuestion, text: str, answer: object) -> object:
    """Options with words of their own are ticked by them alone, the others as they were understood.

    An option of one person needs both: its words, and that the person was understood.
    """
    understood = set(answer) if isinstance(answer, list | tuple) else set()
    records = {option.value: option for option in record.options}
    said = _apart(records, text)
    ticked = []
    for offered in asked.options:
        name, _, person = offered.value.partition(":")
        option = records.get(name)
        own = () if option is None else option.words_ja
        part = said.get(name, "")
        if own and any(re.search(re.escape(word) + NO_LONGER, part) for word in own):
            return Unclear()
        meant = offered.value in understood - {NONE_VALUE}
        if _is_said(own, part) and (meant or not person) if own else meant:
            if option is not None and _excluded(option, text):
                return Unclear()
            ticked.append(offered.value)
    if ticked:
        return ticked
    return [NONE_VALUE] if NONE_VALUE in understood else None


def _apart(records: Mapping[str, QuestionOption], text: str) -> dict[str, str]:
    """The text as each option reads it: without the longer words of others (印鑑登録 in 印鑑登録証明書)."""
    own = {name: option.words_ja for name, option in records.items()}
    left: dict[str, str] = {}
    for name, mine in own.items():
        others = {w for other, theirs in own.items() if other != name for w in theirs}
        longer = sorted((w for w in others if any(m in w and m != w for m in mine)), key=len, reverse=True)
        part = text
        for word in longer:
            part = part.replace(word, "・" * len(word))
        left[name] = part
    return left


def _is_said(words: tuple[str, ...], text: str) -> bool:
    return any(word in text and not re.search(re.escape(word) + NEGATED, text) for word in words)
