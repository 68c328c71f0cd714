"""Holds the records against one another: every reference leads somewhere, every condition means something."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from kb import condition_check
from kb.conditions import Condition
from kb.errors import BadValue, Problem
from kb.facts import PEOPLE, check_value
from kb.form_value import check_form, conditions_of
from kb.model import (
    Bring,
    Definition,
    Derivation,
    FinishRule,
    KnowledgeBase,
    Municipality,
    NumberSeries,
    Procedure,
    Question,
    Scope,
)

LAW_ARTICLE = re.compile(r"^(第\d+条(の\d+)*|附則|別表)")


def cross_check(kb: KnowledgeBase, files: Mapping[str, str]) -> list[Problem]:
    """Everything wrong between records; [] for a sound knowledge base."""
    found = [Problem(*p) for p in _circles(kb, files)]
    if found:
        return found
    for where, condition, scope in conditions_of_base(kb, files):
        errors = condition_check.check(condition, kb.vocabulary, kb.definitions, kb.constants, scope=scope)
        found += [Problem(where[0], where[1], e.reason, e.remedy) for e in errors]
    for definition in kb.definitions.values():
        found += [Problem(files[f"definitions/{definition.id}"], *p) for p in _definition(kb, definition)]
    for derivation in kb.derivations:
        found += [Problem(files[f"derivations/{derivation.id}"], *p) for p in _derivation(kb, derivation)]
    for event in kb.life_events.values():
        unknown = [q for q in event.questions_first if q not in kb.questions]
        found += [
            Problem(
                files[f"life_events/{event.id}"], "questions_first", f"no question {q!r}", "name a record"
            )
            for q in unknown
        ]
    found += [Problem("population.yaml", *p) for p in _population(kb)]
    for form in kb.forms.values():
        file = files[f"forms/{form.id}"]
        found += [Problem(file, *p) for p in check_form(form, kb.vocabulary, kb.definitions, kb.forms)]
    for way in kb.proxy_ways.values():
        unknown = [b.paper for b in way.bring if b.paper not in kb.papers]
        found += [
            Problem(files[f"proxy_ways/{way.id}"], "bring", f"no paper {paper!r}", "add papers/<id>.yaml")
            for paper in unknown
        ]
    for procedure in kb.procedures.values():
        file = files.get(f"procedures/{procedure.id}", procedure.id)
        found += [Problem(file, *p) for p in _procedure(kb, procedure)]
    for question in kb.questions.values():
        file = files.get(f"questions/{question.id}", question.id)
        found += [Problem(file, *p) for p in _question(kb, question)]
    found += [Problem(f"{kb.municipality.code}/municipality.yaml", *p) for p in _municipality(kb)]
    found += [Problem(f"{kb.municipality.code}/municipality.yaml", *p) for p in _operators(kb)]
    return found


def order(kb: KnowledgeBase) -> dict[str, tuple[bool, int, int, str]]:
    """Sort key of each procedure in the one order of steps.

    What is only told comes last; then those a procedure follows, its first life event, its id.
    """
    depths: dict[str, int] = {}

    def depth(procedure_id: str) -> int:
        if procedure_id not in depths:
            follows = kb.procedures[procedure_id].follows
            depths[procedure_id] = max((1 + depth(f) for f in follows), default=0)
        return depths[procedure_id]

    return {
        p.id: (
            p.information_only,
            depth(p.id),
            min((kb.life_events[e].order for e in p.life_events), default=99),
            p.id,
        )
        for p in kb.procedures.values()
    }


def _circles(kb: KnowledgeBase, files: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    circle = condition_check.find_circle(kb.definitions)
    if circle:
        yield (
            files[f"definitions/{circle[0]}"],
            circle[0],
            "comes back to itself: " + " → ".join(circle),
            "break the circle",
        )
    done: set[str] = set()
    for start in kb.procedures:
        trail: list[str] = []
        circle = _follow_circle(kb, start, trail, done)
        if circle:
            yield (
                "procedures",
                start,
                "the order comes back to itself: " + " → ".join(circle),
                "mend `follows`",
            )
            return


def _follow_circle(kb: KnowledgeBase, start: str, trail: list[str], done: set[str]) -> tuple[str, ...]:
    if start in trail:
        return (*trail[trail.index(start) :], start)
    if start in done or start not in kb.procedures:
        return ()
    for follow in kb.procedures[start].follows:
        circle = _follow_circle(kb, follow, [*trail, start], done)
        if circle:
            return circle
    done.add(start)
    return ()


def conditions_of_base(
    kb: KnowledgeBase, files: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[tuple[str, str], Condition, Any]]:
    """Every condition of every record: where it stands, itself, and what it speaks of (visit or person)."""
    for definition in kb.definitions.values():
        where = files.get(f"definitions/{definition.id}", "definitions"), definition.id
        yield where, definition.when, definition.scope
    for derivation in kb.derivations:
        where = files.get(f"derivations/{derivation.id}", "derivations"), derivation.id
        yield where, derivation.when, derivation.scope
    for p in kb.procedures.values():
        file = files.get(f"procedures/{p.id}", p.id)
        yield (file, "when"), p.when, p.scope
        if p.due_when:
            yield (file, "due_when"), p.due_when, p.scope
        yield from _demands(file, p.bring, p.finish, p.scope)
    for way in kb.proxy_ways.values():
        yield from _demands(files.get(f"proxy_ways/{way.id}", way.id), way.bring, way.finish, "visit")
    for share in kb.population.shares:
        kind = kb.vocabulary.person(share.fact)
        if share.when:
            yield ("population.yaml", f"shares.{share.fact}"), share.when, "person" if kind else "visit"
    for paper in kb.papers.values():
        file = files.get(f"papers/{paper.id}", paper.id)
        yield from (((file, "have"), c, "visit") for c in (paper.have, paper.lack) if c)
    for q in kb.questions.values():
        yield from _question_conditions(q, files.get(f"questions/{q.id}", q.id))
    for form in kb.forms.values():
        yield from (
            ((files.get(f"forms/{form.id}", form.id), key), c, scope) for key, c, scope in conditions_of(form)
        )


def _demands(
    file: str, bring: Iterable[Bring], finish: Iterable[FinishRule], scope: Scope
) -> Iterator[tuple[tuple[str, str], Condition, Any]]:
    yield from (((file, f"bring.{b.paper}"), b.when, scope) for b in bring if b.when)
    yield from (((file, "finish"), rule.when, scope) for rule in finish if rule.when)


def _question_conditions(q: Question, file: str) -> Iterator[tuple[tuple[str, str], Condition, Any]]:
    if q.when:
        yield (file, "when"), q.when, "visit"
    if q.who:
        yield (file, "who"), q.who, "person"
    yield from (((file, f"options.{o.value}"), o.who, "person") for o in q.options if o.who)


def _definition(kb: KnowledgeBase, definition: Definition) -> Iterator[tuple[str, str, str]]:
    person = definition.scope == "person"
    fact = kb.vocabulary.person(definition.id) if person else kb.vocabulary.visit(definition.id)
    if fact is not None:
        yield definition.id, "is the name of a fact too", "give it another name"


def _derivation(kb: KnowledgeBase, derivation: Derivation) -> Iterator[tuple[str, str, str]]:
    person = derivation.scope == "person"
    kind = kb.vocabulary.person(derivation.fact) if person else kb.vocabulary.visit(derivation.fact)
    if kind is None:
        yield (
            derivation.id,
            f"no fact {derivation.fact!r} of a {derivation.scope}",
            "see facts.yaml and facts/",
        )
        return
    try:
        check_value(kind, derivation.fact, derivation.value)
    except BadValue as error:
        yield derivation.id, str(error), "mend the value"


def _procedure(kb: KnowledgeBase, p: Procedure) -> Iterator[tuple[str, str, str]]:
    references = (
        ("life_events", p.life_events, kb.life_events, "life event", "add the record or remove the id"),
        ("bring", [b.paper for b in p.bring], kb.papers, "paper", "add papers/<id>.yaml"),
        ("forms", p.forms, kb.forms, "form", "add forms/<id>.yaml"),
        ("by_proxy", [p.by_proxy] if p.by_proxy else [], kb.proxy_ways, "way", "add proxy_ways/<id>.yaml"),
        ("follows", p.follows, kb.procedures, "procedure", "add the record or remove the id"),
    )
    for key, ids, known, what, remedy in references:
        yield from ((key, f"no {what} {i!r}", remedy) for i in ids if i not in known)
    yield from _procedure_order(kb, p)
    if not p.laws:
        yield "laws", "cites no law or rule", "cite the article, or the town's rule"
    for law in p.laws:
        if law.name.endswith(("法", "令", "規則")) and not LAW_ARTICLE.match(law.article):
            yield "laws", f"{law.name} {law.article!r} is no citation", "write 第22条第1項"
    for event in (p.deadline.event, *p.deadline.events_instead):
        if event and kb.vocabulary.visit(event) is None:
            yield "deadline.event", f"no fact {event!r}", "name a date fact of the visit"
    rule = p.deadline
    ways = len(rule.terms) + rule.before + rule.until_month_end
    most, least = int(rule.kind != "none"), int(rule.kind == "after_event")
    if not least <= ways <= most or (ways and not rule.event):
        yield "deadline", "needs one term and its event", "write both, or kind: none"
    if rule.counts_first_day and not rule.terms:
        yield "deadline.counts_first_day", "counts nothing", "write days, months or years, or remove it"
    if len(p.asked_as) < 8:
        yield "asked_as", f"only {len(p.asked_as)} ways to ask", "write at least eight"
    if not p.elsewhere_ja and p.id not in kb.municipality.procedures:
        yield "id", "has no counter in the overlay", f"add it to {kb.municipality.code}/municipality.yaml"


def _procedure_order(kb: KnowledgeBase, p: Procedure) -> Iterator[tuple[str, str, str]]:
    if p.due_when and not p.on_request:
        yield "due_when", "is for what is on request", "say it in `when`"
    for told in (f for f in p.follows if f in kb.procedures and kb.procedures[f].information_only):
        if not p.information_only:
            yield "follows", f"{told} is only told, at the end of the plan", "remove it"


def _question(kb: KnowledgeBase, q: Question) -> Iterator[tuple[str, str, str]]:
    per_person = q.per != "visit"
    for name in q.facts:
        if name == PEOPLE:
            continue
        kind = kb.vocabulary.person(name) if per_person else kb.vocabulary.visit(name)
        if kind is None:
            yield (
                "facts",
                f"no fact {name!r} of a {'person' if per_person else 'visit'}",
                "see facts.yaml and facts/",
            )
    if not q.facts and not q.options:
        yield "facts", "settles nothing", "name its facts"
    if q.per == "group" and q.facts != (PEOPLE,):
        for field in (
            ("text_one_ja",) if q.input == "people" else ("text_one_ja", "yes_label_ja", "no_label_ja")
        ):
            if not getattr(q, field):
                yield field, "is missing", "word the question for one person too"
    for option in q.options:
        for name, value in option.sets.items():
            kind = kb.vocabulary.person(name) if option.who or per_person else kb.vocabulary.visit(name)
            if kind is None:
                yield f"options.{option.value}", f"no fact {name!r}", "see facts.yaml and facts/"
                continue
            try:
                check_value(kind, name, value)
            except BadValue as error:
                yield f"options.{option.value}", str(error), "mend the value"


MOST_NUMBER = 99_999
LONGEST_PREFIX = 2


def _number_machine(town: Municipality) -> Iterator[tuple[str, str, str]]:
    """A printed number must name one counter."""
    seen: list[tuple[str, NumberSeries]] = []
    for counter_id, series in town.number_machine.items():
        place = f"number_machine.{counter_id}"
        if counter_id not in {c.id for c in town.counters}:
            yield place, f"no counter {counter_id!r}", "name one of counters"
        if not re.fullmatch(rf"[A-Z]{{0,{LONGEST_PREFIX}}}", series.prefix):
            yield place, f"prefix {series.prefix!r}", f"write up to {LONGEST_PREFIX} letters A to Z"
        if not 0 <= series.first <= series.last <= MOST_NUMBER:
            yield place, f"{series.first} to {series.last}", f"a range from 0 to {MOST_NUMBER}"
        if not 0 <= series.digits <= len(str(MOST_NUMBER)):
            yield place, f"digits {series.digits}", f"0 to {len(str(MOST_NUMBER))}"
        for other_id, other in seen:
            if series.prefix == other.prefix and series.first <= other.last and other.first <= series.last:
                yield place, f"shares numbers with {other_id}", "give each counter numbers of its own"
        seen.append((counter_id, series))


def _municipality(kb: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    town = kb.municipality
    counters = {c.id for c in town.counters}
    if town.one_counter not in counters:
        yield "one_counter", f"no counter {town.one_counter!r}", "name one of counters"
    for event, counter_id in town.event_counters.items():
        if event not in kb.life_events or counter_id not in counters:
            yield (
                f"event_counters.{event}",
                f"no life event {event!r} or no counter {counter_id!r}",
                "name both",
            )
    yield from _number_machine(town)
    for procedure_id, local in town.procedures.items():
        if procedure_id not in kb.procedures:
            yield f"procedures.{procedure_id}", "no such procedure", "add the record or remove the line"
        if local.counter not in counters:
            yield f"procedures.{procedure_id}", f"no counter {local.counter!r}", "name one of counters"
    for counter in town.counters:
        if f'id="{counter.place}"' not in town.floor_map_svg:
            yield f"counters.{counter.id}", f"no place {counter.place!r} on floor_map.svg", "draw it"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", town.character):
        yield (
            "character",
            f"{town.character!r} is no name of a folder",
            "write that of a packaged character, or town",
        )
    if town.character == "town" and not (town.character_svg and town.character_json):
        yield (
            "character",
            "the overlay has no character of its own",
            "add character/character.svg and character/character.json (docs/character.md)",
        )


def _operators(kb: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    desk = kb.municipality.operators
    if desk is None:
        return
    ids = [pool.id for pool in desk.pools]
    if not ids:
        yield "operators.pools", "names nobody", "name a pool, or remove operators"
    for pool_id in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"operators.pools.{pool_id}", "stands twice", "give each pool its own id"
    for pool in desk.pools:
        if pool.wait_s < 1:
            yield f"operators.pools.{pool.id}.wait_s", "is no time", "write seconds from 1"
    if desk.opens_at >= desk.closes_at:
        yield "operators.closes_at", "is not after opens_at", "mend the hours"
    if desk.handling_min < 1:
        yield "operators.handling_min", "is no time", "write minutes from 1"


def _population(kb: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    for event in kb.population.reasons:
        if event not in kb.life_events:
            yield f"reasons.{event}", "no such life event", "name a record of life_events/"
    for share in kb.population.shares:
        kind = kb.vocabulary.visit(share.fact) or kb.vocabulary.person(share.fact)
        if kind is None:
            yield f"shares.{share.fact}", "no such fact", "see facts.yaml and facts/"
            continue
        for value in share.weights:
            try:
                check_value(kind, share.fact, value)
            except BadValue as error:
                yield f"shares.{share.fact}", str(error), "mend the value"
        wrong_kind = (share.share is not None and kind.type != "bool") or (
            share.weights and kind.type != "choice"
        )
        if wrong_kind or (share.share is None and not share.weights and share.when is None):
            yield (
                f"shares.{share.fact}",
                "has no share of its kind",
                "share of a yes or no, weights of a choice, when",
            )
