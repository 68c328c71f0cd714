"""Who belongs to the household and who moved, from one utterance.

「妻と子ども3人と祖父と横浜から引っ越してきました」 names everybody who came along, so the household is known; a
person who is only spoken of (父の名前で, 母に言われて) is no member of it. Denials (妻は来ていません,
子どもはいません) count. Nothing here decides; every doubtful relation keeps its other meanings.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.facts import Alternative
from kb.household import PersonMention
from nlu.ages_ja import find_ages
from nlu.clauses_ja import Clause, clauses
from nlu.people_ja import Draft, Group, Groups, Roster, Tied, matches, says, tied
from nlu.relations_ja import ELDER_WOMEN, ELDERS, SPOUSES, Kin, KinHit, find_kin
from nlu.tokens import words

RELATION_LABELS = {
    "wife": "妻", "husband": "夫", "unregistered_wife": "妻(未届)", "unregistered_husband": "夫(未届)", "child": "子",
    "father": "父", "mother": "母", "father_in_law": "義父(配偶者の父)", "mother_in_law": "義母(配偶者の母)",
    "grandfather": "祖父", "grandmother": "祖母", "grandchild": "孫", "older_brother": "兄", "younger_brother": "弟",
    "older_sister": "姉", "younger_sister": "妹", "other_relative": "その他の親族", "cohabitant": "同居人",
}  # fmt: skip
"""What a relation is called on a button."""

_MOVED = (
    r"引っ越|越[しす](?:て|ま|た|$)|移(?:って|り|る|し)|転入|転居|転出|転勤"
    r"|(?:来|き)(?:まし|た(?!い)|て(?!い?(?:な|ませ)))|一緒|いっしょ|入居|やってき|連れ|(?<![だすたるいの])から(?:です)?。?$"
)
_LIVES = (
    _MOVED
    + r"|(?:住む|暮らす|同居する)(?:こと|ため|ので|んで|よう)|(?:住み|暮らし|くらし)(?:始|はじ)|同居(?:を始|が始|することに)"
)
_I_MOVED = re.compile(
    r"引っ越し(?:て|た|まし|ます)|引っ越す|越してき|越してま|転入し|移ってき|移り住|移転し|住み始"
    r"|(?:から|より)(?:、|[^、。]{0,8})?来(?:まし|た|て)"
)
_STAYED = (
    r"(?:来|き)て(?:い)?(?:な|ませ|おりませ)|来な|来ませ|(?:引っ越し|越し|移っ|移し)て(?:い)?(?:な|ませ)"
    r"|(?:引っ越し|移ら|引っ越さ)(?:な|ませ)|残(?:っ|り|る|し)|置いて|別居|別々|単身赴任|(?:あと|後)(?:から|で|ほど)"
    r"|まだ(?!小)|以外|抜き|を除|実家に(?:いる|い|残)|そのまま|施設に"
)
_LEFT_OUT = r"(?:の)?(?:以外|を?除|抜き|のぞ)"
_ABSENT = (
    r"[はがもを]?、?(?:もう|まだ|今は|特に)?、?"
    r"(?:(?:い|居)(?:な[いく]|ませ|ん)|おりませ|なし(?:で|の|。|、|$)|では?な[いく]|じゃな)"
)
_GONE = r"[^、。]{0,10}?(?:亡くな|死ん|死去|死亡|他界|逝|葬)|と(?:は)?(?:離婚|別れ|死別|離縁)"
_PRESENT = r"^[がはも]?、?(?:い(?:ます|る|て)|おり|同居)|^[^、。]{0,8}?(?:生まれ|産まれ|うまれ|出産)"
_TOLD_OF = r"要介護|要支援|手帳|妊娠|カード|保険|外国|国籍|認定|年金|扶養|会社員|公務員"
_HOME = r"の(?:家|うち|ところ|所|とこ|アパート|マンション|部屋|実家)(?:に|へ|で)"
_ALONE = re.compile(
    r"(?:^|[、。はがでもにら])(?:私|僕|俺|わたし|自分)?(?:1人|ひとり|一人|独り)(?:きり|だけ)?(?:で|です|のみ)(?!暮らしていた)"
    r"|単身(?:で|です|者|世帯|赴任で(?:来|こちら|こっち))|私だけ|自分だけ|本人だけ|本人のみ"
    r"|(?:一人|1人|ひとり|独り)(?:暮らし|ぐらし)(?:です|を始|をはじ|する|で引っ越|になり|します|の)"
)
_NOBODY_ELSE = re.compile(
    r"(?:[誰だ]れ?も|ほかに(?:は)?|他に(?:は)?|1人も)[^、。]{0,4}(?:い(?:な|ま)|お(?:ら|りま))"
)
_TOTAL = re.compile(
    r"(?:家族|一家|全部で|全員で|合わせて|あわせて|みんなで|計|総勢|合計)(?:は|で|、)?(?P<all>\d{1,2})人"
    r"|(?P<of>\d{1,2})人(?:家族|暮らし|世帯|全員)|(?:と|の|とで|で)(?P<with>\d{1,2})人(?:家族)?で"
)
_NOT_ALL = r"など(?!の)|とか|ほか|他に|家族(?:で|全員|みんな|と|も)|親戚も"
_PROXY = r"代理(?:で|人|の者|として)|代わりに来|頼まれて来|頼まれ(?:まし|て)|委任状"
_SUCCEEDS = r"世帯主に(?:な|変)"
"""父の代わりに自分が世帯主になる: in his place, not on his behalf."""
_COUPLE = re.compile(
    r"(?<!娘)(?<!息子)(?<![兄弟姉妹老])(?<!両親)(?<!友人)夫婦(?:2人|揃って|そろって)?(?:で|と|2人|のみ|だけ)"
)
_PARENT_AND_CHILD = re.compile(r"(?P<who>母子|父子|親子)2人で")

_CLOSE = (*SPOUSES, "child", "unregistered_wife", "unregistered_husband")


@dataclass(frozen=True)
class Household:
    """People of one utterance."""

    people: tuple[PersonMention, ...] = ()
    complete: bool = False
    """They are all who moved or live together."""
    visitor_role: str | None = None
    """`proxy` when the visitor came for somebody else."""
    role_confidence: float = 0.0


@dataclass
class Reading:
    """What was read of one utterance; the readers of circumstances may still add to its people."""

    text: str
    clauses: tuple[Clause, ...]
    hits: tuple[KinHit, ...]
    roster: Roster
    complete: bool
    visitor_role: str | None
    role_confidence: float

    def household(self, *, parent: bool = False) -> Household:
        """The people as mentions; `parent` when the visitor is already known to have children."""
        drafts = self.roster.drafts
        parent = parent or any(d.kin.relation in ("child", "grandchild", *SPOUSES) for d in drafts)
        people = tuple(_mention(d, parent=parent) for d in drafts if not d.is_visitor or d.facts)
        return Household(people, self.complete, self.visitor_role, self.role_confidence)


def find_household(text: str, today: dt.date, *, parent: bool = False) -> Household:
    """People in `text`; `parent` when the visitor is already known to have children.

    >>> found = find_household("妻と子ども3人と横浜から引っ越してきました", dt.date(2026, 4, 7))
    >>> [p.relation for p in found.people], found.complete
    (['self', 'wife', 'child', 'child', 'child'], True)
    >>> [(p.relation, p.facts) for p in find_household("妻は来ていません", dt.date(2026, 4, 7)).people]
    [('wife', (('moves', False),))]
    """
    return read_people(text, today).household(parent=parent)


def read_people(text: str, today: dt.date, *, gathered: bool = False) -> Reading:
    """The people of `text` as drafts, to which circumstances can still be added.

    `gathered`: the text answers who moved along, so everybody named did unless it is denied.
    """
    return _Reader(text, today, gathered=gathered).read()


def _mention(draft: Draft, *, parent: bool) -> PersonMention:
    confidence = round(min(draft.kin.confidence, draft.doubt), 2)
    mention = PersonMention(
        draft.kin.relation,
        tuple(draft.facts.items()),
        confidence,
        _labelled(draft.kin.others),
        tuple(draft.doubts.items()),
        draft.kin.place,
    )
    return _doubted(mention) if parent and draft.elder else mention


def _doubted(mention: PersonMention) -> PersonMention:
    """祖父 said by a parent may be the grandfather of the children: the speaker's father or father-in-law."""
    for meanings in (ELDERS, ELDER_WOMEN):
        if mention.relation == meanings[-1]:
            return replace(mention, confidence=min(0.5, mention.confidence), alternatives=_labelled(meanings))
    return mention


def _labelled(relations: tuple[str, ...]) -> tuple[Alternative, ...]:
    return tuple(Alternative(relation, RELATION_LABELS[relation]) for relation in relations)


class _Reader:
    """Reads who moved of one text, statement by statement."""

    def __init__(self, text: str, today: dt.date, *, gathered: bool):
        self.text, self.today, self.gathered = text, today, gathered
        short = words(text, units="short")
        self.clauses = clauses(text, short)
        self.hits = find_kin(text, short)
        self.roster = Roster(text, today)
        self.moved_somewhere = says(_LIVES, text)
        self.listed = False
        """Those who moved were listed together with the visitor."""
        self.all_named = gathered
        self.others_moved = False
        self.role: str | None = None
        self.role_confidence = 0.0

    def read(self) -> Reading:
        groups = Groups(self.text, self.today, self.hits).all()
        for clause in self.clauses:
            self._read_pairs(self.text[clause.start : clause.end])
            for one in tied(self.text, clause, [g for g in groups if clause.holds(g.hit.start)]):
                if one.group.hit.kin[0].relation == "self":
                    self._about_visitor(one)
                else:
                    self._about(one, clause)
        if self.role is None and says(_PROXY, self.text):
            self.role, self.role_confidence = "proxy", 0.8
        complete = self._is_complete(groups)
        self._read_visitor()
        return Reading(
            self.text, self.clauses, self.hits, self.roster, complete, self.role, self.role_confidence
        )

    def _about_visitor(self, one: Tied) -> None:
        visitor = self.roster.visitor
        self.roster.tell([visitor], one.group)
        if one.tie == "subject" and says(_STAYED, one.rest[:14]) and not says(_MOVED, one.rest[:6]):
            visitor.facts["moves"] = False
        elif one.tie in ("subject", "with") and says(_MOVED, one.rest):
            visitor.facts["moves"] = True

    def _about(self, one: Tied, clause: Clause) -> None:
        if one.tie == "for" and says(_SUCCEEDS, one.rest):
            return
        if one.tie in ("for", "beside"):
            spouse = one.group.hit.kin[0].relation in SPOUSES  # mostly of the same household
            self.role = "proxy" if one.tie == "for" else "companion"
            self.role_confidence = 0.4 if one.tie == "for" and spouse else 0.8
            for draft in self.roster.add(one.group, moves=None):
                draft.facts["principal"] = True
            return
        if matches(_GONE, one.rest) or (one.tie not in ("owner", "dative") and matches(_ABSENT, one.rest)):
            return
        if one.tie == "owner":
            self._about_owner(one)
            return
        moves = self._moves(one, clause)
        if moves is None and not self._belongs(one):
            return
        self.roster.add(one.group, moves=moves)
        if one.tie == "copula" and says("家族(?:は|構成)|世帯は", self.text[clause.start : one.group.start]):
            self.all_named = True
        if moves and (one.tie == "with" or (one.tie == "subject" and self._names_visitor(clause))):
            self.listed = True
        elif moves and one.tie == "subject" and not one.rest.startswith("も"):
            self.others_moved = True

    def _moves(self, one: Tied, clause: Clause) -> bool | None:
        statement = self.text[clause.start : clause.end]
        if one.tie == "fetched":
            self.roster.visitor.facts["moves"] = False
            self.roster.visitor.doubt = 0.6
            return True
        if one.tie in ("subject", "with") and says(_STAYED, one.rest[:16]):
            return False
        if matches(_LEFT_OUT, one.rest):
            return False
        if one.tie == "subject":
            return True if says(_MOVED, one.rest) and not says("生まれ|産まれ", one.rest) else None
        if self.gathered and one.tie in ("copula", "with", "object"):
            return True
        if one.tie == "with":
            together = says(_LIVES, statement) or (self.moved_somewhere and says("一緒|連れ", one.rest))
            return True if together else None
        if one.tie == "copula" and (self.moved_somewhere or says("一緒|全員|みんな", statement)):
            told = says("家族|一緒|全員|メンバー|引っ越したのは|来たのは|同居|みんな", statement)
            return True if told else None
        return None

    def _about_owner(self, one: Tied) -> None:
        """「夫の転勤で」, 「父の家に」, 「子どもの医療証」: the closest family exists, others need not live here."""
        relation = one.group.hit.kin[0].relation
        if matches(_HOME, one.rest):
            if relation not in ("cohabitant", "child"):
                self.roster.add(one.group, moves=False, doubt=0.6)
        elif relation in (*SPOUSES, "child"):
            self.roster.add(one.group, moves=None, doubt=0.8)

    def _belongs(self, one: Tied) -> bool:
        """A person who is only spoken of counts when close, present, or told about."""
        group = one.group
        if group.ages or group.births or group.count:
            return True
        if one.tie in ("dative", "from"):
            return False
        if one.tie in ("copula", "with") or says(_PRESENT, one.rest) or says(_TOLD_OF, one.rest):
            return True
        return group.hit.kin[0].relation in _CLOSE

    def _names_visitor(self, clause: Clause) -> bool:
        """「私と子どもだけ」: the visitor is in the list."""
        mine = (h for h in self.hits if h.kin[0].relation == "self" and clause.holds(h.start))
        return any(matches("と|だけ", self.text[h.end :]) for h in mine)

    def _read_pairs(self, statement: str) -> None:
        """「夫婦で」, 「母子2人で」: a spouse or a child that no word of its own names."""
        named = {k.relation for h in self.hits for k in h.kin} | {d.kin.relation for d in self.roster.drafts}
        pair = _PARENT_AND_CHILD.search(statement)
        if _COUPLE.search(statement):
            self.listed = self.listed or says(_LIVES, statement)
            if not named & set(SPOUSES):
                self._add_unnamed(Kin("wife", 0.5, SPOUSES))
        if pair and "child" not in named:
            others = {"母子": ("child", "mother"), "父子": ("child", "father")}
            self.listed = True
            self._add_unnamed(Kin("child", 0.6, others.get(pair["who"], ("child", "mother", "father"))))

    def _add_unnamed(self, kin: Kin) -> None:
        draft = Draft(kin, [])
        if self.moved_somewhere:
            draft.facts["moves"] = True
        self.roster.drafts.append(draft)

    def _has_unnamed_ages(self, groups: Sequence[Group]) -> bool:
        """An age that belongs to nobody named: somebody was left out."""
        return any(
            not age.bare and not any(g.start <= age.start < g.end for g in groups)
            for age in find_ages(self.text, self.today)
        )

    def _is_complete(self, groups: Sequence[Group]) -> bool:
        if self.role is not None:
            return False
        if self._is_alone():
            if self.moved_somewhere or says("一人暮らし|1人暮らし|単身", self.text):
                self.roster.visitor.facts.setdefault("moves", True)
            return True
        said = _TOTAL.search(self.text)
        if said is not None:
            total = int(said["all"] or said["of"] or said["with"])
            self.roster.fill_up(total, self._movers())
            return len(self._movers()) + 1 == total
        if self._has_unnamed_ages(groups):
            return False
        named = (self.listed and bool(self._movers())) or (self.all_named and bool(self.roster.others))
        return named and not self.roster.open_number and not says(_NOT_ALL, self.text)

    def _is_alone(self) -> bool:
        company = any(d.facts.get("moves") is not False for d in self.roster.others)
        nobody = self.gathered and _NOBODY_ELSE.search(self.text) is not None
        return not company and (nobody or _ALONE.search(self.text) is not None)

    def _movers(self) -> list[Draft]:
        return [d for d in self.roster.others if d.facts.get("moves") is True]

    def _read_visitor(self) -> None:
        """First-person moving sentences: the visitor moved too."""
        if self.role == "proxy" or self.others_moved:
            return
        if any("moves" in d.facts for d in self.roster.drafts if d.is_visitor):
            return
        said = (self.text[c.start : c.end] for c in self.clauses)
        if self.listed or any(_I_MOVED.search(s) and not says(_STAYED, s) for s in said):
            self.roster.visitor.facts["moves"] = True
