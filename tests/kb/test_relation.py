"""Who is what to whom, from what each is to the visitor."""

import pytest

from kb.facts import Fact, Facts, Origin
from kb.relation import OTHERS_SEEN_FROM, TO_VISITOR, Relation, relation_between


def household(**relations: str) -> Facts:
    """People by what they are to the visitor; `sex` is the visitor's."""
    sex = relations.pop("sex", None)
    facts = [
        Fact(f"people.{person}.relation", relation, Origin.SAID) for person, relation in relations.items()
    ]
    if sex:
        facts.append(Fact("people.p1.sex", sex, Origin.SAID))
    return Facts().with_facts(facts)


CASES = [
    ("the visitor's wife", {"p2": "wife"}, "p2", "p1", "妻", True),
    ("the husband of the wife", {"p2": "wife"}, "p1", "p2", "夫", True),
    ("the visitor's child", {"p2": "child"}, "p2", "p1", "子", True),
    ("the child seen from the wife", {"p2": "wife", "p3": "child"}, "p3", "p2", "子", False),
    ("the visitor's father seen from the wife", {"p2": "wife", "p3": "father"}, "p3", "p2", "夫の父", True),
    (
        "the visitor's mother seen from the husband",
        {"p2": "husband", "p3": "mother"},
        "p3",
        "p2",
        "妻の母",
        True,
    ),
    ("a man's father-in-law", {"p2": "wife", "p3": "father_in_law"}, "p3", "p1", "妻の父", True),
    (
        "a woman's mother-in-law, husband absent",
        {"p3": "mother_in_law", "sex": "female"},
        "p3",
        "p1",
        "夫の母",
        True,
    ),
    ("the father-in-law seen from the wife", {"p2": "wife", "p3": "father_in_law"}, "p3", "p2", "父", True),
    ("the visitor seen from the father", {"p2": "father"}, "p1", "p2", "子", True),
    ("the visitor's wife seen from the father", {"p2": "father", "p3": "wife"}, "p3", "p2", "子の妻", True),
    ("the visitor's child seen from the father", {"p2": "father", "p3": "child"}, "p3", "p2", "孫", True),
    ("the mother seen from the father", {"p2": "father", "p3": "mother"}, "p3", "p2", "妻", False),
    ("a man seen from his child", {"p2": "child", "sex": "male"}, "p1", "p2", "父", True),
    ("the grandfather", {"p2": "grandfather"}, "p2", "p1", "祖父", True),
    ("a woman seen from her older brother", {"p2": "older_brother", "sex": "female"}, "p1", "p2", "妹", True),
    ("a lodger", {"p2": "cohabitant"}, "p2", "p1", "同居人", True),
    (
        "a husband not registered, seen from the wife",
        {"p2": "unregistered_wife", "sex": "male"},
        "p1",
        "p2",
        "夫(未届)",
        True,
    ),
    (
        "the son-in-law seen from the father-in-law",
        {"p2": "wife", "p3": "father_in_law"},
        "p1",
        "p3",
        "子の夫",
        True,
    ),
]


@pytest.mark.parametrize(
    ("what", "people", "person", "other", "word", "certain"), CASES, ids=[c[0] for c in CASES]
)
def test_relations(
    what: str, people: dict[str, str], person: str, other: str, word: str, certain: bool
) -> None:
    assert relation_between(household(**people), person, other) == Relation(word, certain), what


UNKNOWN = [
    ("an uncle or aunt", {"p2": "other_relative"}, "p2", "p1"),
    ("a parent whose sex nobody said", {"p2": "child"}, "p1", "p2"),
    ("a parent-in-law without a spouse or sex", {"p2": "father_in_law"}, "p2", "p1"),
    (
        "the father of a partner who is not registered",
        {"p2": "unregistered_wife", "p3": "father_in_law"},
        "p3",
        "p1",
    ),
    ("one child seen from another", {"p2": "child", "p3": "child"}, "p2", "p3"),
    (
        "a grandfather seen from the father: his or the mother's side",
        {"p2": "father", "p3": "grandfather"},
        "p3",
        "p2",
    ),
    ("somebody nobody spoke of", {"p2": "wife"}, "p9", "p1"),
]


@pytest.mark.parametrize(("what", "people", "person", "other"), UNKNOWN, ids=[c[0] for c in UNKNOWN])
def test_what_does_not_follow_is_left_to_staff(
    what: str, people: dict[str, str], person: str, other: str
) -> None:
    assert relation_between(household(**people), person, other) is None, what


def test_nobody_is_a_relation_of_themselves() -> None:
    assert relation_between(household(p2="wife"), "p2", "p2") is None


def test_children_are_never_numbered() -> None:
    words = {*TO_VISITOR.values(), *(relation.word_ja for relation in OTHERS_SEEN_FROM.values())}
    assert not [word for word in words if "長男" in word or "二" in word or "女" in word]
