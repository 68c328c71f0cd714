"""What each step says, from the wording files; no sentence stands in code."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from dialogue.escalation_rules import is_risky, rules
from dialogue.step import Answer, Ask, AskAgain, Confirm, HandOver, ShowPlan, Step, offer_of
from dialogue.words import languages, wording
from kb.facts import Facts, Privacy, Value, split_key
from kb.model import KnowledgeBase
from kb.plan import Plan, person_label

MOST_PLACES = 2
"""Places said aloud; the screen lists all."""

WEEKDAYS_JA = "月火水木金土日"

ASKED_BACK_ONLY = ("age",)
"""Facts of people that are not read back while they are in doubt: the question which is meant follows."""

PlaceName = Callable[[str], str]
"""Name of a municipality by its code."""


def date_ja(day: dt.date) -> str:
    """A date as people say it.

    >>> date_ja(dt.date(2026, 4, 1))
    '4月1日(水)'
    """
    return f"{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"


def value_ja(kb: KnowledgeBase, facts: Facts, key: str, value: Value, place: PlaceName) -> str:
    """A fact's value as it is shown."""
    kind = kb.vocabulary.kind(key)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, dt.date):
        return f"{value.year}年{date_ja(value)}"
    match kind.type:
        case "municipality":
            return place(str(value))
        case "age":
            return f"{value}歳"
        case "people" if isinstance(value, tuple):
            return "、".join(person_label(kb, facts, p) for p in value) or "ひとり"
        case "person":
            return person_label(kb, facts, str(value))
        case "choices" if isinstance(value, tuple):
            return "、".join(kind.option_label(v) for v in value)
        case "choice":
            return kind.option_label(str(value))
        case _:
            return str(value)


def label_ja(kb: KnowledgeBase, facts: Facts, key: str) -> str:
    """What a fact is called on screens: 引っ越した日, 妻: 年齢."""
    person, name = split_key(key)
    label = kb.vocabulary.kind(key).label_ja
    if person is None:
        return label
    return label if name == "relation" else f"{person_label(kb, facts, person)}: {label}"


def render(
    kb: KnowledgeBase,
    step: Step,
    facts: Facts,
    plan: Plan,
    place: PlaceName,
    *,
    language: str = "ja",
    first: bool = False,
) -> str:
    """The sentence said for a step; it never holds a name, an address or a birth date."""
    words = wording(language)
    if isinstance(step, Answer):
        told = _procedure(words, kb, step.procedure)
        return f"{told} {render(kb, step.then, facts, plan, place, language=language)}"
    said = _said(kb, words, step, facts, plan, place, first=first)
    return _with_offer(words, step, said)


def _said(
    kb: KnowledgeBase,
    words: Mapping[str, Any],
    step: Ask | Confirm | ShowPlan | HandOver | AskAgain,
    facts: Facts,
    plan: Plan,
    place: PlaceName,
    *,
    first: bool,
) -> str:
    match step:
        case Ask(question):
            return str(words["greeting"]) if first else str(words["ask"]).format(question=question.text_ja)
        case Confirm(keys):
            items = _items(kb, facts, keys, place, words)
            return str(words["confirm"]).format(items=items) if items else str(words["confirm_on_screen"])
        case ShowPlan():
            return _plan(words, plan)
        case HandOver(reason):
            return str(words["hand_over"][rules().by_id[reason].says])
        case AskAgain(reason):
            key, _, detail = reason.partition(":")
            return str(words["ask_again"].get(key, words["ask_again"]["unsure"])).format(detail=detail)


def _with_offer(words: Mapping[str, Any], step: Step, said: str) -> str:
    offer = offer_of(step)
    return said if offer is None else f"{said} {words['offers'][rules().by_id[offer.reason].offer]}"


def aloud(
    kb: KnowledgeBase,
    step: Step,
    facts: Facts,
    plan: Plan,
    place: PlaceName,
    *,
    language: str = "ja",
    first: bool = False,
    private: bool = False,
) -> str:
    """What the voice says for a step in a hall where others hear it (COUNTER_RULES 10); "" where it is silent.

    `private`: the resident chose to hear everything, by handset or earphone.
    """
    if isinstance(step, HandOver) and step.reason == "sensitive":
        return ""
    words = wording(language)
    kept = "" if private else _instead_aloud(kb, words["aloud"], step)
    if kept:
        return _with_offer(words, step, kept)
    return render(kb, step, facts, plan, place, language=language, first=first)


def _instead_aloud(kb: KnowledgeBase, words: Mapping[str, Any], step: Step) -> str:
    """What is said instead of what is on the screen; "" where the hall may hear it all."""
    match step:
        case Confirm():
            return str(words["confirm"])
        case Ask(question) if question.on_screen:
            return str(words["ask"])
        case Answer(procedure) if kb.procedures[procedure].sensitive:
            return str(words["answer"])
        case AskAgain(reason) if reason.startswith("bad_answer:"):
            return str(words["bad_answer"])
        case _:
            return ""


def screen_aloud(screen: str, language: str = "ja") -> str:
    """What the voice says when a screen that belongs to no step comes up; "" where it says nothing."""
    return str(wording(language)["aloud"]["screens"].get(screen, ""))


def phrase_aloud(name: str, language: str = "ja") -> str:
    """What the voice says of itself: that it does not hear well, that a touch is needed."""
    return str(wording(language)["aloud"][name])


def fixed_sentences(kb: KnowledgeBase) -> frozenset[str]:
    """All that is said word for word, whoever the resident is."""
    found: set[str] = set()
    waiting: list[object] = [wording(language) for language in languages()]
    waiting += [question.text_ja for question in kb.questions.values()]
    while waiting:
        match waiting.pop():
            case str(text) if "{" not in text:
                found.add(text)
            case Mapping() as more:
                waiting += more.values()
            case _:
                pass
    return frozenset(found)


def phrase(name: str, language: str = "ja") -> str:
    """A sentence of the wording file that belongs to no step."""
    return str(wording(language)[name])


def command_reply(command: str, language: str = "ja") -> str | None:
    """What is said to a command such as 番号札だけ; None when the step speaks for itself."""
    reply = wording(language)["commands"].get(command)
    return None if reply is None else str(reply)


def _items(
    kb: KnowledgeBase, facts: Facts, keys: tuple[str, ...], place: PlaceName, words: Mapping[str, Any]
) -> str:
    first: list[str] = []
    wishes: list[str] = []
    relations: dict[str, int] = {}
    people: dict[str, list[str]] = {}
    for key in keys:
        fact = facts.get(key)
        kind = kb.vocabulary.kind(key)
        hidden = kind.privacy in (Privacy.IDENTIFYING, Privacy.SENSITIVE)
        if fact is None or hidden or key == "people" or (fact.value is False and not key.endswith(".moves")):
            continue
        person, name = split_key(key)
        if fact.is_doubtful and name in ASKED_BACK_ONLY:
            continue
        value = value_ja(kb, facts, key, fact.value, place)
        if name == "relation":
            value = kind.label_of(fact)
            relations[value] = relations.get(value, 0) + 1
        elif key.startswith("wants_"):
            wishes += [kind.label_ja] if fact.value is True else []
        elif person is not None:
            what = _of_person(words, name, kind.label_ja, fact.value, value)
            if what:
                people.setdefault(what, []).append(person_label(kb, facts, person))
        else:
            told = kind.label_ja if isinstance(fact.value, bool) else f"{kind.label_ja}は{value}"
            first.insert(0 if key == "reasons" else len(first), told)
    together = [f"{relation}{count}人" if count > 1 else relation for relation, count in relations.items()]
    if together:
        first.append(str(words["together"]).format(people="、".join(together)))
    first += [f"{what}のは{'、'.join(who)}" for what, who in people.items()]
    if wishes:
        first.append(str(words["wishes"]).format(wishes="、".join(wishes)))
    return "。".join(first)


def _of_person(words: Mapping[str, Any], name: str, label: str, value: Value, shown: str) -> str:
    """What is read back of one person; that somebody moved along is said with the people."""
    if name == "moves":
        return "" if value is True else str(words["stayed"])
    return label if value is True else f"{label}が{shown}"


def _plan(words: Mapping[str, Any], plan: Plan) -> str:
    if not plan.steps and not plan.undecided:
        if not plan.elsewhere:
            return str(words["plan_nothing"])
        places = "。".join(f"{p.name_ja}は、{p.elsewhere_ja}" for p in plan.elsewhere[:MOST_PLACES])
        return str(words["plan_elsewhere"]).format(places=places)
    if not plan.counters:
        return str(words["plan_to_settle" if plan.undecided else "plan_told"])
    low, high = plan.minutes
    later = sum(s.today != "yes" for s in plan.steps)
    template = words["plan_partly"] if later else words["plan_today"]
    minutes = f"{low}〜{high}" if low < high else str(high)
    return str(template).format(counters=len(plan.counters), minutes=minutes, later=later)


def _procedure(words: Mapping[str, Any], kb: KnowledgeBase, procedure_id: str) -> str:
    procedure = kb.procedures[procedure_id]
    local = kb.municipality.procedures.get(procedure_id)
    fee = local.fee_yen if local is not None else None
    where = procedure.elsewhere_ja
    if not where and local is not None:
        counter = kb.municipality.counter_for(procedure, ())
        where = f"{counter.number}番 {counter.name_ja}"
    return str(words["answer"]).format(
        name=procedure.name_ja,
        plain=procedure.plain_ja,
        deadline=f"期限は「{procedure.deadline.text_ja}」です。" if procedure.deadline.text_ja else "",
        fee="" if fee is None else ("手数料はかかりません。" if fee == 0 else f"手数料は{fee}円です。"),
        where=f"場所は{where}です。" if where else "",
        ending=words["answer_by_staff" if is_risky(procedure) else "answer_ending"],
    )
