"""What is done next: ask, read back, settle a doubt, answer, ask again, call a human, show the plan."""

from typing import Any

from dialogue.answers import facts_of_answer
from dialogue.errors import BadAnswer
from dialogue.next_step import doubtful_keys, is_complete, next_step
from dialogue.session import (
    Answered,
    Confirmed,
    Corrected,
    Detailed,
    Enquired,
    Misunderstood,
    PersonWished,
    Recorded,
    Said,
    Session,
    Withdrawn,
)
from dialogue.step import Answer, Ask, AskAgain, Confirm, HandOver, ShowPlan, underlying
from dialogue.wording import date_ja, render
from kb.facts import Alternative, Fact, Origin, Privacy


def step(world: Any, *acts: Any) -> Any:
    return next_step(world.kb, Session(acts), world.at)


def test_at_first_the_reason_is_asked_with_every_life_event(world: Any) -> None:
    first = step(world)
    assert isinstance(first, Ask)
    assert {o.value for o in first.question.options} == set(world.kb.life_events)
    assert first.question.can_skip is False


def test_what_was_said_is_read_back_before_anything_is_asked(world: Any, said: Any) -> None:
    sentence = Said("引っ越してきました", said(reasons=("moving_in",)), world.at)
    assert step(world, sentence) == Confirm(("reasons",))
    assert isinstance(step(world, sentence, Confirmed(world.at)), Ask)


def test_an_answer_by_button_is_not_read_back(world: Any, said: Any) -> None:
    chosen = Answered("reasons", said(reasons=("moving_in",)), world.at, ("reasons",))
    assert isinstance(step(world, chosen), Ask)


def test_what_only_answers_the_question_is_not_read_back(world: Any, said: Any) -> None:
    chosen = Answered("reasons", said(reasons=("moving_in",)), world.at, ("reasons",))
    aside = Said("犬を飼っています", said(has_dog=True), world.at, read_back=False)
    assert isinstance(step(world, chosen, aside), Ask)


def test_a_correction_during_the_read_back_is_read_back_too(world: Any, said: Any) -> None:
    sentence = Said("x", said(reasons=("moving_in",), has_dog=True), world.at)
    corrected = Corrected("has_dog", said(has_dog=False), world.at)
    assert set(step(world, sentence, corrected).keys) == {"reasons", "has_dog"}
    assert isinstance(step(world, sentence, Confirmed(world.at), corrected), Ask)


def test_a_doubt_with_other_meanings_is_settled_by_a_choice(world: Any, said: Any) -> None:
    doubted = Fact(
        "people.p2.relation",
        "grandfather",
        Origin.SAID,
        confidence=0.5,
        at=world.at,
        alternatives=(Alternative("father", "父"), Alternative("grandfather", "祖父")),
    )
    sentence = Said("x", (*said(reasons=("moving_in",)), doubted), world.at)
    asked = step(world, sentence, Confirmed(world.at))
    assert isinstance(asked, Ask)
    assert asked.question.id == "check:people.p2.relation"
    assert [o.value for o in asked.question.options] == ["father", "grandfather"]
    assert "祖父" in asked.question.text_ja
    unsure = Session((sentence, Confirmed(world.at)))
    assert doubtful_keys(unsure.facts(), unsure) == ("people.p2.relation",)
    assert not is_complete(world.kb, unsure, world.plan(unsure.facts()), world.at)
    settled = Corrected("people.p2.relation", said(people__p2__relation="father"), world.at)
    assert next_step(world.kb, unsure.with_act(settled), world.at).question.id != asked.question.id


def test_a_doubt_nobody_can_settle_is_not_asked_twice(world: Any, said: Any) -> None:
    doubted = Fact(
        "moved_on",
        world.today,
        Origin.SAID,
        0.4,
        at=world.at,
        alternatives=(Alternative(world.today, "今日"),),
    )
    session = Session((Said("x", (*said(reasons=("moving_in",)), doubted), world.at), Confirmed(world.at)))
    asked = next_step(world.kb, session, world.at).question
    session = session.with_act(Answered(asked.id, (), world.at, asked.keys))
    assert next_step(world.kb, session, world.at).question.id != asked.id


def test_a_question_to_the_knowledge_is_answered_beside_the_way_on(world: Any, said: Any) -> None:
    chosen = Answered("reasons", said(reasons=("moving_in",)), world.at, ("reasons",))
    answered = step(world, chosen, Enquired("moving_in_notification", world.at))
    assert isinstance(answered, Answer)
    assert isinstance(answered.then, Ask)
    assert underlying(answered) is answered.then


def test_after_two_failures_in_a_row_a_person_is_offered(world: Any, said: Any) -> None:
    failed = Misunderstood("nothing_known", world.at, ("moving_in",))
    first, second = step(world, failed), step(world, failed, failed)
    assert isinstance(first, AskAgain)
    assert (first.offer, second.offer) == (None, HandOver("failures", "town_operator"))
    assert first.candidates == ("moving_in",)
    understood = Said("x", said(reasons=("moving_in",)), world.at)
    assert step(world, failed, understood, failed).offer is None, "a success in between counts"


def test_a_wish_for_a_person_hands_over_and_the_talk_can_go_on(world: Any, said: Any) -> None:
    wish = PersonWished("wish", world.at)
    assert step(world, wish) == HandOver("wish", "town_operator")
    assert isinstance(step(world, wish, Answered("reasons", said(reasons=("moving_in",)), world.at)), Ask)


def test_danger_goes_to_counter_staff(world: Any) -> None:
    assert step(world, PersonWished("sensitive", world.at)) == HandOver("sensitive", "counter_staff")


def test_reasons_only_people_handle_are_handed_over(world: Any, said: Any) -> None:
    people_only = [e.id for e in world.kb.life_events.values() if e.human_only]
    assert people_only
    for event in people_only:
        alone = Answered("reasons", said(reasons=(event,)), world.at)
        assert isinstance(step(world, alone), HandOver)
        beside = Answered("reasons", said(reasons=(event, "moving_in")), world.at)
        assert isinstance(step(world, beside), Ask), "the move is prepared all the same"


def test_card_facts_go_when_their_consent_is_withdrawn(world: Any, said: Any) -> None:
    card = Recorded((Fact("people.p1.name", "見本", Origin.CARD, at=world.at, source="c1"),), world.at, "c1")
    typed = Detailed(said(people__p1__name="言った名前"), world.at)
    session = Session((typed, card))
    assert session.facts().value("people.p1.name") == "見本"
    assert session.with_act(Withdrawn("c1", world.at)).facts().value("people.p1.name") == "言った名前"


def test_back_takes_the_last_thing_said_and_leaves_acts(world: Any, said: Any) -> None:
    card = Recorded((), world.at, "c1")
    session = Session((Said("x", said(has_dog=True), world.at), card, Withdrawn("c1", world.at)))
    assert session.back().acts == (card, Withdrawn("c1", world.at))
    assert session.back().back() == session.back()


def test_an_answer_of_not_knowing_is_taken_back_by_an_answer(world: Any, said: Any) -> None:
    session = Session((Answered("moved_on", (), world.at, ("moved_on",)),))
    assert session.declined() == {"moved_on"}
    assert session.with_act(Corrected("moved_on", said(moved_on=world.today), world.at)).declined() == set()


def test_when_all_is_settled_the_plan_is_shown(resident: Any) -> None:
    person = resident(3, "moving_in")
    session = person.play()
    assert next_step(person.kb, session, person.at) == ShowPlan()
    assert is_complete(person.kb, session, person.plan(session), person.at)


# ---------------------------------------------------------------------- words


def spoken(world: Any, session: Session) -> str:
    facts = session.facts()
    plan = world.plan(facts)
    return render(world.kb, next_step(world.kb, session, world.at), facts, plan, lambda code: f"町{code}")


def test_nothing_identifying_or_sensitive_is_spoken(world: Any) -> None:
    """COUNTER_RULES 10: a read-back never says a name, an address, a birth date, an illness."""
    marked = []
    for kind in world.kb.vocabulary:
        if kind.privacy in (Privacy.IDENTIFYING, Privacy.SENSITIVE):
            key = f"people.p1.{kind.name}" if kind.per_person else kind.name
            value = {
                "text": "目印",
                "date": world.today.replace(year=1985, month=1, day=23),
                "bool": True,
            }.get(kind.type, kind.options[0].value if kind.options else "目印")
            marked.append(Fact(key, value, Origin.SAID, at=world.at))
    assert marked
    told = spoken(world, Session((Said("x", tuple(marked), world.at),)))
    reason = Fact("reasons", ("moving_in",), Origin.SAID, at=world.at)
    told += spoken(world, Session((Said("x", (*marked, reason), world.at),)))
    assert "目印" not in told
    assert "1985" not in told
    for fact in marked:
        kind = world.kb.vocabulary.kind(fact.key)
        assert kind.label_ja not in told, kind.name


def test_every_step_has_words_without_holes(world: Any, said: Any, resident: Any) -> None:
    failures = (
        "empty",
        "too_long",
        "not_japanese",
        "unsure",
        "nothing_known",
        "confirm_no",
        "bad_answer:理由",
    )
    sessions = [
        Session(),
        Session((Said("x", said(reasons=("moving_in",), has_dog=True), world.at),)),
        Session((PersonWished("wish", world.at),)),
        Session((PersonWished("sensitive", world.at),)),
        Session((Enquired("moving_in_notification", world.at),)),
        *(Session((Misunderstood(reason, world.at),) * 2) for reason in failures),
        resident(1, "moving_in").play(),
    ]
    for session in sessions:
        told = spoken(world, session)
        assert told
        assert "{" not in told
        assert "None" not in told


def test_dates_are_said_as_people_say_them(world: Any) -> None:
    assert date_ja(world.today) == "4月7日(火)"


def test_answers_that_do_not_fit_are_told_in_japanese(resident: Any) -> None:
    person = resident(1, "moving_in")
    session = Session()
    refused: list[str] = []
    while questions := person.open(session):
        asked = questions[0]
        for nonsense in ({"a": 1}, 5, "wings", ["wings"], [5], None, [], [[]], [{}]):
            if asked.input == "text":
                continue
            try:
                facts_of_answer(person.kb, session.facts(), asked, nonsense, person.at)
            except BadAnswer as error:
                refused.append(error.detail_ja)
        session = person.answered(session, asked)
    assert len(refused) > 20
    assert not any(detail.isascii() or "YYYY" in detail for detail in refused)


def test_a_plan_without_a_counter_names_neither_counters_nor_minutes(world: Any, said: Any) -> None:
    for known in ({}, {"death_notification_filed": True}):
        facts = Session((Said("", said(reasons=("death",), **known), world.at),)).facts()
        plan = world.plan(facts)
        told = render(world.kb, ShowPlan(), facts, plan, str)
        assert ("か所" in told) == bool(plan.counters), told
        assert "0分" not in told
