"""Question records to questions of this visit: who they are about, what they can still settle, what is offered."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogue.wording import label_ja, phrase
from kb.conditions import Scene, Unknown
from kb.facts import VISITOR, Facts, Option, person_key, split_key
from kb.model import AskedQuestion, KnowledgeBase, PersonCard, Question, QuestionOption
from kb.plan import person_label

NONE_VALUE = "none"
"""Value of the option that none of a checklist holds."""

REASONS_QUESTION = "reasons"
"""Id of the first question of a visit."""

RELATION_CHECK = "check"
"""Question id prefix for a fact that was understood with doubt."""

WISH = "wants_"
"""Beginning of the facts that say a procedure on request is wished for."""

AGE_KEYS = ("age", "birth_date")


@dataclass(frozen=True)
class OpenQuestion:
    """A question that can be asked now; `early` when facts that may make it pointless are still open."""

    asked: AskedQuestion
    early: bool


def open_questions(
    kb: KnowledgeBase, facts: Facts, scene: Scene, missing: frozenset[str], declined: frozenset[str]
) -> list[OpenQuestion]:
    """Every question that would settle one of the missing facts and was not declined."""
    wanted = missing - declined
    found: list[OpenQuestion] = []
    for record in kb.questions.values():
        truth = True if record.when is None else record.when.truth(scene)
        if truth is False:
            continue
        early = isinstance(truth, Unknown) and bool(truth.missing & wanted)
        found += [
            OpenQuestion(q.asked, q.early or early)
            for q in _asked(kb, record, facts, scene, wanted)
            if wanted.intersection(q.asked.keys) and not _is_answered_by_a_wish(kb, record, facts, wanted)
        ]
    return found


def _is_answered_by_a_wish(kb: KnowledgeBase, record: Question, facts: Facts, wanted: frozenset[str]) -> bool:
    """A list of wishes is not read out to somebody who has named one of them (住民票をください).

    A wish ticked on the list of another reason names nothing of this one.
    """
    names = {name for option in record.options for name in option.sets}
    open_names = {name for name in names if name in wanted}
    only_wishes = bool(names) and not record.facts and all(name.startswith(WISH) for name in open_names)
    named = (facts.get(name) for name in names - open_names if name.startswith(WISH))
    return only_wishes and any(
        wish is not None and wish.value is True and wish.source.partition(":")[0] not in kb.questions
        for wish in named
    )


def find_question(
    kb: KnowledgeBase, facts: Facts, scene: Scene, question_id: str, missing: frozenset[str]
) -> AskedQuestion | None:
    """The open question of this id; an earlier question can be answered anew as long as it has a meaning."""
    if question_id.startswith(f"{RELATION_CHECK}:"):
        return doubt_question(kb, facts, question_id.removeprefix(f"{RELATION_CHECK}:"))
    if question_id == REASONS_QUESTION:
        return reasons_question(kb)
    record = kb.questions.get(question_id.partition(":")[0])
    if record is None:
        return None
    for wanted in (missing, None):
        found = [q.asked for q in _asked(kb, record, facts, scene, wanted) if q.asked.id == question_id]
        if found:
            return found[0]
    return None


def reasons_question(kb: KnowledgeBase) -> AskedQuestion:
    """The first question of a visit, with the everyday reasons as buttons."""
    events = sorted(kb.life_events.values(), key=lambda e: e.order)
    return AskedQuestion(
        id=REASONS_QUESTION,
        record=REASONS_QUESTION,
        text_ja=phrase("reasons_question"),
        why_ja=phrase("reasons_why"),
        input="choice",
        keys=(REASONS_QUESTION,),
        options=tuple(Option(e.id, e.plain_ja) for e in events),
        multiple=True,
        can_skip=False,
    )


def doubt_question(kb: KnowledgeBase, facts: Facts, key: str) -> AskedQuestion | None:
    """Which of several meanings was meant, as a choice; None when there is nothing to choose."""
    fact = facts.get(key)
    if fact is None or not fact.alternatives:
        return None
    kind = kb.vocabulary.kind(key)
    person, _ = split_key(key)
    said = kind.option_label(str(fact.value)) if kind.options else str(fact.value)
    called = kind.label_of(fact) if kind.options else said
    label = called if kind.options and person else label_ja(kb, facts, key)
    options = [Option(_value_text(a.value), a.label_ja) for a in fact.alternatives]
    if all(o.value != str(fact.value) for o in options) and not isinstance(fact.value, tuple):
        options.insert(0, Option(str(fact.value), said))
    return AskedQuestion(
        id=f"{RELATION_CHECK}:{key}",
        record=RELATION_CHECK,
        text_ja=phrase("doubt_question").format(said=label),
        why_ja=phrase("doubt_why"),
        input="choice",
        keys=(key,),
        options=tuple(options),
    )


def _value_text(value: object) -> str:
    """A value as the value of an option; several are joined by + (see dialogue.answers)."""
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _asked(
    kb: KnowledgeBase, record: Question, facts: Facts, scene: Scene, wanted: frozenset[str] | None
) -> Iterator[OpenQuestion]:
    base = AskedQuestion(
        id=record.id,
        record=record.id,
        text_ja=record.text_ja,
        why_ja=record.why_ja,
        input=record.input,
        keys=(),
        multiple=record.multiple,
        on_screen=record.privacy_on_screen,
        denied_by_ja=record.denied_by_ja,
        unclear_with_ja=record.unclear_with_ja,
    )
    match record.per:
        case "visit":
            yield from _for_visit(kb, record, base, facts, scene, wanted)
        case "person":
            yield from _for_each(kb, record, base, facts, scene, wanted)
        case "group":
            yield from _for_group(kb, record, base, facts, scene, wanted)


def _open(key: str, facts: Facts, wanted: frozenset[str] | None) -> bool:
    return wanted is None or (key in wanted and facts.get(key) is None)


def _for_visit(
    kb: KnowledgeBase,
    record: Question,
    base: AskedQuestion,
    facts: Facts,
    scene: Scene,
    wanted: frozenset[str] | None,
) -> Iterator[OpenQuestion]:
    options: list[Option] = []
    keys = [name for name in record.facts if _open(name, facts, wanted)]
    early = False
    for option in record.options:
        for person, value, label in _instances(kb, option, facts):
            set_keys = [name if person is None else person_key(person, name) for name in option.sets]
            if record.multiple and not any(_open(key, facts, wanted) for key in set_keys):
                continue
            if person is not None and option.who is not None:
                truth = option.who.truth(scene, person)
                if truth is False:
                    continue
                early = early or (
                    isinstance(truth, Unknown) and wanted is not None and bool(truth.missing & wanted)
                )
            options.append(Option(value, label))
            keys += set_keys
    if not record.options and record.facts:
        kind = kb.vocabulary.visit(record.facts[0])
        options = list(kind.options) if kind is not None and record.input == "choice" else []
    if record.multiple and options:
        options.append(Option(NONE_VALUE, record.none_label_ja))
    if keys and (options or record.input != "choice"):
        yield OpenQuestion(replace(base, keys=tuple(dict.fromkeys(keys)), options=tuple(options)), early)


def _instances(
    kb: KnowledgeBase, option: QuestionOption, facts: Facts
) -> Iterator[tuple[str | None, str, str]]:
    if option.who is None:
        yield None, option.value, option.label_ja
        return
    for person in facts.people:
        label = option.label_ja.replace("{person}", person_label(kb, facts, person))
        yield person, f"{option.value}:{person}", label


def _people(
    record: Question, facts: Facts, scene: Scene, wanted: frozenset[str] | None
) -> tuple[list[str], bool]:
    people: list[str] = []
    early = False
    for person in facts.people:
        truth = True if record.who is None else record.who.truth(scene, person)
        if truth is False:
            continue
        names = [n for n in record.facts if _open(person_key(person, n), facts, wanted)]
        if names:
            people.append(person)
            early = early or (
                isinstance(truth, Unknown) and wanted is not None and bool(truth.missing & wanted)
            )
    return people, early


def _for_each(
    kb: KnowledgeBase,
    record: Question,
    base: AskedQuestion,
    facts: Facts,
    scene: Scene,
    wanted: frozenset[str] | None,
) -> Iterator[OpenQuestion]:
    people, early = _people(record, facts, scene, wanted)
    for person in people:
        kind = kb.vocabulary.person(record.facts[0])
        options = tuple(Option(o.value, o.label_ja) for o in record.options) or (
            kind.options if kind is not None and record.input == "choice" else ()
        )
        yield OpenQuestion(
            replace(
                base,
                id=f"{record.id}:{person}",
                text_ja=record.text_ja.replace("{person}", person_label(kb, facts, person)),
                keys=tuple(person_key(person, name) for name in record.facts),
                options=options,
            ),
            early,
        )


def _for_group(
    kb: KnowledgeBase,
    record: Question,
    base: AskedQuestion,
    facts: Facts,
    scene: Scene,
    wanted: frozenset[str] | None,
) -> Iterator[OpenQuestion]:
    if record.facts == ("people",):
        if _open("people", facts, wanted):
            yield OpenQuestion(replace(base, keys=("people",), people=_cards(kb, record, facts)), early=False)
        return
    people, early = _people(record, facts, scene, wanted)
    if not people:
        return
    keys = tuple(person_key(p, name) for p in people for name in record.facts)
    if record.input == "people":
        cards = tuple(c for c in _cards(kb, record, facts) if c.id in people)
        if "age" in record.facts:
            keys += tuple(person_key(p, "birth_date") for p in people)
        base = replace(base, keys=keys, people=cards)
        if len(people) == 1:
            base = replace(base, text_ja=_to_one(record, person_label(kb, facts, people[0])))
        yield OpenQuestion(base, early)
        return
    if len(people) == 1:
        yield OpenQuestion(
            _of_one(record, replace(base, keys=keys), people[0], person_label(kb, facts, people[0])), early
        )
        return
    options = [Option(p, person_label(kb, facts, p)) for p in people]
    options.append(Option(NONE_VALUE, record.none_label_ja))
    yield OpenQuestion(replace(base, keys=keys, options=tuple(options), multiple=True), early)


def _of_one(record: Question, base: AskedQuestion, person: str, label: str) -> AskedQuestion:
    """A choice among people that concerns one: yes or no."""
    options = (Option(person, record.yes_label_ja), Option(NONE_VALUE, record.no_label_ja))
    return replace(base, text_ja=_to_one(record, label), options=options, multiple=False, subject_ja=label)


def _to_one(record: Question, label: str) -> str:
    return record.text_one_ja.replace("{person}", label)


def _cards(kb: KnowledgeBase, record: Question, facts: Facts) -> tuple[PersonCard, ...]:
    cards = []
    for person in facts.people:
        relation = "self" if person == VISITOR else facts.value(person_key(person, "relation"))
        age = facts.value(person_key(person, "age"))
        birth = facts.value(person_key(person, "birth_date"))
        cards.append(
            PersonCard(
                id=person,
                label_ja=person_label(kb, facts, person),
                relation=relation if isinstance(relation, str) else None,
                age=age if isinstance(age, int) else None,
                birth_date=birth if isinstance(birth, dt.date) else None,
                asks=record.facts,
            )
        )
    return tuple(cards)
