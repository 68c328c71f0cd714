"""Words that mean some of the family a question is about: kin, 上の子, 大人, 二人とも, あとの者.

Options are people (あなた, 妻, 子(12歳)). What is said of those who are meant is read by `family_scope_ja`.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.facts import Option
from nlu.ages_ja import find_ages
from nlu.household_ja import RELATION_LABELS
from nlu.relations_ja import ELDER_WOMEN, ELDERS, SPOUSES, KinHit, find_kin
from nlu.tokens import words

SELF_LABEL = "あなた"
"""How options call the visitor."""
SPOUSE_LABEL = "配偶者"
"""How options call a wife or husband when it is not known which."""
ADULT_AGE = 18

EVERYBODY, GROUP, NAMED = 1, 2, 3
"""How strongly somebody is meant: a name stands above a group, and a group above everybody."""


@dataclass(frozen=True)
class Member:
    """One option."""

    value: str
    relation: str
    age: int | None

    @property
    def is_child(self) -> bool:
        """A child of the visitor, grown up or not."""
        return self.relation == RELATION_LABELS["child"]

    @property
    def is_adult(self) -> bool:
        """Of age, as far as the option tells it."""
        if self.age is not None:
            return self.age >= ADULT_AGE
        return not self.is_child and self.relation != RELATION_LABELS["grandchild"]


@dataclass(frozen=True)
class FoundReference:
    """Words that mean some of the family, and where they stand; no members: it cannot be told who."""

    start: int
    end: int
    members: tuple[Member, ...]
    strength: int
    rest: bool = False
    """Those of whom nothing else is said."""
    unresolved: bool = False
    whole: bool = False
    """Everybody of a group (子どもは2人とも)."""
    one: bool = False
    """A word for one person, of whom several may be meant."""


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
_LIST = re.compile(r"(?:の)?(?:と|や|も|、|・|に|と、|それから|あと|とも)*")
_COUNTED = re.compile(r"(?P<count>\d)人")


class FamilyWords:
    """Finds the words for some of `options` in a text."""

    def __init__(self, text: str, options: Sequence[Option]):
        self._text = text
        self.family = tuple(_member(o) for o in options)
        self._hits = find_kin(text, words(text, units="short"))

    def between(self, start: int, end: int) -> list[FoundReference]:
        """The words in a statement, in order."""
        found = [*self._ranked(start, end), *self._groups(start, end)]
        for hit in self._hits:
            if start <= hit.start < end and not any(r.start < hit.end and hit.start < r.end for r in found):
                reference = self._of_kin(hit)
                if reference is not None:
                    found.append(reference)
        return self._narrowed(sorted(found, key=lambda r: r.start))

    def _of_kin(self, hit: KinHit) -> FoundReference | None:
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
        members = tuple(m for m in self.family if m.relation in labels) or self._elders(hit)
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
        strength = NAMED if single or one.relation == "self" else GROUP
        return FoundReference(
            hit.start,
            hit.end,
            of_age or members,
            strength,
            unresolved=unresolved,
            one=single and len(members) > 1,
        )

    def _elders(self, hit: KinHit) -> tuple[Member, ...]:
        """The one old man or woman of the family, whether called 父 or 祖父."""
        for generation in (ELDERS, ELDER_WOMEN):
            if hit.kin[0].relation in generation:
                labels = {RELATION_LABELS[relation] for relation in generation}
                found = tuple(m for m in self.family if m.relation in labels)
                return found if len(found) == 1 else ()
        return ()

    def _ranked(self, start: int, end: int) -> list[FoundReference]:
        """上の子, 下の2人, 真ん中の子, 末っ子 among the children, who stand in the order of their ages."""
        children = [m for m in self.family if m.is_child]
        if all(m.age is not None for m in children):
            children.sort(key=lambda m: -(m.age or 0))
        found = []
        for match in _RANK.finditer(self._text, start, end):
            count = int(match["count"] or 1) if match["rank"] else 1
            behind = _COUNTED.match(self._text, match.end())
            if behind and match["rank"]:
                count = int(behind["count"])
            rank = match["most"] or match["rank"] or match["bare"] or "末"
            members: Sequence[Member] = children[:count] if rank == "上" else children[-count:]
            if rank in ("真ん中", "まん中"):
                middle = len(children) // 2
                members = children[middle : middle + 1] if len(children) % 2 and len(children) > 2 else []
            if children:
                clear = bool(members) and 0 < count < max(2, len(children) + 1)
                finish = behind.end() if behind and match["rank"] else match.end()
                found.append(
                    FoundReference(match.start(), finish, tuple(members), NAMED, unresolved=not clear)
                )
        return found

    def _groups(self, start: int, end: int) -> list[FoundReference]:
        found = []
        for match in _GROUPS.finditer(self._text, start, end):
            where = (match.start(), match.end())
            if match["all"] or match["nobody"] or match["both"]:
                number = int(match["of"]) if match["of"] else 2 if match["both"] else None
                wrong = number not in (None, len(self.family))
                found.append(FoundReference(*where, self.family, EVERYBODY, unresolved=wrong))
            elif match["others"]:
                found.append(FoundReference(*where, (), GROUP, rest=True))
            else:
                found.append(FoundReference(*where, self._generation(adults=bool(match["adults"])), GROUP))
        return found

    def _generation(self, *, adults: bool) -> tuple[Member, ...]:
        if adults:
            return tuple(m for m in self.family if m.is_adult)
        couple = {SELF_LABEL, SPOUSE_LABEL, *(RELATION_LABELS[s] for s in SPOUSES)}
        return tuple(m for m in self.family if m.relation in couple)

    def _narrowed(self, found: Sequence[FoundReference]) -> list[FoundReference]:
        """「子どもたちはみんな」, 「親は2人とも」, 「あとは全員」: everybody of those named right before."""
        kept: list[FoundReference] = []
        for reference in found:
            before = kept[-1] if kept else None
            if before is not None and reference.strength == EVERYBODY and before.strength == GROUP:
                gap = self._text[before.end : reference.start]
                if (
                    re.fullmatch(r"(?:たち|ら)?(?:の)?(?:\d人)?(?:もの)?(?:[はもがの])?、?", gap)
                    and "以外" not in gap
                ):
                    number = _COUNTED.match(self._text, reference.start)
                    fits = number is None or before.rest or int(number["count"]) == len(before.members)
                    start = before.start
                    kept[-1] = FoundReference(
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


def references(text: str, options: Sequence[Option]) -> list[list[Reference]]:
    """Words in `text` that mean some of `options`, lists joined by と together.

    >>> family = [Option("p1", "あなた"), Option("p2", "子"), Option("p3", "子")]
    >>> [[r.members for r in row] for row in references("上の子が12、私と下の子は", family)]
    [[('p2',)], [('p1',), ('p3',)]]
    """
    return [[_public(r) for r in row] for row in rows(text, FamilyWords(text, options).between(0, len(text)))]


def _public(found: FoundReference) -> Reference:
    members = () if found.unresolved and not found.one else tuple(m.value for m in found.members)
    whole = found.strength == EVERYBODY or found.whole
    return Reference(found.start, found.end, members, found.one, whole, found.rest)


def _member(option: Option) -> Member:
    label, _, age = option.label_ja.partition("(")
    number = re.match(r"\d+", age)
    known = {o for o in RELATION_LABELS.values() if option.label_ja.startswith(o)}
    relation = max(known, key=len) if known else label
    return Member(option.value, relation, int(number[0]) if number else _age_behind(option.label_ja))


def _age_behind(label: str) -> int | None:
    found = re.search(r"\((\d+)歳\)$", label)
    return int(found[1]) if found else None


def rows(text: str, references: Sequence[FoundReference]) -> list[list[FoundReference]]:
    """Lists joined by と; what stands behind the last is said of all of a list."""
    rows: list[list[FoundReference]] = []
    for reference in references:
        gap = text[rows[-1][-1].end : reference.start] if rows else None
        if gap is not None and _LIST.fullmatch(gap) and not reference.rest:
            rows[-1].append(reference)
        else:
            rows.append([reference])
    return rows
