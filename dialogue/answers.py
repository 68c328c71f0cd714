"""Answers to facts: the one place where the value of an answer gets its meaning."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from dialogue.errors import BadAnswer, Contradiction
from dialogue.questions import NONE_VALUE, REASONS_QUESTION, RELATION_CHECK
from kb.age import age_on
from kb.errors import BadValue
from kb.facts import PEOPLE, VISITOR, Fact, Facts, Origin, Value, person_key, split_key
from kb.household import PersonMention, merged
from kb.model import AskedQuestion, KnowledgeBase

MOST_PEOPLE = 40
"""A household above this is served by a person, not by a screen; homes for many register each room apart."""

MARRIAGE_AGE = 18
"""民法 第731条."""

SPOUSES = ("wife", "husband")


def unusable(error: BadValue) -> BadAnswer:
    """The refusal of a value, in words for residents."""
    return BadAnswer(f"この答えは使えません。{error.expected_ja}で入れてください。")


def facts_of_answer(
    kb: KnowledgeBase, facts: Facts, asked: AskedQuestion, value: object, at: dt.datetime
) -> tuple[Fact, ...]:
    """The facts an answer gives; `BadAnswer` when it does not fit, `Contradiction` when it cannot be true."""
    try:
        given = _facts(kb, facts, asked, value, at)
    except BadValue as error:
        raise unusable(error) from error
    check_household(facts.with_facts(given), at.date())
    return given


def _facts(
    kb: KnowledgeBase, facts: Facts, asked: AskedQuestion, value: object, at: dt.datetime
) -> tuple[Fact, ...]:
    def fact(key: str, v: object) -> Fact:
        return Fact(key, kb.vocabulary.checked(key, v), Origin.CHOSEN, at=at, source=asked.id)

    if asked.record == REASONS_QUESTION:
        before = facts.choices(REASONS_QUESTION)
        named = _chosen(asked, value)
        added = (o.value for o in asked.options if o.value in named)
        return (fact(REASONS_QUESTION, tuple(dict.fromkeys((*before, *added)))),)
    if asked.record == RELATION_CHECK:
        return (fact(asked.keys[0], _typed(kb, asked.keys[0], value)),)
    record = kb.questions[asked.record]
    if record.input == "people":
        return people_facts(kb, facts, value, at, asked.id, whole=record.facts == (PEOPLE,))
    if record.per == "group":
        chosen = _chosen(asked, _of_those_asked(asked, facts, value))
        return tuple(fact(key, split_key(key)[0] in chosen) for key in asked.keys)
    if record.options and record.multiple:
        return _checklist(kb, asked, value, fact)
    if record.options:
        chosen = _chosen(asked, value)
        option = next(o for o in record.options if o.value in chosen)
        person = asked.id.partition(":")[2] or None
        return tuple(fact(n if person is None else person_key(person, n), v) for n, v in option.sets.items())
    if record.input == "yes_no" and not isinstance(value, bool):
        raise BadAnswer("「はい」か「いいえ」で答えてください。")
    return tuple(fact(key, value) for key in asked.keys[: max(1, len(record.facts))])


def _typed(kb: KnowledgeBase, key: str, value: object) -> object:
    kind = kb.vocabulary.kind(key)
    if kind.type == "choices" and isinstance(value, str):
        return value.split("+")
    if kind.type in ("int", "age") and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def _of_those_asked(asked: AskedQuestion, facts: Facts, value: object) -> object:
    """The answer without people of the household of whom it is known already and who are not asked of any more."""
    if not isinstance(value, list | tuple):
        return value
    settled = set(facts.people) - {o.value for o in asked.options}
    if not value:
        return value
    return [v for v in value if not (isinstance(v, str) and v in settled)] or [NONE_VALUE]


def _chosen(asked: AskedQuestion, value: object) -> set[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not values or not all(isinstance(v, str) for v in values):
        raise BadAnswer("選択肢の中から選んでください。")
    allowed = {o.value for o in asked.options}
    if not allowed.issuperset(values):
        raise BadAnswer("選択肢にない答えです。")
    if len(values) > 1 and not asked.multiple:
        raise BadAnswer("ひとつだけ選んでください。")
    return set(values) - {NONE_VALUE}


def _checklist(
    kb: KnowledgeBase, asked: AskedQuestion, value: object, fact: Callable[[str, object], Fact]
) -> tuple[Fact, ...]:
    chosen = _chosen(asked, value)
    record = kb.questions[asked.record]
    given: list[Fact] = []
    for option in record.options:
        for offered in asked.options:
            name, _, person = offered.value.partition(":")
            if name != option.value:
                continue
            for fact_name, set_value in option.sets.items():
                key = person_key(person, fact_name) if person else fact_name
                if offered.value in chosen:
                    given.append(fact(key, set_value))
                elif set_value is True:
                    given.append(fact(key, False))
    ticked = {f.key: f for f in given if f.value is not False}
    return tuple({f.key: ticked.get(f.key, f) for f in given}.values())


def people_facts(
    kb: KnowledgeBase, facts: Facts, value: object, at: dt.datetime, source: str, *, whole: bool
) -> tuple[Fact, ...]:
    """Facts of a `people` answer `[{person?, relation, age | birth_date, name?}]`.

    `whole`: the list is the whole household. Entries without `person` are matched by relation.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(e, Mapping) for e in value):
        raise BadAnswer("一緒の方を一人ずつ選んでください。")
    if len(value) + 1 > MOST_PEOPLE:
        raise BadAnswer(f"{MOST_PEOPLE}人を超えるときは、窓口で伺います。番号札をお取りください。")
    named: list[Fact] = []
    mentions: list[PersonMention] = []
    for entry in value:
        allowed = {"person", "relation", "age", "birth_date", "name", "moves"}
        if not entry.keys() <= allowed or not entry:
            raise BadAnswer("relation と age または birth_date で答えてください。")
        person = entry.get("person")
        extra: dict[str, Value] = {
            name: kb.vocabulary.checked(person_key("p1", name), entry[name])
            for name in ("age", "birth_date", "name", "moves")
            if entry.get(name) is not None
        }
        if person is not None:
            if person not in facts.people:
                raise BadAnswer("その人は一覧にいません。")
            if person != VISITOR and entry.get("relation") is not None:
                extra["relation"] = kb.vocabulary.checked(person_key(person, "relation"), entry["relation"])
            named += [
                Fact(person_key(person, n), v, Origin.CHOSEN, at=at, source=source) for n, v in extra.items()
            ]
            continue
        relation = entry.get("relation")
        checked = kb.vocabulary.checked("people.p1.relation", relation)
        mentions.append(PersonMention(str(checked), tuple(extra.items())))
    if whole:
        mentions = [replace(m, facts=(*m.facts, ("moves", True))) if _lacks(m) else m for m in mentions]
    known = facts.with_facts(named)
    new = merged(known, mentions, complete=whole, origin=Origin.CHOSEN, at=at, source=source)
    return (*named, *new)


def _lacks(mention: PersonMention) -> bool:
    return all(name != "moves" for name, _ in mention.facts)


def check_household(facts: Facts, today: dt.date) -> None:
    """Refuses facts no household can have: a child older than its parent, a spouse of 9, a birth in the future."""
    ages = {p: age for p in facts.people if (age := _age(facts, p, today)) is not None}
    visitor = ages.get(VISITOR)
    for person in facts.people:
        birth = facts.value(person_key(person, "birth_date"))
        if isinstance(birth, dt.date) and birth > today:
            raise Contradiction("生年月日が今日より後になっています。")
        relation, age = facts.get(person_key(person, "relation")), ages.get(person)
        if relation is not None and not relation.is_doubtful:
            _check_relation(str(relation.value), age, visitor)
    _check_age_and_birth(facts, today)


def _check_relation(relation: str, age: int | None, visitor: int | None) -> None:
    """`age` is of the person; a fact not known contradicts nothing."""
    if relation in SPOUSES and any(one is not None and one < MARRIAGE_AGE for one in (age, visitor)):
        raise Contradiction(
            f"夫や妻の年齢が{MARRIAGE_AGE}歳より下になっています。年齢か続柄を確かめてください(民法 第731条)。"
            "外国の法律で結婚された方は、窓口で伺います。"
        )
    if age is None or visitor is None:
        return
    if relation in ("child", "grandchild") and age >= visitor:
        raise Contradiction("お子さんやお孫さんの年齢が、あなたの年齢より上になっています。")
    if relation in ("father", "mother", "grandfather", "grandmother") and age <= visitor:
        raise Contradiction("親や祖父母の年齢が、あなたの年齢より下になっています。")


def _check_age_and_birth(facts: Facts, today: dt.date) -> None:
    for person in facts.people:
        birth = facts.get(person_key(person, "birth_date"))
        age = facts.get(person_key(person, "age"))
        if (
            birth is None
            or age is None
            or birth.origin is not Origin.CHOSEN
            or age.origin is not Origin.CHOSEN
        ):
            continue
        if (
            isinstance(birth.value, dt.date)
            and isinstance(age.value, int)
            and abs(age_on(birth.value, today) - age.value) > 1
        ):
            raise Contradiction("年齢と生年月日が合いません。")


def _age(facts: Facts, person: str, today: dt.date) -> int | None:
    """The age of a person as far as it is known."""
    birth = facts.value(person_key(person, "birth_date"))
    if isinstance(birth, dt.date):
        return age_on(birth, today)
    age = facts.value(person_key(person, "age"))
    return age if isinstance(age, int) else None
