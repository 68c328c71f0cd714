"""Which of the family are meant: everybody, nobody, all but one, only the children, the elder two, the rest.

An answer is a row of statements, each about some people, with a polarity. What is said of somebody by name stands
above what is said of a group, and that above what is said of everybody (みんな持ってるけど祖父だけない). だけ and 以外 speak
of the others too. Who is left unspoken of stays open, unless the answer was a plain list.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kb.facts import Option
from nlu.clauses_ja import clauses
from nlu.family_words_ja import EVERYBODY, GROUP, NAMED, FamilyWords, FoundReference, Member, rows
from nlu.polarity_ja import polarity, says_yes_or_no
from nlu.tokens import words

Scope = Literal["plain", "only", "except"]


@dataclass(frozen=True)
class FamilyMeaning:
    """Values of the people who are meant and of those who are not; `closed` when that is everybody."""

    meant: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    closed: bool = False
    unclear: bool = False
    """People were spoken of, but who or what was said of them cannot be told: it is asked back."""


@dataclass
class _Verdict:
    """What is said of each, and how strongly."""

    said: dict[str, tuple[bool, int]] = field(default_factory=dict)
    conflict: bool = False

    def say(self, members: Iterable[Member], *, value: bool, strength: int) -> None:
        for member in members:
            known = self.said.get(member.value)
            if known is not None and known[1] > strength:
                continue
            if known is not None and known[1] == strength and known[0] != value:
                self.conflict = True
            self.said[member.value] = (value, strength)


_EXCEPT = re.compile(r"(?:のもの|の分|の)?(?:、)?(?:以外|を?除|抜き|のほか[はに]|のぞ)")
_ONLY = re.compile(r"(?:のもの|の分|のぶん|の)?(?:\d人)?(?:だけ|のみ|しか|ばかり)")
_TOPIC = re.compile(r"(?:\d人)?(?:のほう|の方)?(?:には?|は)")


def family_meant(
    text: str, options: Sequence[Option], denied_by: Sequence[str] = (), unclear_with: Sequence[str] = ()
) -> FamilyMeaning:
    """Who of `options` (あなた, 妻, 子(12歳)) `text` means.

    `denied_by`: words that deny without a negation (まだ前の家に); `unclear_with`: words that leave it open.

    >>> pair = [Option("p1", "あなた"), Option("p2", "妻"), Option("p3", "祖父(78歳)")]
    >>> family_meant("祖父以外はみんな持っています", pair).meant
    ('p1', 'p2')
    >>> family_meant("妻は持っていません", pair)
    FamilyMeaning(meant=(), denied=('p2',), closed=False, unclear=False)
    """
    return _Reader(text, options, denied_by, unclear_with).read()


class _Reader:
    def __init__(
        self, text: str, options: Sequence[Option], denied_by: Sequence[str], unclear_with: Sequence[str]
    ):
        self._text = text
        self._words = FamilyWords(text, options)
        self._family = self._words.family
        self._denied_by, self._unclear_with = denied_by, unclear_with
        self._verdict = _Verdict()
        self._rest: list[bool] = []
        self._last: bool | None = None
        self._spoken_of = self._unclear = self._listed = self._limited = False

    def read(self) -> FamilyMeaning:
        cut = words(self._text, units="short")
        for clause in clauses(self._text, cut):
            self._statement(clause.start, clause.end)
        if not self._spoken_of:
            return self._without_people()
        self._say_of_the_rest()
        if self._unclear or self._verdict.conflict:
            return FamilyMeaning(unclear=True)
        return self._meaning()

    def _statement(self, start: int, end: int) -> None:
        statement = self._text[start:end]
        references = self._words.between(start, end)
        said = self._polarity(statement)
        if any(word in statement for word in self._unclear_with) or said == "hedged":
            self._unclear = True
            self._spoken_of = self._spoken_of or bool(references)
            return
        if said == "aside":
            return
        if not references:
            self._alone(statement)
            return
        for row in rows(self._text, references):
            self._say(row, value=said == "yes", end=end)

    def _alone(self, statement: str) -> None:
        """A statement about nobody that says the opposite of the one before (来てません、いや来てます)."""
        answer = self._yes_or_no(statement)
        if self._last is not None and answer is not None and answer != self._last:
            self._unclear = True

    def _polarity(self, statement: str) -> str:
        said = polarity(statement)
        if said != "hedged" and any(word in statement for word in self._denied_by):
            return "no"
        return said

    def _say(self, row: Sequence[FoundReference], *, value: bool, end: int) -> None:
        """One list of people and what is said of them."""
        self._spoken_of, self._last = True, value
        behind = self._text[row[-1].end : end]
        scope: Scope = "except" if _EXCEPT.match(behind) else "only" if _ONLY.match(behind) else "plain"
        if any(r.unresolved for r in row):
            self._unclear = True
            return
        members = [m for r in row for m in r.members]
        others = [m for m in self._family if m not in members]
        if any(r.rest for r in row):
            self._rest.append(value)
            return
        strength = min(r.strength for r in row)
        if scope == "only" and "しか" in behind[:6]:
            value = not value
        if scope == "except":
            self._verdict.say(members, value=not value, strength=NAMED)
            self._verdict.say(others, value=value, strength=EVERYBODY)
            return
        self._verdict.say(members, value=value, strength=strength)
        if scope == "only":
            self._verdict.say(others, value=not value, strength=EVERYBODY)
        elif value and strength != EVERYBODY:
            self._listed = True
            self._limited = self._limited or _TOPIC.match(behind) is not None

    def _say_of_the_rest(self) -> None:
        for value in self._rest:
            left = [m for m in self._family if self._verdict.said.get(m.value, (value, 0))[1] < GROUP]
            self._verdict.say(left, value=value, strength=GROUP)

    def _without_people(self) -> FamilyMeaning:
        """Nobody is named: no alone means nobody, yes alone only the one who is asked."""
        if self._unclear:
            return FamilyMeaning(unclear=True)
        said = [
            answer
            for c in clauses(self._text, words(self._text, units="short"))
            if (answer := self._yes_or_no(self._text[c.start : c.end])) is not None
        ]
        if not said or len(set(said)) > 1:
            return FamilyMeaning(unclear=len(set(said)) > 1)
        values = tuple(m.value for m in self._family)
        if said[0] is False:
            return FamilyMeaning(denied=values, closed=True) if self._is_short() else FamilyMeaning()
        return FamilyMeaning(meant=values, closed=True) if len(values) == 1 else FamilyMeaning()

    def _yes_or_no(self, statement: str) -> bool | None:
        if any(word in statement for word in self._denied_by):
            return False
        return says_yes_or_no(statement.strip("、。 "))

    def _is_short(self) -> bool:
        """A no that speaks of nothing else."""
        return len(self._family) == 1 or not any(
            w.part in ("名詞", "代名詞")
            and w.normal not in ("今", "現在", "特", "へん", "物", "カード", "家", "人", "方")
            for w in words(self._text, units="short")
        )

    def _meaning(self) -> FamilyMeaning:
        said = {value: answer for value, (answer, _) in self._verdict.said.items()}
        order = [m.value for m in self._family]
        open_ = [v for v in order if v not in said]
        meant = tuple(v for v in order if said.get(v) is True)
        denied = tuple(v for v in order if said.get(v) is False)
        if open_ and meant and not denied and self._listed and not self._limited:
            return FamilyMeaning(meant, tuple(open_), closed=True)
        return FamilyMeaning(meant, denied, closed=bool(said) and not open_)
