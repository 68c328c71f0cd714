"""The people of one utterance while it is read: words for people with their numbers and ages, and how each hangs
in its statement (妻と…, 祖父は…, 父の…).

What follows from it, who moved and whether these are all, is read by `household_ja`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from kb.facts import Alternative, Value
from kb.household import Doubt
from nlu.ages_ja import FoundAge, find_ages
from nlu.clauses_ja import Clause
from nlu.dates_ja import FoundDate, find_dates
from nlu.relations_ja import SIBLINGS, SPOUSES, Kin, KinHit

Tie = Literal["for", "beside", "fetched", "with", "owner", "subject", "object", "dative", "from", "copula"]
"""父の代わりに · 父の付き添い · 父を呼び寄せ · 父と · 父の · 父は · 父を · 父に · 父から · 父です."""

_TIES: tuple[tuple[Tie, str], ...] = (
    (
        "for",
        r"の(?:代わり|かわり|代理|名代|委任|使い)|に(?:頼まれ|言いつか|代わっ|かわっ)|から(?:頼まれ|委任)",
    ),
    ("beside", r"の(?:付き添い|付添い?|つきそい|お供)|に付き添"),
    ("fetched", r"を[^、。]{0,12}(?:呼び寄せ|引き取|呼ん)"),
    (
        "with",
        r"の(?:家族)?\d+人(?:家族)?で|(?:の\d人)?(?:だけ)?(?:と|とも|も|とは)?、?(?:一緒|いっしょ|共に|ともに)|(?:を|も)?(?:連れ|つれ|伴)|込みで|同伴",
    ),
    ("with", r"(?:だけ)?と(?!申|言|いう|いっ|いい|離婚|別れ|死別|話|相談|連絡)"),
    ("with", r"で(?=[^、。]{0,20}(?:引っ越|越し|移|来|転入|住|から(?:です)?。?$))"),
    ("owner", r"の"),
    ("subject", r"(?:だけ|のほう|の方)?(?:が|は|も)|だけ|のみ"),
    ("object", r"を"),
    ("dative", r"に"),
    ("from", r"から"),
)

_LIST = r"(?:と|や|、|に|とか|も|及び|および|それに|プラス|&|あと|それから|,)*(?:私の|うちの)?"
_COUNTED = re.compile(
    r"(?:が|は|も|、|で|\()?(?P<count>\d{1,2})(?:人|名)(?:兄弟|きょうだい|姉妹)?(?!目|前|暮)"
)
_LED = re.compile(r"[はがもで、:( ]{0,3}(?:もうすぐ|今|いま)?")
_JOINS_AGES = re.compile(r"(?:と|、|,|・|で|も|や| )*(?:上から|下から|それぞれ)?")
_BORN = r"[^、。]{0,8}?(?:生まれ|産まれ|うまれ|出産)"
SURE = 0.9
"""Confidence from which what is said of a person is not marked."""

_ONE_OF_A_KIND = (*SPOUSES, "father", "mother", "father_in_law", "mother_in_law")
_ALONE_OF_THEIR_WORD = (
    *_ONE_OF_A_KIND,
    "self",
    "grandfather",
    "grandmother",
    "unregistered_wife",
    "unregistered_husband",
)
"""Relations whose word means one person, so that a second age behind it is somebody else's."""


@dataclass
class Draft:
    """A person while the sentence is being read."""

    kin: Kin
    spans: list[tuple[int, int]]
    elder: bool = False
    generic: bool = False
    """Said as 子ども only, so that 長男 may be the same child."""
    facts: dict[str, Value] = field(default_factory=dict)
    doubt: float = 1.0
    """Upper bound of the confidence of the relation."""
    doubts: dict[str, Doubt] = field(default_factory=dict)
    """Of single facts (an age that is 11 or 12)."""

    @property
    def is_visitor(self) -> bool:
        """The visitor themself."""
        return self.kin.relation == "self"


@dataclass(frozen=True)
class Group:
    """A word for people with its number, its ages and where it all stands."""

    hit: KinHit
    start: int
    end: int
    count: int | None
    ages: tuple[FoundAge, ...]
    births: tuple[FoundDate, ...] = ()


@dataclass(frozen=True)
class Tied:
    """A group in its statement."""

    group: Group
    tie: Tie
    rest: str
    """The statement behind it; in a list, behind the last of the list."""


def tied(text: str, clause: Clause, groups: Sequence[Group]) -> list[Tied]:
    """The groups of a statement and how they hang in it; members of a list share the tie of its last."""
    found: list[Tied] = []
    for group in reversed(groups):
        following = found[-1] if found else None
        rest = text[group.end : clause.end]
        if following and re.fullmatch(_LIST, text[group.end : following.group.start].rstrip()):
            found.append(Tied(group, following.tie, following.rest))
        else:
            found.append(Tied(group, _tie(rest), rest))
    return found[::-1]


def _tie(rest: str) -> Tie:
    rest = re.sub(r"^(?:など|なんか|とか)", "", rest)
    return next((tie for tie, pattern in _TIES if matches(pattern, rest)), "copula")


class Groups:
    """Finds the number, ages and birth dates that belong to each word for people."""

    def __init__(self, text: str, today: dt.date, hits: Sequence[KinHit]):
        self._text, self._hits = text, hits
        self._ages = find_ages(text, today)
        self._births = tuple(
            d for d in find_dates(text, today) if d.day and (d.of_birth or d.day.year < today.year - 1)
        )

    def all(self) -> list[Group]:
        """One group for each word, in order."""
        return [self._group(hit) for hit in self._hits]

    def _group(self, hit: KinHit) -> Group:
        text, start, end, count = self._text, hit.start, hit.end, None
        left = re.search(r"(?P<count>\d{1,2})(?:人|名)の$", text[: hit.start])
        if left:
            count, start = int(left["count"]), left.start()
        ages = self._ages_before(start)
        start = ages[0].start if ages else start
        right = _COUNTED.match(text, end)
        if right and count is None and not self._is_total(right):
            count, end = int(right["count"]), right.end()
        behind = [] if ages else self._ages_behind(end)
        if hit.kin[0].relation in _ALONE_OF_THEIR_WORD:
            behind = behind[: len(hit.kin)]
        end = behind[-1].end if behind else end
        if "(" in text[hit.end : end] and text[end : end + 1] == ")":
            end += 1
        births = [d for d in self._births if end <= d.start and _LED.fullmatch(text, end, d.start)]
        return Group(hit, start, end, count, tuple(ages or behind), tuple(births[:1]))

    def _is_total(self, counted: re.Match[str]) -> bool:
        """妻と子どもで4人: all of them, not the children."""
        behind = self._text[counted.end() : counted.end() + 1]
        return self._text[counted.start()] == "で" and behind not in ("、", "(")

    def _ages_before(self, position: int) -> list[FoundAge]:
        """The ages of 「12歳と6歳の」 that end right before a word for people."""
        chain: list[FoundAge] = []
        for age in reversed([a for a in self._ages if a.end <= position]):
            gap = self._text[age.end : position]
            if chain:
                belongs = _JOINS_AGES.fullmatch(gap) is not None
            else:
                belongs = gap in ("の", "になる", "になった", "のうちの") or (not gap and not age.bare)
            if not belongs:
                break
            chain.insert(0, age)
            position = age.start
        return chain

    def _ages_behind(self, position: int) -> list[FoundAge]:
        """The ages of 「妻は38」 and 「子どもは12と6と2です」; those of the next person are left alone."""
        chain: list[FoundAge] = []
        for age in (a for a in self._ages if a.start >= position):
            led = _JOINS_AGES if chain else _LED
            if not led.fullmatch(self._text, position, age.start) or self._describes_next(age):
                break
            chain.append(age)
            position = age.end
        return chain

    def _describes_next(self, age: FoundAge) -> bool:
        following = (hit for hit in self._hits if hit.start >= age.end)
        return any(self._text[age.end : hit.start] in ("の", "になる", "") for hit in following)


class Roster:
    """The people found so far, each once."""

    def __init__(self, text: str, today: dt.date):
        self._text, self._today = text, today
        self.drafts: list[Draft] = []
        self.open_number = False
        """子ども without a number was said, so there may be more."""

    @property
    def visitor(self) -> Draft:
        """The visitor, made at first need."""
        for draft in self.drafts:
            if draft.is_visitor:
                return draft
        self.drafts.insert(0, Draft(Kin("self", 1.0), []))
        return self.drafts[0]

    @property
    def others(self) -> list[Draft]:
        """Everybody but the visitor."""
        return [d for d in self.drafts if not d.is_visitor]

    def add(self, group: Group, *, moves: bool | None, doubt: float = 1.0) -> list[Draft]:
        """The people a group stands for: those named before if it means them, else new ones."""
        drafts = self._again(group) or self._new(group)
        self.tell(drafts, group)
        for draft in drafts:
            draft.doubt = min(draft.doubt, doubt)
            draft.spans.append((group.hit.start, group.hit.end))
            if moves is not None:
                draft.facts["moves"] = moves
            elif draft.kin.relation == "child" and matches(_BORN, self._text[group.end :]):
                draft.facts.setdefault("age", 0)
        return drafts

    def tell(self, drafts: Sequence[Draft], group: Group) -> None:
        """Ages, schools and birth dates of the group, in order."""
        same_age = len(group.ages) == 1 and len(group.hit.kin) > 1
        ages: Iterable[FoundAge] = group.ages * len(drafts) if same_age else group.ages
        for draft, age in zip(drafts, ages, strict=False):
            if age.age is not None and (age.confidence >= SURE or age.alternatives):
                draft.facts["age"] = age.age
                if age.confidence < SURE:
                    options = tuple(Alternative(a, f"{a}歳") for a in age.alternatives)
                    draft.doubts["age"] = Doubt(age.confidence, options)
            if age.school is not None:
                draft.facts["school"] = age.school
        for draft, birth in zip(drafts, group.births, strict=False):
            if birth.day is not None and birth.day <= self._today:
                draft.facts["birth_date"] = birth.day
        for draft in drafts:
            if draft.kin.sex:
                draft.facts.setdefault("sex", draft.kin.sex)
            if draft.kin.school:
                draft.facts.setdefault("school", draft.kin.school)

    def fill_up(self, total: int, together: Sequence[Draft]) -> None:
        """「子どもと3人で」: as many children as are missing."""
        children = [d for d in together if d.generic]
        missing = total - 1 - len(together)
        if not self.open_number or len(children) != 1 or not 0 <= missing <= 8:
            return
        child = children[0]
        child.doubt = 1.0
        at = self.drafts.index(child) + 1
        self.drafts[at:at] = [
            replace(child, facts=dict(child.facts), doubts=dict(child.doubts), spans=list(child.spans))
            for _ in range(missing)
        ]
        self.open_number = False

    def _counted(self, draft: Draft, count: int) -> list[Draft]:
        """As many as are now known of those first named without a number."""
        draft.doubt, self.open_number = 1.0, False
        more = [
            replace(draft, facts=dict(draft.facts), doubts=dict(draft.doubts), spans=list(draft.spans))
            for _ in range(count - 1)
        ]
        self.drafts += more
        return [draft, *more]

    def _new(self, group: Group) -> list[Draft]:
        hit = group.hit
        count = max(group.count or 1, len(group.ages))
        if count > 1 and set(hit.kin[0].others) == set(SIBLINGS) and matches("で", self._text[group.end :]):
            count -= 1  # 兄弟2人で: the visitor is one of them
        people = hit.kin if len(hit.kin) > 1 else hit.kin * count
        uncounted = hit.generic and group.count is None and not group.ages and len(hit.kin) == 1
        if hit.plural or uncounted:
            self.open_number = True
        made = [
            Draft(kin, [], elder=hit.elder, generic=hit.generic, doubt=0.8 if uncounted else 1.0)
            for kin in people
        ]
        self.drafts += made
        return made

    def _again(self, group: Group) -> list[Draft]:
        """People already named that the word means once more."""
        hit = group.hit
        known = [d for d in self.drafts if d.kin.relation == hit.kin[0].relation]
        if not known or len(hit.kin) > 1:
            return []
        if hit.kin[0].relation in _ONE_OF_A_KIND:
            return known[:1]
        count = max(group.count or 1, len(group.ages))
        if hit.generic:
            uncounted = group.count is None and not group.ages
            if self.open_number and len(known) == 1 and known[0].generic and count > 1:
                return self._counted(known[0], count)  # 子どもと…、子どもは2人です
            return known if count == len(known) or uncounted else []
        same = [d for d in known if d.generic and d.kin.sex in (None, hit.kin[0].sex)]
        if len(same) >= count:
            for draft in same[:count]:
                draft.generic, draft.kin = False, hit.kin[0]
            return same[:count]
        topic = self._text[group.end : group.end + 1] == "は" or bool(group.ages)
        alone = count == 1 and len(known) == 1 and hit.kin[0].relation != "child"
        return known if topic and alone else []


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def matches(pattern: str, text: str) -> bool:
    """`pattern` stands at the beginning of `text`."""
    return _compiled(pattern).match(text) is not None


def says(pattern: str, text: str) -> bool:
    """`pattern` stands anywhere in `text`."""
    return _compiled(pattern).search(text) is not None
