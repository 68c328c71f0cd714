"""Which of the family are meant: everybody, nobody, all but one, only the children, the elder two, the rest.

An answer is a row of statements, each about some people, with a polarity. What is said of somebody by name stands
above what is said of a group, and that above what is said of everybody (みんな持ってるけど祖父だけない). だけ and 以外 speak
of the others too. Who is left unspoken of stays open, unless the answer was a plain list.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kb.facts import Option
from nlu.ages_ja import find_ages
from nlu.clauses_ja import clauses
from nlu.household_ja import RELATION_LABELS
from nlu.polarity_ja import polarity, says_yes_or_no
from nlu.relations_ja import ELDER_WOMEN, ELDERS, SPOUSES, KinHit, find_kin
from nlu.tokens import words

SELF_LABEL = "あなた"
"""How options call the visitor."""
SPOUSE_LABEL = "配偶者"
"""How options call a wife or husband when it is not known which."""
ADULT_AGE = 18

Scope = Literal["plain", "only", "except"]

_EVERYBODY, _GROUP, _NAMED = 1, 2, 3


@dataclass(frozen=True)
class FamilyMeaning:
    """Values of the people who are meant and of those who are not; `closed` when that is everybody."""

    meant: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    closed: bool = False
    unclear: bool = False
    """People were spoken of, but who or what was said of them cannot be told: it is asked back."""


@dataclass(frozen=True)
class Reference:
    """Words that mean some of the family, for who reads what is said behind them."""

    start: int
    end: int
    members: tuple[str, ...]
    """Values of the options; none when it cannot be told who."""
    one: bool = False
    """One of the members, it does not matter which (長男 among children of unknown age)."""
    everybody: bool = False
    """Said with 全員, 2人とも: what follows holds for each."""
    rest: bool = False


@dataclass(frozen=True)
class _Member:
    value: str
    relation: str
    age: int | None

    @property
    def is_child(self) -> bool:
        return self.relation == RELATION_LABELS["child"]

    @property
    def is_adult(self) -> bool:
        if self.age is not None:
            return self.age >= ADULT_AGE
        return not self.is_child and self.relation != RELATION_LABELS["grandchild"]


@dataclass(frozen=True)
class _Reference:
    """Words that mean some of the family, and where they stand; no members: it cannot be told who."""

    start: int
    end: int
    members: tuple[_Member, ...]
    strength: int
    rest: bool = False
    """Those of whom nothing else is said."""
    unresolved: bool = False
    whole: bool = False
    """Everybody of a group (子どもは2人とも)."""
    one: bool = False
    """A word for one person, of whom several may be meant."""


@dataclass
class _Verdict:
    """What is said of each, and how strongly."""

    said: dict[str, tuple[bool, int]] = field(default_factory=dict)
    conflict: bool = False

    def say(self, members: Iterable[_Member], *, value: bool, strength: int) -> None:
        for member in members:
            known = self.said.get(member.value)
            if known is not None and known[1] > strength:
                continue
            if known is not None and known[1] == strength and known[0] != value:
                self.conflict = True
            self.said[member.value] = (value, strength)


_ALL = r"家族(?:全員|みんな|みな)|一家(?:全員)?|全員|ぜんいん|みんな|みな(?:さん)?(?=$|[でがはもと、。]|です)|全部|すべて|全て|(?P<of>\d{1,2})人(?:とも|共に|全員|みんな)"
_BOTH = r"両方(?:とも)?|どっちも|どちらも|双方"
_NOBODY = r"[誰だ](?:ー|れ|あ)*も|(?<!\d)1人も"
_PARENTS = r"私たち(?:夫婦)?|わたしたち|僕たち|僕ら|俺たち|俺ら|うちら|夫婦(?:\d人)?|(?<![父母両])親(?:たち)?(?=[はがも]|\d人)"
_ADULTS = r"大人(?:たち|\d人)?|おとな"
_OTHERS = r"(?:あと|残り|ほか|他|そのほか|その他|それ以外)(?:の(?:者|人|方|みんな|家族|全員|\d人))?(?=[はもが]|全員|みんな|\d人)|(?:あと|残り|ほか|他)の(?:者|人|方|みんな|家族|全員|\d人)"
_RANK = re.compile(
    r"(?:いちばん|1番|一番)(?P<most>上|下)(?:の(?:お?子(?:さん)?|息子|娘)?)?"
    r"|(?P<rank>上|真ん中|まん中|下)の(?:お?子(?:さん|ども)?|息子|娘|(?P<count>\d)人)"
    r"|(?<![つ歳年以目階])(?P<bare>上|下|真ん中)(?=[はがも](?!る|っ))|(?P<last>末っ子|末の(?:子|息子|娘))"
)
_GROUPS = re.compile(
    rf"(?P<all>{_ALL})|(?P<both>{_BOTH})|(?P<nobody>{_NOBODY})|(?P<parents>{_PARENTS})|(?P<adults>{_ADULTS})|(?P<others>{_OTHERS})"
)
_EXCEPT = re.compile(r"(?:のもの|の分|の)?(?:、)?(?:以外|を?除|抜き|のほか[はに]|のぞ)")
_ONLY = re.compile(r"(?:のもの|の分|のぶん|の)?(?:\d人)?(?:だけ|のみ|しか|ばかり)")
_LIST = re.compile(r"(?:の)?(?:と|や|も|、|・|に|と、|それから|あと|とも)*")
_TOPIC = re.compile(r"(?:\d人)?(?:のほう|の方)?(?:には?|は)")
_COUNTED = re.compile(r"(?P<count>\d)人")


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


def references(text: str, options: Sequence[Option]) -> list[list[Reference]]:
    """Words in `text` that mean some of `options`, lists joined by と together.

    >>> family = [Option("p1", "あなた"), Option("p2", "子"), Option("p3", "子")]
    >>> [[r.members for r in row] for row in references("上の子が12、私と下の子は", family)]
    [[('p2',)], [('p1',), ('p3',)]]
    """
    return [[_public(r) for r in row] for row in _rows(text, _Reader(text, options, (), ()).all())]


def _public(found: _Reference) -> Reference:
    members = () if found.unresolved and not found.one else tuple(m.value for m in found.members)
    whole = found.strength == _EVERYBODY or found.whole
    return Reference(found.start, found.end, members, found.one, whole, found.rest)


class _Reader:
    def __init__(
        self, text: str, options: Sequence[Option], denied_by: Sequence[str], unclear_with: Sequence[str]
    ):
        self._text = text
        self._family = tuple(_member(o) for o in options)
        self._denied_by, self._unclear_with = denied_by, unclear_with
        self._verdict = _Verdict()
        self._rest: list[bool] = []
        self._last: bool | None = None
        self._spoken_of = self._unclear = self._listed = self._limited = False

    def all(self) -> list[_Reference]:
        """Every word for some of the family."""
        self._hits = find_kin(self._text, words(self._text, units="short"))
        return self._references(0, len(self._text))

    def read(self) -> FamilyMeaning:
        cut = words(self._text, units="short")
        self._hits = find_kin(self._text, cut)
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
        references = self._references(start, end)
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
        for row in _rows(self._text, references):
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

    def _say(self, row: Sequence[_Reference], *, value: bool, end: int) -> None:
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
            self._verdict.say(members, value=not value, strength=_NAMED)
            self._verdict.say(others, value=value, strength=_EVERYBODY)
            return
        self._verdict.say(members, value=value, strength=strength)
        if scope == "only":
            self._verdict.say(others, value=not value, strength=_EVERYBODY)
        elif value and strength != _EVERYBODY:
            self._listed = True
            self._limited = self._limited or _TOPIC.match(behind) is not None

    def _say_of_the_rest(self) -> None:
        for value in self._rest:
            left = [m for m in self._family if self._verdict.said.get(m.value, (value, 0))[1] < _GROUP]
            self._verdict.say(left, value=value, strength=_GROUP)

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

    def _references(self, start: int, end: int) -> list[_Reference]:
        found = [*self._ranked(start, end), *self._groups(start, end)]
        for hit in self._hits:
            if start <= hit.start < end and not any(r.start < hit.end and hit.start < r.end for r in found):
                reference = self._of_kin(hit)
                if reference is not None:
                    found.append(reference)
        return self._narrowed(sorted(found, key=lambda r: r.start))

    def _of_kin(self, hit: KinHit) -> _Reference | None:
        """Who a word for people means; None for people who are not asked about."""
        if re.match(
            r"の(?!は|も|が|だけ|分|ぶん|もの|ほう|方|以外|\d人)|に(?!は)|から", self._text[hit.end :]
        ):
            return None
        labels = {SELF_LABEL} if hit.kin[0].relation == "self" else set()
        for kin in hit.kin:
            if kin.relation != "self":
                labels |= {RELATION_LABELS[kin.relation]} | (
                    {SPOUSE_LABEL} if kin.relation in SPOUSES else set()
                )
        members = tuple(m for m in self._family if m.relation in labels) or self._elders(hit)
        if not members:
            return None
        ages = {
            a.age for a in find_ages(self._text[max(0, hit.start - 8) : hit.end + 4], dt.date.min) if a.age
        }
        of_age = tuple(m for m in members if m.age in ages)
        one = hit.kin[0]
        single = len(hit.kin) == 1 and not (hit.generic or hit.plural) and one.relation != "self"
        counted = _COUNTED.match(self._text, hit.end)
        wrong_count = counted is not None and int(counted["count"]) != len(members)
        unresolved = not of_age and (
            (single and len(members) > 1) or (wrong_count and one.relation == "child")
        )
        strength = _NAMED if single or one.relation == "self" else _GROUP
        return _Reference(
            hit.start,
            hit.end,
            of_age or members,
            strength,
            unresolved=unresolved,
            one=single and len(members) > 1,
        )

    def _elders(self, hit: KinHit) -> tuple[_Member, ...]:
        """The one old man or woman of the family, whether called 父 or 祖父."""
        for generation in (ELDERS, ELDER_WOMEN):
            if hit.kin[0].relation in generation:
                labels = {RELATION_LABELS[relation] for relation in generation}
                found = tuple(m for m in self._family if m.relation in labels)
                return found if len(found) == 1 else ()
        return ()

    def _ranked(self, start: int, end: int) -> list[_Reference]:
        """上の子, 下の2人, 真ん中の子, 末っ子 among the children, who stand in the order of their ages."""
        children = [m for m in self._family if m.is_child]
        if all(m.age is not None for m in children):
            children.sort(key=lambda m: -(m.age or 0))
        found = []
        for match in _RANK.finditer(self._text, start, end):
            count = int(match["count"] or 1) if match["rank"] else 1
            behind = _COUNTED.match(self._text, match.end())
            if behind and match["rank"]:
                count = int(behind["count"])
            rank = match["most"] or match["rank"] or match["bare"] or "末"
            members: Sequence[_Member] = children[:count] if rank == "上" else children[-count:]
            if rank in ("真ん中", "まん中"):
                middle = len(children) // 2
                members = children[middle : middle + 1] if len(children) % 2 and len(children) > 2 else []
            if children:
                clear = bool(members) and 0 < count < max(2, len(children) + 1)
                finish = behind.end() if behind and match["rank"] else match.end()
                found.append(_Reference(match.start(), finish, tuple(members), _NAMED, unresolved=not clear))
        return found

    def _groups(self, start: int, end: int) -> list[_Reference]:
        found = []
        for match in _GROUPS.finditer(self._text, start, end):
            where = (match.start(), match.end())
            if match["all"] or match["nobody"] or match["both"]:
                number = int(match["of"]) if match["of"] else 2 if match["both"] else None
                wrong = number not in (None, len(self._family))
                found.append(_Reference(*where, self._family, _EVERYBODY, unresolved=wrong))
            elif match["others"]:
                found.append(_Reference(*where, (), _GROUP, rest=True))
            else:
                found.append(_Reference(*where, self._generation(adults=bool(match["adults"])), _GROUP))
        return found

    def _generation(self, *, adults: bool) -> tuple[_Member, ...]:
        if adults:
            return tuple(m for m in self._family if m.is_adult)
        couple = {SELF_LABEL, SPOUSE_LABEL, *(RELATION_LABELS[s] for s in SPOUSES)}
        return tuple(m for m in self._family if m.relation in couple)

    def _narrowed(self, found: Sequence[_Reference]) -> list[_Reference]:
        """「子どもたちはみんな」, 「親は2人とも」, 「あとは全員」: everybody of those named right before."""
        kept: list[_Reference] = []
        for reference in found:
            before = kept[-1] if kept else None
            if before is not None and reference.strength == _EVERYBODY and before.strength == _GROUP:
                gap = self._text[before.end : reference.start]
                if (
                    re.fullmatch(r"(?:たち|ら)?(?:の)?(?:\d人)?(?:もの)?(?:[はもがの])?、?", gap)
                    and "以外" not in gap
                ):
                    number = _COUNTED.match(self._text, reference.start)
                    fits = number is None or before.rest or int(number["count"]) == len(before.members)
                    start = before.start
                    kept[-1] = _Reference(
                        start,
                        reference.end,
                        before.members,
                        before.strength,
                        before.rest,
                        not fits,
                        whole=True,
                    )
                    continue
            kept.append(reference)
        return kept


def _member(option: Option) -> _Member:
    label, _, age = option.label_ja.partition("(")
    number = re.match(r"\d+", age)
    known = {o for o in RELATION_LABELS.values() if option.label_ja.startswith(o)}
    relation = max(known, key=len) if known else label
    return _Member(option.value, relation, int(number[0]) if number else _age_behind(option.label_ja))


def _age_behind(label: str) -> int | None:
    found = re.search(r"\((\d+)歳\)$", label)
    return int(found[1]) if found else None


def _rows(text: str, references: Sequence[_Reference]) -> list[list[_Reference]]:
    """Lists joined by と; what stands behind the last is said of all of a list."""
    rows: list[list[_Reference]] = []
    for reference in references:
        gap = text[rows[-1][-1].end : reference.start] if rows else None
        if gap is not None and _LIST.fullmatch(gap) and not reference.rest:
            rows[-1].append(reference)
        else:
            rows.append([reference])
    return rows
