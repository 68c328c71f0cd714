"""Relations between people of a household, from what each of them is to the visitor.

People say who somebody is to them; a 住民異動届 asks who everybody is to the householder, other sheets who the
filer is to the insured. Residents' records write 子 for every child and name the householder 世帯主. What does not
follow from the words said stays None and is left to staff: a relation printed on a sheet is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kb.facts import VISITOR, Facts, person_key

HOUSEHOLDER = "世帯主"

SPOUSES = frozenset({"wife", "husband", "unregistered_wife", "unregistered_husband"})


@dataclass(frozen=True)
class Relation:
    """A word for a relation; not `certain` where half or step relations would change it."""

    word_ja: str
    certain: bool = True


TO_VISITOR: Mapping[str, str] = MappingProxyType(
    {
        "wife": "妻",
        "husband": "夫",
        "unregistered_wife": "妻(未届)",
        "unregistered_husband": "夫(未届)",
        "child": "子",
        "father": "父",
        "mother": "母",
        "grandfather": "祖父",
        "grandmother": "祖母",
        "grandchild": "孫",
        "older_brother": "兄",
        "younger_brother": "弟",
        "older_sister": "姉",
        "younger_sister": "妹",
        "cohabitant": "同居人",
    }
)
"""Relation said of a person → word seen from the visitor; parents-in-law depend on the spouse, see `_in_law`."""

SIBLINGS = frozenset({"older_brother", "younger_brother", "older_sister", "younger_sister"})
PARENTS = frozenset({"father", "mother"})
PARENTS_IN_LAW = frozenset({"father_in_law", "mother_in_law"})
GRANDPARENTS = frozenset({"grandfather", "grandmother"})

VISITOR_SEEN_FROM: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "child": ("父", "母"),
        "grandchild": ("祖父", "祖母"),
        "father": ("子", "子"),
        "mother": ("子", "子"),
        "father_in_law": ("子の夫", "子の妻"),
        "mother_in_law": ("子の夫", "子の妻"),
        "grandfather": ("孫", "孫"),
        "grandmother": ("孫", "孫"),
        "older_brother": ("弟", "妹"),
        "older_sister": ("弟", "妹"),
        "younger_brother": ("兄", "姉"),
        "younger_sister": ("兄", "姉"),
        "cohabitant": ("同居人", "同居人"),
    }
)
"""Relation of a person → what the visitor is to that person, (man, woman)."""

OTHERS_SEEN_FROM: Mapping[tuple[str, str], Relation] = MappingProxyType(
    {
        # Seen from the visitor's wife or husband: "my child" may be a stepchild (妻の子), so staff confirm.
        ("spouse", "child"): Relation("子", certain=False),
        ("spouse", "grandchild"): Relation("孫", certain=False),
        ("spouse", "father_in_law"): Relation("父"),
        ("spouse", "mother_in_law"): Relation("母"),
        # Seen from the visitor's father or mother; the two may not be married to one another.
        ("parent", "wife"): Relation("子の妻"),
        ("parent", "husband"): Relation("子の夫"),
        ("parent", "child"): Relation("孫"),
        ("parent", "sibling"): Relation("子", certain=False),
        ("father", "mother"): Relation("妻", certain=False),
        ("mother", "father"): Relation("夫", certain=False),
        # Seen from the visitor's child.
        ("child", "father"): Relation("祖父"),
        ("child", "mother"): Relation("祖母"),
        ("child", "wife"): Relation("母", certain=False),
        ("child", "husband"): Relation("父", certain=False),
        ("child", "father_in_law"): Relation("祖父", certain=False),
        ("child", "mother_in_law"): Relation("祖母", certain=False),
        # Seen from the visitor's father- or mother-in-law.
        ("parent_in_law", "wife"): Relation("子"),
        ("parent_in_law", "husband"): Relation("子"),
        ("parent_in_law", "child"): Relation("孫", certain=False),
        ("father_in_law", "mother_in_law"): Relation("妻", certain=False),
        ("mother_in_law", "father_in_law"): Relation("夫", certain=False),
        # Seen from a grandfather or grandmother.
        ("grandparent", "wife"): Relation("孫の妻"),
        ("grandparent", "husband"): Relation("孫の夫"),
        ("grandparent", "sibling"): Relation("孫", certain=False),
        ("grandfather", "grandmother"): Relation("妻", certain=False),
        ("grandmother", "grandfather"): Relation("夫", certain=False),
        # Seen from a brother or sister.
        ("sibling", "father"): Relation("父", certain=False),
        ("sibling", "mother"): Relation("母", certain=False),
        ("sibling", "grandfather"): Relation("祖父", certain=False),
        ("sibling", "grandmother"): Relation("祖母", certain=False),
    }
)
"""(what the other is to the visitor, what the person is to the visitor) → what the person is to the other."""

_KINDS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"wife", "husband"}), "spouse"),
    (PARENTS, "parent"),
    (PARENTS_IN_LAW, "parent_in_law"),
    (GRANDPARENTS, "grandparent"),
    (SIBLINGS, "sibling"),
)


def relation_between(facts: Facts, person: str, other: str) -> Relation | None:
    """What `person` is to `other`, or None when it does not follow from what was said."""
    mine, theirs = said_relation(facts, person), said_relation(facts, other)
    if mine is None or theirs is None or person == other:
        return None
    if other == VISITOR:
        return _seen_from_visitor(facts, mine)
    if person == VISITOR:
        return _visitor_seen_from(facts, theirs)
    if theirs in ("wife", "husband") and (mine in PARENTS | GRANDPARENTS | SIBLINGS):
        side = "夫" if theirs == "wife" else "妻"
        return Relation(f"{side}の{TO_VISITOR[mine]}")
    if "cohabitant" in (mine, theirs):
        return Relation("同居人") if mine == "cohabitant" else None
    for seen in _names(theirs):
        for who in _names(mine):
            if (seen, who) in OTHERS_SEEN_FROM:
                return OTHERS_SEEN_FROM[seen, who]
    return None


def said_relation(facts: Facts, person: str) -> str | None:
    """The fact `relation` of a person; "self" for the visitor."""
    if person == VISITOR:
        return "self"
    value = facts.value(person_key(person, "relation"))
    return value if isinstance(value, str) else None


def spouse_of_visitor(facts: Facts) -> str | None:
    """The visitor's wife or husband, married or not registered; None when there is none or two were named."""
    found = [p for p in facts.people if said_relation(facts, p) in SPOUSES]
    return found[0] if len(found) == 1 else None


def _names(relation: str) -> tuple[str, ...]:
    return (relation, *(name for kind, name in _KINDS if relation in kind))


def _seen_from_visitor(facts: Facts, relation: str) -> Relation | None:
    if relation in PARENTS_IN_LAW:
        return _in_law(facts, relation)
    word = TO_VISITOR.get(relation)
    return None if word is None else Relation(word)


def _in_law(facts: Facts, relation: str) -> Relation | None:
    spouse = spouse_of_visitor(facts)
    said = said_relation(facts, spouse) if spouse else None
    if said in ("unregistered_wife", "unregistered_husband"):
        return None
    if said is None:
        sex = facts.value(person_key(VISITOR, "sex"))
        said = {"male": "wife", "female": "husband"}.get(str(sex))
    if said is None:
        return None
    return Relation(f"{TO_VISITOR[said]}の{'父' if relation == 'father_in_law' else '母'}")


def _visitor_seen_from(facts: Facts, relation: str) -> Relation | None:
    if relation in ("wife", "husband"):
        return Relation("夫" if relation == "wife" else "妻")
    sex = facts.value(person_key(VISITOR, "sex"))
    if relation in ("unregistered_wife", "unregistered_husband"):
        return {"male": Relation("夫(未届)"), "female": Relation("妻(未届)")}.get(str(sex))
    words = VISITOR_SEEN_FROM.get(relation)
    if words is None:
        return None
    man, woman = words
    if man == woman:
        return Relation(man)
    if relation in PARENTS_IN_LAW and sex is None:
        spouse = said_relation(facts, spouse_of_visitor(facts) or VISITOR)
        sex = {"wife": "male", "husband": "female"}.get(str(spouse))
    return {"male": Relation(man), "female": Relation(woman)}.get(str(sex))
